// Pages of which a file does not come, comes late, or never: nobody sits before one without words.
import { numbers, wait } from "../browser.mjs";
import { demo, kill } from "../programs.mjs";

/** @type {import("../stage.mjs").Part} */
export const arrives = {
  name: "arrives",
  async run({ browser, program, faults }) {
    const at = await demo(program, "--scenario calm");
    /** A page whose file is dealt with in a way of its own. @param {string} file @param {(route: any) => any} way @param {(page: any) => Promise<void>} look */
    const one = async (file, way, look) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.route(`**/${file}`, way);
      await page.goto(at.page, { waitUntil: "commit" });
      await look(page);
      await context.close();
    };
    /** @param {any} page @param {string} text */
    const says = (page, text) => page.getByText(text).waitFor({ timeout: 15_000 }).catch(() => faults.push(`it is not said: ${text}`));
    /** Waits until a page was loaded again, also if that was just now. @param {any} page */
    const reloaded = async (page) => {
      for (let left = 150; left > 0; left--) {
        const type = await page.evaluate(() => performance.getEntriesByType("navigation")[0]?.type).catch(() => ""); // between two pages there is none
        if (type === "reload") return;
        await wait(100);
      }
      faults.push("it is not loaded again");
    };
    let come = false;
    /** @type {(value?: unknown) => void} */
    let release = () => {};
    const held = new Promise((then) => (release = then));
    await Promise.all([
      one("words/de.json", (route) => (come ? route.continue() : route.abort()), async (page) => {
        await says(page, "This page did not arrive as a whole.");
        await says(page, "Diese Seite ist nicht ganz angekommen.");
        come = true;
        await numbers(page); // without anybody's doing
      }),
      one("room/wave.js", async (route) => {
        await held;
        await route.continue();
      }, async (page) => {
        await says(page, "This page is still arriving");
        release();
        await numbers(page);
        if (await page.getByText("This page is still arriving").count()) faults.push("it has arrived and says that it has not");
      }),
      one("base/theme.css", (route) => route.abort(), async (page) => {
        await says(page, "This page did not arrive as a whole.");
        await reloaded(page);
        await numbers(page);
        await wait(500);
        if (await page.getByText("This page did not arrive").count()) faults.push("a page that can be read is loaded again and again for its looks");
      }),
    ]);
    await kill(at.child);
  },
};
