// An elevation is called by what rose.
import assert from "node:assert/strict";
import test from "node:test";
import { risen } from "../assets/room/elevations.js";

test("an elevation names its cause", () => {
  const e = { vital: "blood_pressure", rise: 12, rise_diastolic: 22 };
  assert.equal(risen({ ...e, cause: "diastolic" }), "diastolic up to 22");
  assert.equal(risen({ ...e, cause: "systolic" }), "systolic up to 12");
  assert.equal(risen({ ...e, cause: "both" }), "systolic up to 12 and diastolic up to 22");
  assert.equal(risen({ ...e, cause: undefined }), "systolic up to 12", "recorded by an earlier version");
  assert.equal(risen({ vital: "pulse_rate", rise: 30 }), "pulse rate up to 30");
});
