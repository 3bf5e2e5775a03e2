// One room in full, beside the tiles: the parts of the room page at a desk that reaches that room from here.
import { drawAlerts, pastAlerts } from "./alerts.js";
import { view } from "./board.js";
import { drawDevices } from "./devices.js";
import { drawNumerals } from "./numerals.js";
import { text } from "./format.js";
import { orderButton, part } from "./parts.js";
import { makeSession } from "./session.js";
import { makeSilence } from "./silence.js";
import { dutyWords, reachWords } from "./tiles.js";
/** @typedef {import("./board.js").Held} Held */
/** @typedef {import("./types.js").Desk} Desk */
/** @typedef {import("./types.js").Status} Status */

const EVERY = 1000; // between two questions for the full status
const OLD = 10_000; // a status that is older says nothing: two heartbeats

/** @param {Status|null} s */
function watchers(s) {
  const all = s?.recipients?.stations ?? [];
  if (!all.length) return "No station is heard by the room.";
  return `Heard by the room: ${all.map((w) => `${w.station} with ${w.screens} ${w.screens === 1 ? "screen" : "screens"}, ${w.sound ? "can be heard" : "silent"}`).join("; ")}`;
}

/** @param {{template: HTMLTemplateElement, room: string, desk: Desk, close: () => void,
 *   who: {known: () => string, sign: (name: string) => void, proven: () => boolean}}} o */
export function makeRoom({ template, room, desk, who, close }) {
  const element = document.createElement("div");
  element.className = "stack room";
  element.dataset.room = room;
  element.append(template.content.cloneNode(true));
  const find = (/** @type {string} */ s) => /** @type {HTMLElement} */ (part(element, s));
  text(find("h2"), room);
  find("[data-close]").addEventListener("click", close);
  const rail = find(".session"), drawSession = makeSession(rail, desk, who);
  const drawSilence = makeSilence(find(".silence"), find(".quiet-place"), desk);
  find(".reach-test").append(orderButton("Test the way to the nurse", "reach", () => desk.order("reach-test", {})));
  find(".forget").append(orderButton("Take it off the board", "forget", () => desk.order("forget", {})));
  // Air is let out at once, whoever says so.
  find(".cuff").append(orderButton("Measure now", "cuff-start", () => desk.order("cuff-start", {})),
    orderButton("Stop cuff", "cuff-stop", () => desk.urgent("cuff-stop", {})));
  /** @type {Status|null} */
  let status = null;
  let asked = -Infinity, answered = -Infinity, gone = "";

  async function ask() {
    asked = performance.now();
    try {
      const answer = await fetch(`/api/v1/rooms/${room}/state`, { signal: AbortSignal.timeout(3000) });
      if (!answer.ok) throw new Error(answer.statusText);
      status = await answer.json();
      answered = performance.now();
      gone = "";
    } catch {
      gone = "The full status of the room cannot be had.";
    }
  }

  return {
    element,
    room,
    /** @param {Held|undefined} held @param {number} now by the station's clock @param {boolean} known whether the station is heard */
    draw(held, now, known) {
      if (performance.now() - asked >= EVERY) ask();
      const v = held && known ? view(held, now) : null;
      const full = v && status && performance.now() - answered < OLD ? status : null;
      const unknown = find(".unknown");
      unknown.hidden = Boolean(v && full);
      text(unknown, !known ? "No connection to the station's program. What is now is not known." : !v ? `${room} is silent. What is now is not known. ${held?.tile.words ?? ""}` : gone || "Asking for the full status…");
      find(".forget").hidden = !known || held?.tile.link !== "silent";
      /** @type {Status|null} */
      const s = v && full ? { ...full, ...v, devices: full.devices } : null;
      drawNumerals(element, s ? { ...s, ...v } : v, "Not known");
      drawSilence(s);
      drawSession(s);
      drawDevices(find(".devices"), s);
      find(".reach-test").hidden = !s;
      find(".cuff").hidden = !s?.devices.some((d) => d.commands?.includes("cuff-start"));
      const list = find(".alerts"), none = find(".none");
      if (v) drawAlerts(list, none, v.alerts, desk);
      else pastAlerts(list, none, held ? held.tile.heard : "");
      text(find(".who"), held ? dutyWords(held.tile.duty, held.tile.covered) : "");
      text(find(".reach"), reachWords(held?.tile.reach, now));
      text(find(".stations"), s ? watchers(s) : "");
    },
  };
}
