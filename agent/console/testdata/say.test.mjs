// The catalogues: complete, alike, and what the modules ask for.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { say } from "../assets/base/say.js";

const assets = join(dirname(fileURLToPath(import.meta.url)), "..", "assets");
const read = (name) => JSON.parse(readFileSync(join(assets, "words", `${name}.json`), "utf8"));
const flat = (words) => new Map(Object.entries(words).flatMap(([area, of]) => Object.entries(of).map(([name, m]) => [`${area}.${name}`, m])));
const en = flat(read("en"));
const de = flat(read("de"));

test("German has every message of English, with the same values, and no other", () => {
  const values = (message) => [...message.matchAll(/\{(\w+)[,}]/g)].map((m) => m[1]).sort();
  assert.deepEqual([...de.keys()].sort(), [...en.keys()].sort());
  for (const [key, message] of en) {
    assert.deepEqual(values(de.get(key)), values(message), key);
    for (const m of [message, de.get(key)]) assert.ok(m.trim() === m && m !== "", key);
  }
});

test("modules and pages ask for what there is, and what there is is asked for", () => {
  const asked = new Set();
  const areas = new Set(); // of which a module makes names out of words of the contract
  for (const file of readdirSync(assets, { recursive: true }).filter((name) => /\.(html|js)$/.test(name))) {
    const source = readFileSync(join(assets, file), "utf8");
    for (const [, key] of source.matchAll(/(?:\bsay(?:Or)?\(\s*|\bknown\(\s*|data-say(?:-label|-empty)?=)"([\w.-]+)"/g)) {
      asked.add(key);
      assert.ok(en.has(key), `${file} asks for ${key}`);
    }
    for (const [, one, other] of source.matchAll(/\bsay\([^"`\n]*\? "([\w.-]+)" : "([\w.-]+)"/g)) {
      for (const key of [one, other]) assert.ok(asked.add(key) && en.has(key), `${file} asks for ${key}`);
    }
    for (const [, key] of source.matchAll(/"([a-z_]+\.\w+)"/g)) if (en.has(key)) asked.add(key); // on its way to a say
    for (const [, area] of source.matchAll(/\b(?:say|sayOr|known)\(\s*`([\w-]+)\.\$\{/g)) areas.add(area);
  }
  for (const area of areas) assert.ok([...en.keys()].some((key) => key.startsWith(`${area}.`)), area);
  assert.deepEqual([...en.keys()].filter((key) => !asked.has(key) && !areas.has(key.split(".")[0])), [], "nobody asks for these");
});

test("a message without one of its values is a mistake of the page", () => {
  assert.throws(() => say("view.nothing"), /no message/);
});
