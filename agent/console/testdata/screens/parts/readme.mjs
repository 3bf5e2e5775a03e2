// The pictures of README.md: a room in a session with an alert, the station, and some minutes of it.
import { writeFileSync } from "node:fs";
import { numbers, open, wait } from "../browser.mjs";
import { gif, png } from "../gif.mjs";
import { read } from "../pixels.mjs";
import { demo, kill } from "../programs.mjs";
/** @typedef {import("../stage.mjs").Stage} Stage */

const FRAMES = 16, TAKEN = 3000, SHOWN = 500; // ms between two that are taken, and two that are shown: eight seconds
const MOST = 300_000; // bytes of the moving picture, as the first screen of README.md is to have it
const SMALL = 0.6; // of the station's size

/** @param {Stage} s @param {string} name @param {any} page */
async function keep(s, name, page) {
  writeFileSync(`${s.folder}/${name}.png`, png(read(await page.screenshot())));
}

/** @param {Stage} s */
async function room(s) {
  const at = await demo(s.program, "--scenario surge-over-baseline --speed 20");
  const page = await open(s.browser, at.page, s.faults, { by: "AK" });
  await numbers(page);
  await page.waitForSelector("#bar.medium, #bar.high", { timeout: 240_000 });
  await wait(3000); // some seconds of the wave
  await keep(s, "room", page);
  await page.context().close();
  await kill(at.child);
}

/** @param {Stage} s */
async function station(s) {
  const at = await demo(s.program, "--scenario crisis --rooms 4 --speed 16");
  const size = { viewport: { width: 1000, height: 860 }, colorScheme: "dark", reducedMotion: "reduce" };
  const [large, small] = await Promise.all([{}, { deviceScaleFactor: SMALL }].map(async (more) => {
    const page = await (await s.browser.newContext({ ...size, ...more })).newPage(); // two by two
    await page.goto(at.board);
    await page.waitForSelector(".tile");
    await page.keyboard.press("Escape");
    return page;
  }));
  const frames = [];
  let seen = false;
  for (let next = Date.now(); frames.length < FRAMES; next += TAKEN) {
    await wait(Math.max(0, next - Date.now()));
    frames.push(read(await small.screenshot()));
    const pressing = await large.evaluate(() => [...document.querySelectorAll(".tile .what")].some((e) => /^▲ Systolic \d+, limit 180/.test(e.textContent ?? "")));
    if (pressing || (!seen && frames.length === FRAMES)) await keep(s, "station", large); // the last while the severe pressure goes on, if it was seen
    if (pressing) seen = true;
  }
  const moving = gif(frames, SHOWN);
  writeFileSync(`${s.folder}/demo.gif`, moving);
  s.say(`demo.gif has ${moving.length} bytes`);
  if (moving.length > MOST) s.faults.push(`demo.gif has ${moving.length} bytes, and ${MOST} at most are wanted`);
  await large.context().close();
  await small.context().close();
  await kill(at.child);
}

/** @type {import("../stage.mjs").Part} */
export const readme = {
  name: "readme", pictures: true, proofs: false, alone: true,
  async run(s) {
    await Promise.all([room(s), station(s)]);
  },
};
