// Where the pen of the sweep is, and what it draws and wipes: arithmetic only, in parts of the width and the height.
/** @typedef {{rate: number, full_scale: number, samples: number[]}} Samples */
/** What one frame draws: lines of points, each [across, up] from 0 to 1, and the stretches that are wiped before, each [from, to].
 * @typedef {{lines: [number, number][][], wiped: [number, number][]}} Stroke */

export const SECONDS = 8; // across
const GAP = 0.4; // seconds wiped ahead of the pen
const LAG = 0.45; // seconds behind the newest sample, more than one delivery
const HASTE = 1.5; // how much faster than measured a trace that fell behind may be drawn
const BEHIND = 1.5; // seconds that may wait; a sped-up demo brings more than can be drawn, and the rest becomes a gap

export function makePen() {
  /** @type {number[]} */
  let queue = [];
  let rate = 75, scale = 255, owed = 0, x = 0, y = NaN, skipped = false, dry = true;

  return {
    /** @param {Samples} w */
    add(w) {
      rate = w.rate;
      scale = w.full_scale;
      if (queue.length > (skipped ? LAG : BEHIND) * rate) {
        skipped = true;
        return;
      }
      if (skipped) queue.push(-1); // what was left out must not look like a beat
      skipped = false;
      queue.push(...w.samples);
      if (queue.length >= LAG * rate) dry = false;
    },
    /** Whether there is something to draw. A pen that has run dry waits for some ink, or it would stop at every delivery. */
    wet: () => !dry,
    /** Forgets what waits. */
    drain() {
      queue = [];
      owed = 0;
      skipped = false;
      dry = true;
    },
    /** Begins at the left edge. */
    lift() {
      x = 0;
      y = NaN;
    },
    /** Moves on. @param {number} ms since the last move @returns {Stroke} */
    move(ms) {
      /** @type {Stroke} */
      const out = { lines: [], wiped: [] };
      if (dry) return out;
      const late = Math.min(HASTE, Math.max(1, queue.length / rate / LAG));
      owed = Math.min(queue.length, owed + (ms / 1000) * rate * late);
      const n = Math.floor(owed), step = 1 / (SECONDS * rate);
      if (!n) return out;
      owed -= n;
      let from = x;
      /** @type {[number, number][]} */
      let line = Number.isNaN(y) ? [] : [[x, y]];
      for (const sample of queue.splice(0, n)) {
        y = sample < 0 ? NaN : sample / scale;
        x += step;
        if (!Number.isNaN(y)) line.push([x, y]);
        if (Number.isNaN(y) || x >= 1) {
          if (line.length) out.lines.push(line);
          line = [];
        }
        if (x < 1) continue;
        out.wiped.push([from, 1]);
        from = x = 0;
        if (!Number.isNaN(y)) line.push([0, y]);
      }
      if (line.length > 1) out.lines.push(line);
      out.wiped.push([from, x + GAP / SECONDS]);
      dry = !queue.length;
      return out;
    },
  };
}
