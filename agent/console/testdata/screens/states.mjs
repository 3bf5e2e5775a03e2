// The states of the pages, each reached as a person would reach it. Every state is looked at, and each has its picture.
import { current, findings, numbers, set, sizes, themes, until, wide } from "./browser.mjs";

/** @typedef {(name: string, page: any) => Promise<void>} Look */

/** Looks for faults in both themes, at a desk, on a phone, and at 200 % zoom, which is half the width. @param {string[]} faults @returns {Look} */
export function check(faults) {
  return async (name, page) => {
    for (const [width, height] of [[1280, 800], [640, 400], [390, 844]]) {
      for (const theme of themes) {
        await set(page, [width, height], theme);
        const at = `${name} ${width} ${theme}`;
        if (theme === "dark") faults.push(...(await wide(page, at)));
        if (width !== 640) faults.push(...(await findings(page, at)));
      }
    }
    await set(page, [1280, 800], "dark");
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

/** @param {any} page a room page of somebody at rest, signed @param {Look} look */
export async function calmRoom(page, look) {
  await numbers(page);
  await look("room-calm", page);
  await page.getByRole("button", { name: "Start a session" }).click();
  await look("room-start", page);
  await page.getByRole("button", { name: "Cancel" }).first().click();
  await page.click("#signed");
  await look("room-sign", page);
  await page.keyboard.press("Escape");
}

/** @param {any} page a room page on which a session runs @param {Look} look */
export async function sessionRoom(page, look) {
  await page.waitForFunction(() => /baseline|dose|observ/i.test(document.getElementById("session")?.textContent ?? ""), null, { timeout: 60_000 });
  await look("room-session", page);
  for (const name of ["Dose", "Note", "Symptom"]) {
    const button = page.locator("#session").getByRole("button", { name, exact: false }).first();
    if (!(await button.count())) continue;
    await button.click();
    await look(`room-session-${name.toLowerCase()}`, page);
    const cancel = page.locator("#session").getByRole("button", { name: "Cancel" }).first();
    if (await cancel.count()) await cancel.click();
  }
}

/** @param {any} page a room page on which something is wrong @param {Look} look */
export async function alarmingRoom(page, look) {
  await page.waitForSelector("#bar.high:not(.seen), #bar.medium:not(.seen)", { timeout: 60_000 });
  await look("room-alarming", page);
}

/** The station, from its start dialog on. @param {any} page @param {Look} look @param {string} name */
export async function station(page, look, name) {
  await page.waitForSelector(".tile", { timeout: 20_000 });
  await look(`${name}-start`, page);
  await page.keyboard.press("Escape");
  await look(name, page);
  for (const [key, side] of [["l", "list"], ["d", "duty"], ["?", "help"], ["1", "room"]]) {
    await page.keyboard.press(key);
    await look(`${name}-${side}`, page);
    await page.keyboard.press("Escape");
  }
}

/** A page whose program is frozen: first nothing, then everything again. @param {any} page @param {any} child @param {Look} look
 * @param {string} name @param {string[]} faults */
export async function frozen(page, child, look, name, faults) {
  page.lost = true;
  child.kill("SIGSTOP");
  await until(page, false, 0, 10_000);
  await look(name, page);
  faults.push(...(await current(page)).map((t) => `${name}: ${t} is shown as if it were known`));
  child.kill("SIGCONT");
  await until(page, true, 0, 10_000);
  await numbers(page);
  page.lost = false;
}
