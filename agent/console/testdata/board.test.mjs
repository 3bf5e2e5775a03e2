// What the station's page makes of events, without a page.
import assert from "node:assert/strict";
import test from "node:test";
import { makeBoard, untold, view } from "../assets/station/board.js";
import { makeTrack } from "../assets/station/spark.js";

const T0 = Date.parse("2026-11-22T09:00:00Z");
const at = (/** @type {number} */ ms) => new Date(T0 + ms).toISOString();
const tile = (room, more = {}) => ({ room, link: "live", mode: "live", age_ms: 0, alerts: [], devices: [{ name: "o", title: "O", kind: "oximeter", link: "connected" }], ...more });
const pulse = (ms, value = 70) => ({ pulse_rate: { value, unit: "/min", age_ms: 200, at: at(ms) } });

test("rooms keep their order and take only what is news", () => {
  const b = makeBoard();
  b.board({ at: at(0), rooms: [tile("a"), tile("b")], alerts: [] }, 0);
  b.rooms({ at: at(1000), rooms: [tile("b", { link: "silent" }), tile("stranger")] }, 1000);
  b.alarm({ room: "a", alert: {}, tile: tile("a", { alerts: [{ priority: "high", at: at(900) }] }) }, 1200);
  assert.deepEqual(b.list().map((h) => h.tile.room), ["a", "b"]);
  assert.equal(b.find("a").tile.alerts.length, 1);
  assert.equal(b.find("b").tile.link, "silent");
  b.board({ at: at(2000), rooms: [tile("b")], alerts: [] }, 2000);
  assert.equal(b.find("a"), undefined, "a room that went is gone");
});

test("the station's clock goes on between two events, and ages grow", () => {
  const b = makeBoard();
  b.board({ at: at(0), rooms: [tile("a", { values: pulse(-200) })], alerts: [] }, 500);
  assert.equal(b.now(1500), T0 + 1000);
  assert.equal(view(b.find("a"), b.now(1500)).devices[0].values.pulse_rate.age_ms, 1200);
});

test("nothing is known of a silent room", () => {
  const b = makeBoard();
  b.board({ at: at(0), rooms: [tile("a", { link: "silent", values: pulse(0) })], alerts: [] }, 0);
  assert.equal(view(b.find("a"), b.now(0)), null);
});

test("nothing is known of a room that has not told its state to a station that has just begun, and it is not called silent", () => {
  const b = makeBoard();
  b.board({ at: at(0), rooms: [tile("a", { mode: "", broker: "", record: "" }), tile("b", { mode: "", link: "silent" }), tile("c")], alerts: [] }, 0);
  assert.equal(view(b.find("a"), b.now(0)), null);
  assert.deepEqual(b.list().map((h) => untold(h.tile)), [true, false, false]);
});

test("a room's own clock counts for its sessions, however wrong it is", () => {
  const b = makeBoard();
  const hour = 3600_000; // this room's clock is an hour ahead
  const session = { doses: [{ at: at(hour - 60_000) }], since_dose_s: 60, observe_left_s: 100 };
  b.board({ at: at(0), rooms: [tile("a", { values: pulse(hour), session })], alerts: [] }, 0);
  b.rooms({ at: at(1000), rooms: [] }, 1000);
  b.rooms({ at: at(5000), rooms: [tile("a", { values: pulse(hour + 3000), session })] }, 5000); // two seconds late
  const seen = view(b.find("a"), b.now(5000));
  assert.equal(seen.at, at(hour + 5000), "a late word does not turn the clock back");
  assert.equal(seen.session.since_dose_s, 65);
  assert.equal(seen.session.observe_left_s, 95);
});

test("a trend has gaps where nothing came, and forgets after 15 minutes", () => {
  const track = makeTrack();
  for (let s = 0; s < 60; s++) track.add(pulse(s * 1000), T0 + s * 1000);
  for (let s = 120; s < 180; s++) track.add(pulse(s * 1000), T0 + s * 1000);
  assert.equal(track.path("pulse_rate", T0 + 180_000).split("M").length - 1, 2, "two pieces");
  track.add(pulse(179_000, 200), T0 + 181_000);
  assert.ok(!track.words(T0 + 181_000).includes("200"), "the same measurement again is no new one");
  assert.equal(track.words(T0 + 180_000), "Last 15 minutes: pulse rate 70 to 70");
  assert.equal(track.path("pulse_rate", T0 + 3600_000), "");
  assert.equal(track.words(T0 + 3600_000), "Nothing received in the last 15 minutes");
});
