// Letters for what happened, so that a picture and the list beneath it speak of the same: A, B, … in the order of a session, Z, AA.
/** @typedef {import("../base/types.js").TrendMark} TrendMark */

const KINDS = ["dose", "note", "symptom"];

/** The letter of the n-th mark, from 0. @param {number} n @returns {string} */
export function letter(n) {
  return (n >= 26 ? letter(Math.floor(n / 26) - 1) : "") + String.fromCharCode(65 + (n % 26));
}

/** The letters of the marks that have one. Each session begins with A. @param {TrendMark[]} marks in their order */
export function letters(marks) {
  /** @type {Map<TrendMark, string>} */
  const out = new Map();
  let n = 0;
  for (const m of marks) {
    if (m.kind === "session_started") n = 0;
    if (KINDS.includes(m.kind)) out.set(m, letter(n++));
  }
  return out;
}
