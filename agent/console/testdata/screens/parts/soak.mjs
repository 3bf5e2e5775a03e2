// A page that is left open for a shift: fed with its events as fast as it takes them, it keeps no more at the end than after the
// beginning. The long version is a whole shift: SOAK_HOURS=12.
import { open } from "../browser.mjs";
import { meter } from "../load.mjs";
import { kill, show, showRooms } from "../programs.mjs";

const SHIFT = Number(process.env.SOAK_HOURS ?? 0.25);
const BEGIN = SHIFT < 6 ? 0.1 : 4.5; // hours: what is kept for four hours is full then
const HOURS = SHIFT - BEGIN;
const GROWTH = 0.1; // of the heap: UX
const BESIDE = 64e3; // bytes beside the heap, such as the content of typed arrays: 0.12 kB a second of the short soak. Without a leak it is the same to the kB
const BROWSER = 0.25; // of what the browser keeps for the page, which comes and goes with its own collections
const SLACK = 12; // nodes and listeners that may come and go with what is just shown

const kB = (/** @type {number} */ bytes) => `${(bytes / 1e3).toFixed(0)} kB`;

/** Runs in the page before its modules: events come from the proof, time is theirs, and what is asked for is answered here. */
function stage() {
  let now = 1000;
  performance.now = () => now;
  window.EventSource = class extends EventTarget {
    constructor() {
      super();
      window.line = this;
    }
    close() {}
  };
  const real = window.fetch;
  window.fetch = async (url, o) => {
    const json = (/** @type {unknown} */ body) => new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } });
    if (String(url).includes("/api/v1/trend")) return json(window.story.trend(Number(new URL(url, location.href).searchParams.get("since"))));
    if (o?.method === "POST") return json({ ok: true });
    return real(url, o);
  };
  window.feed = (/** @type {string} */ name, /** @type {unknown} */ body) => window.line.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(body) }));
  window.pass = () => (now += 1000);
}

/** Runs in the page: a shift of a room, from a picture of it. One alert or another begins each minute, is acknowledged, and ends.
 * @param {any} base */
function roomStory(base) {
  const begun = Date.parse(base.at), iso = (/** @type {number} */ s) => new Date(begun + s * 1000).toISOString();
  const proto = base.alerts[0];
  let second = 0;
  const alert = (/** @type {number} */ i, /** @type {number} */ since) => ({ ...proto, id: `a-${i}-${second}`, occurrence: `x-${i}`, priority: ["high", "medium", "low"][i % 3], since: iso(since), at: iso(second), acknowledged: second - since > 20, acknowledged_by: "AK" });
  window.story = {
    trend: (/** @type {number} */ since) => {
      const last = Math.floor((begun / 1000 + second) / 5), slots = [];
      for (let n = Math.max(since, last - 2900); n <= last; n++) slots.push([n, 70 + (n % 9), 74 + (n % 9), 96, 98]);
      return { at: iso(second), step_s: 5, slots, cuffs: [{ at: iso(second), systolic: 120, diastolic: 80, mean: 93 }], marks: [], alerts: [] };
    },
    next: () => {
      second++;
      const minute = Math.floor(second / 60), at = iso(second), devices = structuredClone(base.devices);
      for (const d of devices) for (const v of Object.values(d.values ?? {})) Object.assign(v, { at, value: 70 + (second % 25) });
      const alerts = second % 60 < 40 ? [alert(minute, minute * 60), ...(minute % 3 ? [] : [alert(minute + 1000, minute * 60)])] : [];
      for (let i = 0; i < 3; i++) window.feed("wave", { device: "oximeter", vital: "pleth", rate: 75, full_scale: 255, samples: Array.from({ length: 25 }, (_, k) => (second * 75 + i * 25 + k * 9) % 255) });
      const session = minute % 90 < 80 ? { ...base.session, code: `K-${Math.floor(minute / 90)}`, next_reading: iso((Math.floor(minute / 5) + 1) * 300) } : undefined;
      window.feed("snapshot", { ...base, at, devices, alerts, session });
    },
  };
}

