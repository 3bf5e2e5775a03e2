// What is going on in the room, while somebody reads about the past: the bar of the room's page, with the same words. This page only
// asks; it is no screen that an alert counts as shown on, and rings for nobody.
import { drawBar } from "../room/alerts.js";
import { badge, text } from "../base/format.js";
/** @typedef {import("../base/types.js").Status} Status */
/** @typedef {import("../base/types.js").Desk} Desk */

const AGAIN = 2000; // ms
const DEAD = 4000; // after which nothing is known, as everywhere

/** @param {HTMLElement} bar @param {HTMLElement} mode @param {Desk} desk */
export function glance(bar, mode, desk) {
  let last = performance.now();
  async function look() {
    try {
      const answer = await fetch("/api/v1/state", { signal: AbortSignal.timeout(DEAD) });
      if (!answer.ok) throw new Error(String(answer.status));
      /** @type {Status} */
      const s = await answer.json();
      last = performance.now();
      drawBar(bar, s.alerts, desk);
      mode.hidden = s.mode === "live";
      text(mode, badge(s));
    } catch {
      const age = performance.now() - last;
      if (age > DEAD) drawBar(bar, null, desk, { seconds: Math.round(age / 1000) });
    }
    setTimeout(look, AGAIN);
  }
  look();
}
