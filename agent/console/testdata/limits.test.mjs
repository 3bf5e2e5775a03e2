// Which limits stand beside a number, and which of them has fired, without a page.
import assert from "node:assert/strict";
import test from "node:test";
import { steps } from "../assets/limits.js";
import { freshFor } from "../assets/numerals.js";
import { pressure } from "../assets/units.js";

const line = (condition, vital, side, value, priority, more = {}) => ({ condition, title: condition, vital, side, value, priority, ...more });
const oxygen = [line("crit", "spo2", "below", 85, "high"), line("low", "spo2", "below", 90, "medium"), line("drift", "spo2", "below", 92, "low"), line("drift", "spo2", "below", 93, "low")];
const said = (list) => list.map((s) => `${s.side === "below" ? "▼" : "▲"}${s.mark} ${s.parts.map((p) => p.text + (p.fired ? "!" : "") + (p.off ? "-" : "")).join("/")}`);

test("both steps of a limit, nearest to normal first, of each priority the nearer line", () => {
  assert.deepEqual(said(steps(oxygen, [], ["spo2"])), ["▼* 93", "▼** 90", "▼*** 85"]);
});

test("the line that fired is marked, and shown even if another one is nearer", () => {
  const alert = (condition, limit, state = "active") => ({ condition, vital: "spo2", limit, state });
  assert.deepEqual(said(steps(oxygen, [alert("low", 90)], ["spo2"])), ["▼* 93", "▼** 90!", "▼*** 85"]);
  assert.deepEqual(said(steps(oxygen, [alert("drift", 92)], ["spo2"])), ["▼* 92!", "▼* 93", "▼** 90", "▼*** 85"]);
  assert.deepEqual(said(steps(oxygen, [alert("low", 90, "latched")], ["spo2"])), ["▼* 93", "▼** 90", "▼*** 85"], "what is over has fired no more");
  assert.deepEqual(said(steps(oxygen, [{ ...alert("low", 90), vital: "pulse_rate" }], ["spo2"])), ["▼* 93", "▼** 90", "▼*** 85"]);
});

test("pressure limits read like readings, and the mean stands alone", () => {
  const cuff = [line("severe", "systolic", "at_least", 180, "medium"), line("severe", "diastolic", "at_least", 110, "medium"), line("low", "systolic", "below", 90, "medium"), line("low", "mean", "below", 60, "medium")];
  const alerts = [{ condition: "severe", vital: "diastolic", limit: 110, state: "active" }];
  const vitals = ["systolic", "diastolic", "mean"];
  assert.deepEqual(said(steps(cuff, alerts, vitals)), ["▲** 180/110!", "▼** 90", "▼** mean 60"]);
  assert.deepEqual(said(steps(cuff, alerts, vitals, { systolic: 180, diastolic: 112 })), ["▲** 180!/110!", "▼** 90", "▼** mean 60"], "both lines of it are crossed");
  assert.deepEqual(said(steps(cuff, [], vitals, { systolic: 190, mean: 50 })), ["▲** 180/110", "▼** 90", "▼** mean 60"], "what is beyond and has not fired is not marked");
});

test("a line is off only if everything that judges by it is", () => {
  const two = [line("a", "pulse_rate", "at_least", 120, "low", { switched_off: true }), line("b", "pulse_rate", "at_least", 120, "low")];
  assert.deepEqual(said(steps(two, [], ["pulse_rate"])), ["▲* 120"]);
  assert.deepEqual(said(steps(two.slice(0, 1), [], ["pulse_rate"])), ["▲* 120-"]);
});

test("a cuff value is fresh for one and a half intervals, at most 15 minutes", () => {
  const session = (minutes) => ({ last_reading: { at: "2026-11-22T09:00:00Z" }, next_reading: new Date(Date.parse("2026-11-22T09:00:00Z") + minutes * 60_000).toISOString() });
  const fresh = (x) => freshFor(x) / 60_000;
  assert.equal(fresh(undefined), 15);
  assert.equal(fresh(session(5)), 7.5);
  assert.equal(fresh(session(40)), 15);
  assert.equal(fresh(session(0.1)), 1, "a reading that is due at once does not grey the one of a moment ago");
  assert.equal(fresh({}), 15, "no reading is planned");
});

test("kPa has one decimal, four figures at most", () => {
  assert.equal(pressure(172, "kPa"), "22.9");
  assert.equal(pressure(172, "mmHg"), "172");
});
