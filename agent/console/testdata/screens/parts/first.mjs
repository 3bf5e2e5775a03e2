// How soon somebody who tries it sees a value: from the command to the number on the screen.
import { numbers, open } from "../browser.mjs";
import { demo, kill } from "../programs.mjs";
import { within } from "../stage.mjs";

const SOON = 5000; // ms: what is promised to whoever tries it

/** @type {import("../stage.mjs").Part} */
export const first = {
  name: "first", alone: true,
  async run(s) {
    const begun = Date.now();
    const at = await demo(s.program, "");
    s.say(`the demo says where it is after ${Date.now() - begun} ms`);
    const page = await open(s.browser, at.page, s.faults);
    await numbers(page);
    within(s, "bedside demo: the first value on the screen", Date.now() - begun, SOON);
    await page.context().close();
    await kill(at.child);
  },
};
