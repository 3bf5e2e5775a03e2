// What this page tells the station: every three seconds that somebody can see it and whether it can be heard, and which alerts it
// has really painted. Painted means: on a page that is visible, within the window, and a frame has been shown since.
import { post } from "../base/commands.js";
/** @typedef {import("../base/types.js").Alert} Alert */

const EVERY = 3000; // a lease of 10 s is renewed every 3 s: alarms.md section 8
const MOST = 200; // messages in one word
const KEPT = 2000; // messages that are remembered as told

/** Whether the middle of an element is in the window, and nothing lies over it. @param {Element} e */
export function inSight(e) {
  const r = e.getBoundingClientRect();
  return r.height > 0 && e.contains(document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2));
}

/** @param {{sound: () => boolean}} o */
export function makeReceipts({ sound }) {
  const id = crypto.randomUUID();
  /** @type {Map<string, string>} message to room, painted and not yet told */
  const open = new Map();
  /** @type {Set<string>} */
  const told = new Set();
  let busy = false, last = 0;

  async function tell() {
    if (busy) return;
    busy = true;
    last = performance.now();
    const now = [...open].slice(0, MOST);
    /** @type {Record<string, string[]>} */
    const shown = {};
    for (const [message, room] of now) (shown[room] ??= []).push(message);
    const reply = await post("/api/v1/screen", { id, visible: document.visibilityState === "visible", sound: sound(), shown });
    busy = false;
    if (!reply.ok) return; // told again with the next word
    for (const [message] of now) {
      open.delete(message);
      told.add(message);
    }
    for (const message of told) {
      if (told.size <= KEPT) break;
      told.delete(message);
    }
  }

  document.addEventListener("visibilitychange", tell);
  return {
    /** To be called after every drawing, with what was drawn. The station's own alerts need no receipt.
     * @param {[string, Alert][]} drawn rooms and their alerts */
    drawn(drawn) {
      if (performance.now() - last > EVERY) tell();
      const fresh = drawn.filter(([room, a]) => room && !told.has(a.id) && !open.has(a.id));
      if (!fresh.length || document.visibilityState !== "visible") return;
      // The first frame begins after the drawing, the second one after that was shown.
      requestAnimationFrame(() => requestAnimationFrame(() => {
        if (document.visibilityState !== "visible") return;
        for (const [room, a] of fresh) open.set(a.id, room);
        tell();
      }));
    },
    tell,
  };
}
