// What stands behind a numeral: its last values, the limits in force, where it comes from and how good it is. It opens beside the
// numbers or beneath them, never over them.
import { clock, duration, text, words } from "../base/format.js";
import { el, keep, span } from "../base/parts.js";
import { figure, say } from "../base/say.js";
import { told } from "../base/told.js";
import { isPressure, pressure, pressureUnit } from "../base/units.js";
import { mark } from "./alerts.js";
import { PULSE, SPO2 } from "./trend.js";
/** @typedef {import("../base/types.js").Status} Status */
/** @typedef {import("../base/types.js").Device} Device */
/** @typedef {import("../base/types.js").Limit} Limit */
/** @typedef {import("../base/types.js").TrendCuff} TrendCuff */
/** @typedef {ReturnType<typeof import("./trend.js").makeTrend>} Data */

const ROWS = 10;
/** @type {Record<string, string>} */
const PRESSURES = { systolic: "sheet.of_systolic", diastolic: "sheet.of_diastolic", mean: "sheet.of_mean" };
const PRIORITIES = ["information", "low", "medium", "high"];

/** The newest slots with the empty ones between them. @param {import("./trend.js").Slot[]} slots @param {number} vital PULSE or SPO2
 * @returns {{slot: number, low: number, high: number, doubt: boolean}[]} newest first */
export function newest(slots, vital) {
  const last = slots.at(-1)?.[0];
  if (last === undefined) return [];
  return Array.from({ length: ROWS }, (_, i) => {
    const s = slots.findLast((one) => one[0] === last - i);
    return { slot: last - i, low: s?.[vital] ?? 0, high: s?.[vital + 1] ?? 0, doubt: Boolean(s?.[5]) };
  });
}

/** @param {string[]} heads @param {(string|Node)[][]} rows @param {string} caption */
function table(heads, rows, caption) {
  return el("table", {}, el("caption", {}, caption), el("thead", {}, el("tr", {}, ...heads.map((h) => el("th", { scope: "col" }, h)))),
    el("tbody", {}, ...rows.map(([first, ...rest]) => el("tr", {}, el("th", { scope: "row" }, first), ...rest.map((c) => el("td", {}, c))))));
}

/** @param {Data} data @param {number} vital */
function values(data, vital) {
  const rows = newest(data.slots(), vital).map((r) => [
    clock(new Date(r.slot * data.step()).toISOString()),
    !r.low ? say("course.not_measured") : r.low === r.high ? figure(r.low) : say("course.range", { low: r.low, high: r.high }),
    !r.low ? "" : say(r.doubt ? "sheet.doubtful" : "sheet.good"),
  ]);
  return table([say("sheet.from"), say("sheet.value"), say("sheet.quality")], rows, say("sheet.values", { n: data.step() / 1000 }));
}

/** How a reading was made. @param {TrendCuff} c */
function how(c) {
  return c.failed ? told(c.failed) : c.by_hand ? say("sheet.by_hand", { who: c.by ?? "" }) : say("sheet.cuff");
}

/** @param {Data} data */
function readings(data) {
  const all = data.tries().slice(-ROWS).toReversed();
  const rows = all.map((c) => [
    clock(c.at), c.failed ? say("sheet.failed") : `${pressure(c.systolic)}/${pressure(c.diastolic)}${c.mean ? ` (${pressure(c.mean)})` : ""}`,
    c.pulse_rate ? figure(c.pulse_rate) : "–", how(c),
  ]);
  return table([say("sheet.at"), `${say("sheet.pressure")}, ${pressureUnit()}`, say("sheet.pulse"), say("sheet.how")], rows,
    rows.length ? say("sheet.readings") : say("sheet.no_readings"));
}

/** @param {Limit[]} limits of the vitals of the numeral */
function inForce(limits) {
  const sorted = limits.toSorted((a, b) => PRIORITIES.indexOf(b.priority) - PRIORITIES.indexOf(a.priority));
  const unit = (/** @type {Limit} */ l) => (isPressure(l.vital) ? say(PRESSURES[l.vital], { value: `${pressure(l.value)} ${pressureUnit()}` }) : figure(l.value));
  return sorted.map((l) => el("li", {}, span("mark", mark({ priority: l.priority, kind: "" })), ` ${l.side === "below" ? "▼" : "▲"} `,
    `${say(l.side === "below" ? "sheet.below" : "sheet.from_on", { value: unit(l) })} · ${told(l.title)}${l.switched_off ? ` · ${l.switched_off_until ? say("sheet.suspended", { time: clock(l.switched_off_until) }) : say("alerts.off")}` : ""}`));
}

