// The list of alerts says who has acknowledged, where and when, as the bar does.
import assert from "node:assert/strict";
import test from "node:test";
import { seenBy } from "../assets/room/alertlog.js";
import { placeOf, seen } from "../assets/room/alerts.js";

const at = "2026-11-22T14:03:22Z", hour = /\d{2}:03/;

test("an acknowledgement has its person, place and time", () => {
  const a = { acknowledged_by: "AK", acknowledged_at: at };
  for (const [via, words] of [["page", /^AK in the room, /], ["station-2", /^AK at station-2, /], ["console:tablet-1", /^AK at tablet-1, /], ["demo", /^AK at \d/], [undefined, /^AK at \d/]]) {
    assert.match(seenBy({ ...a, via }), words, `${via}`);
    assert.match(seenBy({ ...a, via }), hour);
  }
  assert.equal(seenBy({ acknowledged_by: "AK" }), "AK", "of a station that does not know when");
  assert.equal(seenBy({}), "nobody");
});

test("the name of a device is no code", () => {
  assert.equal(placeOf("console:tablet-1"), "tablet-1");
  assert.match(seen({ acknowledged_by: "AK", acknowledged_at: at, via: "console:tablet-1" }), /^seen by AK at tablet-1, \d{2}:03$/);
});
