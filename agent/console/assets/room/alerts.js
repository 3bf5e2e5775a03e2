// Active and latched alerts: the bar shows the worst, the list all of them.
import { clock, duration, text } from "../base/format.js";
import { el, keep, orderButton, part, span } from "../base/parts.js";
import { say } from "../base/say.js";
import { alertText } from "../base/told.js";
import { calls, named } from "../base/vocabulary.js";
/** @typedef {import("../base/types.js").Alert} Alert */
/** @typedef {import("../base/types.js").Desk} Desk */
/** @typedef {import("../base/types.js").Recipients} Recipients */

/** Ways of an order that are no place: a program on the bus, and the story of a demo. */
const NOWHERE = ["nats", "demo"];

/** @type {Record<string, string>} */
const stars = { high: "***", medium: "**", low: "*", information: "i" };

/** @param {{priority: string, kind: string}} a an alert, or what is like one */
export function mark(a) {
  const m = stars[a.priority] ?? "*";
  return a.kind === "technical" ? m.replaceAll("*", "!") : m;
}

/** Whether it asks for nobody's eyes now: seen, or held back by a pause that a person has ordered. @param {Alert} a */
export function calm(a) {
  return a.acknowledged || a.signal === "alarm_paused" || a.signal === "off";
}

/** Where an order was given: "page" for the room itself, the name of a station or of an enrolled device, "" for no place that is known.
 * @param {string|undefined} via */
export const placeOf = (via) => (!via || NOWHERE.includes(via) ? "" : via.replace(/^console:/, ""));

/** Who has acknowledged it, with where and when as far as that is known. @param {Alert} a */
export function seen(a) {
  const who = a.acknowledged_by ?? "", time = a.acknowledged_at ? clock(a.acknowledged_at).slice(0, 5) : "", place = placeOf(a.via);
  if (!time) return say("alerts.seen", { who });
  if (place === "page") return say("alerts.seen_room", { who, time });
  return place ? say("alerts.seen_at", { who, place, time }) : say("alerts.seen_time", { who, time });
}

/** What silences it, and for how long. @param {Alert} a */
export function silence(a) {
  const left = a.silent_until ? duration(Date.parse(a.silent_until) - Date.parse(a.at)) : "";
  if (a.signal === "audio_paused") return say("alerts.sound_paused", { left });
  if (a.signal === "alarm_paused") return say("alerts.paused_left", { left });
  if (a.signal === "off") return left ? say("alerts.suspended_left", { left }) : say("alerts.off");
  if (!a.acknowledged) return "";
  return left ? `${seen(a)}, ${say("alerts.again", { left })}` : seen(a);
}

/** The same for the bar. @param {Alert} a */
export function quiet(a) {
  if (!calm(a)) return "";
  return a.acknowledged ? seen(a) : say(a.signal !== "off" ? "alerts.paused" : a.silent_until ? "alerts.suspended" : "alerts.off");
}

/** Whom it called, or should have: the room calls nobody itself, a station does, and only one that is there. @param {Alert} a
 * @param {Recipients|undefined} r undefined: not known */
export function callWords(a, r) {
  if (!a.called?.length) return "";
  const whom = a.called.map((c) => named(calls, c)).join(", ");
  if ((r?.stations ?? []).some((s) => s.screens > 0)) return say("alerts.called", { whom });
  return r?.expected ? say("alerts.not_called", { whom }) : say("alerts.calls_nobody", { whom });
}

/** For how long it has been. @param {Alert} a */
export const lasts = (a) => duration(Date.parse(a.at) - Date.parse(a.since));

/** What waits until it is over, "" for nothing. @param {Alert} a @param {number} kept messages that wait for the broker */
const waits = (a, kept) => a.condition === "broker_lost" && kept ? say("alerts.kept", { n: kept }) : "";

/** @param {Alert} a @param {Recipients|undefined} r @param {number} kept */
function note(a, r, kept) {
  const length = lasts(a);
  const parts = [say(a.state === "latched" ? "alerts.was" : "alerts.for", { length }), silence(a)];
  parts.push(waits(a, kept));
  parts.push(callWords(a, r));
  return parts.filter(Boolean).join(" · ");
}

