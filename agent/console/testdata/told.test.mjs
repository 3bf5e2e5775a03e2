// What the agent says in English, said in German with the same figures; and what nobody knows stays as it was.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

globalThis.localStorage = { getItem: () => "de", setItem() {} };
const read = (name) => readFileSync(join(dirname(fileURLToPath(import.meta.url)), name), "utf8");
const { alertText, refused, retold, told } = await import("../assets/base/told.js");

test("sentences, several of them, lists, and sentences within sentences", () => {
  for (const [english, german] of JSON.parse(read("told.json"))) assert.equal(told(english), german);
});

test("what nobody knows stays as it was said", () => {
  for (const text of ["", "Hypertonie der Klinik", "AK and MB", "K-1 or else", "7 of 9"]) {
    assert.equal(told(text), text);
    assert.equal(retold(text), undefined, text);
  }
});

test("no figure is lost or made", () => {
  const figures = (text) => text.match(/\d+/g) ?? [];
  const en = JSON.parse(read("../assets/words/en.json"));
  for (const message of Object.values(en.told)) {
    if (message.includes("{") && message.replace(/\{\w+\}/g, "").length < 6) continue; // looked for only within another one
    let n = 100;
    const text = message.replace(/\{\w+\}/g, () => String(n++));
    assert.notEqual(retold(text), undefined, text);
    assert.deepEqual(figures(told(text)).sort(), figures(text).sort(), text);
  }
});

test("a bare report of the computer says what it means, a refusal what its code means", () => {
  assert.equal(alertText({ condition: "broker_lost", title: "", text: "no route to host" }), "Die Pflege wird nicht erreicht: kein Weg zu diesem Rechner");
  assert.equal(alertText({ condition: "broker_lost", title: "", text: "Nurses not reachable" }), "Pflege nicht erreichbar");
  assert.equal(refused({ ok: false, code: "gate", text: "this gate is hard: only the prescriber overrides it" }), "Abgelehnt: das darf nur die verordnende Person übergehen");
  assert.equal(refused({ ok: false, code: "not_now", text: "new words" }), "Abgelehnt: Das geht beim jetzigen Stand nicht (new words)");
  assert.equal(refused({ ok: false, code: "new_code", text: "new words" }), "Abgelehnt: new words");
});
