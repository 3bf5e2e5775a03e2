// The pleth as a sweep, like on a monitor: the new trace runs over the old one with a gap before it. Samples come in
// thirds of a second; they are drawn at the speed at which they were measured, so the trace moves evenly.
/** @typedef {import("./types.js").Wave} Wave */
/** @typedef {import("./types.js").Device} Device */

const SECONDS = 8; // across the canvas
const GAP = 0.4; // seconds wiped ahead of the pen
const LAG = 0.45; // seconds behind the newest sample, more than one delivery
const HASTE = 1.5; // how much faster than measured a trace that fell behind may be drawn
const BEHIND = 1.5; // seconds that may wait; a sped-up demo brings more than can be drawn, and the rest becomes a gap

/** @param {HTMLCanvasElement} canvas @param {HTMLElement} note */
export function makeWave(canvas, note) {
  const ink = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {number[]} */
  let queue = [];
  let rate = 75, scale = 255, colour = "#4fd1ff", x = 0, drawn = performance.now(), owed = 0, y = NaN, silent = false, skipped = false;

  function size() {
    const w = Math.round(canvas.clientWidth * devicePixelRatio), h = Math.round(canvas.clientHeight * devicePixelRatio);
    if (canvas.width === w && canvas.height === h) return;
    canvas.width = w;
    canvas.height = h;
    x = 0;
    y = NaN;
  }

  /** @param {number} now */
  function frame(now) {
    size();
    const late = Math.min(HASTE, Math.max(1, queue.length / rate / LAG));
    owed = Math.min(queue.length, owed + ((now - drawn) / 1000) * rate * late);
    drawn = now;
    const step = canvas.width / (SECONDS * rate), gap = (GAP * canvas.width) / SECONDS;
    ink.strokeStyle = colour;
    ink.lineWidth = 2 * devicePixelRatio;
    ink.lineJoin = "round";
    while (owed >= 1 && queue.length) {
      owed--;
      const sample = /** @type {number} */ (queue.shift());
      const next = sample < 0 ? NaN : canvas.height * (0.94 - 0.88 * (sample / scale));
      ink.clearRect(x + 1, 0, step + gap, canvas.height);
      if (!Number.isNaN(y) && !Number.isNaN(next)) {
        ink.beginPath();
        ink.moveTo(x, y);
        ink.lineTo(x + step, next);
        ink.stroke();
      }
      y = next;
      x += step;
      if (x > canvas.width) {
        x = 0;
        ink.clearRect(0, 0, gap, canvas.height);
      }
    }
    requestAnimationFrame(frame);
  }
  requestAnimationFrame(frame);

  /** Wipes the trace: a frozen curve would look like a living one. @param {string} why */
  function clear(why) {
    if (!silent) ink.clearRect(0, 0, canvas.width, canvas.height);
    silent = true;
    queue = [];
    x = 0;
    y = NaN;
    note.textContent = why;
  }

  return {
    clear,
    /** Begins the trace anew in the colour of now: two colours in one trace would look like two signals. */
    restart() {
      colour = getComputedStyle(document.documentElement).getPropertyValue("--spo2").trim() || colour;
      ink.clearRect(0, 0, canvas.width, canvas.height);
      x = 0;
      y = NaN;
    },
    /** @param {Wave} w */
    add(w) {
      if (silent) return;
      rate = w.rate;
      scale = w.full_scale;
      if (queue.length > (skipped ? LAG : BEHIND) * rate) {
        skipped = true;
        return;
      }
      if (skipped) queue.push(-1); // what was left out must not look like a beat
      skipped = false;
      queue.push(...w.samples);
    },
    /** @param {Device|undefined} d */
    source(d) {
      if (!d) return clear("no oximeter configured");
      if (d.link !== "connected") return clear("nothing received");
      if (silent) note.textContent = "";
      silent = false;
    },
  };
}
