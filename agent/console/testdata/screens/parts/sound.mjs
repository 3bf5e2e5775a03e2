// What can be heard: how soon after an alert its burst begins, also on a page that nobody sees; what a page says when it is silenced by
// the browser; and that the pages can be installed.
import { findings, open, wait, wide } from "../browser.mjs";
import { demo, kill } from "../programs.mjs";
import { within } from "../stage.mjs";

const GOAL = 500; // ms, printed
const BOUND = 2000; // ms: generous, because this is no test of the machine

/** Runs in the page before its modules: notes every alert that comes, and when a burst that is looped was begun and is heard. */
function listen() {
  /** @type {{at: number, came: number, begins: boolean}[]} */
  const told = (window.told = []);
  /** @type {{alert: number, heard: number, hidden: boolean}[]} */
  window.bursts = [];
  /** @type {AudioContext[]} */
  window.contexts = [];
  const now = () => performance.timeOrigin + performance.now();
  const Source = window.EventSource, Context = window.AudioContext, start = AudioBufferSourceNode.prototype.start;
  window.EventSource = class extends Source {
    constructor(url) {
      super(url);
      this.addEventListener("alarm", (e) => {
        const payload = JSON.parse(e.data), alert = payload.alert ?? payload; // of a station's page, of a room's
        told.push({ at: Date.parse(alert.at), came: now(), begins: ["raised", "escalated"].includes(alert.event) });
      });
    }
  };
  window.AudioContext = class extends Context {
    constructor() {
      super();
      window.contexts.push(this);
    }
  };
  AudioBufferSourceNode.prototype.start = function (...when) {
    start.apply(this, when);
    const cause = told.at(-1), context = /** @type {AudioContext} */ (this.context);
    if (!this.loop || !cause?.begins || now() - cause.came > 100) return; // another alert has ended, or the page was pressed
    window.bursts.push({ alert: cause.at, heard: now() + 1000 * (context.outputLatency || context.baseLatency || 0), hidden: document.visibilityState === "hidden" });
  };
  // A page that nobody sees gets no frames.
  window.hide = () => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    window.requestAnimationFrame = () => 0;
    document.dispatchEvent(new Event("visibilitychange"));
  };
}

/** What the page knew, for a fault that does not come again. */
const state = () => JSON.stringify({
  page: Math.round(performance.now()), told: window.told.length, begun: window.told.filter((t) => t.begins).length, bursts: window.bursts.length, sound: document.getElementById("sound")?.textContent,
  contexts: window.contexts.map((c) => [c.state, c.currentTime]), alerts: [...document.querySelectorAll("li[data-occurrence]")].map((li) => li.textContent),
});

/** Measures from the moment of an alert, which its agent wrote into it, to its sound. @param {import("../stage.mjs").Stage} s
 * @param {any} at @param {any} page */
async function measure(s, at, page) {
  // The story's clock runs faster than ours. The quickest of many answers tells best how far apart the two are.
  let offset = Infinity;
  const compare = async () => {
    const told = Date.parse((await (await fetch(`${at.page}/api/v1/state`)).json()).at);
    offset = Math.min(offset, Date.now() - told / at.speed);
  };
  for (let i = 0; i < 40; i++) await compare();
  for (const hidden of [false, true]) {
    if (hidden) {
      const front = await page.context().newPage(); // and another tab lies over it
      await front.bringToFront();
      await page.evaluate(() => window.hide());
    }
    /** @type {number[]} */
    let took = [];
    for (const end = Date.now() + 20_000; took.length < 5 && Date.now() < end;) {
      await wait(250);
      await compare();
      const bursts = await page.evaluate((h) => window.bursts.filter((b) => b.hidden === h), hidden);
      took = bursts.map((b) => b.heard - b.alert / at.speed - offset).sort((a, b) => a - b);
    }
    const name = `alert to sound${hidden ? ", page hidden" : ""}`;
    if (took.length < 4) s.faults.push(`${name}: only ${took.length} alerts were heard; ${await page.evaluate(state)}`);
    else {
      s.say(`${name}: ${took.length} alerts, median ${Math.round(took[took.length >> 1])} ms, most ${Math.round(took[took.length - 1])} ms (goal ${GOAL})`);
      if (took[took.length - 1] > BOUND) s.faults.push(`${name}: ${Math.round(took[took.length - 1])} ms`);
    }
  }
}

/** What keeps a browser from installing a page. @param {any} page @returns {Promise<string[]>} */
async function installability(page) {
  const debug = await page.context().newCDPSession(page);
  const { installabilityErrors } = await debug.send("Page.getInstallabilityErrors");
  // A context of a test is a private window, in which nothing is installed.
  return installabilityErrors.map((e) => e.errorId).filter((id) => id !== "in-incognito");
}

