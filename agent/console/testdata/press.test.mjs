// The second click of a double click is not a second order.
import assert from "node:assert/strict";
import test from "node:test";
import { again } from "../assets/base/press.js";

const press = { at: 1000, x: 100, y: 100, count: 1, touch: false };

test("a press is the rest of the one before it, or one of its own", () => {
  for (const [what, before, now, rest] of [
    ["the first", null, press, false],
    ["the second click of a double click", press, { ...press, at: 1200, count: 2 }, true],
    ["a click that the browser counts anew", press, { ...press, at: 1600 }, false],
    ["a second tap of a browser that counts none", { ...press, touch: true }, { ...press, at: 1300, touch: true }, true],
    ["a tap half a second later", { ...press, touch: true }, { ...press, at: 1500, touch: true }, false],
    ["a tap on the next button", { ...press, touch: true }, { ...press, at: 1200, x: 160, touch: true }, false],
    ["a key, which has no place", { ...press, touch: true }, { at: 1100, x: 0, y: 0, count: 0, touch: false }, false],
  ]) assert.equal(again(before, now), rest, what);
});
