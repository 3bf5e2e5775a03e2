// Alarm limits of the session: what holds, what the profile has, and how far each may be changed. The agent says all of it and
// decides; what is typed stays here until it has taken it. Nothing lies over the numbers: the panel is a part of the page.
import { clock, text } from "../base/format.js";
import { el, refocus, span } from "../base/parts.js";
import { figure, say } from "../base/say.js";
import { refused, told } from "../base/told.js";
import { bothPressures, isPressure, pressure, pressureUnit, typedPressure } from "../base/units.js";
/** @typedef {import("../base/types.js").Desk} Desk */
/** @typedef {import("../base/types.js").Status} Status */
/** @typedef {import("../base/types.js").Limit} Limit */
/** @typedef {import("../base/types.js").Setting} Setting */

const VITALS = ["pulse_rate", "spo2", "systolic", "diastolic", "mean"];

/** One number that may be set. Without a vital it is the delay of the condition.
 * @typedef {{key: string, condition: string, vital: string, side: string, label: string, setting: Setting}} Row */

/** The numbers that may be set, by vital; the delay of a condition stands behind its first limit. @param {Limit[]} limits
 * @returns {{vital: string, rows: Row[], fixed: Limit[]}[]} */
export function rows(limits) {
  const delays = new Set();
  return VITALS.map((vital) => {
    const of = limits.filter((l) => l.vital === vital);
    /** @type {Row[]} */
    const list = [];
    for (const l of of) {
      const title = told(l.title);
      const common = { condition: l.condition, vital, side: l.side };
      if (l.setting) list.push({ ...common, key: `${l.condition} ${vital} ${l.side}`, label: say(l.side === "below" ? "adjust.below" : "adjust.above", { title }), setting: l.setting });
      if (!l.delay || delays.has(l.condition)) continue;
      delays.add(l.condition);
      list.push({ condition: l.condition, vital: "", side: "", key: `${l.condition} delay`, label: say("adjust.delay", { title }), setting: l.delay });
    }
    return { vital, rows: list, fixed: of.filter((l) => !l.setting) };
  }).filter((g) => g.rows.length || g.fixed.length);
}

/** What was typed as a change: nothing where the number is the one that holds. @param {Row} r @param {string} typed */
export function change(r, typed) {
  const to = Number(typed);
  if (typed.trim() === "" || !Number.isInteger(to)) return { wrong: true, row: r, to };
  return to === Number(r.setting.value) ? null : { wrong: false, row: r, to };
}

/** The order for a change; back to the profile's own is said so. @param {{row: Row, to: number}} c */
export function order({ row: r, to }) {
  const same = to === Number(r.setting.default);
  const of = { condition: r.condition, ...(r.vital ? { vital: r.vital, side: r.side } : {}) };
  return same ? { ...of, default: true } : r.vital ? { ...of, value: to } : { ...of, delay_s: to };
}

/** @param {{row: Row, to: number}} c */
const beyond = ({ row: { setting: s }, to }) => to < Number(s.min) || to > Number(s.max);

/** Whether a vital is written and typed in kPa here. @param {string} vital */
const inKPa = (vital) => isPressure(vital) && pressureUnit() === "kPa";

/** A number of a vital as the page writes it, in a field. @param {string} vital @param {number} n */
export const shown = (vital, n) => (isPressure(vital) ? pressure(n) : String(n));

/** What was typed into the field of a vital, as it is ordered; what is no number stays as it is, and none. @param {string} vital @param {string} typed */
export function ordered(vital, typed) {
  if (!inKPa(vital)) return typed;
  return String(typedPressure(typed) ?? "–");
}

/** The same in a sentence: in kPa with the mmHg, which is what is ordered. @param {string} vital @param {number} n */
function said(vital, n) {
  return inKPa(vital) ? `${pressure(n)} (${figure(n)})` : figure(n);
}

/** @param {Row} r */
function hints({ vital, setting: s }) {
  const range = { min: said(vital, s.min), max: said(vital, s.max), least: said(vital, s.least), most: said(vital, s.most) };
  const wider = Number(s.least) !== Number(s.min) || Number(s.most) !== Number(s.max);
  const list = [say("adjust.default", { value: said(vital, s.default) }), say(wider ? "adjust.range_lead" : "adjust.range", range)];
  if (s.changed) list.push([say("adjust.by", { by: s.by ?? "", time: s.at ? clock(s.at).slice(0, 5) : "" }), s.reason ?? ""].filter(Boolean).join(", "));
  return list.join(" · ");
}

