// The pages in German and in no language at all: every word comes from the catalogues, and the longer words fit on a phone.
import { numbers, open, set, sizes, wide } from "../browser.mjs";
import { demo, kill, library, show } from "../programs.mjs";

/** What is no word of a language: names of rooms, devices, drivers, channels, profiles and drugs, files, units, keys, versions, what staff typed
 * and the languages' own names. */
const DATA = /\/[\w./-]+|[\w-]+@\d+|\bNov \d+, \d+|\b(oximeter|cuff|nonin|suntech|ketamine|esketamine|office|phone|tablet-\d+|UTC|room-\d+|station-\d+|demo|dev|rehearsal|bedside|SpO|mmHg|kPa|min|front|clinic|NATS|Esc|English|Deutsch|AK|MB|[A-Z]-?\d+)\b/g;

/** Texts, names and titles that did not come from a catalogue, in the language that puts all that did between brackets.
 * @param {any} page @param {string} name */
async function bare(page, name) {
  /** @type {string[]} */
  const found = await page.evaluate(() => {
    const outside = (/** @type {string} */ s) => {
      let depth = 0, rest = "";
      for (const c of s) {
        if (c === "⟦") depth++;
        else if (c === "⟧") depth--;
        rest += depth || c === "⟧" ? " " : c;
      }
      return rest.replace(/\s+/g, " ").trim();
    };
    const out = [document.title];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let n = walk.nextNode(); n; n = walk.nextNode()) if (!n.parentElement?.closest("template")) out.push(n.textContent ?? "");
    for (const e of document.querySelectorAll("*")) for (const a of ["aria-label", "title", "placeholder", "alt"]) out.push(e.getAttribute(a) ?? "");
    for (const e of document.querySelectorAll("body *")) for (const of of ["::before", "::after"]) out.push(getComputedStyle(e, of).content.replace(/^(none|normal)$/, ""));
    for (const e of document.querySelectorAll("input, select, textarea")) if (!e.checkValidity()) out.push(e.validationMessage);
    return out.map(outside).filter(Boolean);
  });
  return [...new Set(found)].filter((t) => /\p{L}{3}/u.test(t.replace(DATA, ""))).map((t) => `${name}: not from the catalogues: ${t}`);
}

/** Takes a page through what it shows and looks at each of it. @param {any} page @param {(name: string) => Promise<void>} look @param {boolean} board */
async function walk(page, look, board) {
  if (board) {
    await page.waitForSelector(".tile");
    await look("start");
    await page.keyboard.press("Escape");
    for (const key of ["l", "d", "?", "1"]) {
      await page.keyboard.press(key);
      await page.waitForTimeout(key === "1" ? 400 : 50);
      await look(key);
      await page.keyboard.press("Escape");
    }
    return;
  }
  await numbers(page);
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  await look("room");
  for (const name of await page.locator("[data-action]").evaluateAll((all) => all.map((b) => b.dataset.action))) {
    const b = page.locator(`[data-action="${name}"]`);
    if (!(await b.isVisible())) continue;
    await b.click();
    await look(name);
    await b.click();
  }
}

const PAGES = ["system", "people", "sessions"]; // beside that of the room or of the station

/** A recorded session, and what another profile would have made of it. @param {any} page @param {(name: string) => Promise<void>} look */
async function past(page, look) {
  await page.waitForSelector("tr[data-session] .counts", { timeout: 20_000 });
  await look("list");
  await page.click("tr[data-session] a");
  await page.click(".buttons[role=group] button:nth-child(2)");
  await page.waitForSelector("option[value=conservative]", { state: "attached" });
  await look("what if");
  await page.selectOption("select[name=profile]", "conservative");
  await page.click("form.ask button");
  await page.waitForSelector(".sides", { timeout: 30_000 });
  await look("compared");
}

/** @type {import("../stage.mjs").Part} */
export const languages = {
  name: "languages",
  async run({ browser, program, tests, faults, say }) {
    const [at, ward, shelf] = await Promise.all([demo(program, "--scenario crisis --speed 25"), show(tests), library(tests)]);
    const begun = Date.now();
    /** @param {string} url @param {"room"|"station"|"past"} side @param {string} language */
    const visit = async (url, side, language) => {
      const before = language === "de" ? () => localStorage.setItem("bedside-language", "de") : () => localStorage.setItem("bedside-language", "xx");
      const page = await open(browser, url, faults, { by: "AK", before });
      await set(page, sizes.phone, "dark");
      const look = async (/** @type {string} */ what) => {
        const name = `${side} ${what} in ${language}`;
        faults.push(...(await wide(page, name)));
        if (language === "xx") faults.push(...(await bare(page, name)));
      };
      if (side === "past") await past(page, look);
      else await walk(page, look, side === "station");
      for (const name of side === "room" ? PAGES : []) {
        await page.goto(new URL(`/${name}.html`, url).href);
        await page.waitForFunction(() => [...document.querySelectorAll("main, .notice")].some((e) => e.checkVisibility()));
        await page.waitForTimeout(500); // the first answer of the agent
        await look(name);
      }
      await page.context().close();
    };
    await Promise.all(["xx", "de"].flatMap((language) => [visit(at.page, "room", language), visit(ward.board, "station", language), visit(`${shelf.page}/sessions.html`, "past", language)]));
    say(`looked at everything in ${Date.now() - begun} ms`);
    await kill(at.child);
    await kill(ward.child);
    await kill(shelf.child);
  },
};
