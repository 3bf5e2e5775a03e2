// Drives the pages in a browser and proves on them what people rely on; or takes their pictures.
//
//   node screens.mjs --program BEDSIDE --ward TESTS                   all proofs; ends with 1 if there is a fault
//   node screens.mjs --program BEDSIDE --ward TESTS --pictures DIR    the pictures state-size-theme.png, and those of the README
//
// BEDSIDE is the program, TESTS the compiled tests of agent/console (go test -c), which can show a ward in every state.
// SCREENS_MODULES names the folder whose node_modules has playwright-core and axe-core, CHROMIUM another browser than Debian's.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launch, open, set } from "./browser.mjs";
import { demo, kill, killAll, ward } from "./programs.mjs";
import { freezeAndKill, keyboard, latency, together } from "./proofs.mjs";
import { alarmingRoom, calmRoom, check, frozen, picture, sessionRoom, station } from "./states.mjs";

const { values: o } = parseArgs({ options: { program: { type: "string" }, ward: { type: "string" }, pictures: { type: "string" } } });
const program = o.program ?? "", folder = o.pictures ?? "";
/** @type {string[]} */
const faults = [];
const own = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));
const begun = Date.now();
const say = (/** @type {string} */ line) => console.log(`${String(Math.round((Date.now() - begun) / 1000)).padStart(3)} s  ${line}`);
const report = { faults, say };
if (folder) mkdirSync(folder, { recursive: true });
const look = folder ? picture(folder) : check(faults);

/** One part; a part that breaks is a fault, and the next one goes on. @param {string} name @param {() => Promise<void>} part */
async function run(name, part) {
  const before = faults.length;
  try {
    await part();
  } catch (e) {
    faults.push(`${name}: ${e instanceof Error ? e.message : e}`);
  }
  say(`${faults.length === before ? "ok  " : "FAIL"} ${name}`);
}

const browser = await launch();
try {
  // Stories take their time until something is wrong, so they begin together.
  const crisis = await demo(program, "--scenario crisis --rooms 4 --speed 25");
  const session = await demo(program, "--scenario surge-over-baseline --speed 25");
  const calmWords = "--scenario calm";
  let calm = await demo(program, calmWords);
  const show = await ward(o.ward ?? "");

  await run("room, calm", async () => {
    const page = await open(browser, calm.page, faults, { by: "AK" });
    await calmRoom(page, look);
    await frozen(page, calm.child, look, "room-no-data", faults);
    await page.context().close();
  });
  await run("room, session", async () => {
    const page = await open(browser, session.page, faults, { by: "AK" });
    await sessionRoom(page, look);
    if (folder) {
      await page.waitForSelector("#bar.medium, #bar.high", { timeout: 90_000 });
      await page.screenshot({ path: `${folder}/room.png` });
    }
    await page.context().close();
  });
  await run("station, calm", async () => {
    const page = await open(browser, calm.board, faults, { by: "AK" });
    await station(page, look, "station-calm");
    await frozen(page, calm.child, look, "station-no-data", faults);
    await page.context().close();
  });
  await run("station, every state of a tile", async () => {
    const page = await open(browser, show.board, faults, { by: "AK" });
    await station(page, look, "ward");
    await page.context().close();
    await kill(show.child);
  });
  await run("room, alarming", async () => {
    const page = await open(browser, crisis.page, faults, { by: "AK" });
    await alarmingRoom(page, look);
    await page.context().close();
  });
  await run("station, alarming", async () => {
    const page = await open(browser, crisis.board, faults, { by: "AK" });
    await station(page, look, "station-alarming");
    if (folder) {
      await set(page, [1000, 860], "dark"); // two by two
      await page.screenshot({ path: `${folder}/station.png` });
    }
    await page.context().close();
  });
  if (!folder) {
    await kill(crisis.child);
    await kill(session.child);
    const fast = await demo(program, `--scenario ${own("fast.yaml")} --speed 3`);
    await run("two stations at once", () => together(browser, fast.board, report));
    await kill(fast.child);
    const again = await demo(program, `--scenario ${own("fast.yaml")} --speed 3`);
    await run("without a mouse", () => keyboard(browser, again.board, report));
    await kill(again.child);
    await run("a line that dies", async () => {
      const page = await open(browser, calm.page, faults, { by: "AK" });
      calm = await freezeAndKill(page, calm, program, calmWords, report);
      await page.context().close();
    });
    await kill(calm.child);
    await run("alert to screen", async () => latency(browser, await demo(program, `--scenario ${own("busy.yaml")} --rooms 3 --speed 60`), report));
  }
} finally {
  await browser.close();
  await killAll();
}
for (const one of [...new Set(faults)].slice(0, 60)) console.log(`FAULT ${one}`);
process.exitCode = faults.length ? 1 : 0;
