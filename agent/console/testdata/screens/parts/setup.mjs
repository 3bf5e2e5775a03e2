// The first run: from a computer without a configuration to numbers on the screen, and the page of the system behind them.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { numbers, open } from "../browser.mjs";

/** Starts a program and waits for what it says. @param {string} program @param {string[]} words @param {RegExp} wanted @param {string} [input] what it is told */
export function start(program, words, wanted, input = "") {
  const child = spawn(program, words, { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(input);
  return new Promise((then, fail) => {
    let heard = "";
    const hear = (/** @type {any} */ part) => {
      const found = wanted.exec((heard += part));
      if (found) then({ child, found: found[1] });
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => fail(new Error(`${words.join(" ")} ended with ${code}: ${heard}`)));
  });
}

/** @type {import("../stage.mjs").Part} */
export const setup = {
  name: "setup", pictures: true,
  async run({ browser, program, faults, look, say }) {
    const dir = mkdtempSync(join(tmpdir(), "bedside-setup-"));
    /** @type {any[]} */
    const children = [];
    try {
      const device = await start(program, ["simulate", "nonin-df2", "--link", join(dir, "oximeter")], /(\/\S+oximeter)/);
      children.push(device.child);
      const agent = await start(program, ["agent", "--first-run", "--config", join(dir, "bedside.yaml"), "--page", "127.0.0.1:0"], /Open (http:\/\/[^,]+),/);
      children.push(agent.child);
      const page = await open(browser, agent.found, faults, {});
      await page.click("#end button"); // before anything is answered
      await page.waitForSelector("[name=site][aria-invalid=true]");
      await look("setup-wrong", page);
      await page.fill("[name=site]", "clinic");
      await page.fill("[name=room]", "room-1");
      await page.fill("#ports input[placeholder]", join(dir, "oximeter"));
      await page.keyboard.press("Enter");
      await page.click(".port .fit button", { timeout: 40_000 });
      await page.selectOption("[name=profile]", "iv-ketamine");
      await page.fill("[name=approved_by]", "AK");
      await page.click("#more summary");
      await page.fill("[name=nats]", "127.0.0.1:0");
      await page.waitForSelector("#files pre");
      await look("setup", page);
      const begun = Date.now();
      page.lost = true; // the page of the first run makes room for the room's own
      await page.click("#end button");
      await numbers(page);
      say(`from the answers to the first number: ${Date.now() - begun} ms`);
      page.lost = false;
      await page.goto(new URL("/system.html", agent.found).href);
      await page.waitForSelector("#devices li");
      await look("system", page);
      await page.context().close();
    } finally {
      for (const child of children) {
        child.removeAllListeners("exit");
        child.kill("SIGKILL");
      }
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    }
  },
};
