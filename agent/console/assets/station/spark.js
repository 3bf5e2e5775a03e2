// The last 15 minutes of a room in a small line: from what this page has received, with gaps where nothing came.
import { say } from "../base/say.js";
/** @typedef {import("../base/types.js").Latest} Latest */

const SPAN = 15 * 60; // seconds across
const BUCKET = 5; // seconds of one point: its last value
const GAP = 2; // buckets from one point to the next that make a gap beyond them: as long as a value stays current
const HEIGHT = 40;

/** What is drawn, and between which values. @type {[string, (range: {low: number, high: number}) => string, number, number][]} */
const lines = [["pulse_rate", (r) => say("spark.pulse", r), 40, 160], ["spo2", (r) => say("spark.spo2", r), 80, 100]];

export function makeTrack() {
  /** @type {Record<string, Map<number, number>>} */
  const points = Object.fromEntries(lines.map(([vital]) => [vital, new Map()]));
  /** @type {Record<string, string>} */
  const last = {};

  /** The points that are in the picture, oldest first. @param {string} vital @param {number} now */
  function recent(vital, now) {
    const first = Math.floor(now / 1000 / BUCKET) - SPAN / BUCKET;
    return [...points[vital]].filter(([bucket]) => bucket > first).map(([bucket, value]) => /** @type {const} */ ([bucket - first, value]));
  }

  return {
    /** Takes what is new. @param {Record<string, Latest>|undefined} values @param {number} now by the room's clock */
    add(values, now) {
      const bucket = Math.floor(now / 1000 / BUCKET);
      for (const [vital] of lines) {
        const v = values?.[vital];
        if (!v || v.at === last[vital]) continue;
        last[vital] = v.at;
        points[vital].set(bucket, v.value);
        const oldest = points[vital].keys().next().value ?? bucket;
        if (oldest <= bucket - SPAN / BUCKET) points[vital].delete(oldest);
      }
    },
    /** The line as an SVG path 180 wide and 40 high. @param {string} vital @param {number} now
     * @param {number} [speed] of a demo, in which a second of the page has many of the room's */
    path(vital, now, speed = 1) {
      const gap = Math.max(GAP, Math.ceil((7 * speed) / BUCKET)); // a board tells its values every five seconds;
      const [, , least, most] = /** @type {typeof lines[number]} */ (lines.find(([v]) => v === vital));
      let before = NaN;
      return recent(vital, now).map(([x, value]) => {
        const y = HEIGHT - 2 - (HEIGHT - 4) * Math.min(1, Math.max(0, (value - least) / (most - least)));
        const piece = `${x <= before + gap ? "L" : "M"}${x} ${y.toFixed(1)}${x <= before + gap ? "" : "h.1"}`; // a lone point is seen as well
        before = x;
        return piece;
      }).join("");
    },
    /** The same in words. @param {number} now */
    words(now) {
      const parts = lines.flatMap(([vital, words]) => {
        const all = recent(vital, now).map(([, value]) => value);
        return all.length ? [words({ low: Math.min(...all), high: Math.max(...all) })] : [];
      });
      return parts.length ? say("spark.last", { what: parts.join(", ") }) : say("spark.nothing");
    },
  };
}
