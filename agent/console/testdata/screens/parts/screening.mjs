// Screening that was forgotten when a session began: answered and corrected beside the gate before the first dose.
import assert from "node:assert/strict";
import { open } from "../browser.mjs";
import { demo, kill } from "../programs.mjs";

/** Waits until the focus is on the button of that name. @param {any} page @param {string} name */
const focused = (page, name) => page.waitForFunction((/** @type {string} */ wanted) => document.activeElement?.getAttribute("aria-label") === wanted, name, { timeout: 3000 });

/** @type {import("../stage.mjs").Part} */
export const screening = {
  name: "screening", pictures: true,
  async run({ browser, program, faults, look }) {
    const at = await demo(program, "--scenario calm");
    const page = await open(browser, at.page, faults, { by: "AK" });
    await page.locator("#session").getByRole("button", { name: "Start a session" }).click();
    await page.locator("#session [name=code]").fill("K-0412");
    await page.locator("#session [name=route]").selectOption("im");
    await page.locator('#session [name=psychosis][value="yes"]').check();
    await page.locator("#session [type=submit]").click();

    const rows = page.locator(".gate li"), row = (/** @type {string} */ words) => rows.filter({ hasText: `screening: ${words}` });
    for (const value of ["SpO2", "pulse rate"]) await rows.filter({ hasText: new RegExp(`met\\s*${value} \\d`) }).waitFor(); // first while it is missing
    await look("room-screening", page);
    const place = (await rows.allInnerTexts()).findIndex((t) => t.includes("mania"));
    await page.getByRole("button", { name: "Mania: No", exact: true }).click();
    await row("mania no").filter({ hasText: "✓ met" }).waitFor();
    await focused(page, "Correct: Mania"); // stays in the row
    assert.ok((await rows.nth(place).innerText()).includes("mania"), "the row that was answered stays where it is");

    // What was a stop is not taken back without a word.
    await row("psychosis yes").getByRole("button").click();
    const form = page.locator(".gate form");
    await form.locator("[type=submit]").click();
    assert.ok(await form.isVisible(), "a correction without a reason");
    await form.locator("[name=reason]").fill("wrong sheet");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await row("psychosis no").filter({ hasText: "✓ met" }).waitFor();
    await focused(page, "Correct: Psychosis");
    await page.context().close();
    await kill(at.child);
  },
};
