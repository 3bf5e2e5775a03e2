// What a trend is before it is drawn.
import assert from "node:assert/strict";
import test from "node:test";
import { alertBands, beginning, lines, makeTrend, phaseBands, PULSE, rows, span, SPO2, ticks } from "../assets/room/trend.js";

const STEP = 5000, N0 = 356_000_000, T0 = N0 * STEP; // a slot, and its beginning
const iso = (ms) => new Date(ms).toISOString();
const slot = (n, pulse = [70, 72], spo2 = [96, 97]) => [N0 + n, ...pulse, ...spo2];
const trend = (slots, more = {}) => ({ at: iso(T0), step_s: 5, slots, cuffs: [], marks: [], alerts: [], ...more });

test("news replace the slot that was not full, and what is old goes", () => {
  const t = makeTrend();
  assert.equal(t.since(), 0);
  t.take(trend([slot(0), slot(1, [70, 70])]));
  assert.equal(t.since(), N0 + 1);
  t.take(trend([slot(1, [65, 70]), slot(2)]));
  assert.deepEqual(t.slots().map((s) => s[0] - N0), [0, 1, 2]);
  assert.equal(t.slots()[1][1], 65);
  t.take(trend([]));
  assert.equal(t.slots().length, 3, "nothing was measured since");
  t.take(trend([slot(2881)]));
  assert.deepEqual(t.slots().map((s) => s[0] - N0), [1, 2, 2881], "four hours");
  t.forget();
  assert.equal(t.since(), 0);
});

test("no peak and no dip is lost, however narrow the picture", () => {
  let seed = 7;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  for (let round = 0; round < 200; round++) {
    const slots = [];
    for (let n = 0; n < 720; n++) {
      if (random(40) === 0) n += random(30);
      const low = 50 + random(100);
      slots.push(slot(n, random(10) ? [low, low + random(20)] : [0, 0]));
    }
    const width = 1 + random(800), from = T0, to = T0 + 800 * STEP;
    const all = lines(slots, STEP, PULSE, from, to, width).flat();
    const measured = slots.filter((s) => s[1]);
    assert.equal(Math.min(...all.map((c) => c.low)), Math.min(...measured.map((s) => s[1])));
    assert.equal(Math.max(...all.map((c) => c.high)), Math.max(...measured.map((s) => s[2])));
    assert.ok(all.every((c) => c.x >= 0 && c.x < width && c.low <= c.high && c.low > 0));
    for (const s of measured) { // each value is where it was measured
      const x = Math.floor(((s[0] - N0) / 800) * width);
      assert.ok(all.some((c) => c.x === x && c.low <= s[1] && c.high >= s[2]));
    }
  }
});

test("a gap is a gap", () => {
  const runs = (slots) => lines(slots, STEP, SPO2, T0, T0 + 100 * STEP, 100).map((r) => r.map((c) => c.x));
  assert.deepEqual(runs([slot(0), slot(1), slot(3), slot(4)]), [[0, 1, 3, 4]], "one slot without a value may be a late reading");
  assert.deepEqual(runs([slot(0), slot(1), slot(4), slot(5)]), [[0, 1], [4, 5]]);
  assert.deepEqual(runs([slot(0), slot(1, [70, 70], [0, 0]), slot(2, [70, 70], [0, 0]), slot(3)]), [[0], [3]], "another vital does not bridge it");
  assert.deepEqual(runs([slot(-5), slot(200)]), [], "outside");
});

test("phases follow each other, and end with the session", () => {
  const marks = [[-60, "session_started", "preparation"], [10, "phase", "baseline"], [15, "note", "calm"], [20, "phase", "dosing"], [40, "session_ended", "over"], [60, "session_started", "preparation"]]
    .map(([s, kind, text]) => ({ at: iso(T0 + s * 1000), kind, text }));
  assert.deepEqual(phaseBands(marks, T0, T0 + 100_000).map((b) => [b.phase, (b.from - T0) / 1000, (b.to - T0) / 1000]),
    [["preparation", 0, 10], ["baseline", 10, 20], ["dosing", 20, 40], ["preparation", 60, 100]]);
});

test("an alert lasts until its end, until now, or until the agent that knew it was gone", () => {
  const a = (occurrence, from, to) => ({ occurrence, title: "", kind: "", priority: "high", from: iso(T0 + from), ...(to === undefined ? {} : { to: iso(T0 + to) }) });
  const marks = [{ at: iso(T0 + 50_000), kind: "agent_started", text: "" }];
  const bands = alertBands([a("x-1", 10_000, 20_000), a("x-2", 30_000), a("x-3", 30_000), a("x-4", 60_000), a("x-5", -20_000, -10_000)], marks, ["x-3"], T0, T0 + 100_000);
  assert.deepEqual(bands.map((b) => [b.occurrence, (b.begin - T0) / 1000, (b.end - T0) / 1000]), [["x-1", 10, 20], ["x-2", 30, 50], ["x-3", 30, 100], ["x-4", 60, 100]]);
});

test("where the picture begins", () => {
  const marks = [{ at: iso(T0 - 100 * 60_000), kind: "session_started", text: "" }];
  assert.equal(beginning("60", marks, T0), T0 - 3600_000);
  assert.equal(beginning("session", marks, T0), T0 - 100 * 60_000);
  assert.equal(beginning("session", [], T0), T0 - 4 * 3600_000);
  assert.equal(beginning("session", [{ at: iso(T0 - 1000), kind: "session_started", text: "" }], T0), T0 - 600_000, "never a picture of seconds");
});

test("the axis has whole minutes, not too many", () => {
  for (const minutes of [10, 60, 120, 240]) {
    const list = ticks(T0 + 12_345, T0 + 12_345 + minutes * 60_000, 8);
    assert.ok(list.length >= 3 && list.length <= 9, String(list.length));
    assert.ok(list.every((at) => at % 60_000 === 0));
  }
});

test("the table says the same, and what was not measured", () => {
  const minute = 60_000, first = Math.ceil(T0 / minute) * minute, n = first / STEP - N0;
  const list = rows([slot(n, [60, 61]), slot(n + 1, [80, 90]), slot(n + 24)], STEP, [{ at: iso(first + 1), systolic: 120, diastolic: 80 }], first, first + 2 * minute, minute);
  assert.deepEqual(list.map((r) => [(r.at - first) / minute, r.pulse?.low, r.pulse?.high, r.cuffs.length]), [[2, 70, 72, 0], [1, undefined, undefined, 0], [0, 60, 90, 1]]);
  assert.equal(span([], STEP, PULSE, 0, first), null);
});
