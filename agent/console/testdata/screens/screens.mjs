// Drives the pages in a browser and proves on them what people rely on; or takes their pictures.
//
//   node screens.mjs --program BEDSIDE --ward TESTS                   all proofs; ends with 1 if there is a fault
//   node screens.mjs --program BEDSIDE --ward TESTS --only calm,keys  only these parts
//   node screens.mjs --program BEDSIDE --ward TESTS --only rooms1,rooms2 --states high,low    of the still rooms only these
//   node screens.mjs --program BEDSIDE --ward TESTS --keep DIR        and one picture of each state in a folder
//   node screens.mjs --program BEDSIDE --ward TESTS --themes          and axe looks at every theme, as at a phone and as at a desk
//   node screens.mjs --program BEDSIDE --ward TESTS --refresh         takes new pictures into reference/
//   node screens.mjs --program BEDSIDE --ward TESTS --pictures DIR    the pictures state-size-theme.png, and those of the README
//
// BEDSIDE is the program, TESTS the compiled tests of agent/console (go test -c), which can show a ward in every state.
// SCREENS_MODULES names the folder whose node_modules has playwright-core and axe-core, CHROMIUM another browser than Debian's.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launch } from "./browser.mjs";
import { parts } from "./parts.mjs";
import { killAll } from "./programs.mjs";
import { makeReference } from "./reference.mjs";
import { check, picture } from "./states.mjs";
/** @typedef {import("./stage.mjs").Part} Part */

const LANES = 3; // parts at the same time: two processors, and programs that take their time

const { values: o } = parseArgs({ options: {
  program: { type: "string" }, ward: { type: "string" }, pictures: { type: "string" }, only: { type: "string" }, keep: { type: "string" }, states: { type: "string" }, refresh: { type: "boolean" }, themes: { type: "boolean" },
} });
const folder = o.pictures ?? "", only = o.only?.split(",");
/** @type {string[]} */
const faults = [];
const begun = Date.now();
const say = (/** @type {string} */ line) => console.log(`${String(Math.round((Date.now() - begun) / 1000)).padStart(3)} s  ${line}`);
for (const one of [folder, o.keep]) if (one) mkdirSync(one, { recursive: true });
const reference = makeReference({ refresh: o.refresh ?? false, say });

const chosen = parts.filter((p) => (only ? only.includes(p.name) : folder ? p.pictures : p.proofs !== false));
for (const name of only ?? []) if (!parts.some((p) => p.name === name)) faults.push(`there is no part ${name}; there are: ${parts.map((p) => p.name).join(", ")}`);

const browser = await launch();

/** One part; a part that breaks is a fault, and the next one goes on. @param {Part} part */
async function run(part) {
  /** @type {string[]} */
  const own = [];
  const since = Date.now();
  try {
    await part.run({
      browser, folder, states: o.states?.split(",") ?? [], program: o.program ?? "", tests: o.ward ?? "", faults: own,
      say: (line) => say(`     ${part.name}: ${line}`),
      look: folder ? picture(folder) : check(own, o.keep ?? "", reference, o.themes ?? false),
      file: (name) => fileURLToPath(new URL(name, import.meta.url)),
    });
  } catch (e) {
    own.push(e instanceof Error ? e.message : String(e));
  }
  say(`${own.length ? "FAIL" : "ok  "} ${part.name}, ${Math.round((Date.now() - since) / 1000)} s`);
  faults.push(...new Set(own.map((fault) => `${part.name}: ${fault}`)));
}

try {
  const together = chosen.filter((p) => !p.alone);
  await Promise.all(Array.from({ length: LANES }, async () => {
    for (let next; (next = together.shift());) await run(next);
  }));
  for (const part of chosen.filter((p) => p.alone)) await run(part); // what measures has the computer to itself
} finally {
  await browser.close();
  await killAll();
}
if (reference.told()) say(reference.told());
for (const one of faults.slice(0, 60)) console.log(`FAULT ${one}`);
process.exitCode = faults.length ? 1 : 0;
