// Who outside hears this room, who has duty there, and the button that tries the way to them.
import { clock, text } from "../base/format.js";
import { el, orderButton, span } from "../base/parts.js";
import { say } from "../base/say.js";
import { told } from "../base/told.js";
/** @typedef {import("../base/types.js").Desk} Desk */
/** @typedef {import("../base/types.js").Recipients} Recipients */
/** @typedef {import("../base/types.js").Status} Status */

/** @param {string} iso @returns {string} hh:mm */
const hour = (iso) => clock(iso).slice(0, 5);

/** Whether a screen of a station shows this room, be one expected or not. @param {Recipients} r */
export const watched = (r) => (r.stations ?? []).some((s) => s.screens > 0);

/** @param {Recipients} r */
function hearing(r) {
  const d = r.duty;
  const until = d ? hour(d.until) : "";
  const duty = !d ? "" : d.backup ? say("heard.duty_backup", { nurse: d.nurse, until, backup: d.backup }) : say("heard.duty", { nurse: d.nurse, until });
  const heard = r.missing ? `${told(r.missing)}.` : say("heard.told", { stations: (r.stations ?? []).filter((s) => s.screens > 0).map((s) => s.station).join(", ") });
  return duty ? `${heard} ${duty}` : heard;
}

/** Who is coming: what is known of it, and no more. @param {Status} s */
export function coming(s) {
  const open = s.alerts.filter((a) => a.state === "active" && (a.priority === "high" || a.priority === "medium"));
  if (!open.length) return "";
  const unseen = open.filter((a) => !a.acknowledged), by = [...new Set(open.flatMap((a) => (a.acknowledged_by ? [a.acknowledged_by] : [])))].join(", ");
  if (!unseen.length) return say("heard.answered", { who: by });
  const hidden = s.recipients?.undisplayed ?? [];
  if (s.recipients?.expected && unseen.every((a) => hidden.includes(a.occurrence))) return say("heard.not_shown");
  return by ? say("heard.partly", { who: by, n: unseen.length }) : say("heard.nobody_answers");
}

/** @param {HTMLElement} place @param {Desk} desk */
export function makeHeard(place, desk) {
  const mark = span("mark", say("heard.mark")), words = span("what", ""), line = el("p", { className: "note" }, mark, words);
  const test = orderButton(say("heard.test"), "reach-test", () => desk.order("reach-test", {}));
  const result = el("p", { className: "note", role: "status" });
  const answer = el("p", { className: "note answer" });
  place.replaceChildren(line, answer, result, test);

  /** @param {Status|null} s null: nothing is known */
  return function draw(s) {
    const r = s?.recipients;
    const deaf = Boolean(r?.expected && r.missing);
    place.classList.toggle("deaf", deaf);
    mark.hidden = !deaf;
    test.hidden = !r?.expected;
    test.querySelector("button")?.toggleAttribute("disabled", r?.reach?.state === "waiting");
    result.hidden = !r?.reach;
    text(words, !r ? say("heard.unknown") : r.expected || watched(r) ? hearing(r) : say("heard.no_station"));
    text(answer, s ? coming(s) : "");
    text(result, r?.reach ? `${hour(r.reach.at)} ${told(r.reach.text)}.` : "");
  };
}
