// The sounds of alerts as numbers: which burst, what samples, and which alert sounds. Nothing here plays anything, so that a test
// can look at every sample. The numbers are those of alarms.md section 6; where it leaves a range, the choice is ours.

/** @typedef {"high"|"medium"|"low"} Priority */
/** @typedef {import("../base/types.js").Alert} Alert */
/** What may sound: key names it for as long as it is the same alert at the same priority.
 * @typedef {{key: string, priority: string, technical: boolean}} Voice */
/** What somebody has silenced on this page, and until when. @typedef {{until: number, keys: Set<string>, rank: number}} Pause */

const PITCH = 523; // Hz, within 150 to 1000
const TECHNICAL = 392; // Hz: another pitch for the same bursts
const PARTIALS = [1, 0.8, 0.65, 0.5, 0.4]; // the fundamental and four harmonics, the weakest 8 dB below (15 dB at most)
const LOUDEST = 0.9; // of full scale
const RAMP = 0.18; // of a pulse, straight; from 10 to 90 % it takes 14 % of the pulse, within 10 to 20 %

/** Pulse lengths, the gap behind each pulse, and the silence before it begins again, in seconds.
 * @type {Record<Priority, {pulse: number, gaps: number[], rest: number}>} */
const bursts = {
  // 3 + 2 pulses, and again; the gap before the last two is twice the gap and a pulse, as if one were left out.
  high: { pulse: 0.15, gaps: [0.1, 0.1, 0.35, 0.1, 0.6, 0.1, 0.1, 0.35, 0.1], rest: 3 },
  medium: { pulse: 0.2, gaps: [0.2, 0.2], rest: 5 },
  low: { pulse: 0.2, gaps: [0.2], rest: 18 },
};

/** When each pulse of a burst begins and how long it is, and after how long the burst comes again; in seconds.
 * @param {Priority} priority */
export function score(priority) {
  const { pulse, gaps, rest } = bursts[priority];
  let at = 0;
  const starts = [0, ...gaps.map((gap) => (at += pulse + gap))];
  return { starts, pulse, period: at + pulse + rest };
}

/** One burst and the silence behind it: played in a loop it is the alarm, whatever the page's own clock does.
 * @param {Priority} priority @param {number} rate samples a second @param {boolean} [technical] */
export function render(priority, rate, technical = false) {
  const { starts, pulse, period } = score(priority);
  const out = new Float32Array(Math.round(period * rate));
  const one = tone(Math.round(pulse * rate), rate, technical ? TECHNICAL : PITCH);
  for (const start of starts) out.set(one, Math.round(start * rate));
  return out;
}

/** @param {number} length @param {number} rate @param {number} pitch */
function tone(length, rate, pitch) {
  const ramp = RAMP * length;
  const raw = Float32Array.from({ length }, (_, i) =>
    PARTIALS.reduce((sum, level, n) => sum + level * Math.sin(2 * Math.PI * pitch * (n + 1) * (i / rate)), 0));
  const peak = raw.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return raw.map((x, i) => (LOUDEST * x * Math.min(1, i / ramp, (length - 1 - i) / ramp)) / peak);
}

/** How the phone shakes for a burst: on, off, on … in milliseconds. @param {Priority} priority */
export function rhythm(priority) {
  const { pulse, gaps } = bursts[priority];
  return [pulse, ...gaps.flatMap((gap) => [gap, pulse])].map((s) => Math.round(s * 1000));
}

/** @param {string} priority */
export function rank(priority) {
  return ["low", "medium", "high"].indexOf(priority) + 1; // 0: nothing that sounds
}

/** What sounds now, undefined for nothing: one at a time, the highest; about the person before technical ones. A pause keeps back
 * what it was made for. What is worse than that breaks it, and so does every new high one.
 * @param {Voice[]} voices @param {Pause|null} pause @param {number} now @returns {Voice|undefined} */
export function pick(voices, pause, now) {
  const held = (/** @type {Voice} */ v) => pause && now < pause.until && (pause.keys.has(v.key) || (rank(v.priority) <= pause.rank && rank(v.priority) < 3 && v.key !== NO_DATA));
  return voices.filter((v) => rank(v.priority) && !held(v))
    .sort((a, b) => rank(b.priority) - rank(a.priority) || Number(a.technical) - Number(b.technical))[0];
}

/** What may sound in a room: nothing, because the person in it lies with eyes closed, until an alert that nobody acknowledges calls it,
 * or until nobody outside hears the room. A test alarm sounds everywhere. The agent decides the same for its speaker, in agent/sound.
 * @param {Alert[]} alerts of the room, active and latched
 * @param {{always?: boolean, alone?: boolean}} why always: somebody has turned the sound on here; alone: nobody outside hears the room
 * @returns {Voice[]} */
export function inRoom(alerts, { always = false, alone = false }) {
  return alerts.filter((a) => a.signal === "on" && !a.acknowledged && (always || (alone && rank(a.priority) > 1) || a.called?.includes("room_sound") || isTest(a)))
    .map((a) => ({ key: `${a.occurrence} ${a.priority}`, priority: a.priority, technical: a.kind === "technical" }));
}

/** Whether somebody only tries the channels. @param {Pick<Alert, "condition">} a */
export function isTest(a) {
  return /^test_(high|medium|low)$/.test(a.condition);
}

/** The key of the alert that the page itself raises when it hears nothing. A pause that was begun before does not cover it. */
export const NO_DATA = "no data";

/** A pause of what sounds now. @param {Voice[]} voices @param {number} until @returns {Pause} */
export function pauseOf(voices, until) {
  return { until, keys: new Set(voices.map((v) => v.key)), rank: Math.max(0, ...voices.map((v) => rank(v.priority))) };
}
