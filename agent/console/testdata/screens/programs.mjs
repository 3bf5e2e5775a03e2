// The programs behind the pages: demos, and the ward of the station's tests. Each listens on a free port of loopback.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/** Starts a program and waits for the line that says where it is.
 * @param {string} command @param {string[]} words @param {RegExp} wanted @param {NodeJS.ProcessEnv} [env] @returns {Promise<{child: any, line: string}>} */
function start(command, words, wanted, env) {
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...env } });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return new Promise((then, fail) => {
    child.once("error", fail);
    child.once("exit", (code) => fail(new Error(`${command} ${words.join(" ")} ended with ${code} and has not said where it is`)));
    createInterface({ input: child.stdout }).on("line", (line) => wanted.test(line) && then({ child, line }));
  });
}

/** @param {string} program @param {string} words @param {{page?: string, board?: string}} [at] addresses of one that was here before */
export async function demo(program, words, at = {}) {
  const address = (/** @type {string|undefined} */ url) => (url ? new URL(url).host : "127.0.0.1:0");
  const { child, line } = await start(program, ["demo", "--json", "--nats", "127.0.0.1:0", "--page", address(at.page),
    "--board", address(at.board), ...words.split(" ").filter(Boolean)], /^\{/);
  return { child, ...JSON.parse(line) };
}

/** The ward of ward_test, compiled. @param {string} tests @param {NodeJS.ProcessEnv} [env] how fast its clock is, and how many rooms it has */
export async function show(tests, env) {
  const { child, line } = await start(tests, ["-test.run", "^TestShowWard$", "-test.v", "-test.timeout", "1h"], /http:\/\/\S+/, { STATION_SHOW: "127.0.0.1:0", ...env });
  return { child, board: /http:\/\/\S+/.exec(line)?.[0] ?? "" };
}

/** The rooms of rooms_test in which nothing moves: the address of each state. @param {string} tests */
export async function showRooms(tests) {
  const { child, line } = await start(tests, ["-test.run", "^TestShowRooms$", "-test.v", "-test.timeout", "1h"], /{.*http:/, { ROOMS_SHOW: "127.0.0.1:0" });
  return { child, at: JSON.parse(line.slice(line.indexOf("{"))) };
}

/** The recorded sessions of library_test, compiled. @param {string} tests @param {NodeJS.ProcessEnv} [env] whether there are any */
export async function library(tests, env) {
  const { child, line } = await start(tests, ["-test.run", "^TestShowLibrary$", "-test.v", "-test.timeout", "1h"], /http:\/\/\S+/, {
    LIBRARY_SHOW: "127.0.0.1:0", LIBRARY_SESSION: fileURLToPath(new URL("../../../report/testdata/K-0412.session.gz", import.meta.url)), ...env,
  });
  return { child, page: /http:\/\/\S+/.exec(line)?.[0] ?? "" };
}

/** Stops a program that may be frozen, as a power cut would. @param {any} child */
export async function kill(child) {
  if (!running.has(child)) return;
  const over = new Promise((then) => child.once("exit", then));
  child.kill("SIGKILL");
  await over;
}

export async function killAll() {
  await Promise.all([...running].map(kill));
}
