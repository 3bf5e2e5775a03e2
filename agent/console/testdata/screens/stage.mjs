// What a part of the proofs is, and what it is given.

/** One thing that is proven, in a module of its own in parts/. It starts the programs that it needs and leaves nothing open but
 * programs; several run at the same time.
 * @typedef {{name: string, run: (s: Stage) => Promise<void>, alone?: boolean, pictures?: boolean, proofs?: boolean}} Part
 *   name: one word, for --only; alone: it measures and wants the computer to itself; pictures: it shows states with look; proofs: false if it only takes pictures */

/** Proves a state of a page, or takes its pictures; one in which nothing moves is compared with its reference as well.
 * @typedef {(name: string, page: any, still?: boolean) => Promise<void>} Look */

/** @typedef {{browser: any, folder: string, states: string[], program: string, tests: string, faults: string[], say: (line: string) => void, look: Look, file: (name: string) => string}} Stage
 *   folder: where pictures go, "" if proofs are wanted; states: the only still rooms to look at, if any are named; program, tests: what was named at the start; faults: to be added to;
 *   file: the path of a file beside screens.mjs */

/** Says how long something took, which must not be longer. @param {Stage} s @param {string} what @param {number} took @param {number} most milliseconds */
export function within(s, what, took, most) {
  s.say(`${what} after ${took} ms (at most ${most})`);
  if (took > most) s.faults.push(`${what} after ${took} ms, and at most ${most} are promised`);
}
