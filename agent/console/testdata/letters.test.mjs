// Letters of the trend, the alerts of a session, the newest values and what is spoken.
import assert from "node:assert/strict";
import test from "node:test";
import { once } from "../assets/base/failure.js";
import { ofSession, sessionSince } from "../assets/room/alertlog.js";
import { coming } from "../assets/room/heard.js";
import { letter, letters } from "../assets/room/letters.js";
import { newest } from "../assets/room/sheet.js";
import { sentence } from "../assets/room/spoken.js";

const at = (s) => new Date(Date.UTC(2026, 10, 22, 9, 0, s)).toISOString();

test("letters go on after Z and begin anew with each session", () => {
  assert.deepEqual([0, 25, 26, 27, 701, 702].map(letter), ["A", "Z", "AA", "AB", "ZZ", "AAA"]);
  const marks = ["note", "phase", "dose", "session_started", "phase", "note", "symptom", "agent_started"].map((kind, i) => ({ kind, at: at(i), text: "" }));
  const known = letters(marks);
  assert.deepEqual(marks.map((m) => known.get(m) ?? "-"), ["A", "-", "B", "-", "-", "A", "B", "-"]);
});

test("the alerts of a session are those that were not over when it began", () => {
  const alerts = [{ from: at(0), to: at(5) }, { from: at(1), to: at(20) }, { from: at(2) }, { from: at(30), to: at(40) }];
  assert.equal(sessionSince([{ kind: "session_started", at: at(1) }, { kind: "session_ended", at: at(5) }, { kind: "session_started", at: at(10) }]), Date.parse(at(10)));
  assert.ok(Number.isNaN(sessionSince([{ kind: "session_started", at: at(1) }, { kind: "session_ended", at: at(5) }])));
  assert.deepEqual(ofSession(alerts, Date.parse(at(10))).map((a) => a.from), [at(30), at(2), at(1)]);
  assert.equal(ofSession(alerts, NaN).length, 4);
});

test("a slot in which nothing was measured stays empty among the newest", () => {
  const rows = newest([[100, 70, 72, 97, 97, 0], [102, 80, 80, 0, 0, 1]], 1);
  assert.equal(rows.length, 10);
  assert.deepEqual(rows.slice(0, 4).map((r) => [r.slot, r.low, r.doubt]), [[102, 80, true], [101, 0, false], [100, 70, false], [99, 0, false]]);
  assert.deepEqual(newest([], 1), []);
});

test("what is spoken says what is missing, and why", () => {
  const oximeter = { kind: "oximeter", link: "connected", values: { pulse_rate: { value: 72, age_ms: 900 } }, absent: { spo2: "finger_out" } };
  const said = sentence({ at: at(0), devices: [oximeter], alerts: [{ priority: "high", kind: "physiological", text: "SpO2 gone" }] });
  assert.match(said, /Pulse rate 72\. SpO2: no value, No finger in the sensor\. Blood pressure: no value, no device\. One alert: high: SpO2 gone\./);
  assert.match(sentence({ at: at(0), devices: [], alerts: [] }), /No active alert\.$/);
  assert.match(sentence(null), /Nothing is known/);
});

test("who is coming is never promised", () => {
  const alert = (more) => ({ occurrence: "a-1", state: "active", priority: "high", acknowledged: false, ...more });
  assert.equal(coming({ alerts: [] }), "");
  assert.equal(coming({ alerts: [alert({ priority: "low" })] }), "");
  assert.match(coming({ alerts: [alert({})] }), /not known whether somebody is coming/);
  assert.match(coming({ alerts: [alert({})], recipients: { expected: true, undisplayed: ["a-1"] } }), /No screen/);
  assert.match(coming({ alerts: [alert({ acknowledged: true, acknowledged_by: "AK" })] }), /^AK has acknowledged\.$/);
  assert.match(coming({ alerts: [alert({}), alert({ acknowledged: true, acknowledged_by: "AK" })] }), /not everything: 1 open/);
});

test("a page that fails twice within a minute is not loaded for ever", () => {
  assert.equal(once(() => null, 1_000_000), true);
  assert.equal(once(() => "990000", 1_000_000), false);
  assert.equal(once(() => "900000", 1_000_000), true);
});