/** A number with its unit where there are two. @param {Row} r @param {number} n */
const inBoth = (r, n) => (isPressure(r.vital) ? bothPressures(Number(n)) : figure(n));

/** @param {HTMLElement} place @param {Desk} desk */
export function makeAdjust(place, desk) {
  const panel = el("details", { className: "adjust" });
  const state = span("flag", "");
  const body = el("form", { className: "sheet", noValidate: true });
  panel.append(el("summary", {}, say("adjust.title"), " ", state), body);
  place.replaceChildren(panel);
  /** What was typed, by number. @type {Map<string, string>} */
  const typed = new Map();
  /** @type {Limit[]} */
  let limits = [];
  let key = "", checking = false, done = "";
  const unfolded = new Set(["pulse_rate"]);

  /** @param {Row} r @param {Limit|undefined} l */
  function row(r, l) {
    const s = r.setting, id = `adjust-${r.key.replaceAll(/[^a-z0-9]/g, "-")}`;
    const value = typed.get(r.key) ?? String(s.value);
    const kPa = inKPa(r.vital);
    const number = el("input", { id, inputMode: kPa ? "decimal" : "numeric", autocomplete: "off", value: shown(r.vital, Number(value)), maxLength: kPa ? 4 : 3 });
    const mmHg = el("small", { className: "mmhg", id: `${id}-mmhg`, hidden: !kPa });
    const slider = el("input", { type: "range", min: String(s.least), max: String(s.most), step: "1", value });
    slider.setAttribute("aria-label", say("adjust.slider", { title: r.label }));
    const ghost = el("span", { className: "ghost", ariaHidden: "true" });
    ghost.style.setProperty("--at", String((Number(s.default) - Number(s.least)) / Math.max(1, Number(s.most) - Number(s.least))));
    const note = el("small", { id: `${id}-note` }, hints(r), ...(r.vital && l?.tighter ? [` · ${say("adjust.now", { value: said(r.vital, l.value), n: said(r.vital, l.tighter) })}`] : []));
    number.setAttribute("aria-describedby", kPa ? `${mmHg.id} ${note.id}` : note.id);
    const back = el("button", { type: "button", className: "back" }, say("adjust.back"));
    const line = el("div", { className: "limit" }, el("label", { htmlFor: id }, r.label), el("span", { className: "field" }, number, mmHg), el("span", { className: "track" }, slider, ghost), back, note);
    /** @param {string} to as it is ordered @param {string} [as] how it was typed */
    const set = (to, as = shown(r.vital, Number(to))) => {
      typed.set(r.key, to);
      if (number.value !== as) number.value = as;
      if (slider.value !== to && Number.isInteger(Number(to))) slider.value = to;
      if (kPa) {
        text(mmHg, Number.isInteger(Number(to)) ? say("adjust.is_mmhg", { value: to }) : say("adjust.no_kpa"));
        slider.setAttribute("aria-valuetext", bothPressures(Number(slider.value)));
      }
      const c = change(r, to);
      if (!c) typed.delete(r.key);
      line.classList.toggle("edited", Boolean(c));
      back.disabled = Number(to) === Number(s.default);
    };
    number.addEventListener("input", () => set(ordered(r.vital, number.value), number.value));
    slider.addEventListener("input", () => set(slider.value));
    back.addEventListener("click", () => set(String(s.default)));
    set(value);
    return line;
  }

  /** What belongs to one vital, folded as it was left. @param {{vital: string}} g @param {Node[]} children */
  function group(g, ...children) {
    const d = el("details", { className: "limits-of", open: unfolded.has(g.vital) }, el("summary", {}, say(`told.${g.vital}`)), ...children);
    d.addEventListener("toggle", () => {
      if (d.open) unfolded.add(g.vital);
      else unfolded.delete(g.vital);
    });
    return d;
  }

  /** The numbers, to be changed. */
  function edit() {
    checking = false;
    const answer = el("p", { className: "refusal", role: "alert" });
    const check = el("button", { type: "submit", className: "go" }, say("adjust.review"));
    body.onsubmit = (e) => {
      e.preventDefault();
      const list = rows(limits).flatMap((g) => g.rows).flatMap((r) => change(r, typed.get(r.key) ?? String(r.setting.value)) ?? []);
      const bad = list.find((c) => c.wrong);
      if (bad) return text(answer, say(inKPa(bad.row.vital) ? "adjust.wrong_kpa" : "adjust.wrong", { what: bad.row.label }));
      done = "";
      if (!list.length) return text(answer, say("adjust.none"));
      confirm(list);
    };
    body.replaceChildren(...(done ? [el("p", { role: "status" }, done)] : []), el("p", { className: "note" }, `${say("adjust.intro")} ${say(pressureUnit() === "kPa" ? "adjust.kpa" : "adjust.mmhg")}.`),
      ...rows(limits).map((g) => group(g,
        ...g.rows.map((r) => row(r, limits.find((l) => l.condition === r.condition && l.vital === r.vital && l.side === r.side))),
        ...g.fixed.map((l) => el("p", { className: "note" }, say("adjust.baseline", { title: told(l.title), value: said(l.vital, l.value) }))),
        ...(g.fixed.length ? [el("p", { className: "note" }, say("adjust.baseline_why"))] : []))),
      answer, el("div", { className: "buttons" }, check));
  }

  /** What is changed, from what to what, before it is ordered. @param {{row: Row, to: number}[]} list */
  function confirm(list) {
    checking = true;
    const wide = list.some(beyond), id = crypto.randomUUID();
    const reason = el("textarea", { rows: 2, maxLength: 500 });
    const lead = el("input", { type: "checkbox" });
    const answer = el("p", { className: "refusal", role: "alert" });
    const go = el("button", { type: "submit", className: "go" }, say("adjust.confirm"));
    const again = el("button", { type: "button" }, say("adjust.edit"));
    again.addEventListener("click", edit);
    body.onsubmit = async (e) => {
      e.preventDefault();
      const held = document.activeElement;
      go.disabled = true;
      text(answer, "");
      const reply = await desk.order("limits-set", {
        id, limits: list.map(order), ...(reason.value.trim() ? { reason: reason.value.trim() } : {}), ...(lead.checked ? { beyond: true } : {}),
      });
      go.disabled = false;
      if (!reply.ok) {
        text(answer, refused(reply));
        return refocus(held);
      }
      typed.clear();
      done = say("adjust.set");
      edit(); // the next picture brings the new numbers
      panel.querySelector("summary")?.focus({ preventScroll: true }); // whose button is gone
    };
    body.replaceChildren(
      el("ul", { className: "plain" }, ...list.map((c) => el("li", {}, say("adjust.change", { what: c.row.label, before: inBoth(c.row, c.row.setting.value), to: inBoth(c.row, c.to) })))),
      el("label", { className: "row long" }, el("span", {}, say("adjust.reason")), reason),
      ...(wide ? [el("label", { className: "row check" }, lead, el("span", {}, say("adjust.beyond")))] : []),
      answer, el("div", { className: "buttons" }, go, again));
    go.focus();
  }

  body.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && checking) edit();
  });
  panel.addEventListener("toggle", () => {
    if (panel.open && !typed.size) edit();
  });

  /** @param {Status|null} s null: nothing is known */
  return function draw(s) {
    const known = s?.session ? (s.limits ?? []) : [];
    const settable = known.some((l) => l.setting);
    place.hidden = !settable && !typed.size; // what was typed outlives a hiccup of the line
    if (s && !s.session) typed.clear();
    const n = known.filter((l) => l.changed).length;
    state.hidden = !n;
    text(state, n ? say("adjust.changed") : "");
    const now = pressureUnit() + JSON.stringify(known.map((l) => [l.condition, l.vital, l.side, l.value, l.setting, l.delay]));
    if (!settable || now === key) return;
    key = now;
    limits = known;
    const within = document.activeElement instanceof HTMLElement && body.contains(document.activeElement);
    if (panel.open && !typed.size && !checking && !within) edit();
  };
}

/** Whether a line beside a numeral is somebody's. @param {Limit[]|undefined} limits @param {string[]} vitals */
export function changedOf(limits, vitals) {
  return Boolean(limits?.some((l) => l.changed && vitals.includes(l.vital)));
}