/** @param {import("../stage.mjs").Stage} s @param {any} at */
async function station(s, at) {
  const page = await open(s.browser, at.board, s.faults, { by: "AK", before: listen });
  await page.waitForSelector(".tile");
  s.faults.push(...(await installability(page)).map((id) => `the station's page cannot be installed: ${id}`));
  await page.click("#start [data-sound]");
  const says = async (words) => { try { await page.waitForFunction(([source]) => new RegExp(source).test(document.getElementById("sound")?.textContent ?? ""), [words.source], { timeout: 10_000, polling: 50 }); } catch { s.faults.push(`sound chip does not say ${words} but ${await page.textContent("#sound")}, ${await page.evaluate(() => JSON.stringify(window.contexts.map((c) => [c.state, c.currentTime])))}`); } };
  await says(/^♪ On, tested \d\d:\d\d/);
  const begun = Date.now();
  await page.evaluate(() => {
    window.contexts[0].resume = () => Promise.reject(new Error("not now"));
    return window.contexts[0].suspend();
  });
  await says(/^Sound blocked/);
  within(s, "silenced by the browser: Sound blocked", Date.now() - begun, 1500);
  await page.evaluate(() => delete window.contexts[0].resume);
  await says(/^♪ On/); // it goes on by itself, because somebody has pressed before
  // A hardware that takes no samples any more, although the context says that it runs.
  await page.evaluate(() => Object.defineProperty(window.contexts[0], "currentTime", { value: 1, configurable: true }));
  await says(/^Sound blocked/);
  await page.evaluate(() => delete window.contexts[0].currentTime);
  await says(/^♪ On/);
  await page.keyboard.press("?");
  const volume = () => page.evaluate(() => [...document.querySelectorAll("#side button")].map((b) => b.textContent ?? "").find((t) => t.startsWith("Volume")));
  if ((await volume()) !== "Volume 2 of 3") s.faults.push(`volume at first: ${await volume()}`);
  await page.locator("#side button", { hasText: "Volume" }).click();
  await measure(s, at, page);
  await page.goto(`${at.board}/#room=room-1`);
  await page.reload();
  await page.waitForSelector("#side h2");
  if ((await page.textContent("#side h2")) !== "room-1") s.faults.push("#room=room-1 does not open the room");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  if ((await volume()) !== "Volume 3 of 3") s.faults.push(`the volume is not kept: ${await volume()}`);
  await page.context().close();
}

/** A page in the room is silent until somebody wants it otherwise. @param {import("../stage.mjs").Stage} s @param {any} at */
async function room(s, at) {
  const page = await open(s.browser, at.page, s.faults, { by: "AK", before: listen });
  await page.waitForFunction(() => document.getElementById("link")?.textContent === "Live");
  s.faults.push(...(await installability(page)).map((id) => `the room's page cannot be installed: ${id}`));
  const made = () => page.evaluate(() => window.contexts.length);
  if ((await made()) || (await page.isVisible("#start")) || (await page.isVisible("#sound"))) s.faults.push("the room's page speaks of sound although nobody wants it");
  await page.evaluate(() => (document.getElementById("view").open = true));
  await page.click('[data-choice="always"]');
  await page.waitForFunction(() => /^♪ Every alert/.test(document.getElementById("sound")?.textContent ?? ""));
  await page.waitForFunction(() => window.contexts[0]?.state === "running");
  let pages = 0;
  for (let i = 0; i < 50 && !pages; i++, await wait(100)) pages = (await (await fetch(`${at.page}/api/v1/state`)).json()).sound.pages;
  if (pages !== 1) s.faults.push(`the agent knows of ${pages} pages that sound`);
  // What was wanted is wanted after the page is loaded again, and then it needs a press.
  await page.context().addInitScript(() => Object.defineProperty(navigator, "userActivation", { value: { hasBeenActive: false, isActive: false } }));
  await page.reload();
  await page.waitForSelector("#start:not([hidden])");
  for (const size of [[390, 844], [1280, 800]]) {
    await page.setViewportSize({ width: size[0], height: size[1] });
    s.faults.push(...(await findings(page, `room-sound ${size[0]}`)), ...(await wide(page, `room-sound ${size[0]}`)));
  }
  await page.click("#start [data-without]");
  await page.waitForSelector("#start", { state: "hidden" });
  await page.waitForFunction(() => document.getElementById("sound")?.classList.contains("warn"));
  await page.click("#sound");
  await page.waitForFunction(() => !document.getElementById("sound")?.classList.contains("warn"));
  await page.context().close();
}

/** @type {import("../stage.mjs").Part} */
export const sound = {
  name: "sound", alone: true,
  async run(s) {
    const at = await demo(s.program, `--scenario ${s.file("busy.yaml")} --speed 30`); // an alert every two seconds, for a minute
    await station(s, at);
    await room(s, at);
    await kill(at.child);
  },
};
