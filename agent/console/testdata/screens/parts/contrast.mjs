// Without colours, and with the commonest weakness for red and green: the tile with the high alert is still the one that is seen first.
import { open, set, sizes, themes } from "../browser.mjs";
import { luma, read } from "../pixels.mjs";
import { kill, show } from "../programs.mjs";

const MORE = 1.04; // how much more contrast than any other tile: our choice
const REACH = 6; // points from a point to those it is compared with: the width of a ring

/** How much there is to see in a picture: the mean difference of brightness from each point to one REACH further. @param {Buffer} png */
function contrast(png) {
  const r = read(png), grey = new Float64Array(r.width * r.height);
  for (let i = 0; i < grey.length; i++) grey[i] = luma(r, i);
  let sum = 0, n = 0;
  for (let y = 0; y + REACH < r.height; y++) {
    for (let x = 0; x + REACH < r.width; x++, n++) {
      const i = y * r.width + x;
      sum += Math.abs(grey[i] - grey[i + REACH]) + Math.abs(grey[i] - grey[i + REACH * r.width]);
    }
  }
  return sum / n;
}

/** @param {Buffer} png */
function grey(png) {
  const { data, channels } = read(png);
  for (let i = 0; i < data.length; i += channels) if (Math.abs(data[i] - data[i + 1]) > 3 || Math.abs(data[i] - data[i + 2]) > 3) return false;
  return true;
}

/** @type {import("../stage.mjs").Part} */
export const contrasts = {
  name: "contrast", pictures: true,
  async run(s) {
    const at = await show(s.tests, { STATION_STILL: "1", STATION_LADDER: "1" }); // high, medium, low, nothing
    const page = await open(s.browser, at.board, s.faults, { by: "AK", motion: true });
    await page.waitForSelector(".tile.high");
    await page.keyboard.press("Escape");
    // A flash is left out at the moment when it shows the least.
    await page.evaluate(() => document.getAnimations().forEach((a) => (a.pause(), (a.currentTime = 0))));
    const cdp = await page.context().newCDPSession(page);
    const tiles = await page.locator(".tile").all();
    for (const type of ["achromatopsia", "deuteranopia"]) {
      await cdp.send("Emulation.setEmulatedVisionDeficiency", { type });
      for (const theme of themes) {
        await set(page, sizes.desk, theme);
        if (s.folder) {
          await page.screenshot({ path: `${s.folder}/station-${type}-${theme}.png` });
          continue;
        }
        const shots = [];
        for (const tile of tiles) shots.push(await tile.screenshot({ animations: "allow" }));
        if (type === "achromatopsia" && !shots.every(grey)) s.faults.push("the browser shows colours although it was asked for none");
        const [high, ...others] = shots.map(contrast);
        const words = [high, ...others].map((c) => c.toFixed(1)).join(", ");
        s.say(`${type}, ${theme}: high, medium, low, calm have ${words}`);
        if (high < MORE * Math.max(...others)) s.faults.push(`${type}, ${theme}: the high tile is not the one to be seen first: ${words}`);
      }
    }
    await page.context().close();
    await kill(at.child);
  },
};
