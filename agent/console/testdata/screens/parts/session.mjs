// The room's page during a session, with its forms.
import assert from "node:assert/strict";
import { open } from "../browser.mjs";
import { demo, kill } from "../programs.mjs";

/** An alert is suspended for a while unless somebody chooses otherwise, and counted down beside its limit and in the strip.
 * @param {import("playwright-core").Page} page */
async function suspend(page) {
  await page.locator("#session [data-action=alarm-off]").click();
  const form = page.locator("#session form.sheet"), length = form.locator("[name=minutes]");
  assert.equal(await length.inputValue(), "5", "minutes");
  assert.deepEqual(await length.locator("option").evaluateAll((all) => all.map((o) => /** @type {HTMLOptionElement} */ (o).value)), ["5", "10", "15", "0"]);
  await length.selectOption("15");
  await form.locator("[name=condition]").selectOption("hr_high");
  await form.locator("[name=reason]").fill("walks about");
  await form.locator("[type=submit]").click();
  for (const place of ["#silence", "[data-vital=pulse_rate] .limits"]) await page.locator(place).locator(".left").filter({ hasText: /\b1[0-4]:[0-5][0-9]\b/ }).first().waitFor();
}

/** A double click is one order, and an order that is refused leaves the focus where the work is.
 * @param {any} page */
async function pressed(page) {
  await page.locator("#session [data-action=mark]").click();
  await page.locator("#session [data-id=nausea]").dblclick({ delay: 60 });
  await page.locator("#session .marked").waitFor();
  await page.locator("#session [data-action=reading]").click();
  page.refused = true;
  await page.keyboard.type("100");
  await page.locator("#session [name=diastolic]").fill("120");
  await page.keyboard.press("Enter");
  await page.locator("#session form .refusal").filter({ hasText: "100/120" }).waitFor();
  assert.equal(await page.evaluate(() => /** @type {HTMLInputElement} */ (document.activeElement)?.name), "diastolic", "the focus after a refusal");
  await page.locator("#session form").getByRole("button", { name: "Cancel" }).click();
  const marks = await page.evaluate(async () => (await (await fetch("/api/v1/trend?since=0")).json()).marks.filter((/** @type {any} */ m) => m.mark === "nausea").length);
  assert.equal(marks, 1, "marks after a double click");
  page.refused = false; // from here on nothing is
}

/** A phone has what is needed at once at its foot, wherever the page stands. @param {any} page */
async function foot(page) {
  const wide = page.viewportSize(), bar = page.locator("#foot"), focus = () => page.evaluate(() => document.activeElement?.closest("[id]")?.id);
  assert.equal(await bar.isVisible(), false, "a wide screen has all of it in sight");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.evaluate(() => scrollTo(0, 0));
  for (const [name, there] of [["Mark event", "#session [data-id=nausea]"], ["Session", "#session"], ["Alerts", ".alarms"]]) {
    const b = await bar.getByRole("button", { name }).boundingBox();
    assert.ok(b && b.height >= 48 && b.y + b.height <= 844, `${name}: at the foot of what is seen`);
    await bar.getByRole("button", { name }).click();
    assert.ok(await page.locator(there).evaluate((/** @type {Element} */ e) => {
      const r = e.getBoundingClientRect();
      return r.bottom > 0 && r.top < innerHeight && (e === document.activeElement || !!document.activeElement?.closest(".presets"));
    }), `${name} brings it into sight, and the focus there; it is at ${await focus()}`);
  }
  // Nothing that passes beneath the bar, such as the buttons of the cuff, lies over it.
  await page.locator("#cuff").evaluate((/** @type {Element} */ e) => scrollBy(0, e.getBoundingClientRect().top));
  assert.equal(await page.locator("#bar").evaluate((/** @type {Element} */ e) => {
    const r = e.getBoundingClientRect();
    return [0.1, 0.3, 0.5].every((x) => [0.2, 0.5, 0.8].every((y) => e.contains(document.elementFromPoint(r.left + x * r.width, r.top + y * r.height))));
  }), true, "the bar is over what passes beneath it");
  await page.setViewportSize(wide);
}

/** @type {import("../stage.mjs").Part} */
export const session = {
  name: "session", pictures: true,
  async run({ browser, program, faults, look }) {
    const at = await demo(program, "--scenario surge-over-baseline --speed 25");
    const page = await open(browser, at.page, faults, { by: "AK" });
    await page.waitForFunction(() => /baseline|dose|observ/i.test(document.getElementById("session")?.textContent ?? ""), null, { timeout: 60_000 });
    await look("room-rehearsal", page);
    for (const name of ["Dose", "Note", "Symptom"]) {
      const button = page.locator("#session").getByRole("button", { name, exact: false }).first();
      if (!(await button.count())) continue;
      await button.click();
      await look(`room-rehearsal-${name.toLowerCase()}`, page);
      const cancel = page.locator("#session").getByRole("button", { name: "Cancel" }).first();
      if (await cancel.count()) await cancel.click();
    }
    await suspend(page);
    await pressed(page);
    await foot(page);
    await page.context().close();
    await kill(at.child);
  },
};
