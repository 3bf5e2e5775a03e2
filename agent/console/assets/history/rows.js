// One recorded session as a row of the list. What stands in it beyond code and date comes with its summary, which is read from the
// record when the row is shown.
import { clock, duration } from "../base/format.js";
import { el } from "../base/parts.js";
import { language, say, sayOr } from "../base/say.js";
import { pressure, pressureUnit } from "../base/units.js";
/** @typedef {import("../base/types.js").Recorded} Recorded */
/** @typedef {import("../base/types.js").Summary} Summary */

const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
/** @type {Record<string, string>} */
const marks = { high: "***", medium: "**", low: "*", information: "i" };

/** @param {string} iso */
export function date(iso) {
  return day.format(new Date(iso));
}

/** How high and how low it went. @param {Summary} s */
export function peaks(s) {
  return s.peaks.map((p) => {
    const mmHg = `${p.value} mmHg`; // of which alerts and the record speak
    const value = p.vital !== "systolic" ? `${p.value} ${p.unit}` : pressureUnit() === "kPa" ? `${pressure(p.value)} kPa (${mmHg})` : mmHg;
    return say(`history.peak_${p.vital}`, { value });
  }).join(" · ") || say("history.none");
}

/** What was given, each drug with its amounts. @param {Summary} s */
export function doses(s) {
  /** @type {Map<string, string[]>} */
  const by = new Map();
  for (const d of s.doses) by.set(d.drug, [...(by.get(d.drug) ?? []), d.amount]);
  return [...by].map(([drug, amounts]) => `${drug} ${amounts.join(" + ")}`).join(", ") || say("history.none");
}

/** @param {Summary} s */
function counts(s) {
  const known = Object.keys(marks).filter((p) => s.alerts[p]);
  if (!known.length) return [say("history.none")];
  return known.map((p) => el("span", {}, el("b", { ariaHidden: "true" }, `${marks[p]} `), `${s.alerts[p]} ${say(`priority.${p}`)}`));
}

/** @param {string} name @param {...(Node|string)} children */
function cell(name, ...children) {
  const td = el("td", {}, el("span", {}, ...children));
  td.dataset.name = say(`history.${name}`);
  return td;
}

/** A row as the list has it, before its summary. @param {Recorded} r */
export function makeRow(r) {
  const open = el("a", { className: "code", href: `#${encodeURIComponent(r.session)}` }, r.session);
  const first = el("td", {}, open, el("div", { className: "when note" }, `${date(r.first)} ${clock(r.first).slice(0, 5)}`));
  if (r.imported) first.append(el("div", { className: "note" }, say("history.imported", { room: r.room, site: r.site })));
  const tr = el("tr", { className: r.running ? "going" : "" }, first,
    ...["how", "length", "doses", "peaks", "alerts", "state"].map((name) => cell(name, "…")));
  tr.dataset.session = r.session;
  return tr;
}

/** Fills a row. @param {HTMLTableRowElement} tr @param {Recorded} r @param {Summary} s */
export function fillRow(tr, r, s) {
  const state = cell("state", r.running ? el("b", { className: "now" }, say("history.running"))
    : say(s.complete ? "history.complete" : s.ended ? "history.damaged" : "history.unfinished"));
  state.className = "state";
  if (s.mode !== "live") state.firstElementChild?.append(el("span", { className: "badge" }, say(s.mode === "demo" ? "page.simulated" : "page.test")));
  const alerts = cell("alerts");
  alerts.className = "counts";
  /** @type {HTMLElement} */ (alerts.firstElementChild).append(...counts(s));
  const route = s.route ? sayOr(`route.${s.route}`, s.route) : say("history.no_route");
  tr.replaceChildren(tr.cells[0], cell("how", el("b", {}, route), el("div", { className: "note" }, s.profile)),
    cell("length", duration(Date.parse(s.to) - Date.parse(s.from))), cell("doses", doses(s)), cell("peaks", peaks(s)), alerts, state);
}

/** Says in a row that its session cannot be read. @param {HTMLTableRowElement} tr @param {string} why */
export function failRow(tr, why) {
  const told = el("td", { colSpan: 6 }, el("span", { className: "note" }, why));
  told.dataset.name = say("history.state");
  tr.replaceChildren(tr.cells[0], told);
}
