// The button that speaks: one sentence with values, ages and alerts for whoever hears the page instead of seeing it. Numerals have no
// live region, because a reader would never stop.
import { clock, duration, words } from "../base/format.js";
import { el } from "../base/parts.js";
import { figure, say } from "../base/say.js";
import { told } from "../base/told.js";
/** @typedef {import("../base/types.js").Status} Status */
/** @typedef {Pick<Status, "devices"|"alerts"|"at">} Heard */

/** @param {Heard} s @param {string} kind @param {string} vital @param {string} name */
function one(s, kind, vital, name) {
  const d = s.devices.find((x) => x.kind === kind), v = d?.values?.[vital];
  if (!v) return say("spoken.none", { name, why: d ? (d.link === "connected" ? words(d.absent?.[vital] ?? "not_measured") : say(d.link === "silent" ? "devices.silent" : "devices.lost")) : say("spoken.no_device") });
  return v.age_ms < 5000 ? say("spoken.now", { name, value: figure(v.value) }) : say("spoken.aged", { name, value: figure(v.value), length: duration(v.age_ms) });
}

/** @param {Heard} s */
function pressure(s) {
  const v = s.devices.find((x) => x.kind === "cuff")?.values, name = say("page.pressure");
  if (!v?.systolic || !v.diastolic) return one(s, "cuff", "systolic", name);
  return say("spoken.pressure", { name, systolic: figure(v.systolic.value), diastolic: figure(v.diastolic.value), length: duration(v.systolic.age_ms) });
}

/** @param {Heard|null} s null: nothing is known */
export function sentence(s) {
  if (!s) return say("spoken.unknown");
  const alerts = s.alerts.map((a) => `${say(`priority.${a.priority}`)}: ${told(a.text)}`);
  return [
    say("spoken.at", { time: clock(s.at) }), one(s, "oximeter", "pulse_rate", say("page.pulse")), one(s, "oximeter", "spo2", "SpO2"), pressure(s),
    alerts.length ? say("spoken.alerts", { n: alerts.length, what: alerts.join("; ") }) : say("alerts.none"),
  ].join(" ");
}

/** @param {() => Heard|null} now */
export function makeSpoken(now) {
  const said = el("p", { className: "unseen", role: "status" }), read = el("button", { type: "button" }, say("spoken.read"));
  read.addEventListener("click", () => {
    said.textContent = ""; // the same sentence twice is spoken twice
    requestAnimationFrame(() => (said.textContent = sentence(now())));
  });
  return el("div", { className: "read" }, read, said);
}
