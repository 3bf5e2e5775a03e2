// The pages fit people: nothing moves for whoever wants that, nothing flashes too often, everything can be touched, and nothing is
// lost at 200 % zoom.
import { open, set } from "../browser.mjs";
import { kill, show, showRooms } from "../programs.mjs";

const FLASHES = 3; // in a second at most: WCAG 2.3.1
const TARGET = 48; // points that can be touched, each way: UX
const SPREAD = 20; // an animation that is written shorter than this many ms is no flash but a mistake

/** Runs in the page: every animation that a style may start, with the ms of a turn. */
function written() {
  const out = [];
  /** @param {CSSRuleList} rules */
  const walk = (rules) => {
    for (const r of rules) {
      if (r instanceof CSSStyleRule && r.style.animationName && r.style.animationName !== "none") out.push({ rule: r.selectorText, ms: parseFloat(r.style.animationDuration) * (r.style.animationDuration.endsWith("ms") ? 1 : 1000) });
      if ("cssRules" in r) walk(r.cssRules);
    }
  };
  for (const sheet of document.styleSheets) walk(sheet.cssRules);
  return out;
}

/** Runs in the page: the controls that are too small to be touched, or covered wherever they are scrolled to. What lies around a control and
 * does the same counts as part of it: a label, the tile of a room. @param {number} least */
function untouchable(least) {
  const out = [];
  let smallest = Infinity, count = 0;
  for (const e of document.querySelectorAll("button, input, select, textarea, summary, a[href]")) {
    if (!e.checkVisibility({ visibilityProperty: true }) || e.closest(".spoken")) continue;
    e.scrollIntoView({ block: "center" });
    const whole = e.closest("label") ?? (e.matches(".tile .open") ? e.closest(".tile") : e) ?? e;
    const r = e.getBoundingClientRect(), x = r.left + r.width / 2, y = r.top + r.height / 2;
    const mine = (dx, dy) => {
      const there = document.elementFromPoint(x + dx, y + dy);
      return !!there && (whole.contains(there) || there.closest("label") === whole);
    };
    const name = `${e.tagName.toLowerCase()}#${e.id}.${e.className} “${(e.textContent || e.getAttribute("name") || "").trim().slice(0, 30)}”`;
    if (!r.width || !mine(0, 0)) {
      out.push(`${name} cannot be reached`);
      continue;
    }
    const along = (dx, dy) => {
      let n = 0;
      while (n < least && mine((n + 1) * dx, (n + 1) * dy)) n++;
      return n;
    };
    const wide = along(-1, 0) + along(1, 0) + 1, high = along(0, -1) + along(0, 1) + 1;
    count++;
    smallest = Math.min(smallest, wide, high);
    if (wide < least - 1 || high < least - 1) out.push(`${name} can be touched on ${wide}×${high}`);
  }
  scrollTo(0, 0);
  return { out, smallest, count };
}

/** @type {import("../stage.mjs").Part} */
export const fit = {
  name: "fit",
  async run(s) {
    const rooms = await showRooms(s.tests), ward = await show(s.tests, { STATION_STILL: "1" });
    for (const [name, url, ready] of [["room", rooms.at.high, "#bar.high"], ["station", ward.board, ".tile.high"]]) {
      const quiet = await open(s.browser, url, s.faults, { by: "AK" });
      await quiet.waitForSelector(ready);
      const running = await quiet.evaluate(() => document.getAnimations().length);
      if (running) s.faults.push(`${name}: ${running} animations run although less motion is asked for`);
      for (const [word, size] of [["zoomed", [640, 400]], ["phone", [390, 844]]]) {
        await set(quiet, size, "dark");
        if (name === "station") await quiet.keyboard.press("Escape");
        const { out, smallest, count } = await quiet.evaluate(untouchable, TARGET);
        s.say(`${name}, ${word}: ${count} controls, the smallest ${smallest} points (at least ${TARGET})`);
        s.faults.push(...out.map((one) => `${name}, ${word}: ${one}`));
      }
      await quiet.context().close();

      const lively = await open(s.browser, url, s.faults, { by: "AK", motion: true });
      await lively.waitForSelector(ready);
      const moving = await lively.evaluate(() => document.getAnimations().length), all = await lively.evaluate(written);
      if (!moving) s.faults.push(`${name}: a high alert does not flash, so what is measured here is not what is shown`);
      for (const { rule, ms } of all) if (!(ms > SPREAD) || 1000 / ms > FLASHES) s.faults.push(`${name}: ${rule} flashes ${(1000 / ms).toFixed(1)} times a second`);
      s.say(`${name}: ${all.length} animations, the fastest ${(1000 / Math.min(...all.map((a) => a.ms))).toFixed(1)} times a second (at most ${FLASHES})`);
      await lively.context().close();
    }
    await kill(rooms.child);
    await kill(ward.child);
  },
};
