// Small grey pictures of states that do not move, in reference/: a page that falls apart is noticed although nobody looks.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compare, read, reduce, stack, write } from "./pixels.mjs";
/** @typedef {import("./pixels.mjs").Raster} Raster */
/** @typedef {ReturnType<typeof makeReference>} Reference */

const SIDE = 10; // points of the page that are one in the reference, each way
const SQUARE = 4; // points of the reference that are compared as one
// Tried, and said in agent/console/DESIGN.md: the same page again differs by far less, one that has lost a rule of its style by more.
const MEAN = 0.6, WORST = 12;

const file = (/** @type {string} */ name) => fileURLToPath(new URL(`reference/${name}`, import.meta.url));

/** How wide words are in the fonts of this computer: with others, every picture is another one. @param {any} page */
const fonts = (page) => page.evaluate(() => {
  const ink = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  return ["400 16px", "650 42px"].map((font) => {
    ink.font = `${font} system-ui, sans-serif`;
    return ink.measureText("SpO2 98 % · Acknowledge · 128/82 ▼ ✓").width.toFixed(1);
  }).join(" ");
});

/** Runs in the page: hides what moves although nothing changes, while hidden. @param {boolean} hidden */
function hide(hidden) {
  if (!window.stillness) document.adoptedStyleSheets.push((window.stillness = new CSSStyleSheet()));
  window.stillness.replaceSync(hidden ? "#wave { visibility: hidden } * { caret-color: transparent !important }" : "");
}

/** @param {{refresh: boolean, say: (line: string) => void}} o refresh: take new references instead of comparing */
export function makeReference({ refresh, say }) {
  let mean = 0, worst = 0, compared = 0, foreign = false;
  return {
    /** The window as a small grey picture. @param {any} page @returns {Promise<Raster>} */
    async shot(page) {
      await page.evaluate(hide, true);
      const small = reduce(read(await page.screenshot()), SIDE);
      await page.evaluate(hide, false);
      return small;
    },
    /** @param {string} name of the state @param {any} page @param {Raster[]} shots @returns {Promise<string[]>} faults */
    async hold(name, page, shots) {
      const here = await fonts(page), now = stack(shots), at = file(`${name}.png`);
      if (refresh) {
        mkdirSync(file(""), { recursive: true });
        writeFileSync(at, write(now));
        writeFileSync(file("fonts.txt"), `${here}\n`);
        return [];
      }
      if (!existsSync(at)) return [`${name} has no picture in reference/: look at it, then --refresh`];
      if (readFileSync(file("fonts.txt"), "utf8").trim() !== here) {
        if (!foreign) say("SKIP the fonts here are not those of reference/: no picture is compared");
        foreign = true;
        return [];
      }
      const by = compare(read(readFileSync(at)), now, SQUARE);
      compared++;
      mean = Math.max(mean, by.mean);
      worst = Math.max(worst, by.worst);
      if (by.mean <= MEAN && by.worst <= WORST) return [];
      return [`${name} is not as in reference/${name}.png: ${by.mean.toFixed(2)} of 255 in the mean (at most ${MEAN}), ${by.worst.toFixed(1)} (at most ${WORST}) in the square at ${by.at.join(", ")}. If it shall look so: --refresh`];
    },
    told: () => compared ? `${compared} states compared with reference/: they differ by ${mean.toFixed(2)} at most in the mean, by ${worst.toFixed(1)} in a square` : "",
  };
}