/** Where it comes from, in words. @param {Device} d */
function source(d) {
  const heard = d.frame_age_ms === undefined ? say("sheet.never") : d.frame_age_ms < 2000 ? say("sheet.heard_now") : say("sheet.heard", { length: duration(d.frame_age_ms) });
  const flags = (d.flags ?? []).map(words), index = d.values?.perfusion_index;
  return [
    `${say(d.simulated ? "devices.name_simulated" : "devices.name", { title: told(d.title), name: d.name })}: ${say("devices.on", { driver: d.driver, port: d.port })}`,
    heard, [...(index ? [say("sheet.perfusion", { value: index.value })] : []), ...flags].join(", ") || say("sheet.no_flags"),
  ];
}

/** @type {Record<string, {title: string, vitals: string[], kind: string}>} */
const numerals = {
  pulse_rate: { title: say("page.pulse"), vitals: ["pulse_rate"], kind: "oximeter" },
  spo2: { title: "SpO2", vitals: ["spo2"], kind: "oximeter" },
  systolic: { title: say("page.pressure"), vitals: ["systolic", "diastolic", "mean"], kind: "cuff" },
};

/** Makes the numerals of a page open their sheet. @param {HTMLElement} root holds the numerals, each with a button [data-sheet]
 * @param {{data: Data, place: (article: HTMLElement, sheet: HTMLElement) => void}} o */
export function makeSheets(root, { data, place }) {
  const title = el("h3"), limits = el("ul", { className: "plain" }), rows = el("div", { className: "trend-table" });
  const from = el("ul", { className: "plain" }), shut = el("button", { type: "button" }, say("form.close"));
  rows.tabIndex = 0;
  rows.setAttribute("role", "region");
  const sheet = el("section", { className: "panel numeral-sheet" }, el("div", { className: "head" }, title, shut), rows,
    el("h4", {}, say("sheet.limits")), limits, el("h4", {}, say("sheet.source")), from);
  let open = "";
  /** @type {HTMLElement|null} */
  let back = null;
  /** @type {Status|null} */
  let last = null;

  function close() {
    open = "";
    sheet.remove();
    for (const b of root.querySelectorAll("[data-sheet]")) b.ariaExpanded = "false";
    back?.focus();
  }
  shut.addEventListener("click", close);
  sheet.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    e.stopPropagation();
    close();
  });
  for (const article of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-vital]"))) {
    const button = /** @type {HTMLElement|null} */ (article.querySelector("[data-sheet]"));
    if (!button) continue;
    button.ariaExpanded = "false";
    button.addEventListener("click", () => {
      const vital = article.dataset.vital ?? "";
      if (open === vital) return close();
      for (const b of root.querySelectorAll("[data-sheet]")) b.ariaExpanded = String(b === button);
      open = vital;
      back = button;
      place(article, sheet);
      draw(last);
      shut.focus({ preventScroll: true });
      article.scrollIntoView({ block: "nearest" }); // the number stays in sight, whatever stands behind it
    });
  }

  /** @param {Status|null} s null: nothing is known */
  function draw(s) {
    last = s;
    if (!open) return;
    const of = numerals[open], d = s?.devices.find((one) => one.kind === of.kind);
    text(title, of.title);
    rows.setAttribute("aria-label", of.title);
    if (!s) {
      keep(rows, "", () => [say("sheet.unknown")]);
      limits.replaceChildren();
      from.replaceChildren();
      delete limits.dataset.key;
      delete from.dataset.key;
      return;
    }
    const list = open === "systolic" ? data.tries() : data.slots().slice(-ROWS);
    keep(rows, JSON.stringify([open, list, pressureUnit()]), () => [open === "systolic" ? readings(data) : values(data, open === "spo2" ? SPO2 : PULSE)]);
    const lines = (s.limits ?? []).filter((l) => of.vitals.includes(l.vital));
    keep(limits, JSON.stringify([lines, pressureUnit()]), () => (lines.length ? inForce(lines) : [el("li", {}, say("sheet.no_limits"))]));
    const origin = d ? source(d) : [say(of.kind === "cuff" ? "numerals.no_cuff" : "numerals.no_oximeter")];
    keep(from, JSON.stringify(origin), () => origin.map((t) => el("li", {}, t)));
  }
  return { draw, close: () => open && close() };
}
