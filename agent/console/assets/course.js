// The trend on the page: asks the agent for it, draws it, and says the same as a table.
import { clock, text } from "./format.js";
import { el, keep } from "./parts.js";
import { paint } from "./paint.js";
import { alertBands, beginning, makeTrend, PULSE, rows, span, SPO2 } from "./trend.js";
import { pressure, pressureUnit } from "./units.js";
import { phases, say, symptoms } from "./vocabulary.js";
/** @typedef {import("./types.js").Status} Status */
/** @typedef {import("./types.js").TrendMark} TrendMark */

const EVERY = 5000; // between two questions: a slot
const ROW = 5 * 60_000; // of the table

/** @type {["60"|"120"|"session", string][]} */
const ranges = [["60", "60 min"], ["120", "2 h"], ["session", "Session"]];

/** What happened, in words. @param {TrendMark} m */
export function happened(m) {
  switch (m.kind) {
    case "session_started": return "Session begins";
    case "session_ended": return "Session ends";
    case "agent_started": return "Monitoring began anew";
    case "phase": return `Phase ${say(phases, m.text).toLowerCase()}`;
    case "dose": return `Dose: ${m.text}`;
    case "symptom": return `Symptom: ${say(symptoms, m.text)}`;
    default: return `Note: ${m.text}`;
  }
}

/** @param {{low: number, high: number}|null} r */
function range(r) {
  return !r ? "not measured" : r.low === r.high ? String(r.low) : `${r.low} to ${r.high}`;
}

/** @param {HTMLElement} box */
export function makeCourse(box) {
  const data = makeTrend();
  const canvas = el("canvas", { className: "trend" }), note = el("span", { className: "note" });
  canvas.setAttribute("role", "img");
  const table = el("div", { className: "trend-table", hidden: true });
  table.tabIndex = 0; // it scrolls, and so by keyboard
  table.setAttribute("role", "region");
  table.setAttribute("aria-label", "Trend as a table");
  const shown = el("button", { type: "button", className: "quiet", ariaExpanded: "false" }, "As a table");
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
  box.replaceChildren(el("div", { className: "head" }, el("h2", {}, "Trend ", note), el("div", { className: "buttons" }, ...choice, shown)), canvas, table);
  new ResizeObserver(() => show()).observe(canvas);

  async function ask() {
    asked = performance.now();
    waiting = true;
    try {
      const answer = await fetch(`/api/v1/trend?since=${data.since()}`, { signal: AbortSignal.timeout(EVERY) });
      if (!answer.ok) throw new Error(answer.statusText);
      data.take(await answer.json());
      known = true;
    } catch {
      known = false; // asked again soon
    }
    waiting = false;
    show();
  }

  function show() {
    if (!status || Number.isNaN(now)) return;
    text(note, known ? "" : "cannot be had now");
    box.classList.toggle("stale", !known);
    const { marks, cuffs, alerts } = data.rest();
    const from = beginning(chosen, marks, now);
    const bands = alertBands(alerts, marks, status.alerts.filter((a) => a.state === "active").map((a) => a.occurrence), from, now);
    paint(canvas, { data, bands, from, to: now, baseline: status.session?.doses?.length ? status.session.baseline : undefined });
    const pulse = span(data.slots(), data.step(), PULSE, from, now), spo2 = span(data.slots(), data.step(), SPO2, from, now);
    const label = `Trend since ${clock(new Date(from).toISOString()).slice(0, 5)}: pulse rate ${range(pulse)}, SpO2 ${range(spo2)}, ${cuffs.filter((c) => Date.parse(c.at) >= from).length} readings of blood pressure, ${bands.length} alerts. The table says more.`;
    if (canvas.ariaLabel !== label) canvas.ariaLabel = label;
    if (!table.hidden) tell(from);
  }

  /** @param {number} from */
  function tell(from) {
    const { marks, cuffs } = data.rest();
    const lines = rows(data.slots(), data.step(), cuffs, from, now, ROW);
    const inside = marks.filter((m) => Date.parse(m.at) >= from);
    keep(table, JSON.stringify([lines, inside, pressureUnit()]), () => [
      el("table", {}, el("caption", {}, "Every five minutes, newest first"),
        el("thead", {}, el("tr", {}, ...["From", "Pulse rate, /min", "SpO2, %", `Pressure, ${pressureUnit()}`, "What happened"].map((h) => el("th", { scope: "col" }, h)))),
        el("tbody", {}, ...lines.map((l) => el("tr", {}, el("th", { scope: "row" }, clock(new Date(l.at).toISOString()).slice(0, 5)),
          el("td", {}, range(l.pulse)), el("td", {}, range(l.spo2)),
          el("td", {}, l.cuffs.map((c) => `${pressure(c.systolic)}/${pressure(c.diastolic)}${c.by_hand ? " by hand" : ""}`).join(", ")),
          el("td", {}, inside.filter((m) => Date.parse(m.at) >= l.at && Date.parse(m.at) < l.at + ROW).map(happened).join("; ")))))),
    ]);
  }

  return { draw, restart: show };

  /** @param {Status|null} s null: nothing is known, and what was is the past */
  function draw(s) {
    status = s ?? status;
    if (!s) {
      known = false;
      asked = -Infinity;
      data.forget(); // another agent may answer next, with another past
      box.classList.add("stale");
      text(note, Number.isNaN(now) ? "" : `as it was at ${clock(new Date(now).toISOString())}`);
      return;
    }
    now = Date.parse(s.at);
    if (!waiting && performance.now() - asked >= EVERY) ask();
  }
}
