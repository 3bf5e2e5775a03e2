// Which limits stand beside a number, and which of them has fired, without a page.
import assert from "node:assert/strict";
import test from "node:test";
import { calm, quiet, silence } from "../assets/room/alerts.js";
import { steps } from "../assets/room/limits.js";
import { freshFor } from "../assets/room/numerals.js";
import { pressure } from "../assets/base/units.js";
import { suspended } from "../assets/station/tiles.js";

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

test("what is suspended is off until the first of its alerts sounds again, and one that has no such moment names none", () => {
  const off = (until) => ({ switched_off: true, switched_off_until: until });
  const until = (...list) => steps(list.map((more) => line("a", "pulse_rate", "at_least", 120, "low", more)), [], ["pulse_rate"])[0].parts[0].until;
  assert.equal(until(off("2026-11-22T10:05:00Z")), "2026-11-22T10:05:00Z");
  assert.equal(until(off("2026-11-22T10:05:00Z"), off("2026-11-22T09:59:59.5Z")), "2026-11-22T09:59:59.5Z");
  assert.equal(until(off("2026-11-22T10:05:00Z"), {}), undefined, "another alert of the same line still sounds");
  assert.equal(until(off(undefined)), undefined);
  assert.equal(until({}), undefined);
});

test("an alert that is suspended says for how long, and calls for nobody's eyes meanwhile", () => {
  const alert = { signal: "off", acknowledged: false, at: "2026-11-22T10:00:00Z", silent_until: "2026-11-22T10:04:32Z" };
  assert.equal(silence(alert), "suspended 4:32");
  assert.equal(quiet(alert), "suspended");
  assert.ok(calm(alert));
  assert.equal(silence({ ...alert, silent_until: undefined }), "switched off");
  assert.equal(quiet({ ...alert, silent_until: undefined }), "switched off");
});

test("a tile counts what is suspended apart from what is off for the session", () => {
  const o = (condition, until) => ({ condition, by: "AK", reason: "why", ...(until ? { until } : {}) });
  assert.deepEqual(suspended({ silence: { off: [o("a", "2026-11-22T10:05:00Z"), o("b"), o("c", "2026-11-22T10:01:00Z")] } }), { n: 2, until: "2026-11-22T10:01:00Z" });
  assert.deepEqual(suspended({ silence: { off: [o("b")] } }), { n: 0, until: "" });
  assert.deepEqual(suspended({}), { n: 0, until: "" });
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
