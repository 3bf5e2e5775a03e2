// The wave of the room's page on a slow processor.
import { open } from "../browser.mjs";
import { meter } from "../load.mjs";
import { kill, showRooms } from "../programs.mjs";

const SLOWER = 4; // a tablet against the computers of those who write this
const SECONDS = 6;
const MOST = 4; // ms of script in a frame, so slowed down: our choice, a quarter of a frame

/** @type {import("../stage.mjs").Part} */
export const frames = {
  name: "frames", alone: true,
  async run(s) {
    const { child, at } = await showRooms(s.tests);
    const page = await open(s.browser, at.session, s.faults, { by: "AK", motion: true });
    await page.waitForSelector("#link.live");
    const meters = await meter(page, SLOWER);
    await meters.cost(2);
    const c = await meters.cost(SECONDS);
    const per = (/** @type {number} */ ms) => (ms / c.frames).toFixed(2);
    s.say(`${(c.frames / c.seconds).toFixed(0)} frames a second, ${SLOWER} times slowed down; in each ${per(c.script)} ms of script (at most ${MOST}), ${per(c.style + c.layout)} of style and layout, ${per(c.task)} in all; ${c.long} tasks over 50 ms`);
    if (c.script / c.frames > MOST) s.faults.push(`${per(c.script)} ms of script in a frame`);
    await page.context().close();
    await kill(child);
  },
};
