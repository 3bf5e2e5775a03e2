// One room in full, beside the tiles: the parts of the room page at a desk that reaches that room from here.
import { drawAlerts, pastAlerts } from "../room/alerts.js";
import { untold, view } from "./board.js";
import { drawDevices } from "../room/devices.js";
import { drawNumerals } from "../room/numerals.js";
import { text } from "../base/format.js";
import { orderButton, part } from "../base/parts.js";
import { makeCourse } from "../room/course.js";
import { makeAdjust } from "../room/adjust.js";
import { makeSession } from "../room/session.js";
import { makeSheets } from "../room/sheet.js";
import { makeSpoken } from "../room/spoken.js";
import { post } from "../base/commands.js";
import { makeSilence } from "../room/silence.js";
import { dutyWords, reachWords } from "./tiles.js";
import { say } from "../base/say.js";
import { told } from "../base/told.js";
/** @typedef {import("./board.js").Held} Held */
/** @typedef {import("../base/types.js").Desk} Desk */
/** @typedef {import("../base/types.js").Status} Status */

/** The last hours of a room, from the room itself. @param {string} room @param {number} since
 * @returns {Promise<import("../base/types.js").Trend>} */
export async function trendOf(room, since) {
  const reply = await post(`/api/v1/rooms/${room}/commands/trend`, { since });
  if (!reply.ok || !reply.data) throw new Error(reply.text ?? reply.code);
  return /** @type {import("../base/types.js").Trend} */ (reply.data);
}

const EVERY = 1000; // between two questions for the full status
const OLD = 10_000; // a status that is older says nothing: two heartbeats

/** @param {Status|null} s */
function watchers(s) {
  const all = s?.recipients?.stations ?? [];
  if (!all.length) return say("room.no_station");
  return say("room.heard_by", { stations: all.map((w) => say(w.sound ? "room.can_be_heard" : "room.silent_screens", { station: w.station, n: w.screens })).join("; ") });
}

/** Why nobody knows how a room is. @param {string} room @param {Held|undefined} held @param {boolean} known whether the station is heard */
function unknownWords(room, held, known) {
  if (!known) return say("room.no_connection");
  if (held && untold(held.tile)) return say("tiles.untold", { room });
  return say("room.silent", { room, words: told(held?.tile.words ?? "") });
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
  const drawAdjust = makeAdjust(find(".adjust-place"), desk);
  const drawSilence = makeSilence(find(".silence"), find(".quiet-place"), desk);
  find(".reach-test").append(orderButton(say("heard.test"), "reach", () => desk.order("reach-test", {})));
  find(".forget").append(orderButton(say("room.forget"), "forget", () => desk.order("forget", {})));
  // Air is let out at once, whoever says so.
  find(".cuff").append(orderButton(say("page.measure"), "cuff-start", () => desk.order("cuff-start", {})),
    orderButton(say("page.stop_cuff"), "cuff-stop", () => desk.urgent("cuff-stop", {})));
  const course = makeCourse(find(".course"), (since) => trendOf(room, since));
  const sheets = makeSheets(find(".vitals"), { data: course.data, place: (_, sheet) => find(".sheets").replaceChildren(sheet) });
  /** @type {Pick<Status, "devices"|"alerts"|"at">|null} */
  let heard = null;
  find(".speak").replaceWith(makeSpoken(() => heard));
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
      gone = say("room.no_status");
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
      text(unknown, v ? gone || say("room.asking") : unknownWords(room, held, known));
      find(".forget").hidden = !known || held?.tile.link !== "silent";
      /** @type {Status|null} */
      const s = v && full ? { ...full, ...v, devices: full.devices } : null;
      drawNumerals(element, s ? { ...s, ...v } : v, say("room.not_known"));
      heard = s ?? v;
      sheets.draw(s);
      course.draw(s);
      drawSilence(s);
      drawSession(s);
      drawAdjust(s);
      drawDevices(find(".devices"), s);
      find(".reach-test").hidden = !s;
      find(".cuff").hidden = !s?.devices.some((d) => d.commands?.includes("cuff-start"));
      const list = find(".alerts"), none = find(".none");
      if (v) drawAlerts(list, none, v.alerts, desk, s?.recipients);
      else pastAlerts(list, none, held ? held.tile.heard : "");
      text(find(".who"), held ? dutyWords(held.tile.duty, held.tile.covered) : "");
      text(find(".reach"), reachWords(held?.tile.reach, now));
      text(find(".stations"), s ? watchers(s) : "");
    },
  };
}