/** Runs in the page: a shift of a station, from its board. @param {any} base */
function stationStory(base) {
  const begun = Date.parse(base.at), iso = (/** @type {number} */ s) => new Date(begun + s * 1000).toISOString();
  const proto = base.rooms.find((/** @type {any} */ t) => t.alerts.length).alerts[0];
  let second = 0;
  const tile = (/** @type {any} */ t, /** @type {number} */ n) => {
    const minute = Math.floor((second + n * 7) / 60), on = (second + n * 7) % 60 < 40, at = iso(second);
    const values = Object.fromEntries(Object.entries(t.values ?? {}).map(([k, v]) => [k, { .../** @type {any} */ (v), at, value: 70 + ((second + n) % 25) }]));
    return { ...t, heard: at, values, alerts: on ? [{ ...proto, id: `${t.room}-${minute}`, occurrence: `x-${minute}`, priority: ["high", "medium", "low"][minute % 3], since: iso(minute * 60), at }] : [] };
  };
  window.story = {
    next: () => {
      second++;
      const rooms = base.rooms.map(tile);
      if (second % 15 === 1) window.feed("board", { ...base, at: iso(second), rooms });
      else window.feed("rooms", { at: iso(second), rooms });
      rooms.forEach((/** @type {any} */ t, /** @type {number} */ n) => {
        if ((second + n * 7) % 60 === 0) window.feed("alarm", { room: t.room, alert: t.alerts[0], tile: t });
      });
    },
  };
}

/** Runs in the page: that many seconds of the story, with a breath after each ten. @param {number} seconds */
async function tell(seconds) {
  const { port1, port2 } = new MessageChannel();
  for (let i = 0; i < seconds; i++) {
    window.pass();
    window.story.next();
    if (i % 10) continue;
    await new Promise((then) => {
      port1.onmessage = then;
      port2.postMessage(0);
    });
  }
  port1.close();
  await new Promise((then) => setTimeout(then, 300));
}

/** @type {import("../stage.mjs").Part} */
export const soak = {
  name: "soak",
  async run(s) {
    const rooms = await showRooms(s.tests), ward = await show(s.tests, { STATION_STILL: "1" });
    const shift = async (/** @type {string} */ name, /** @type {string} */ url, /** @type {string} */ path, /** @type {any} */ story) => {
      const page = await open(s.browser, url, s.faults, { by: "AK", before: stage });
      await page.waitForFunction(() => "line" in window);
      await page.evaluate(story, await (await fetch(url + path)).json());
      const meters = await meter(page), tellFor = (/** @type {number} */ hours) => page.evaluate(tell, Math.round(hours * 3600));
      await page.keyboard.press("Escape");
      await tellFor(BEGIN);
      const a = await meters.kept(), begun = Date.now();
      await tellFor(HOURS);
      const b = await meters.kept(), took = (Date.now() - begun) / 1000;
      const grown = b.heap / a.heap - 1;
      s.say(`${name}: ${HOURS.toFixed(2)} h in ${took.toFixed(0)} s; heap ${(a.heap / 1e6).toFixed(2)} to ${(b.heap / 1e6).toFixed(2)} MB (${(100 * grown).toFixed(1)} %), beside it ${kB(a.outside)} to ${kB(b.outside)}, of the browser ${kB(a.browser)} to ${kB(b.browser)}; nodes ${a.nodes} to ${b.nodes}, listeners ${a.listeners} to ${b.listeners}`);
      if (grown > GROWTH) s.faults.push(`${name}: the heap grows by ${(100 * grown).toFixed(0)} % in ${HOURS.toFixed(2)} h`);
      if (b.outside > a.outside + BESIDE) s.faults.push(`${name}: what lies beside the heap grows from ${kB(a.outside)} to ${kB(b.outside)} in ${HOURS.toFixed(2)} h`);
      if (b.browser > a.browser * (1 + BROWSER)) s.faults.push(`${name}: what the browser keeps grows from ${kB(a.browser)} to ${kB(b.browser)} in ${HOURS.toFixed(2)} h`);
      for (const what of /** @type {const} */ (["nodes", "listeners"])) {
        if (b[what] > a[what] + SLACK) s.faults.push(`${name}: ${what} grow from ${a[what]} to ${b[what]} in ${HOURS.toFixed(2)} h`);
      }
      await page.context().close();
    };
    await Promise.all([
      shift("room", rooms.at.high, "/api/v1/state", roomStory),
      shift("station", ward.board, "/api/v1/board", stationStory),
    ]);
    await kill(rooms.child);
    await kill(ward.child);
  },
};
