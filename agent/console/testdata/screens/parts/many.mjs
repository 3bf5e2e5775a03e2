// A station with very many rooms, all of which change each second; and where an alert stands, whose tile is in sight or out of it.
import { open } from "../browser.mjs";
import { meter } from "../load.mjs";
import { kill, show } from "../programs.mjs";

const ROOMS = 1000;
const FOLLOWS = 3000; // ms after which the bar must have followed what is in sight, on a busy computer: our choice
const MOST = 500; // ms of the main thread in a second, so that the page keeps up: our choice

/** Runs in the page: the alerts in the bar, those of tiles that nobody has seen and that can be read, and the first high one that cannot; each as its
 * room and occurrence. */
function places() {
  const name = (/** @type {Element} */ e) => `${/** @type {HTMLElement} */ (e.closest("[data-room]")).dataset.room} ${/** @type {HTMLElement} */ (e).dataset.occurrence}`;
  const box = /** @type {HTMLElement} */ (document.getElementById("tiles")).getBoundingClientRect();
  const whole = (/** @type {Element} */ e) => e.getBoundingClientRect().top >= box.top && e.getBoundingClientRect().bottom <= box.bottom;
  // Only of tiles in the window: to measure within the others would have each of them laid out.
  const tiles = [...document.querySelectorAll(".tile")].filter((t) => t.getBoundingClientRect().bottom > box.top && t.getBoundingClientRect().top < box.bottom)
    .flatMap((t) => [...t.querySelectorAll("[data-occurrence]:not(.seen)")]).filter(whole).map(name);
  return {
    tiles, bar: [...document.querySelectorAll("#bar .line[data-room]")].map(name),
    hidden: [...document.querySelectorAll("#tiles .high[data-occurrence]:not(.seen)")].map(name).find((one) => !tiles.includes(one)),
  };
}

/** Runs in the page: scrolls to a room and waits until the bar shows one alert and not another. @param {[string, string, number]} what the alert that is
 * scrolled to, the one that goes out of sight with it, and for how many ms at most @returns {Promise<number>} after how many it did, NaN if it did not */
async function scrolled([to, away, most]) {
  document.querySelector(`.tile[data-room="${to.split(" ")[0]}"]`)?.scrollIntoView({ block: "center" });
  const begun = performance.now();
  for (let ms = 0; ms < most; ms = performance.now() - begun) {
    const bar = [...document.querySelectorAll("#bar .line[data-room]")].map((e) => `${e.dataset.room} ${e.dataset.occurrence}`);
    if (bar.includes(away) && !bar.includes(to)) return ms;
    await new Promise((then) => requestAnimationFrame(then));
  }
  return NaN;
}

/** What no tile in sight shows, the bar shows; what one shows, the bar need not. @param {import("../stage.mjs").Stage} s @param {any} page */
async function follows({ faults, say }, page) {
  const first = await page.evaluate(places), [here] = first.tiles, [there] = first.bar;
  if (!here || !there) return faults.push(`the alerts of ${first.tiles} are in sight and ${first.bar} in the bar: both are expected`);
  if (there !== first.hidden) faults.push(`${first.hidden} is the first that no tile in sight shows, and the bar begins with ${there}`);
  for (const one of first.bar) if (first.tiles.includes(one)) faults.push(`the bar shows ${one}, which its tile shows as well`);
  for (const [to, away] of [[there, here], [here, there]]) {
    const ms = await page.evaluate(scrolled, [to, away, FOLLOWS]), now = await page.evaluate(places);
    if (Number.isNaN(ms)) faults.push(`${to} is scrolled to and ${away} out of sight, and after ${FOLLOWS} ms the bar shows ${now.bar}`);
    else say(`the bar follows what is in sight after ${ms.toFixed(0)} ms (at most ${FOLLOWS})`);
    if (!now.tiles.includes(to)) faults.push(`${to} is scrolled to, and its tile does not show it`);
    if (!Number.isNaN(ms) && now.bar[0] !== now.hidden) faults.push(`${now.hidden} is the first that no tile in sight shows, and the bar begins with ${now.bar[0]}`);
  }
}

/** @type {import("../stage.mjs").Part} */
export const many = {
  name: "many", alone: true,
  async run(s) {
    const at = await show(s.tests, { STATION_ROOMS: String(ROOMS) });
    const page = await open(s.browser, at.board, s.faults, { by: "AK" });
    await page.waitForFunction((n) => document.querySelectorAll(".tile").length === n, ROOMS);
    await page.keyboard.press("Escape");
    const meters = await meter(page);
    await meters.cost(3);
    const c = await meters.cost(6), per = (/** @type {number} */ ms) => (ms / c.seconds).toFixed(0);
    s.say(`${ROOMS} rooms: ${per(c.script)} ms of script in a second, ${per(c.style + c.layout)} of style and layout, ${per(c.task)} in all (at most ${MOST}); ${c.long} tasks over 50 ms`);
    if (c.task / c.seconds > MOST) s.faults.push(`${per(c.task)} ms in a second for ${ROOMS} rooms`);
    await follows(s, page);
    await page.context().close();
    await kill(at.child);
  },
};
