// What people have silenced, since when and for how long; and the button that silences the sound.
import { duration, text } from "../base/format.js";
import { el, keep, orderButton, span } from "../base/parts.js";
import { calm } from "./alerts.js";
import { say } from "../base/say.js";
import { told } from "../base/told.js";
import { sentence } from "../base/vocabulary.js";
/** @typedef {import("../base/types.js").Desk} Desk */
/** @typedef {import("../base/types.js").Status} Status */

const CUE = 6000; // how long a reminder stays: alarms.md section 4

/** Shows now and then that alerts go on and are silenced. @param {HTMLElement} note */
export function makeReminder(note) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let end;
  return () => {
    clearTimeout(end);
    note.hidden = false;
    note.textContent = say("silence.reminder");
    end = setTimeout(() => (note.hidden = true), CUE);
  };
}

/** @param {string|undefined} until @param {number} now @returns {number} milliseconds, 0 for no pause */
function left(until, now) {
  return until ? Math.max(0, Date.parse(until) - now) : 0;
}

/** The first of some moments, "" if there is none. @param {(string|undefined)[]} moments */
export const earliest = (moments) => moments.flatMap((m) => m || []).sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? "";

/** What counts down to a moment, as [countDown] writes it. @param {string} until */
export function counted(until) {
  const e = span("left", "");
  e.dataset.until = until;
  return e;
}

/** Writes what is left into everything that counts down within an element. @param {Element} root @param {number} now
 * @param {(length: string) => string} words */
export function countDown(root, now, words) {
  for (const e of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-until]"))) text(e, words(duration(left(e.dataset.until, now))));
}

/** @param {Status|null} s @param {string} condition */
function title(s, condition) {
  return [...(s?.alerts ?? []), ...(s?.limits ?? [])].find((a) => a.condition === condition)?.title ?? sentence(condition);
}

/** @param {HTMLElement} strip says what is silenced @param {HTMLElement} place of the button @param {Desk} desk */
export function makeSilence(strip, place, desk) {
  const quiet = orderButton(say("silence.pause"), "pause-audio", () => desk.order("pause-audio", {}));
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
      if (alarm) lines.push(el("p", {}, span("mark", say("silence.alarms")), " ", span("left alarm", ""), by));
      if (audio) lines.push(el("p", {}, span("mark", say("silence.sound")), " ", span("left audio", ""), alarm ? "" : by));
      for (const o of off) lines.push(el("p", {}, span("mark", say(o.until ? "silence.suspended" : "silence.off", { what: told(title(s, o.condition)) })),
        ...(o.until ? [" · ", counted(o.until)] : []), ` · ${o.by} · ${o.reason} `,
        orderButton(say("silence.on"), o.condition, () => desk.order("alarm-on", { condition: o.condition }))));
      if (audio || alarm) lines.push(orderButton(say("silence.resume"), "resume", () => desk.order("resume", {})));
      return lines;
    });
    for (const [name, ms] of /** @type {[string, number][]} */ ([["alarm", alarm], ["audio", audio]])) {
      const e = strip.querySelector(`.left.${name}`);
      if (e) e.textContent = say("silence.left", { length: duration(ms) });
    }
    countDown(strip, now, (length) => say("silence.left", { length }));
  };
}
