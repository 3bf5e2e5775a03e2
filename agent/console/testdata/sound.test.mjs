// Looks at the samples of every sound. Run by a Go test, or by hand: node --test agent/console/testdata/sound.test.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { due } from "../assets/sound/kept.js";
import { inRoom, NO_DATA, pauseOf, pick, render, rhythm } from "../assets/sound/sound.js";

const RATE = 48000;

/** Pulses as they are heard: where the level, taken over 4 ms, is above a hundredth of full scale.
 * @param {Float32Array} samples */
function pulses(samples) {
  const window = RATE * 0.004;
  /** @type {{from: number, to: number, peak: number}[]} */
  const out = [];
  let last = -Infinity;
  samples.forEach((x, i) => {
    if (Math.abs(x) < 0.01) return;
    if (i - last > window) out.push({ from: i, to: i, peak: 0 });
    last = i;
    const p = out.at(-1);
    p.to = i;
    p.peak = Math.max(p.peak, Math.abs(x));
  });
  return out.map((p) => ({ ...p, seconds: (p.to - p.from) / RATE }));
}

/** The level of one frequency. @param {Float32Array} samples @param {number} from @param {number} to @param {number} hertz */
function level(samples, from, to, hertz) {
  let re = 0, im = 0;
  for (let i = from; i < to; i++) {
    re += samples[i] * Math.cos((2 * Math.PI * hertz * i) / RATE);
    im += samples[i] * Math.sin((2 * Math.PI * hertz * i) / RATE);
  }
  return (2 * Math.hypot(re, im)) / (to - from);
}

/** Seconds from 10 to 90 % of the envelope, which is the peak within one period of the pitch.
 * @param {Float32Array} samples @param {number} from @param {number} to @param {number} step 1 for the rise, -1 for the fall */
function edge(samples, from, to, step, pitch) {
  const period = Math.round(RATE / pitch), envelope = [];
  for (let i = step > 0 ? from : to; step > 0 ? i < to : i > from; i += step) {
    let most = 0;
    for (let k = 0; k < period; k++) most = Math.max(most, Math.abs(samples[i + step * k] ?? 0));
    envelope.push(most);
  }
  const top = Math.max(...envelope);
  return (envelope.findIndex((x) => x >= 0.9 * top) - envelope.findIndex((x) => x >= 0.1 * top)) / RATE;
}

// Limits of alarms.md section 6: seconds of a pulse, of the gaps, of the silence between two bursts.
const limits = {
  high: { count: 10, pulse: [0.075, 0.2], gap: [0.05, 0.125], rest: [2.5, 15], most: 3.4 },
  medium: { count: 3, pulse: [0.125, 0.25], gap: [0.125, 0.25], rest: [2.5, 30], most: 1 },
  low: { count: 2, pulse: [0.125, 0.25], gap: [0.125, 0.25], rest: [15, 60], most: 0.6 },
};
const within = (x, [least, most], what) => assert.ok(x >= least && x <= most, `${what}: ${x} is not within ${least} to ${most}`);

for (const [priority, want] of Object.entries(limits)) {
  for (const technical of [false, true]) {
    const samples = render(priority, RATE, technical), heard = pulses(samples), pitch = technical ? 392 : 523;
    const name = `${priority}${technical ? ", technical" : ""}`;

    test(`${name}: pulses, gaps and repetition`, () => {
      assert.equal(heard.length, want.count);
      const gaps = heard.slice(1).map((p, i) => (p.from - heard[i].to) / RATE);
      for (const p of heard) within(p.seconds, want.pulse, "pulse");
      gaps.forEach((gap, i) => {
        if (priority === "high" && i === 4) within(gap, [0.35, 1.3], "gap between pulse 5 and 6");
        else if (priority === "high" && (i === 2 || i === 7)) within(gap, [0.34, 0.36], "twice the gap and a pulse");
        else within(gap, want.gap, `gap ${i + 1}`);
      });
      const burst = heard.at(-1).to / RATE;
      within(burst, [want.most - 0.01, want.most], "whole burst");
      within(samples.length / RATE - burst, want.rest, "silence before it begins again");
      assert.equal(samples.at(-1), 0, "the loop closes without a click");
      assert.ok(heard[0].from <= 0.002 * RATE, "sounds at once");
    });

    test(`${name}: level, rise and fall`, () => {
      const peaks = heard.map((p) => 20 * Math.log10(p.peak));
      assert.ok(Math.max(...peaks) - Math.min(...peaks) <= 10, "pulses are equally loud");
      assert.ok(Math.max(...heard.map((p) => p.peak)) <= 0.95, "not cut off");
      const p = heard[0];
      for (const step of [1, -1]) within(edge(samples, p.from, p.to, step, pitch), [0.1 * p.seconds, 0.2 * p.seconds], step > 0 ? "rise" : "fall");
    });

    test(`${name}: spectrum`, () => {
      const from = heard[0].from, to = from + Math.round(Math.floor(heard[0].seconds * pitch) / pitch * RATE);
      const first = level(samples, from, to, pitch);
      within(pitch, [150, 1000], "fundamental");
      const near = [2, 3, 4, 5, 6, 7].filter((n) => n * pitch >= 300 && n * pitch <= 4000)
        .map((n) => 20 * Math.log10(level(samples, from, to, n * pitch) / first)).filter((db) => Math.abs(db) <= 15);
      assert.ok(near.length >= 4, `harmonics within 15 dB: ${near}`);
      assert.ok(level(samples, from, to, pitch * 0.5) < first / 10, "nothing below the fundamental");
    });
  }
}

