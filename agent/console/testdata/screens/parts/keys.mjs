// Work with nothing but keys: at a station, and in a room from the start of a session to its end.
import { numbers, open } from "../browser.mjs";
import { demo, kill } from "../programs.mjs";
/** @typedef {import("../stage.mjs").Stage} Stage */

/** Hands on a keyboard. @param {any} page @param {Stage} s @param {string} where */
export function hands(page, s, where) {
  return {
    /** Waits for what a key shall do. @param {string} what @param {() => unknown} is @param {number} [most] milliseconds */
    async expect(what, is, most = 5000) {
      try {
        await page.waitForFunction(is, null, { timeout: most });
      } catch {
        s.faults.push(`${where}: ${what}`);
      }
    },
    /** Presses Tab until something has the focus, as somebody does who sees where it is. @param {string} selector @param {string} [key] */
    async tab(selector, key = "Tab") {
      for (let i = 0; i < 120; i++) {
        await page.keyboard.press(key);
        const [there, ring] = await page.evaluate((wanted) => {
          const e = document.activeElement;
          const ring = (/** @type {string} */ part) => getComputedStyle(/** @type {Element} */ (e), part).outlineStyle !== "none";
          return [e?.matches(wanted), e && e !== document.body ? ring("") || ring("::after") : true]; // a button over a panel has it round that
        }, selector);
        if (!ring) s.faults.push(`${where}: nothing shows that the focus is at ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 80))}`);
        if (there) return;
      }
      throw new Error(`${where}: Tab does not reach ${selector}`);
    },
    press: (/** @type {string} */ key) => page.keyboard.press(key),
    type: (/** @type {string} */ words) => page.keyboard.type(words),
  };
}

/** @param {Stage} s @param {string} url */
async function stationKeys(s, url) {
  const page = await open(s.browser, url, s.faults), { expect, tab, press, type } = hands(page, s, "station");
  await page.waitForSelector(".tile");
  await tab("#start [data-sound]");
  await press("Enter");
  await expect("Enter turns the sound on and closes the dialog", () => document.getElementById("start")?.hidden);
  await page.waitForSelector("#acknowledge:not([disabled])", { timeout: 30_000 });
  await press("a");
  await expect("A asks for initials", () => document.activeElement?.closest("#sign"));
  await type("KB");
  await press("Enter");
  await expect("A acknowledges", () => /^(Acknowledged|Refused)/.test(document.getElementById("spoken")?.textContent ?? "") || document.body.innerText.includes("seen by KB"));
  await press("p");
  await expect("P pauses the sound", () => document.getElementById("pause")?.ariaPressed === "true");
  await press("p");
  await expect("P resumes the sound", () => document.getElementById("pause")?.ariaPressed === "false");
  await press("l");
  await expect("L opens the list", () => !document.getElementById("side")?.hidden && document.querySelector('[data-side="list"]')?.ariaExpanded === "true");
  await press("Escape");
  await expect("Esc closes the list", () => document.getElementById("side")?.hidden);
  await page.context().close();
}

/** @param {Stage} s @param {string} url */
async function roomKeys(s, url) {
  const page = await open(s.browser, url, s.faults), { expect, tab, press, type } = hands(page, s, "room");
  page.refused = true; // a session that no nurse hears asks for a reason
  await numbers(page);
  await tab("#session .idle > button");
  await press("Enter");
  await expect("Enter opens the form of a session and goes there", () => document.activeElement?.matches("#session form [name=code]"));
  await type("K-0412");
  await tab("#session form [name=route]");
  await type("intravenous");
  await tab("#session form [name=initials]");
  await type("KB");
  await tab("#session form button[type=submit]");
  await press("Enter");
  const started = () => /K-0412/.test(document.querySelector("#session h2")?.textContent ?? "");
  await expect("Enter starts the session, or asks why it may start unheard", () => /K-0412/.test(document.querySelector("#session h2")?.textContent ?? "") || document.querySelector("#session form .refusal")?.textContent);
  if (!(await page.evaluate(started))) {
    await tab("#session form [name=uncovered]", "Shift+Tab");
    await type("trial without a station");
    await press("Enter");
    await expect("the session starts", started);
  }
  await page.waitForSelector("#bar .order button", { timeout: 30_000 });
  await press("a");
  await expect("A acknowledges", () => document.body.innerText.includes("seen by KB"), 10_000);
  await page.waitForTimeout(300);
  await press("p");
  await expect("P pauses the sound, or there is nothing left to pause", () => !document.getElementById("silence")?.hidden || !document.querySelector("#quiet button")?.checkVisibility());
  await tab("#session [data-action=pause]");
  await press("Enter");
  await expect("Enter opens a pause", () => document.activeElement?.matches("#session form [name=reason]"));
  await type("goes to the bathroom");
  await press("Enter");
  await expect("Enter pauses the alarms", () => /paused/i.test(document.getElementById("silence")?.innerText ?? "") && !document.querySelector("#session form"));
  await tab("#session [data-action=end]");
  await press("Enter");
  await expect("Enter opens the end", () => document.activeElement?.matches("#session form [name=reason]"));
  await type("was a trial");
  await tab("#session form button[type=submit]");
  await press("Enter");
  await expect("Enter ends the session", () => document.querySelector("#session .idle > button")?.checkVisibility());
  await page.context().close();
}

/** @type {import("../stage.mjs").Part} */
export const keys = {
  name: "keys",
  async run(s) {
    const at = await demo(s.program, `--scenario ${s.file("fast.yaml")} --speed 3`);
    await roomKeys(s, at.page);
    await kill(at.child);
    const again = await demo(s.program, `--scenario ${s.file("fast.yaml")} --speed 3`); // with an alert that nobody has seen
    await stationKeys(s, again.board);
    await kill(again.child);
  },
};
