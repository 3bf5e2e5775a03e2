// The states of the pages, each reached as a person would reach it. Every state is looked at, and each has its picture.
import { current, findings, NIGHT, numbers, set, sizes, themes, until, wide } from "./browser.mjs";

/** @typedef {import("./stage.mjs").Look} Look */

/** At 200 % zoom a window has half the size. */
const zoomed = [640, 400];

/** Where axe looks with all its rules: each theme has its colours, each layout its order, and nothing of them depends on both. The colours of
 * the night, and with --themes those of every theme in both layouts, are looked at by its rules of colours. */
const AXE = { phone: "dark", desk: "light" };

/** Looks for faults in both themes, and of colours at night, at a desk, at 200 % zoom, on a tablet and on a phone; keeps one picture of each state; and holds
 * those that do not move against their reference. @param {string[]} faults @param {string} folder for the picture of each state, "" for none
 * @param {import("./reference.mjs").Reference} reference @param {boolean} every whether axe looks at every theme in both layouts @returns {Look} */
export function check(faults, folder, reference, every) {
  return async (name, page, still = false) => {
    const shots = [];
    for (const [word, size] of Object.entries({ ...sizes, zoomed })) {
      for (const theme of themes) {
        if (word === "zoomed" && theme !== "dark") continue;
        await set(page, size, theme);
        const at = `${name} ${word} ${theme}`;
        if (theme === "dark") faults.push(...(await wide(page, at)));
        if (word in AXE && (every || theme === AXE[word])) faults.push(...(await findings(page, at, theme !== AXE[word])));
        if (still && word !== "zoomed") shots.push(await reference.shot(page));
        if (folder && word === "desk" && theme === "dark") await page.screenshot({ path: `${folder}/${name}.png` });
      }
      if (word === "phone" || (every && word === "desk")) {
        await set(page, size, NIGHT);
        faults.push(...(await findings(page, `${name} ${word} ${NIGHT}`, true)));
      }
    }
    if (still) faults.push(...(await reference.hold(name, page, shots)));
    await set(page, sizes.desk, "dark");
  };
}

/** Takes the pictures state-size-theme.png. @param {string} folder @returns {Look} */
export function picture(folder) {
  return async (name, page) => {
    for (const [word, size] of Object.entries(sizes)) {
      for (const theme of themes) {
        await set(page, size, theme);
        await page.screenshot({ path: `${folder}/${name}-${word}-${theme}.png` });
      }
    }
    await set(page, sizes.desk, "dark");
  };
}

const SIDES = { l: "list", d: "duty", "?": "help", 1: "room" };

/** The station, from its start dialog on. @param {any} page @param {Look} look @param {string} name
 * @param {{still?: boolean, sides?: string}} [o] still: nothing moves; sides: the keys of those that are looked at, all of them without */
export async function station(page, look, name, { still = false, sides = Object.keys(SIDES).join("") } = {}) {
  await page.waitForSelector(".tile", { timeout: 20_000 });
  await look(`${name}-start`, page, still);
  await page.keyboard.press("Escape");
  await look(name, page, still);
  for (const [key, side] of Object.entries(SIDES)) {
    if (!sides.includes(key)) continue;
    await page.keyboard.press(key);
    await look(`${name}-${side}`, page, still);
    await page.keyboard.press("Escape");
  }
}

/** Pages whose program is frozen: first nothing, then everything again. @param {any} child @param {[string, any][]} pages the name of the state
 * and the page @param {Look} look @param {string[]} faults */
export async function frozen(child, pages, look, faults) {
  child.kill("SIGSTOP");
  for (const [name, page] of pages) {
    page.lost = true;
    await until(page, false, 0, 10_000);
    await look(name, page);
    faults.push(...(await current(page)).map((t) => `${name}: ${t} is shown as if it were known`));
  }
  child.kill("SIGCONT");
  for (const [, page] of pages) {
    await until(page, true, 0, 10_000);
    await numbers(page);
    page.lost = false;
  }
}
