// Active and latched alerts: the bar shows the worst, the list all of them.
import { order } from "./commands.js";
import { duration, text } from "./format.js";
/** @typedef {import("./types.js").Alert} Alert */

/** @type {Record<string, string>} */
const stars = { high: "***", medium: "**", low: "*", information: "i" };

/** @param {Alert} a */
function mark(a) {
  const m = stars[a.priority] ?? "*";
  return a.kind === "technical" ? m.replaceAll("*", "!") : m;
}

/** @param {Alert} a */
function note(a) {
  const since = duration(Date.parse(a.at) - Date.parse(a.since));
  const seen = a.acknowledged ? ` · seen by ${a.acknowledged_by}` : "";
  return `${a.state === "latched" ? "was active" : "for"} ${since}${seen}`;
}

/** @param {Alert} a */
function button(a) {
  const b = document.createElement("button");
  b.type = "button";
  b.textContent = "Acknowledge";
  b.addEventListener("click", async () => {
    b.disabled = true;
    const reply = await order("acknowledge", { occurrence: a.occurrence });
    if (!reply.ok) {
      b.disabled = false;
      b.textContent = `Acknowledge (${reply.text ?? "not sent"})`;
    }
  });
  return b;
}

/** Rebuilds an element only if what it says has changed, so that a button is never pulled away under a finger.
 * @param {HTMLElement} e @param {string} key @param {() => (Node|string)[]} make */
function keep(e, key, make) {
  if (e.dataset.key === key) return;
  e.dataset.key = key;
  e.replaceChildren(...make());
}

/** @param {string} className @param {string} content */
function span(className, content) {
  const e = document.createElement("span");
  e.className = className;
  e.textContent = content;
  return e;
}

/** @param {HTMLElement} bar @param {Alert[]|null} alerts null: connection lost @param {number} [seconds] */
export function drawBar(bar, alerts, seconds = 0) {
  if (!alerts) {
    bar.className = "medium";
    keep(bar, "lost", () => [span("mark", "!!"), span("what", "No connection to the agent. Look at the patient and the monitor."), span("note", "")]);
    text(/** @type {Element} */ (bar.querySelector(".note")), `${seconds} s`);
    return;
  }
  const top = alerts.find((a) => !a.acknowledged) ?? alerts[0];
  bar.className = top ? `${top.priority}${top.acknowledged ? " seen" : ""}` : "";
  const key = top ? `${top.occurrence} ${top.priority} ${top.text} ${top.acknowledged} ${alerts.length}` : "";
  keep(bar, key, () => {
    if (!top) return [];
    const parts = [span("mark", mark(top)), span("what", top.text)];
    if (alerts.length > 1) parts.push(span("more", `+${alerts.length - 1} more`));
    return top.acknowledged ? parts : [...parts, button(top)];
  });
}

/** @param {HTMLElement} list @param {HTMLElement} none @param {Alert[]} alerts */
export function drawAlerts(list, none, alerts) {
  none.hidden = alerts.length > 0;
  keep(list, alerts.map((a) => `${a.occurrence} ${a.priority} ${a.state} ${a.acknowledged} ${a.text}`).join("\n"), () =>
    alerts.map((a) => {
      const li = document.createElement("li");
      li.className = `alert ${a.priority}`;
      li.append(span("mark", mark(a)), span("what", a.text), span("note", ""));
      if (!a.acknowledged) li.append(button(a));
      return li;
    }));
  alerts.forEach((a, i) => text(/** @type {Element} */ (list.children[i].querySelector(".note")), note(a)));
}
