// Which numbers the panel of limits offers, and what it orders, without a page.
import assert from "node:assert/strict";
import test from "node:test";
import { change, changedOf, order, ordered, rows, shown } from "../assets/room/adjust.js";

const set = (value, own, more = {}) => ({ value, default: own, min: 20, max: 130, least: 20, most: 140, ...more });
const limits = [
  { condition: "hr_high", title: "High heart rate", vital: "pulse_rate", side: "at_least", value: 115, priority: "medium", setting: set(120, 120), delay: set(30, 30), tighter: 5 },
  { condition: "hr_rise", title: "Heart rate above baseline", vital: "pulse_rate", side: "at_least", value: 100, priority: "low", delay: set(60, 60) },
  { condition: "bp_elev", title: "Elevated blood pressure", vital: "systolic", side: "at_least", value: 150, priority: "low", setting: set(150, 160, { changed: true }), changed: true },
  { condition: "bp_elev", title: "Elevated blood pressure", vital: "diastolic", side: "at_least", value: 100, priority: "low", setting: set(100, 100) },
];

test("every number that may be set once, what follows the baseline is only said", () => {
  assert.deepEqual(rows(limits).map((g) => [g.vital, g.rows.map((r) => r.key), g.fixed.map((l) => l.condition)]), [
    ["pulse_rate", ["hr_high pulse_rate at_least", "hr_high delay", "hr_rise delay"], ["hr_rise"]],
    ["systolic", ["bp_elev systolic at_least"], []],
    ["diastolic", ["bp_elev diastolic at_least"], []],
  ]);
});

test("an order names the number, a delay in seconds, and the profile's own as such", () => {
  const [pulse, delay] = rows(limits)[0].rows, pressure = rows(limits)[1].rows[0];
  assert.deepEqual(order(change(pulse, "110")), { condition: "hr_high", vital: "pulse_rate", side: "at_least", value: 110 });
  assert.deepEqual(order(change(delay, "45")), { condition: "hr_high", delay_s: 45 });
  assert.deepEqual(order(change(pressure, "160")), { condition: "bp_elev", vital: "systolic", side: "at_least", default: true });
  assert.equal(change(pulse, "120"), null, "what holds is no change");
  for (const typed of ["", " ", "12o", "1.5"]) assert.equal(change(pulse, typed).wrong, true, typed);
});

test("the mark stands beside the numeral whose limits are changed, and no other", () => {
  assert.equal(changedOf(limits, ["systolic", "diastolic", "mean"]), true);
  assert.equal(changedOf(limits, ["pulse_rate"]), false);
  assert.equal(changedOf(undefined, ["pulse_rate"]), false);
});

const shownIn = (unit, of) => {
  globalThis.localStorage = { getItem: () => unit };
  try {
    return of();
  } finally {
    delete globalThis.localStorage;
  }
};

test("a page in kPa takes one decimal and orders whole mmHg, the same that it shows", () => {
  for (let n = 20; n <= 300; n++) {
    const text = shownIn("kPa", () => shown("systolic", n));
    assert.match(text, /^\d{1,2}\.\d$/);
    assert.equal(shownIn("kPa", () => ordered("systolic", text)), String(n), "what is shown is what it was made of");
    assert.equal(shownIn("kPa", () => ordered("systolic", text.replace(".", ","))), String(n), "as a German page writes it");
  }
});

test("no number within the range that is shown is ordered beyond the range that is allowed", () => {
  for (const [least, most] of [[60, 180], [45, 110], [81, 199], [30, 31]]) {
    const [low, high] = shownIn("kPa", () => [shown("mean", least), shown("mean", most)].map(Number));
    for (let tenth = Math.round(low * 10); tenth <= Math.round(high * 10); tenth++) {
      const n = Number(shownIn("kPa", () => ordered("mean", (tenth / 10).toFixed(1))));
      assert.ok(n >= least && n <= most, `${tenth / 10} kPa is ${n} mmHg, beyond ${least} to ${most}`);
    }
  }
});

test("a number of the other unit is none, and what is no pressure has no other unit", () => {
  const pressure = rows(limits)[1].rows[0], pulse = rows(limits)[0].rows[0];
  for (const typed of ["160", "21.33", "", "x", "-3", "1e1", "21."]) assert.equal(shownIn("kPa", () => change(pressure, ordered("systolic", typed))).wrong, true, typed);
  assert.equal(shownIn("mmHg", () => change(pressure, ordered("systolic", "21.3"))).wrong, true);
  assert.deepEqual(shownIn("kPa", () => order(change(pressure, ordered("systolic", "21.3")))), { condition: "bp_elev", vital: "systolic", side: "at_least", default: true }, "160 mmHg");
  assert.equal(shownIn("kPa", () => change(pressure, ordered("systolic", "20"))), null, "150 mmHg, which holds");
  assert.equal(shownIn("kPa", () => order(change(pulse, ordered(pulse.vital, "110"))).value), 110);
  assert.equal(shownIn("kPa", () => ordered("", "45")), "45", "a delay");
});
