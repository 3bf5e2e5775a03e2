// How soon an alert is seen on a station.
import { open, wait } from "../browser.mjs";
import { demo, kill } from "../programs.mjs";

const BOUND = 2000; // ms: generous, because this is no test of the machine; the goal is printed

/** Runs in the page before its modules: notes when each alert came, and when the frame after its drawing was shown. */
function watchAlerts() {
  /** @type {Map<string, {at: number, shown: number}>} */
  const alerts = (window.alertsSeen = new Map());
  const Source = window.EventSource;
  window.EventSource = class extends Source {
    constructor(url) {
      super(url);
      this.addEventListener("alarm", (e) => {
        const { room, alert } = JSON.parse(e.data), key = `${room} ${alert.occurrence} ${alert.priority}`;
        if (alert.state === "active" && !alerts.has(key)) alerts.set(key, { at: Date.parse(alert.at), shown: 0 });
      });
    }
  };
  function look() {
    for (const li of document.querySelectorAll("#side li.alert[data-occurrence]")) {
      const told = alerts.get(`${li.dataset.room} ${li.dataset.occurrence} ${li.className.split(" ")[1]}`);
      if (!told || told.shown) continue;
      told.shown = -1;
      requestAnimationFrame(() => requestAnimationFrame(() => (told.shown = performance.timeOrigin + performance.now())));
    }
  }
  addEventListener("DOMContentLoaded", () => new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true }));
}

/** Measures from the moment of an alert, which its agent wrote into it, to the frame that shows it on a station's list.
 * @type {import("../stage.mjs").Part} */
export const latency = {
  name: "latency", alone: true,
  async run(s) {
    const at = await demo(s.program, `--scenario ${s.file("busy.yaml")} --rooms 3 --speed 60`);
    const page = await open(s.browser, at.board, s.faults, { by: "AK", motion: true, before: watchAlerts });
    await page.waitForSelector(".tile");
    await page.keyboard.press("Escape");
    await page.keyboard.press("l");
    // The story's clock runs faster than ours. The quickest of many answers tells best how far apart the two are.
    let offset = Infinity;
    const compare = async () => {
      const told = Date.parse((await (await fetch(`${at.page}/api/v1/state`)).json()).at);
      offset = Math.min(offset, Date.now() - told / at.speed);
    };
    for (let i = 0; i < 40; i++) await compare();
    /** @type {number[]} */
    let took = [];
    for (const end = Date.now() + 45_000; took.length < 24 && Date.now() < end;) {
      await wait(500);
      await compare();
      const seen = await page.evaluate(() => [...window.alertsSeen.values()].filter((a) => a.shown > 0));
      took = seen.map((a) => a.shown - a.at / at.speed - offset).sort((a, b) => a - b);
    }
    const of = (/** @type {number} */ q) => Math.round(took[Math.min(took.length - 1, Math.ceil(q * took.length) - 1)]);
    if (took.length < 20) s.faults.push(`alert to screen: only ${took.length} alerts were seen`);
    else {
      s.say(`alert to screen: ${took.length} alerts, median ${of(0.5)} ms, p99 ${of(0.99)} ms (goal 250)`);
      if (of(0.99) > BOUND) s.faults.push(`alert to screen: p99 ${of(0.99)} ms`);
    }
    await page.context().close();
    await kill(at.child);
  },
};