test("a phone shakes in the rhythm of the burst", () => {
  assert.deepEqual(rhythm("medium"), [200, 200, 200, 200, 200]);
  assert.equal(rhythm("high").length, 19);
  assert.equal(rhythm("high").reduce((a, b) => a + b), 3400);
});

const voice = (key, priority, technical = false) => ({ key, priority, technical });

test("one sound at a time: the highest, and of two the one about a person", () => {
  assert.equal(pick([], null, 0), undefined);
  assert.equal(pick([voice("i", "information")], null, 0), undefined);
  assert.equal(pick([voice("a", "low"), voice("b", "high"), voice("c", "medium")], null, 0)?.key, "b");
  assert.equal(pick([voice("t", "medium", true), voice("p", "medium")], null, 0)?.key, "p");
});

test("a pause holds what it was made for, and is broken by what is worse", () => {
  const medium = pauseOf([voice("a", "medium")], 1000);
  assert.equal(pick([voice("a", "medium")], medium, 999), undefined);
  assert.equal(pick([voice("a", "medium")], medium, 1000)?.key, "a", "it ends by itself");
  assert.equal(pick([voice("a", "medium"), voice("b", "low"), voice("c", "medium")], medium, 0), undefined, "nothing worse");
  assert.equal(pick([voice("a", "medium"), voice("b", "high")], medium, 0)?.key, "b");
  const high = pauseOf([voice("a", "high")], 1000);
  assert.equal(pick([voice("a", "high")], high, 0), undefined);
  assert.equal(pick([voice("a", "high"), voice("b", "high")], high, 0)?.key, "b", "another high one is never covered");
});

test("a pause that was begun before does not cover a lost line", () => {
  const lost = voice(NO_DATA, "medium", true);
  assert.equal(pick([lost], pauseOf([voice("a", "high")], 1000), 0)?.key, NO_DATA);
  assert.equal(pick([lost], pauseOf([lost], 1000), 0), undefined, "one that was made for it does");
});

// The same cases are played to the agent's decision by a Go test.
for (const c of JSON.parse(readFileSync(new URL("sound/room.json", import.meta.url), "utf8"))) {
  test(`in the room: ${c.it}`, () => {
    const alerts = c.alerts.map((a) => ({
      signal: "on", ...a, occurrence: a.id, condition: a.id.replace(/-1$/, ""), kind: a.technical ? "technical" : "physiological",
    }));
    assert.equal(pick(inRoom(alerts, c), null, 0)?.key.split(" ")[0] ?? "", c.sounds);
  });
}

test("the sound is tested at the beginning of a shift", () => {
  const hour = 3600_000, last = { tested: 10 * hour, begun: ["06:00", "06:05"] };
  const anna = { nurse: "AK", since: "06:00" }, mara = { nurse: "MB", since: "06:05" };
  assert.ok(due({ tested: 0, begun: [] }, [], hour), "never");
  assert.ok(!due(last, [anna, mara], 11 * hour));
  assert.ok(!due(last, [anna, { nurse: "AK", since: "09:30" }], 11 * hour), "who takes one more room has not begun anew");
  assert.ok(!due(last, [mara], 11 * hour), "nor has who stays");
  assert.ok(due(last, [mara, { nurse: "JS", since: "14:00" }], 18 * hour), "somebody else has");
  assert.ok(due(last, [{ nurse: "AK", since: "22:00" }], 20 * hour), "and who comes again");
  assert.ok(due(last, [], 23 * hour), "or it is longer ago than a shift");
});
