// Draws a trend on a canvas: three boxes above each other on one axis of time. Nothing is told by colour alone: pulse is a line,
// SpO2 is dashed, pressures are bars, and an alert's lane, height and pattern say how urgent it was.
import { clock } from "../base/format.js";
import { lines, phaseBands, PULSE, span, SPO2, ticks } from "./trend.js";
import { pressure } from "../base/units.js";
import { say } from "../base/say.js";
import { phases, named } from "../base/vocabulary.js";
/** @typedef {ReturnType<typeof import("./trend.js").makeTrend>} Data */
/** @typedef {ReturnType<typeof import("./trend.js").alertBands>} Bands */
/** @typedef {import("../base/types.js").Values} Values */
/** @typedef {{data: Data, bands: Bands, from: number, to: number, baseline?: Values,
 *   letters: Map<import("../base/types.js").TrendMark, string>}} Picture */
/** @typedef {{top: number, bottom: number, low: number, high: number, every: number, write: (v: number) => string}} Box */

const LEFT = 40, RIGHT = 8, HEAD = 18, LANES = 16, FOOT = 20, BETWEEN = 14; // CSS pixels
const FONT = "13px system-ui, sans-serif";

/** Where an alert lies: its lane from the top, and how high it is. @type {Record<string, [number, number, string]>} */
const lanes = { high: [0, 7, "--high"], medium: [8, 4, "--medium"], low: [13, 2, "--low"] };

/** @param {HTMLCanvasElement} canvas @param {Picture} p */
export function paint(canvas, p) {
  const width = canvas.clientWidth, height = canvas.clientHeight, scale = devicePixelRatio;
  if (width < 80 || height < 80) return; // not laid out
  if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
  if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
  const ink = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  ink.setTransform(scale, 0, 0, scale, 0, 0);
  ink.clearRect(0, 0, width, height);
  ink.font = FONT;
  ink.textBaseline = "alphabetic";
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const wide = width - LEFT - RIGHT;
  const x = (/** @type {number} */ at) => LEFT + (Math.min(Math.max(at, p.from), p.to) - p.from) / (p.to - p.from) * wide;
  const brush = { ink, colour, x, wide, right: width - RIGHT, p };
  const tops = HEAD + LANES + 4, bottom = height - FOOT;
  drawPhases(brush, bottom);
  const boxes = layout(p, tops, bottom);
  for (const b of boxes) drawGrid(brush, b);
  drawTimes(brush, tops, bottom);
  drawBaseline(brush, boxes);
  drawLine(brush, boxes[0], PULSE, "--pr", []);
  drawLine(brush, boxes[1], SPO2, "--spo2", [5, 3]);
  drawCuffs(brush, boxes[2]);
  drawMarks(brush, tops, bottom);
  drawAlerts(brush);
}

/** @typedef {{ink: CanvasRenderingContext2D, colour: (name: string) => string, x: (at: number) => number, wide: number, right: number, p: Picture}} Brush */

/** The boxes for pulse, SpO2 and pressure; each is widened for what lies outside of its usual range. @param {Picture} p @param {number} top @param {number} bottom @returns {Box[]} */
function layout(p, top, bottom) {
  const all = bottom - top - 2 * BETWEEN, { data, from, to } = p;
  const pulse = span(data.slots(), data.step(), PULSE, from, to), spo2 = span(data.slots(), data.step(), SPO2, from, to);
  const cuffs = data.rest().cuffs.filter((c) => Date.parse(c.at) >= from);
  const low = (/** @type {number} */ usual, /** @type {number} */ least, /** @type {number} */ by) => Math.min(usual, Math.floor(least / by) * by);
  const high = (/** @type {number} */ usual, /** @type {number} */ most, /** @type {number} */ by) => Math.max(usual, Math.ceil(most / by) * by);
  const a = top + all * 0.36, b = a + BETWEEN + all * 0.26;
  return [
    { top, bottom: a, low: low(40, pulse?.low ?? 40, 20), high: high(140, pulse?.high ?? 140, 20), every: 40, write: String },
    { top: a + BETWEEN, bottom: b, low: low(80, spo2?.low ?? 80, 10), high: 100, every: 10, write: String },
    {
      top: b + BETWEEN, bottom, low: low(40, Math.min(...cuffs.map((c) => c.diastolic), 40), 20),
      high: high(180, Math.max(...cuffs.map((c) => c.systolic), 180), 20), every: 40, write: (v) => pressure(v),
    },
  ];
}

/** @param {Box} b @param {number} v */
function height(b, v) {
  return b.bottom - (Math.min(Math.max(v, b.low), b.high) - b.low) / (b.high - b.low) * (b.bottom - b.top);
}

/** @param {Brush} o @param {Box} b */
function drawGrid({ ink, colour, right }, b) {
  ink.strokeStyle = colour("--edge");
  ink.lineWidth = 1;
  ink.setLineDash([]);
  ink.fillStyle = colour("--dim");
  ink.textAlign = "right";
  for (let v = Math.ceil(b.low / b.every) * b.every; v <= b.high; v += b.every) {
    const y = Math.round(height(b, v)) + 0.5;
    line(ink, LEFT, y, right, y);
    ink.fillText(b.write(v), LEFT - 5, Math.min(y + 4, b.bottom + 3));
  }
}

