// The room's page in every state of UX section 4, and the station with a tile in every state, while nothing moves.
import { open, set, sizes } from "../browser.mjs";
import { kill, show, showRooms } from "../programs.mjs";
import { station } from "../states.mjs";
/** @typedef {import("../stage.mjs").Part} Part */
/** @typedef {import("../stage.mjs").Stage} Stage */
/** @typedef {{of?: string, before?: () => void, ready?: string, then?: (page: any) => Promise<void>}} Way
 *   of: the room behind it, the one of its own name if there is none; before: to run in the page first; ready: what is there in place of numbers;
 *   then: what is done in the page before it is looked at */

/** Runs in the page before its modules: a clock that stands. */
function stop() {
  window.standing = performance.now();
  performance.now = () => window.standing;
}

/** The line dies, that many milliseconds ago. @param {any} page @param {number} age */
async function cut(page, age) {
  page.lost = true;
  await page.route("**/api/v1/events", (/** @type {any} */ r) => r.abort()); // from the second call on
  await page.evaluate((/** @type {number} */ ms) => (window.standing += ms), age);
  await page.waitForSelector(age < 4000 ? "#link.late" : "#link.dead");
}

/** The line that dies and comes back. @param {any} page */
async function back(page) {
  await cut(page, 8000);
  await page.unroute("**/api/v1/events");
  await page.evaluate(() => (window.standing += 2000)); // so that the page dials again
  await page.waitForSelector("#link.live");
  page.lost = false;
}

/** A mistake of the page: it is loaded anew by itself once, and tells the second one. @param {any} page */
async function mistake(page) {
  page.failing = true;
  const fail = () => page.evaluate(() => void setTimeout(() => { throw new Error("a mistake of the page"); }));
  const again = page.waitForEvent("load");
  await fail();
  await again;
  await page.waitForSelector("#link.live");
  await page.waitForSelector("#trend:not(.stale)");
  await fail();
  await page.waitForSelector(".failure:not([hidden])");
}

/** The states that need something from the page as well. @type {Record<string, Way>} */
const ways = {
  loading: { before: stop, ready: "#link" }, // its program has nothing to say yet
  late: { of: "line", before: stop, then: (page) => cut(page, 3000) },
  "no-data": { of: "line", before: stop, then: (page) => cut(page, 8000) },
  stopping: { before: stop, then: (page) => cut(page, 6000) },
  back: { before: stop, then: back },
  "sound-blocked": { of: "medium", before: () => localStorage.setItem("bedside-sound-room", "always") },
  error: { of: "session", then: mistake },
  "not-enrolled": { before: stop, ready: "#signin:not([hidden])", then: (page) => cut(page, 8000) },
  "signed-out": { then: (page) => page.click("#signed") },
};

/** Half of the states each, so that two parts share the work. @param {string} name @param {number} half @returns {Part} */
const rooms = (name, half) => ({
  name, pictures: true,
  async run(s) {
    const { child, at } = await showRooms(s.tests);
    const all = [...new Set([...Object.keys(at).filter((state) => state !== "line"), ...Object.keys(ways)])];
    for (const [i, state] of all.entries()) {
      if (i % 2 !== half || (s.states.length && !s.states.includes(state))) continue;
      const way = ways[state] ?? {};
      const page = await open(s.browser, at[way.of ?? state], s.faults, { by: "AK", before: way.before, lost: Boolean(way.ready) });
      if (way.ready) await page.waitForSelector(way.ready);
      else await page.waitForFunction(() => document.getElementById("link")?.className.includes("live") && document.getElementById("trend")?.className.includes("stale") === false);
      await way.then?.(page);
      await s.look(`room-${state}`, page, true);
      await page.context().close();
    }
    await kill(child);
  },
});

export const rooms1 = rooms("rooms1", 0);
export const rooms2 = rooms("rooms2", 1);

/** Stations that are not as they should be: what is set for them, and the name of the state. @type {[string, NodeJS.ProcessEnv][]} */
const troubles = [["ward-lost", { STATION_LOST: "1" }], ["ward-empty", { STATION_ROOMS: "0" }]];

/** Four rooms at a desk, in the language that is longer: they are whole, two by two and beside the details, under one line of what is said of
 * the station. @param {Stage} s */
async function four({ browser, tests, faults }) {
  const at = await show(tests, { STATION_STILL: "1", STATION_ROOMS: "4" });
  const page = await open(browser, at.board, faults, { by: "AK", before: () => localStorage.setItem("bedside-language", "de") });
  await page.waitForSelector("#link.live");
  await page.keyboard.press("Escape");
  for (const [side, key] of [["alone", ""], ["beside the details", "1"]]) {
    if (key) await page.keyboard.press(key);
    await set(page, sizes.desk, "dark");
    const { cut, rows } = await page.evaluate(() => {
      const tiles = /** @type {HTMLElement} */ (document.getElementById("tiles")), tops = [...document.querySelectorAll("header > :not(.space)")].filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect());
      return { cut: tiles.scrollHeight - tiles.clientHeight, rows: tops.some((r) => r.top > tops[0].bottom) };
    });
    if (cut > 0) faults.push(`four rooms ${side}: ${cut} points of the tiles are cut off`);
    if (rows) faults.push(`four rooms ${side}: what is said of the station takes a second row`);
  }
  await page.context().close();
  await kill(at.child);
}

/** @type {Part} */
export const ward = {
  name: "ward", pictures: true,
  async run(s) {
    const { browser, tests, faults, look, folder } = s;
    if (!folder) await four(s);
    const at = await show(tests, { STATION_STILL: "1" });
    const page = await open(browser, at.board, faults, { by: "AK" });
    await station(page, look, "ward", { still: true });
    await page.context().close();
    const quiet = await open(browser, at.board, faults, { by: "AK", before: stop });
    await quiet.waitForSelector(".tile");
    await quiet.keyboard.press("Escape");
    quiet.lost = true;
    await kill(at.child);
    await cut(quiet, 8000);
    await look("ward-no-data", quiet, true);
    await quiet.context().close();
    for (const [name, env] of troubles) {
      const other = await show(tests, { STATION_STILL: "1", ...env });
      const sight = await open(browser, other.board, faults, { by: "AK" });
      await sight.waitForSelector("#link.live");
      await sight.keyboard.press("Escape");
      await look(name, sight, true);
      await sight.context().close();
      await kill(other.child);
    }
  },
};
