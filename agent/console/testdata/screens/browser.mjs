// Pages in Debian's Chromium, and what is asked of every page: no word to another computer, no error in the console, nothing
// that axe finds, nothing wider than the window.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

// The packages lie in a cache outside the checkout, whose folder SCREENS_MODULES names.
const packages = createRequire(join(resolve(process.env.SCREENS_MODULES ?? "."), "any.js"));
const { chromium } = packages("playwright-core");
const axe = readFileSync(packages.resolve("axe-core/axe.min.js"), "utf8");

const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
export const themes = /** @type {const} */ (["dark", "light"]);
export const NIGHT = "night"; // a choice of the page, which no browser asks for
export const sizes = { phone: [390, 844], tablet: [820, 1180], desk: [1280, 800] };

export const wait = (/** @type {number} */ ms) => new Promise((then) => setTimeout(then, ms));

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync", "--mute-audio",
      "--disable-background-networking", "--disable-component-update"],
  });
}

/** Opens a page that keeps a list of what it must not do. Signed, because the question for initials is a state of its own.
 * @param {any} browser @param {string} url @param {string[]} faults
 * @param {{by?: string, motion?: boolean, before?: () => void, lost?: boolean}} [o] motion: with what moves; before: to run in the page first; lost: it gets no data */
export async function open(browser, url, faults, { by = "", motion = false, before, lost = false } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: motion ? "no-preference" : "reduce" });
  if (by) await context.addInitScript((name) => sessionStorage.setItem("bedside.by", name), by);
  if (before) await context.addInitScript(before);
  const page = await context.newPage();
  const own = new URL(url).host;
  page.lost = lost; // while its program is stopped, the browser itself complains of the line
  page.failing = false; // and of a mistake, where that is what is tried
  page.refused = false; // and of an order that is refused, where that is what is tried
  page.on("request", (r) => {
    const to = new URL(r.url());
    if (!["data:", "blob:"].includes(to.protocol) && to.host !== own) faults.push(`${url} asks another computer: ${r.url()}`);
  });
  page.on("console", (m) => {
    const known = (page.lost && /net::ERR_|status of 401/.test(m.text())) || (page.refused && /status of 40[09]/.test(m.text()));
    if (m.type() === "error" && !known) faults.push(`${url} console: ${m.text()}`);
  });
  page.on("pageerror", (e) => page.failing || faults.push(`${url} error: ${e.message}`));
  await page.goto(url);
  return page;
}

/** Shows a page in a size and a theme. @param {any} page @param {number[]} size @param {string} theme */
export async function set(page, [width, height], theme) {
  await page.emulateMedia({ colorScheme: theme === NIGHT ? "dark" : theme });
  // The room's page is dark, whatever the computer likes, until somebody chooses.
  await page.evaluate((name) => /** @type {HTMLElement|null} */ (document.querySelector(`[data-choice="${name}"]`))?.click(), theme);
  await page.setViewportSize({ width, height });
  // A station draws in the next frame, once more in the one after, and that has to be shown.
  await page.evaluate(() => new Promise((then) => {
    let frames = 4;
    const next = () => (frames-- ? requestAnimationFrame(next) : then(null));
    next();
  }));
}

/** The rules of axe that look at colours: all that depends on a theme. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** What axe finds, one line each. @param {any} page @param {string} name @param {boolean} [colours] by the rules of colours alone, where the same
 * layout was looked at in another theme */
export async function findings(page, name, colours = false) {
  // Evaluated by the debugger, because the page's own policy rightly runs no foreign script.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const found = await page.evaluate(async ([type, values]) => {
    const options = { runOnly: { type, values }, resultTypes: ["violations"] };
    const all = await window.axe.run(document, options);
    // What lies under the bar at the bottom edge is small only until somebody scrolls to it.
    for (const v of all.violations.filter((one) => one.id === "target-size")) {
      const still = [];
      for (const n of v.nodes) {
        const e = document.querySelector(n.target[0]), top = scrollY;
        if (!e) continue; // gone with its alert
        e.scrollIntoView({ block: "center" });
        const again = await window.axe.run(e, options);
        still.push(...again.violations.filter((one) => one.id === v.id).flatMap((one) => one.nodes));
        scrollTo(0, top);
      }
      v.nodes = still;
    }
    return all;
  }, colours ? ["rule", COLOURS] : ["tag", LEVELS]);
  return found.violations.flatMap((v) => v.nodes.map((n) => `axe ${name}: ${v.id} at ${n.target.join(" ")}: ${n.any[0]?.message ?? v.help}`));
}

/** What is wider than the window, one line for each outermost element. @param {any} page @param {string} name */
export async function wide(page, name) {
  const over = await page.evaluate(() => {
    const most = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= most) return [];
    return [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > most + 1).slice(0, 3)
      .map((e) => `${e.tagName.toLowerCase()}#${e.id}.${e.className} to ${Math.round(e.getBoundingClientRect().right)} of ${most}`);
  });
  return over.map((e) => `wider than the window, ${name}: ${e}`);
}

/** The numbers that a page shows as current: none while nothing is known. @param {any} page */
export function current(page) {
  return page.evaluate(() => [...document.querySelectorAll("[data-vital] output")].map((o) => o.textContent ?? "").filter((t) => /\d/.test(t)));
}

/** Waits until the page says that the line is live, or that there is no data and shows no number; returns how many milliseconds
 * after begun. @param {any} page @param {boolean} live @param {number} begun @param {number} most milliseconds */
export async function until(page, live, begun, most) {
  await page.waitForFunction((want) => {
    const link = document.getElementById("link")?.textContent ?? "";
    if (want) return link === "Live";
    return link.startsWith("No data") && ![...document.querySelectorAll("[data-vital] output")].some((o) => /\d/.test(o.textContent ?? ""));
  }, live, { timeout: most });
  return Date.now() - begun;
}

/** Waits for the first number of the oximeter. @param {any} page */
export async function numbers(page) {
  await page.waitForFunction(() => [...document.querySelectorAll(".spo2 output")].some((o) => /\d/.test(o.textContent ?? "")), null, { timeout: 30_000 });
}
