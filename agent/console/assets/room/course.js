// The trend on the page: asks the agent for it, draws it, and says the same as a table.
import { clock, text } from "../base/format.js";
import { el, keep } from "../base/parts.js";
import { letters } from "./letters.js";
import { paint } from "./paint.js";
import { alertBands, beginning, makeTrend, PULSE, rows, span, SPO2 } from "./trend.js";
import { figure, say } from "../base/say.js";
import { pressure, pressureUnit } from "../base/units.js";
import { marks as presets, phases, named, symptoms } from "../base/vocabulary.js";
/** @typedef {import("../base/types.js").Status} Status */
/** @typedef {import("../base/types.js").TrendMark} TrendMark */

const EVERY = 5000; // between two questions: a slot
const ROW = 5 * 60_000; // of the table
const TOLD = 6; // marks in the list beneath the picture; the table has all of them

/** Asks the agent of this page. @param {number} since @returns {Promise<import("../base/types.js").Trend>} */
async function own(since) {
  const answer = await fetch(`/api/v1/trend?since=${since}`, { signal: AbortSignal.timeout(EVERY) });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

/** @type {["60"|"120"|"session", string][]} */
const ranges = [["60", say("course.sixty")], ["120", say("course.two_hours")], ["session", say("course.session")]];

/** What happened, in words. @param {TrendMark} m */
export function happened(m) {
  const what = event(m);
  return m.taken_back ? say("course.taken_back", { what }) : what;
}

/** @param {TrendMark} m */
function event(m) {
  switch (m.kind) {
    case "session_started": return say("course.began");
    case "session_ended": return say("course.ended");
    case "agent_started": return say("course.anew");
    case "phase": return say("course.phase", { phase: named(phases, m.text) });
    case "dose": return say("course.dose", { what: m.text });
    case "symptom": return say("course.symptom", { what: named(symptoms, m.text) });
    default: return m.mark && (m.mark !== "other" || m.text === "Other") ? say("course.mark", { what: named(presets, m.mark) }) : say("course.note", { what: m.text });
  }
}

/** @param {{low: number, high: number}|null} r */
function range(r) {
  return !r ? say("course.not_measured") : r.low === r.high ? figure(r.low) : say("course.range", r);
}

/** @param {import("../base/types.js").TrendCuff} c */
function taken(c) {
  const written = `${pressure(c.systolic)}/${pressure(c.diastolic)}`;
  return c.by_hand ? say("course.by_hand", { pressure: written }) : written;
}

/** @param {HTMLElement} box @param {(since: number) => Promise<import("../base/types.js").Trend>} [fetchTrend] from which slot on */
export function makeCourse(box, fetchTrend = own) {
  const data = makeTrend();
  const list = el("ol", { className: "plain lettered" }), gap = el("p", { className: "note", hidden: true }), empty = el("p", { className: "note", hidden: true }, say("course.empty"));
  const canvas = el("canvas", { className: "trend" }), note = el("span", { className: "note" });
  canvas.setAttribute("role", "img");
  canvas.ariaLabel = say("course.title"); // until there is something to say of it
  const table = el("div", { className: "trend-table", hidden: true });
  table.tabIndex = 0; // it scrolls, and so by keyboard
  table.setAttribute("role", "region");
  table.setAttribute("aria-label", say("course.table"));
  const shown = el("button", { type: "button", className: "quiet", ariaExpanded: "false" }, say("course.as_table"));
  /** @type {"60"|"120"|"session"} */
  let chosen = "60";
  let asked = -Infinity, waiting = false, now = NaN, known = false;
  /** @type {Status|null} */
  let status = null;
  const choice = ranges.map(([word, label]) => {
    const b = el("button", { type: "button", className: "quiet", ariaPressed: String(word === chosen) }, label);
    b.addEventListener("click", () => {
      chosen = word;
      choice.forEach((other, i) => (other.ariaPressed = String(ranges[i][0] === chosen)));
      show();
    });
    return b;
  });
  shown.addEventListener("click", () => {
    table.hidden = !table.hidden;
    shown.ariaExpanded = String(!table.hidden);
    show();
  });
  box.replaceChildren(el("div", { className: "head" }, el("h2", {}, `${say("course.title")} `, note), el("div", { className: "buttons" }, ...choice, shown)), empty, canvas, gap, list, table);
  new ResizeObserver(() => show()).observe(canvas);

  async function ask() {
    asked = performance.now();
    waiting = true;
    try {
      data.take(await fetchTrend(data.since()));
      known = true;
    } catch {
      known = false; // asked again soon
    }
    waiting = false;
    show();
  }

  function show() {
    if (!status || Number.isNaN(now)) return;
    text(note, known ? "" : say("course.cannot"));
    box.classList.toggle("stale", !known);
    const { marks, cuffs, alerts } = data.rest();
    const from = beginning(chosen, marks, now);
    const bands = alertBands(alerts, marks, status.alerts.filter((a) => a.state === "active").map((a) => a.occurrence), from, now);
    paint(canvas, { data, bands, from, to: now, letters: letters(marks), baseline: status.session?.doses?.length ? status.session.baseline : undefined });
    empty.hidden = !known || data.slots().length + cuffs.length > 0;
    spell(from);
    const pulse = span(data.slots(), data.step(), PULSE, from, now), spo2 = span(data.slots(), data.step(), SPO2, from, now);
    const label = say("course.label", {
      time: clock(new Date(from).toISOString()).slice(0, 5), pulse: range(pulse), spo2: range(spo2),
      readings: say("course.readings", { n: cuffs.filter((c) => Date.parse(c.at) >= from).length }), alerts: say("course.alerts", { n: bands.length }),
    });
    if (canvas.ariaLabel !== label) canvas.ariaLabel = label;
    if (!table.hidden) tell(from);
  }

  /** The letters of the picture, newest first. @param {number} from */
  function spell(from) {
    const inside = [...letters(data.rest().marks)].filter(([m]) => Date.parse(m.at) >= from).toReversed(), few = inside.slice(0, TOLD);
    keep(list, JSON.stringify([few, inside.length]), () => [
      ...few.map(([m, letter]) => el("li", {}, el("b", {}, letter), ` ${clock(m.at)} ${happened(m)}${m.by ? ` (${m.by})` : ""}`)),
      ...(inside.length > TOLD ? [el("li", { className: "note" }, say("course.more", { n: inside.length - TOLD }))] : []),
    ]);
  }

  /** @param {number} from */
  function tell(from) {
    const { marks, cuffs } = data.rest(), named = letters(marks);
    const said = (/** @type {TrendMark} */ m) => `${named.has(m) ? `${named.get(m)} ` : ""}${happened(m)}`;
    const lines = rows(data.slots(), data.step(), cuffs, from, now, ROW);
    const inside = marks.filter((m) => Date.parse(m.at) >= from);
    keep(table, JSON.stringify([lines, inside, pressureUnit()]), () => [
      el("table", {}, el("caption", {}, say("course.caption")),
        el("thead", {}, el("tr", {}, ...[say("course.from"), say("course.pulse"), say("course.spo2"), say("course.pressure", { unit: pressureUnit() }), say("course.happened")].map((h) => el("th", { scope: "col" }, h)))),
        el("tbody", {}, ...lines.map((l) => el("tr", {}, el("th", { scope: "row" }, clock(new Date(l.at).toISOString()).slice(0, 5)),
          el("td", {}, range(l.pulse)), el("td", {}, range(l.spo2)),
          el("td", {}, l.cuffs.map(taken).join(", ")),
          el("td", {}, inside.filter((m) => Date.parse(m.at) >= l.at && Date.parse(m.at) < l.at + ROW).map(said).join("; ")))))),
    ]);
  }

  return {
    draw, restart: show, data,
    /** Says that this page heard nothing for a while. @param {string} from @param {string} to by the agent's clock */
    gap(from, to) {
      gap.hidden = false;
      text(gap, say("course.gap", { from: clock(from), to: clock(to) }));
    },
  };

  /** @param {Status|null} s null: nothing is known, and what was is the past */
  function draw(s) {
    status = s ?? status;
    if (!s) {
      known = false;
      asked = -Infinity;
      data.forget(); // another agent may answer next, with another past
      box.classList.add("stale");
      text(note, Number.isNaN(now) ? "" : say("course.as_it_was", { time: clock(new Date(now).toISOString()) }));
      return;
    }
    now = Date.parse(s.at);
    if (!waiting && performance.now() - asked >= EVERY) ask();
  }
}
