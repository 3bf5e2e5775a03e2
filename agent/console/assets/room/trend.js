// What a trend is before it is drawn: what was received of it, and its lines, gaps, bands and rows. No page and no canvas, so that
// all of it is tested. Moments are in milliseconds.
/** @typedef {import("../base/types.js").Trend} Trend */
/** @typedef {import("../base/types.js").TrendMark} TrendMark */
/** @typedef {import("../base/types.js").TrendAlert} TrendAlert */
/** @typedef {import("../base/types.js").TrendCuff} TrendCuff */
/** @typedef {[number, number, number, number, number, number]} Slot number, lowest and highest pulse rate, lowest and highest SpO2, 0 for
 * none; 1 if the device doubted any of it */
/** @typedef {{x: number, low: number, high: number}} Column */

const KEPT = 4 * 3600_000; // of the past: what the agent sends
const GAP = 2; // from one slot to the next that make a gap beyond them: as long as a value stays current

export const PULSE = 1, SPO2 = 3; // where in a slot

export function makeTrend() {
  /** @type {Slot[]} */
  let slots = [];
  let step = 5000;
  /** @type {Omit<Trend, "slots">} */
  let rest = { at: "", step_s: 5, cuffs: [], marks: [], alerts: [] };
  /** @type {TrendCuff[]} */
  let tries = [];
  return {
    /** Takes an answer: slots replace those from the first of them on. @param {Trend} t */
    take({ slots: news, ...t }) {
      tries = t.cuffs;
      rest = { ...t, cuffs: tries.filter((c) => !c.failed) }; // what gave no pressure is no bar
      step = t.step_s * 1000;
      const fresh = /** @type {Slot[]} */ (news);
      if (!fresh.length) return;
      const first = fresh[0][0], oldest = (/** @type {Slot} */ (fresh.at(-1)))[0] - KEPT / step;
      slots = [...slots.filter((s) => s[0] < first && s[0] >= oldest), ...fresh];
    },
    forget() {
      slots = [];
      tries = [];
      rest = { ...rest, cuffs: [], marks: [], alerts: [] };
    },
    /** From which slot on news are asked for: the last one may not be full yet. */
    since: () => slots.at(-1)?.[0] ?? 0,
    slots: () => slots,
    step: () => step,
    rest: () => rest,
    /** Readings of pressure, and attempts that gave none. */
    tries: () => tries,
  };
}

/** The line of a vital, a column for each step of the picture, in runs without a gap. Each column has the lowest and the highest
 * value that was in it, so nothing that was measured is lost by drawing it small.
 * @param {Slot[]} slots @param {number} step @param {number} vital PULSE or SPO2 @param {number} from @param {number} to
 * @param {number} width columns @returns {Column[][]} */
export function lines(slots, step, vital, from, to, width) {
  /** @type {Column[][]} */
  const runs = [];
  let before = -Infinity;
  for (const s of slots) {
    const low = s[vital], high = s[vital + 1], at = s[0] * step;
    if (!low || at + step <= from || at > to) continue;
    const x = Math.min(width - 1, Math.max(0, Math.floor(((at - from) / (to - from)) * width)));
    if (s[0] - before > GAP) runs.push([]);
    before = s[0];
    const run = /** @type {Column[]} */ (runs.at(-1)), last = run.at(-1);
    if (last?.x === x) {
      last.low = Math.min(last.low, low);
      last.high = Math.max(last.high, high);
    } else run.push({ x, low, high });
  }
  return runs;
}

/** The lowest and highest value of a vital in a time; null if there was none.
 * @param {Slot[]} slots @param {number} step @param {number} vital @param {number} from @param {number} to */
export function span(slots, step, vital, from, to) {
  let low = Infinity, high = -Infinity;
  for (const s of slots) {
    if (!s[vital] || s[0] * step + step <= from || s[0] * step >= to) continue;
    low = Math.min(low, s[vital]);
    high = Math.max(high, s[vital + 1]);
  }
  return low === Infinity ? null : { low, high };
}

/** Phases with their time, the one that goes on up to the end. @param {TrendMark[]} marks @param {number} from @param {number} to */
export function phaseBands(marks, from, to) {
  /** @type {{from: number, to: number, phase: string}[]} */
  const out = [];
  for (const m of marks) {
    const at = Date.parse(m.at), last = out.at(-1);
    if (!["session_started", "phase", "session_ended"].includes(m.kind)) continue;
    if (last && last.to === Infinity) last.to = at;
    if (m.kind !== "session_ended" && m.text) out.push({ from: at, to: Infinity, phase: m.text });
  }
  return out.map((b) => ({ ...b, from: Math.max(b.from, from), to: Math.min(b.to, to) })).filter((b) => b.to > b.from);
}

/** Alerts with their time. One whose end nobody told, and that is not among those of now, ended with the agent that raised it.
 * @param {TrendAlert[]} alerts @param {TrendMark[]} marks @param {string[]} now occurrences that are active @param {number} from @param {number} to */
export function alertBands(alerts, marks, now, from, to) {
  return alerts.map((a) => {
    const begin = Date.parse(a.from);
    const restart = marks.find((m) => m.kind === "agent_started" && Date.parse(m.at) > begin);
    const end = a.to ? Date.parse(a.to) : now.includes(a.occurrence) || !restart ? to : Date.parse(restart.at);
    return { ...a, begin: Math.max(begin, from), end: Math.min(Math.max(end, begin + 1000), to) };
  }).filter((a) => a.end > a.begin);
}

/** When the picture begins. @param {"60"|"120"|"session"} range @param {TrendMark[]} marks @param {number} now */
export function beginning(range, marks, now) {
  if (range !== "session") return now - Number(range) * 60_000;
  const start = marks.findLast((m) => m.kind === "session_started");
  return start ? Math.max(now - KEPT, Math.min(Date.parse(start.at), now - 10 * 60_000)) : now - KEPT;
}

/** Moments for the axis: whole minutes of the clock, a handful of them. @param {number} from @param {number} to @param {number} most */
export function ticks(from, to, most) {
  const steps = [1, 2, 5, 10, 15, 30, 60].map((m) => m * 60_000);
  const every = steps.find((s) => (to - from) / s <= most) ?? 60 * 60_000;
  const out = [];
  for (let at = Math.ceil(from / every) * every; at <= to; at += every) out.push(at);
  return out;
}

/** The picture as rows of a table, newest first; a time in which nothing was measured says so.
 * @param {Slot[]} slots @param {number} step @param {TrendCuff[]} cuffs @param {number} from @param {number} to @param {number} every */
export function rows(slots, step, cuffs, from, to, every) {
  const out = [];
  for (let at = Math.floor(to / every) * every; at + every > from; at -= every) {
    const inside = cuffs.filter((c) => Date.parse(c.at) >= at && Date.parse(c.at) < at + every);
    out.push({ at, pulse: span(slots, step, PULSE, at, at + every), spo2: span(slots, step, SPO2, at, at + every), cuffs: inside });
  }
  return out;
}
