// The pen of the sweep: nothing is drawn twice or left out, and what was not measured is no line.
import assert from "node:assert/strict";
import test from "node:test";

import { makePen, SECONDS } from "../assets/room/pen.js";

const RATE = 75;
/** @param {number} n @param {number} [from] */
const samples = (n, from = 0) => ({ rate: RATE, full_scale: 1000, samples: Array.from({ length: n }, (_, i) => (from + i) % 1000) });

/** All points that are drawn in frames of that many milliseconds, until nothing is left. @param {any} pen @param {number} ms */
function points(pen, ms) {
  const out = [];
  for (let i = 0; i < 10_000 && pen.wet(); i++) for (const line of pen.move(ms).lines) out.push(...line);
  return out.map(([, y]) => Math.round(y * 1000));
}

test("every sample is drawn once, whatever the frames", () => {
  for (const ms of [1, 7, 16.7, 33, 250, 5000]) {
    const pen = makePen();
    pen.add(samples(100));
    assert.deepEqual([...new Set(points(pen, ms))], Array.from({ length: 100 }, (_, i) => i), `${ms} ms`);
  }
});

test("it waits for more than one delivery, so that it does not stop at each", () => {
  const pen = makePen();
  pen.add(samples(25));
  assert.equal(pen.wet(), false);
  assert.deepEqual(pen.move(1000), { lines: [], wiped: [] });
  pen.add(samples(25));
  assert.equal(pen.wet(), true);
});

test("it never stops while a third of a second comes each third of a second", () => {
  const pen = makePen();
  pen.add(samples(25));
  pen.add(samples(25));
  let still = 0, drawn = 0;
  for (let frame = 0; frame < 60 * 60; frame++) {
    if (frame % 20 === 0) pen.add(samples(25));
    const n = pen.move(1000 / 60).lines.flat().length;
    drawn += n > 0 ? n - 1 : 0;
    if (!pen.wet()) still++;
  }
  assert.equal(still, 0, "frames in which it had run dry");
  assert.ok(Math.abs(drawn - 60 * RATE) < RATE, `${drawn} samples in a minute`);
});

test("it wipes before it draws, with a gap ahead, and goes on at the left edge", () => {
  const pen = makePen();
  let covered = 0, turns = 0;
  for (let i = 0; i < SECONDS * 3; i++) {
    pen.add(samples(RATE));
    while (pen.wet()) {
      const { lines, wiped } = pen.move(16.7);
      for (const [from, to] of wiped) {
        assert.ok(from >= 0 && from < to && to <= 1.06, `${from} to ${to}`);
        covered += Math.min(to, 1) - from;
        if (!from && turns !== i) turns = i;
      }
      const step = 1 / (SECONDS * RATE); // the last one of a turn may end outside
      for (const [x] of lines.flat()) assert.ok(wiped.some(([from, to]) => x >= from && x < to + step), "drawn where it was not wiped");
      for (const line of lines) line.forEach(([x], k) => assert.ok(!k || x > line[k - 1][0], "it goes to the right"));
    }
  }
  assert.ok(covered > 2.9 && turns > 0);
});

test("a lost sample is a gap, and what was left out as well", () => {
  const pen = makePen();
  pen.add({ rate: RATE, full_scale: 255, samples: [...Array(30).fill(10), -1, ...Array(30).fill(20)] });
  const lines = [];
  while (pen.wet()) lines.push(...pen.move(100_000).lines);
  assert.equal(lines.length, 2);
  assert.ok(lines[0].at(-1)[0] < lines[1][0][0]);

  const fast = makePen(); // a demo that brings ten times what can be drawn
  for (let i = 0; i < 40; i++) fast.add(samples(25));
  assert.ok(new Set(points(fast, 16)).size < 3 * RATE, "it does not fall behind for ever");
});

test("drained, it forgets", () => {
  const pen = makePen();
  pen.add(samples(200));
  pen.drain();
  assert.equal(pen.wet(), false);
  pen.add(samples(20));
  assert.equal(pen.wet(), false, "and waits again");
});