/** @param {CanvasRenderingContext2D} ink @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
function line(ink, x1, y1, x2, y2) {
  ink.beginPath();
  ink.moveTo(x1, y1);
  ink.lineTo(x2, y2);
  ink.stroke();
}

/** @param {Brush} o @param {number} top @param {number} bottom */
function drawTimes({ ink, colour, x, wide, p }, top, bottom) {
  ink.fillStyle = colour("--dim");
  ink.strokeStyle = colour("--edge");
  ink.textAlign = "center";
  for (const at of ticks(p.from, p.to, Math.max(2, Math.floor(wide / 75)))) {
    line(ink, x(at), top, x(at), bottom);
    if (x(at) > LEFT + 12 && x(at) < LEFT + wide - 12) ink.fillText(clock(new Date(at).toISOString()).slice(0, 5), x(at), bottom + 15);
  }
}

/** Every other phase has a ground, and each its name where there is room. @param {Brush} o @param {number} bottom */
function drawPhases({ ink, colour, x, p }, bottom) {
  phaseBands(p.data.rest().marks, p.from, p.to).forEach((b, i) => {
    const left = x(b.from), wide = x(b.to) - left;
    ink.fillStyle = colour(i % 2 ? "--sheet" : "--field");
    ink.fillRect(left, 0, wide, bottom);
    ink.fillStyle = colour("--text");
    ink.textAlign = "left";
    const name = named(phases, b.phase);
    if (ink.measureText(name).width + 8 < wide) ink.fillText(name, left + 4, 13);
  });
}

/** @param {Brush} o */
function drawAlerts({ ink, colour, x, p }) {
  for (const a of p.bands) {
    const [lane, high, name] = lanes[a.priority] ?? lanes.low;
    const left = x(a.begin), wide = Math.max(3, x(a.end) - left), top = HEAD + lane;
    ink.fillStyle = colour(name);
    ink.fillRect(left, top, wide, high);
    if (a.priority !== "high") continue;
    ink.save(); // hatched, like its bar
    ink.beginPath();
    ink.rect(left, top, wide, high);
    ink.clip();
    ink.strokeStyle = "#fff";
    ink.lineWidth = 1;
    for (let at = left - high; at < left + wide; at += 6) line(ink, at, top + high, at + high, top);
    ink.restore();
  }
}

/** @param {Brush} o @param {Box[]} boxes */
function drawBaseline({ ink, colour, right, p }, boxes) {
  const own = p.baseline;
  if (!own) return;
  ink.strokeStyle = colour("--dim");
  ink.lineWidth = 1;
  ink.setLineDash([1, 4]);
  for (const [i, v] of [[0, own.pulse_rate], [1, own.spo2], [2, own.systolic], [2, own.diastolic]]) {
    if (v) line(ink, LEFT, height(boxes[i ?? 0], v), right, height(boxes[i ?? 0], v));
  }
  ink.setLineDash([]);
}

/** @param {Brush} o @param {Box} b @param {number} vital @param {string} name @param {number[]} dash */
function drawLine({ ink, colour, wide, p }, b, vital, name, dash) {
  ink.strokeStyle = colour(name);
  ink.lineWidth = 1.8;
  ink.lineJoin = "round";
  for (const run of lines(p.data.slots(), p.data.step(), vital, p.from, p.to, Math.round(wide))) {
    ink.setLineDash(dash);
    ink.beginPath();
    run.forEach((c, i) => {
      const middle = height(b, (c.low + c.high) / 2);
      if (i) ink.lineTo(LEFT + c.x, middle);
      else ink.moveTo(LEFT + c.x, middle);
    });
    if (run.length === 1) ink.lineTo(LEFT + run[0].x + 1.5, height(b, run[0].low)); // a lone value is seen as well
    ink.stroke();
    ink.setLineDash([]);
    ink.beginPath();
    for (const c of run) { // how far it went within a column
      if (c.high === c.low) continue;
      ink.moveTo(LEFT + c.x, height(b, c.low));
      ink.lineTo(LEFT + c.x, height(b, c.high));
    }
    ink.stroke();
  }
}

/** Bars from systolic to diastolic with the mean across; one by hand is hollow. @param {Brush} o @param {Box} b */
function drawCuffs({ ink, colour, x, p }, b) {
  ink.strokeStyle = ink.fillStyle = colour("--nbp");
  ink.lineWidth = 2;
  for (const c of p.data.rest().cuffs) {
    const at = Date.parse(c.at);
    if (at < p.from || at > p.to) continue;
    const left = x(at), top = height(b, c.systolic), bottom = height(b, c.diastolic);
    if (c.by_hand) ink.strokeRect(left - 3, top, 6, bottom - top);
    else line(ink, left, top, left, bottom);
    line(ink, left - 4, top, left + 4, top);
    line(ink, left - 4, bottom, left + 4, bottom);
    if (!c.mean) continue;
    ink.beginPath();
    ink.arc(left, height(b, c.mean), 3, 0, 7);
    ink.fill();
  }
}

/** A line for each mark, with the letter that the list beneath the picture tells. @param {Brush} o @param {number} top @param {number} bottom */
function drawMarks({ ink, colour, x, right, p }, top, bottom) {
  ink.fillStyle = ink.strokeStyle = colour("--text");
  ink.textAlign = "left";
  ink.lineWidth = 1;
  for (const m of p.data.rest().marks) {
    const at = Date.parse(m.at), letter = m.kind === "agent_started" ? "↻" : p.letters.get(m);
    if (!letter || m.taken_back || at < p.from || at > p.to) continue;
    ink.setLineDash(m.kind === "dose" ? [] : [2, 3]);
    line(ink, x(at), top, x(at), bottom);
    const wide = ink.measureText(letter).width;
    ink.fillText(letter, Math.min(x(at) + 3, right - wide), top + 11);
  }
  ink.setLineDash([]);
}