/** What it says, with the way the value went. @param {Alert} a */
export function message(a) {
  const way = a.side === "above" ? "▲ " : a.side === "below" ? "▼ " : "";
  return `${way}${alertText(a)}`;
}

/** @param {Alert} a @param {Desk} desk */
export function acknowledge(a, desk) {
  return orderButton(say("alerts.acknowledge"), a.occurrence, () => desk.order("acknowledge", { occurrence: a.occurrence }));
}

/** How many more there are, and the way to them. @param {(() => void)|undefined} list */
function others(list) {
  if (!list) return span("more", "");
  const b = el("button", { type: "button", className: "more" });
  b.addEventListener("click", list);
  return b;
}

/** The bar is read aloud at every change, so nothing that is read in it counts.
 * @param {HTMLElement} bar @param {Alert[]|null} alerts null: connection lost @param {Desk} desk
 * @param {{seconds?: number, restarts?: boolean, outside?: boolean, kept?: number, list?: () => void}} [o] seconds without a word; restarts: the agent said so
 *   itself, a moment ago; outside: this device is not enrolled; kept: messages that wait for the broker; list: goes to the list of all */
export function drawBar(bar, alerts, desk, { seconds = 0, restarts = false, outside = false, kept = 0, list } = {}) {
  if (!alerts) {
    bar.className = restarts ? "low" : "medium";
    const why = say(restarts ? "alerts.restarts" : outside ? "signin.outside" : "alerts.no_connection");
    keep(bar, `lost ${why}`, () => [span("mark", restarts ? "!" : "!!"), span("what", why), el("span", { className: "note", ariaHidden: "true" })]);
    text(part(bar, ".note"), say("alerts.seconds", { seconds }));
    return;
  }
  bar.dataset.empty = say("alerts.none_bar"); // and not before it is known
  const top = alerts.find((a) => !calm(a)) ?? alerts[0];
  bar.className = top ? `${top.priority}${calm(top) ? " seen" : ""}` : "";
  keep(bar, top ? `${top.occurrence} ${top.priority} ${quiet(top)}` : "", () => {
    if (!top) return [];
    const parts = [span("mark", mark(top)), span("what", message(top)), el("span", { className: "since", ariaHidden: "true" }), el("span", { className: "kept", ariaHidden: "true" }), span("note", quiet(top)), others(list)];
    return top.acknowledged ? parts : [...parts, acknowledge(top, desk)];
  });
  if (!top) return;
  text(part(bar, ".what"), message(top));
  text(part(bar, ".since"), lasts(top));
  text(part(bar, ".kept"), waits(top, kept));
  const more = /** @type {HTMLElement} */ (part(bar, ".more"));
  text(more, alerts.length > 1 ? say("alerts.more", { n: alerts.length - 1 }) : "");
  more.hidden = alerts.length < 2;
}

/** @param {HTMLElement} list @param {HTMLElement} none @param {Alert[]} alerts @param {Desk} desk
 * @param {Recipients} [recipients] @param {number} [kept] messages that wait for the broker */
export function drawAlerts(list, none, alerts, desk, recipients, kept = 0) {
  none.hidden = alerts.length > 0;
  text(none, say("alerts.none"));
  list.classList.remove("past");
  keep(list, alerts.map((a) => `${a.occurrence} ${a.priority} ${a.acknowledged} ${calm(a)}`).join("\n"), () =>
    alerts.map((a) => {
      const li = el("li", { className: `alert ${a.priority}${calm(a) ? " seen" : ""}` }, span("mark", mark(a)), span("what", ""), span("note", ""));
      li.dataset.occurrence = a.occurrence;
      if (!a.acknowledged) li.append(acknowledge(a, desk));
      return li;
    }));
  alerts.forEach((a, i) => {
    text(part(list.children[i], ".what"), message(a));
    text(part(list.children[i], ".note"), note(a, recipients, kept));
  });
}

/** Says that the list is a memory: nobody knows what is now. @param {HTMLElement} list @param {HTMLElement} none @param {string} at */
export function pastAlerts(list, none, at) {
  list.classList.add("past");
  none.hidden = false;
  text(none, at ? say("alerts.as_it_was", { time: clock(at) }) : say("alerts.unknown"));
}
