// Where a session stands: phase, time since the dose, the next reading, the least time of observation, the baseline.
import { duration, text } from "./format.js";
import { el } from "./parts.js";
import { phases, say } from "./vocabulary.js";
/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./types.js").Alert} Alert */
/** @typedef {import("./types.js").CuffReading} CuffReading */
/** @typedef {import("./types.js").Values} Values */

/** Why a reading is due; a condition by the title of its alert. @param {Session} x @param {Alert[]} alerts */
function reason(x, alerts) {
  if (!x.next_reading_why) return "";
  const named = x.next_reading_why.replace(/\b[a-z]+_[a-z_]+\b/, (id) =>
    (alerts.find((a) => a.condition === id)?.title ?? id).replaceAll("_", " ").toLowerCase());
  return ` · ${named}`;
}

/** @param {Session} x @param {Alert[]} alerts @param {number} now */
export function nextReading(x, alerts, now) {
  const at = x.next_reading ? Date.parse(x.next_reading) : 0;
  if (!at) return { value: "none planned", look: "" };
  const why = reason(x, alerts);
  if (x.reading_due && at < Date.parse(x.since)) return { value: `! due now${why}`, look: "due" };
  if (x.reading_overdue) return { value: `!! overdue for ${duration(now - at)}${why}. Measure now.`, look: "overdue" };
  if (x.reading_due) return { value: `! due for ${duration(now - at)}${why}`, look: "due" };
  return { value: `in ${duration(at - now)}${why}`, look: "" };
}

/** @param {CuffReading|undefined} r @param {number} now */
function lastReading(r, now) {
  if (!r) return "none in this session";
  return `${r.systolic}/${r.diastolic}${r.by_hand ? ` by hand (${r.by ?? ""})` : ""} · ${duration(now - Date.parse(r.at))} ago`;
}

/** @param {Values} v */
function values(v) {
  const parts = [];
  if (v.systolic) parts.push(`${v.systolic}/${v.diastolic}`);
  if (v.pulse_rate) parts.push(`pulse ${v.pulse_rate}`);
  if (v.spo2) parts.push(`SpO2 ${v.spo2} %`);
  return parts.join(" · ");
}

/** @param {Session} x */
function baseline(x) {
  const known = values(x.baseline);
  if (!x.doses?.length) return known ? `${known} (so far)` : "not taken yet";
  if (!x.no_baseline && known) return known;
  return `${known ? `incomplete: ${known}` : "none"}. Absolute limits are tighter instead.`;
}

/** @param {Session} x */
export function observation(x) {
  if (!x.doses?.length) return "begins with the first dose";
  return x.observe_left_s ? `${duration(x.observe_left_s * 1000)} left at least` : "least time is over";
}

/** @param {CuffReading|undefined} r */
function figure(r) {
  return r ? `${r.systolic}/${r.diastolic}` : "–";
}

/** @param {import("./types.js").GivenDose} d @param {number} now */
function dose(d, now) {
  return `${d.drug} ${d.amount}${d.device ? `, device ${d.device}` : ""} · ${duration(now - Date.parse(d.at))} ago (${d.by})`;
}

/** The lines, each with its name. @param {Session} x @param {Alert[]} alerts @param {number} now @returns {[string, string, string?][]} */
function lines(x, alerts, now) {
  const next = nextReading(x, alerts, now);
  /** @type {[string, string, string?][]} */
  const out = [
    ["Next blood pressure", next.value, next.look], ["Last in this session", lastReading(x.last_reading, now)],
    ["Observation", observation(x)], ["Baseline", baseline(x), x.no_baseline ? "due" : ""],
  ];
  if (x.doses?.length) {
    out.push(["Doses", x.doses.map((d) => dose(d, now)).join("\n")]);
  }
  if (x.route === "intranasal" && x.doses?.length) {
    const r = x.rems;
    out.push(["REMS form", `before ${figure(r.before)} · at 40 min ${figure(r.at_40_min)} · before leaving ${figure(r.before_leaving)} · ${r.minutes} min`]);
  }
  return out;
}

export function makeClocks() {
  const phase = el("strong"), since = el("span", { className: "since" }), list = el("dl");
  return {
    element: el("div", { className: "clocks" }, el("p", { className: "phase" }, phase, " ", since), list),
    /** @param {Session} x @param {Alert[]} alerts @param {number} now */
    draw(x, alerts, now) {
      text(phase, say(phases, x.phase));
      text(since, x.doses?.length ? `${duration((x.since_dose_s ?? 0) * 1000)} since the first dose` : "before the first dose");
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
