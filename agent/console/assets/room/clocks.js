// Where a session stands: phase, time since the dose, the next reading, the least time of observation, the baseline.
import { duration, text } from "../base/format.js";
import { el } from "../base/parts.js";
import { say } from "../base/say.js";
import { told } from "../base/told.js";
import { phases, named } from "../base/vocabulary.js";
/** @typedef {import("../base/types.js").Session} Session */
/** @typedef {import("../base/types.js").Alert} Alert */
/** @typedef {import("../base/types.js").CuffReading} CuffReading */
/** @typedef {import("../base/types.js").Values} Values */

/** Why a reading is due; a condition by the title of its alert. @param {Session} x @param {Alert[]} alerts */
function reason(x, alerts) {
  if (!x.next_reading_why) return "";
  const named = x.next_reading_why.replace(/\b[a-z]+_[a-z_]+\b/, (id) =>
    (alerts.find((a) => a.condition === id)?.title ?? id).replaceAll("_", " ").toLowerCase());
  return ` · ${told(named)}`;
}

/** @param {Session} x @param {Alert[]} alerts @param {number} now
 * @returns {{value: string, look: string, ahead?: number}} ahead: milliseconds until it is due */
export function nextReading(x, alerts, now) {
  const at = x.next_reading ? Date.parse(x.next_reading) : 0;
  if (!at) return { value: say("clocks.none_planned"), look: "" };
  const why = reason(x, alerts);
  if (x.reading_due && at < Date.parse(x.since)) return { value: say("clocks.due_now", { why }), look: "due" };
  if (x.reading_overdue) return { value: say("clocks.overdue", { length: duration(now - at), why }), look: "overdue" };
  if (x.reading_due) return { value: say("clocks.due", { length: duration(now - at), why }), look: "due" };
  return { value: say("clocks.in", { length: duration(at - now), why }), look: "", ahead: Math.max(1, at - now) };
}

/** @param {CuffReading|undefined} r @param {number} now */
function lastReading(r, now) {
  if (!r) return say("clocks.no_reading");
  const what = r.by_hand ? say("clocks.by_hand", { pressure: figure(r), who: r.by ?? "" }) : figure(r);
  return say("clocks.ago", { what, length: duration(now - Date.parse(r.at)) });
}

/** @param {Values} v */
function values(v) {
  const parts = [];
  if (v.systolic) parts.push(`${v.systolic}/${v.diastolic}`);
  if (v.pulse_rate) parts.push(say("clocks.pulse", { n: v.pulse_rate }));
  if (v.spo2) parts.push(say("clocks.spo2", { n: v.spo2 }));
  return parts.join(" · ");
}

/** @param {Session} x */
function baseline(x) {
  const known = values(x.baseline);
  if (!x.doses?.length) return known ? say("clocks.so_far", { values: known }) : say("clocks.not_taken");
  if (!x.no_baseline && known) return known;
  return known ? say("clocks.incomplete", { values: known }) : say("clocks.no_baseline");
}

/** @param {Session} x */
export function observation(x) {
  if (!x.doses?.length) return say("clocks.before_observation");
  return x.observe_left_s ? say("clocks.left", { length: duration(x.observe_left_s * 1000) }) : say("clocks.over");
}

/** @param {CuffReading|undefined} r */
function figure(r) {
  return r ? `${r.systolic}/${r.diastolic}` : "–";
}

/** @param {import("../base/types.js").GivenDose} d @param {number} now */
function dose(d, now) {
  const given = { drug: d.drug, amount: d.amount, length: duration(now - Date.parse(d.at)), who: d.by };
  return d.device ? say("clocks.dose_device", { ...given, device: d.device }) : say("clocks.dose", given);
}

/** The lines, each with its name. @param {Session} x @param {Alert[]} alerts @param {number} now @returns {[string, string, string?][]} */
function lines(x, alerts, now) {
  const next = nextReading(x, alerts, now);
  /** @type {[string, string, string?][]} */
  const out = [
    [say("clocks.next"), next.value, next.look], [say("clocks.last"), lastReading(x.last_reading, now)],
    [say("clocks.observation"), observation(x)], [say("clocks.baseline"), baseline(x), x.no_baseline ? "due" : ""],
  ];
  if (x.doses?.length) {
    out.push([say("clocks.doses"), x.doses.map((d) => dose(d, now)).join("\n")]);
  }
  if (x.route === "intranasal" && x.doses?.length) {
    const r = x.rems;
    out.push([say("clocks.rems"), say("clocks.rems_figures", { before: figure(r.before), at40: figure(r.at_40_min), leaving: figure(r.before_leaving), minutes: r.minutes })]);
  }
  return out;
}

export function makeClocks() {
  const phase = el("strong"), since = el("span", { className: "since" }), list = el("dl");
  return {
    element: el("div", { className: "clocks" }, el("p", { className: "phase" }, phase, " ", since), list),
    /** @param {Session} x @param {Alert[]} alerts @param {number} now */
    draw(x, alerts, now) {
      text(phase, named(phases, x.phase));
      text(since, x.doses?.length ? say("clocks.since_dose", { length: duration((x.since_dose_s ?? 0) * 1000) }) : say("clocks.before_dose"));
      const all = lines(x, alerts, now);
      while (list.children.length > 2 * all.length) list.lastElementChild?.remove();
      while (list.children.length < 2 * all.length) list.append(el("dt"), el("dd"));
      all.forEach(([name, value, look], i) => {
        text(list.children[2 * i], name);
        text(list.children[2 * i + 1], value);
        list.children[2 * i + 1].className = look ?? "";
      });
    },
  };
}
