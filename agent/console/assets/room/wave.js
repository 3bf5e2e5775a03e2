// The pleth as a sweep, like on a monitor: the new trace runs over the old one with a gap before it. Samples come in
// thirds of a second; they are drawn at the speed at which they were measured, so the trace moves evenly.
import { makePen } from "./pen.js";
import { say } from "../base/say.js";
/** @typedef {import("../base/types.js").Wave} Wave */
/** @typedef {import("../base/types.js").Device} Device */

const SHARPEST = 2; // points of the canvas to one of the page: more costs a slow processor much and shows nothing

/** @param {HTMLCanvasElement} canvas @param {HTMLElement} note */
export function makeWave(canvas, note) {
  const ink = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { desynchronized: true }));
  const pen = makePen();
  const tone = () => getComputedStyle(document.documentElement).getPropertyValue("--spo2").trim(); // the theme's, or the site's
  let colour = tone(), sharp = 1, drawn = 0, silent = false, asked = false;

  // The size is told, not asked for: a question for it in each frame would have the whole page laid out.
  new ResizeObserver(([{ contentRect }]) => {
    sharp = Math.min(SHARPEST, devicePixelRatio);
    canvas.width = Math.round(contentRect.width * sharp);
    canvas.height = Math.round(contentRect.height * sharp);
    ready();
    pen.lift();
  }).observe(canvas);

  function ready() {
    ink.strokeStyle = colour;
    ink.lineWidth = 2 * sharp;
    ink.lineJoin = "round";
  }

  /** Draws only where the pen has gone. @param {number} now */
  function frame(now) {
    asked = false;
    const { width, height } = canvas, { lines, wiped } = pen.move(drawn ? Math.max(0, now - drawn) : 0);
    drawn = pen.wet() ? now : 0;
    for (const [from, to] of wiped) ink.clearRect(from * width + 1, 0, (to - from) * width, height);
    if (lines.length) {
      ink.beginPath();
      for (const line of lines) line.forEach(([across, up], i) => (i ? ink.lineTo(across * width, height * (0.94 - 0.88 * up)) : ink.moveTo(across * width, height * (0.94 - 0.88 * up))));
      ink.stroke();
    }
    go();
  }

  /** Asks for a frame, if there will be something to draw in it. */
  function go() {
    if (!asked && pen.wet()) {
      asked = true;
      requestAnimationFrame(frame);
    }
  }

  /** Wipes the trace: a frozen curve would look like a living one. @param {string} why */
  function clear(why) {
    if (!silent) ink.clearRect(0, 0, canvas.width, canvas.height);
    silent = true;
    pen.drain();
    pen.lift();
    note.textContent = why;
  }

  return {
    clear,
    /** Begins the trace anew in the colour of now: two colours in one trace would look like two signals. */
    restart() {
      colour = tone();
      ink.clearRect(0, 0, canvas.width, canvas.height);
      ready();
      pen.lift();
    },
    /** @param {Wave} w */
    add(w) {
      if (silent) return;
      pen.add(w);
      go();
    },
    /** @param {Device|undefined} d */
    source(d) {
      if (!d) return clear(say("wave.no_oximeter"));
      if (d.link !== "connected") return clear(say("wave.nothing"));
      if (silent) note.textContent = "";
      silent = false;
    },
  };
}
