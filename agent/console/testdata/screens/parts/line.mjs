// A program that is frozen under an open page, goes on, is killed and started again at the same address.
import { current, numbers, open, until, wait } from "../browser.mjs";
import { demo, kill } from "../programs.mjs";
import { within } from "../stage.mjs";

const NO_DATA = 5000, BACK = 3000; // ms: what a nurse is promised
const words = "--scenario calm";

/** @type {import("../stage.mjs").Part} */
export const line = {
  name: "line", alone: true,
  async run(s) {
    const at = await demo(s.program, words);
    const page = await open(s.browser, at.page, s.faults, { by: "AK" });
    page.lost = true;
    await numbers(page);
    let begun = Date.now();
    at.child.kill("SIGSTOP");
    within(s, "frozen: No data", await until(page, false, begun, 20_000), NO_DATA);
    await wait(1000);
    s.faults.push(...(await current(page)).map((t) => `frozen: ${t} is shown as if it were known`));
    begun = Date.now();
    at.child.kill("SIGCONT");
    within(s, "going on: live", await until(page, true, begun, 20_000), BACK);
    begun = Date.now();
    await kill(at.child);
    within(s, "killed: No data", await until(page, false, begun, 20_000), NO_DATA);
    const next = await demo(s.program, words, at);
    begun = Date.now();
    within(s, "started again: live", await until(page, true, begun, 20_000), BACK);
    await numbers(page);
    s.say(`started again: numbers after ${Date.now() - begun} ms`);
    await page.context().close();
    await kill(next.child);
  },
};
