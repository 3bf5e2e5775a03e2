// What people have silenced, since when and for how long; and the button that silences the sound.
import { duration } from "./format.js";
import { el, keep, orderButton, span } from "./parts.js";
import { calm } from "./alerts.js";
import { sentence } from "./vocabulary.js";
/** @typedef {import("./types.js").Desk} Desk */
/** @typedef {import("./types.js").Status} Status */

const CUE = 6000; // how long a reminder stays: alarms.md section 4

/** Shows now and then that alerts go on and are silenced. @param {HTMLElement} note */
export function makeReminder(note) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let end;
  return () => {
    clearTimeout(end);
    note.hidden = false;
    note.textContent = "Reminder: alerts go on that somebody has silenced.";
    end = setTimeout(() => (note.hidden = true), CUE);
  };
}

/** @param {string|undefined} until @param {number} now @returns {number} milliseconds, 0 for no pause */
function left(until, now) {
  return until ? Math.max(0, Date.parse(until) - now) : 0;
}

/** @param {HTMLElement} strip says what is silenced @param {HTMLElement} place of the button @param {Desk} desk */
export function makeSilence(strip, place, desk) {
  const quiet = orderButton("Pause sound 2:00", "pause-audio", () => desk.order("pause-audio", {}));
  place.replaceChildren(quiet);

  /** @param {Status|null} s null: nothing is known */
  return function draw(s) {
    const now = s ? Date.parse(s.at) : 0, z = s?.silence ?? {};
    const audio = left(z.audio_until, now), alarm = Math.max(left(z.alarm_until, now), left(s?.session?.paused_until, now));
    quiet.hidden = !s || audio > 0 || !s.alerts.some((a) => !calm(a));
    const off = z.off ?? [];
    strip.hidden = !audio && !alarm && !off.length;
    const by = `${z.by ? ` · ${z.by}` : ""}${z.reason ? ` · ${z.reason}` : ""}`;
    keep(strip, `${audio > 0} ${alarm > 0} ${by} ${JSON.stringify(off)}`, () => {
      /** @type {Node[]} */
      const lines = [];
      if (alarm) lines.push(el("p", {}, span("mark", "Alarms paused"), " ", span("left alarm", ""), by));
      if (audio) lines.push(el("p", {}, span("mark", "Sound paused"), " ", span("left audio", ""), alarm ? "" : by));
      for (const o of off) lines.push(el("p", {}, span("mark", `Off: ${s?.alerts.find((a) => a.condition === o.condition)?.title ?? sentence(o.condition)}`), ` · ${o.by} · ${o.reason} `,
        orderButton("Switch on", o.condition, () => desk.order("alarm-on", { condition: o.condition }))));
      if (audio || alarm) lines.push(orderButton("Resume now", "resume", () => desk.order("resume", {})));
      return lines;
    });
    for (const [name, ms] of /** @type {[string, number][]} */ ([["alarm", alarm], ["audio", audio]])) {
      const e = strip.querySelector(`.left.${name}`);
      if (e) e.textContent = `${duration(ms)} left`;
    }
  };
}
