// The limits beside a numeral: those in force now, nearest to normal first, and which of them has fired. It draws nothing but
// spans; what to say is decided without a page.
import { keep, span } from "./parts.js";
import { pressure } from "./units.js";
/** @typedef {import("./types.js").Limit} Limit */
/** @typedef {import("./types.js").Alert} Alert */
/** One step: a vital's line, or the systolic and diastolic lines of one priority. @typedef {{mark: string, side: string, parts: {text: string, fired: boolean, off: boolean, vital: string}[]}} Step */

const PRIORITIES = ["information", "low", "medium", "high"];
const MARKS = ["i", "*", "**", "***"];
const PRESSURES = ["systolic", "diastolic", "mean"];

/** Whether an alert that goes on is about this line: it names it, or its condition has fired and the value shown is beyond the line
 * as well. @param {Limit} l @param {Alert[]} alerts @param {Record<string, number>} values that are shown, by vital */
export function fired(l, alerts, values) {
  const v = values[l.vital];
  const beyond = v !== undefined && (l.side === "below" ? v < l.value : v >= l.value);
  return alerts.some((a) => a.state === "active" && a.condition === l.condition && (beyond || a.vital === l.vital && Number(a.limit) === Number(l.value)));
}

/** What stands beside the numeral of these vitals: of each side and priority the line nearest to normal, and every one that has
 * fired. @param {Limit[]} limits @param {Alert[]} alerts @param {string[]} vitals
 * @param {Record<string, number>} [values] @returns {Step[]} */
export function steps(limits, alerts, vitals, values = {}) {
  /** @type {Map<string, Step & {rank: number}>} */
  const out = new Map();
  for (const side of ["at_least", "below"]) {
    for (const [rank, priority] of PRIORITIES.entries()) {
      for (const vital of vitals) {
        const lines = limits.filter((l) => l.side === side && l.priority === priority && l.vital === vital);
        if (!lines.length) continue;
        const near = lines.reduce((a, b) => ((side === "below" ? b.value > a.value : b.value < a.value) ? b : a));
        for (const l of lines) {
          if (l !== near && !(fired(l, alerts, values) && Number(l.value) !== Number(near.value))) continue;
          // Systolic and diastolic lines of a priority read like a reading: 180/110.
          const together = l === near && vital !== "mean";
          const key = `${side} ${priority} ${together ? "" : `${vital} ${l.value}`}`;
          const step = out.get(key) ?? { mark: MARKS[rank], side, rank, parts: [] };
          const text = `${vital === "mean" ? "mean " : ""}${PRESSURES.includes(vital) ? pressure(l.value) : l.value}`;
          const same = lines.filter((o) => Number(o.value) === Number(l.value));
          step.parts.push({ text, fired: same.some((o) => fired(o, alerts, values)), off: same.every((o) => o.switched_off), vital });
          out.set(key, step);
        }
      }
    }
  }
  return [...out.values()].sort((a, b) => a.rank - b.rank);
}

/** @param {Step} s */
function written(s) {
  const step = span("step", "");
  step.append(span("stars", s.mark), "\u00a0");
  s.parts.forEach((p, i) => {
    const line = span(`line${p.fired ? " fired" : ""}${p.off ? " off" : ""}`, p.text);
    if (p.fired) line.append(span("unseen", " has fired"));
    if (p.off) line.append(" off");
    step.append(...(i ? ["/", line] : [line]));
  });
  return step;
}

/** @param {HTMLElement} e @param {Limit[]|undefined} limits undefined: not known @param {Alert[]} alerts @param {string[]} vitals
 * @param {Record<string, number>} values that are shown, by vital */
export function drawLimits(e, limits, alerts, vitals, values) {
  const list = limits ? steps(limits, alerts, vitals, values) : [];
  keep(e, JSON.stringify(list), () => [["at_least", "▲"], ["below", "▼"]].flatMap(([side, arrow]) => {
    const of = list.filter((s) => s.side === side);
    if (!of.length) return [];
    const row = span("side", "");
    row.append(span("unseen", side === "below" ? "lower limits " : "upper limits "), span("arrow", arrow), ...of.flatMap((s) => [" ", written(s)]));
    return [row];
  }));
}
