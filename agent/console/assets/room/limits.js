// The limits beside a numeral: those in force now, nearest to normal first, and which of them has fired. It draws nothing but
// spans; what to say is decided without a page.
import { changedOf } from "./adjust.js";
import { keep, span } from "../base/parts.js";
import { counted, countDown, earliest } from "./silence.js";
import { figure, say } from "../base/say.js";
import { isPressure, pressure } from "../base/units.js";
/** @typedef {import("../base/types.js").Limit} Limit */
/** @typedef {import("../base/types.js").Alert} Alert */
/** One step: a vital's line, or the systolic and diastolic lines of one priority. @typedef {{mark: string, side: string, parts: {text: string, fired: boolean, off: boolean, until?: string, vital: string}[]}} Step */

const PRIORITIES = ["information", "low", "medium", "high"];
const MARKS = ["i", "*", "**", "***"];

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
          const value = isPressure(vital) ? pressure(l.value) : written(l.value);
          const text = vital === "mean" ? say("limits.mean", { value }) : value;
          const same = lines.filter((o) => Number(o.value) === Number(l.value));
          step.parts.push({ text, fired: same.some((o) => fired(o, alerts, values)), off: same.every((o) => o.switched_off), ...backAt(same), vital });
          out.set(key, step);
        }
      }
    }
  }
  return [...out.values()].sort((a, b) => a.rank - b.rank);
}

/** When the first of those that are all kept back sounds again by itself. @param {Limit[]} same */
function backAt(same) {
  const until = earliest(same.map((o) => o.switched_off_until));
  return until && same.every((o) => o.switched_off) ? { until } : {};
}

/** A figure with the decimals that it came with. @param {number|string} value */
function written(value) {
  return figure(Number(value), String(value).split(".")[1]?.length ?? 0);
}

/** @param {Step} s */
function drawn(s) {
  const step = span("step", "");
  step.append(span("stars", s.mark), "\u00a0");
  s.parts.forEach((p, i) => {
    const line = span(`line${p.fired ? " fired" : ""}${p.off ? " off" : ""}`, p.text);
    if (p.fired) line.append(span("unseen", ` ${say("limits.fired")}`));
    if (p.off) line.append(` ${say("limits.off")}`);
    step.append(...(i ? ["/", line] : [line]), ...(p.until ? [" ", counted(p.until)] : []));
  });
  return step;
}

/** @param {HTMLElement} e @param {Limit[]|undefined} limits undefined: not known @param {Alert[]} alerts @param {string[]} vitals
 * @param {Record<string, number>} values that are shown, by vital @param {string} [at] the room's time, for what counts down */
export function drawLimits(e, limits, alerts, vitals, values, at = "") {
  const list = limits ? steps(limits, alerts, vitals, values) : [];
  const changed = changedOf(limits, vitals);
  keep(e, `${changed} ${JSON.stringify(list)}`, () => [...(changed ? [span("flag", say("adjust.changed"))] : []), ...[["at_least", "▲"], ["below", "▼"]].flatMap(([side, arrow]) => {
    const of = list.filter((s) => s.side === side);
    if (!of.length) return [];
    const row = span("side", "");
    row.append(span("unseen", `${say(side === "below" ? "limits.lower" : "limits.upper")} `), span("arrow", arrow), ...of.flatMap((s) => [" ", drawn(s)]));
    return [row];
  })]);
  countDown(e, Date.parse(at), (length) => length);
}
