// Two people at two stations acknowledge the same alert at the same moment.
import { open } from "../browser.mjs";
import { demo, kill } from "../programs.mjs";
import { within } from "../stage.mjs";

const BOUND = 2000; // ms: generous, because this is no test of the machine

/** @type {import("../stage.mjs").Part} */
export const together = {
  name: "together", alone: true,
  async run(s) {
    const at = await demo(s.program, `--scenario ${s.file("fast.yaml")} --speed 3`);
    const pages = await Promise.all(["AK", "MB"].map((by) => open(s.browser, at.board, s.faults, { by })));
    for (const page of pages) {
      page.refused = true; // the one who is second
      await page.waitForSelector(".tile");
      await page.keyboard.press("Escape");
      await page.keyboard.press("l");
    }
    const wanted = '#side li.alert[data-room]:not([data-room=""]):has(button:text-is("Acknowledge"))';
    const first = pages[0].locator(wanted).first();
    await first.waitFor({ timeout: 30_000 });
    const { room, occurrence } = await first.evaluate((e) => ({ ...e.dataset }));
    const one = `#side li.alert[data-room="${room}"][data-occurrence="${occurrence}"]`;
    await Promise.all(pages.map((p) => p.locator(one).waitFor()));
    // The pages agree on the moment and take the time: whoever drives them compares pictures of other parts meanwhile.
    const seen = await Promise.all(pages.map((p) => p.evaluate(({ one, at }) => new Promise((done) => {
      const line = () => document.querySelector(one);
      const look = () => {
        const by = /seen by (\w+)/.exec(line()?.textContent ?? "")?.[1], took = Date.now() - at;
        if (by || took > 10_000) done({ took, by: by ?? "nobody" });
        else setTimeout(look, 20);
      };
      setTimeout(() => {
        [...line()?.querySelectorAll("button") ?? []].find((b) => b.textContent === "Acknowledge")?.click();
        look();
      }, at - Date.now());
    }), { one, at: Date.now() + 500 })));
    if (seen[0].by !== seen[1].by) s.faults.push(`one shows ${seen[0].by}, the other ${seen[1].by}`);
    within(s, `both acknowledge ${occurrence}, both show ${seen[0].by}:`, Math.max(...seen.map((one) => one.took)), BOUND);
    await Promise.all(pages.map((p) => p.context().close()));
    await kill(at.child);
  },
};
