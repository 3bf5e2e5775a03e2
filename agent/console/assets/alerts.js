// Active and latched alerts: the bar shows the worst, the list all of them.
import { clock, duration, text } from "./format.js";
import { el, keep, orderButton, part, span } from "./parts.js";
import { calls, say } from "./vocabulary.js";
/** @typedef {import("./types.js").Alert} Alert */
/** @typedef {import("./types.js").Desk} Desk */

/** @type {Record<string, string>} */
const stars = { high: "***", medium: "**", low: "*", information: "i" };

/** @param {Alert} a */
export function mark(a) {
  const m = stars[a.priority] ?? "*";
  return a.kind === "technical" ? m.replaceAll("*", "!") : m;
}

/** Whether it asks for nobody's eyes now: seen, or held back by a pause that a person has ordered. @param {Alert} a */
export function calm(a) {
  return a.acknowledged || a.signal === "alarm_paused" || a.signal === "off";
}

/** What silences it, and for how long. @param {Alert} a */
export function silence(a) {
  const left = a.silent_until ? duration(Date.parse(a.silent_until) - Date.parse(a.at)) : "";
  if (a.signal === "audio_paused") return `sound paused ${left}`;
  if (a.signal === "alarm_paused") return `paused ${left}`;
  if (a.signal === "off") return "switched off";
  if (!a.acknowledged) return "";
  return `seen by ${a.acknowledged_by}${left ? `, again in ${left}` : ""}`;
}

/** The same for the bar. @param {Alert} a */
export function quiet(a) {
  if (!calm(a)) return "";
  return a.acknowledged ? `seen by ${a.acknowledged_by}` : a.signal === "off" ? "switched off" : "paused";
}

/** @param {Alert} a */
function note(a) {
  const parts = [`${a.state === "latched" ? "was active" : "for"} ${duration(Date.parse(a.at) - Date.parse(a.since))}`, silence(a)];
  // The room calls nobody itself, a station does: who is due is told, so that nobody believes that somebody is coming.
  if (a.called?.length) parts.push(`to be called: ${a.called.map((c) => say(calls, c)).join(", ")}`);
  return parts.filter(Boolean).join(" · ");
}

/** What it says, with the way the value went. @param {Alert} a */
export function message(a) {
  const way = a.side === "above" ? "▲ " : a.side === "below" ? "▼ " : "";
  return `${way}${a.text}`;
}

/** @param {Alert} a @param {Desk} desk */
export function acknowledge(a, desk) {
  return orderButton("Acknowledge", a.occurrence, () => desk.order("acknowledge", { occurrence: a.occurrence }));
}

/** The bar is read aloud at every change, so nothing that is read in it counts.
 * @param {HTMLElement} bar @param {Alert[]|null} alerts null: connection lost @param {Desk} desk @param {number} [seconds] */
export function drawBar(bar, alerts, desk, seconds = 0) {
  if (!alerts) {
    bar.className = "medium";
    keep(bar, "lost", () => [span("mark", "!!"), span("what", "No connection to the agent. Look at the patient and the monitor."), el("span", { className: "note", ariaHidden: "true" })]);
    text(part(bar, ".note"), `${seconds} s`);
    return;
  }
  const top = alerts.find((a) => !calm(a)) ?? alerts[0];
  bar.className = top ? `${top.priority}${calm(top) ? " seen" : ""}` : "";
  keep(bar, top ? `${top.occurrence} ${top.priority} ${quiet(top)}` : "", () => {
    if (!top) return [];
    const parts = [span("mark", mark(top)), span("what", message(top)), span("note", quiet(top)), span("more", "")];
    return top.acknowledged ? parts : [...parts, acknowledge(top, desk)];
  });
  if (!top) return;
  text(part(bar, ".what"), message(top));
  text(part(bar, ".more"), alerts.length > 1 ? `+${alerts.length - 1} more` : "");
}

/** @param {HTMLElement} list @param {HTMLElement} none @param {Alert[]} alerts @param {Desk} desk */
export function drawAlerts(list, none, alerts, desk) {
  none.hidden = alerts.length > 0;
  text(none, "No active alert.");
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
    text(part(list.children[i], ".note"), note(a));
  });
}

/** Says that the list is a memory: nobody knows what is now. @param {HTMLElement} list @param {HTMLElement} none @param {string} at */
export function pastAlerts(list, none, at) {
  list.classList.add("past");
  none.hidden = false;
  text(none, at ? `As it was at ${clock(at)}. What is now is not known.` : "Not known yet.");
}
