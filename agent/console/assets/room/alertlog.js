// The alerts of a session as a table: since when, how urgent, what at its worst, for how long, seen by whom. The agent has kept
// them, so a page that is opened late shows all.
import { clock, duration } from "../base/format.js";
import { el, keep, span } from "../base/parts.js";
import { say } from "../base/say.js";
import { told } from "../base/told.js";
import { mark, placeOf } from "./alerts.js";
/** @typedef {import("../base/types.js").TrendAlert} TrendAlert */
/** @typedef {import("../base/types.js").TrendMark} TrendMark */
/** @typedef {{room: string, alert: TrendAlert, now: number}} Logged now: by the room's clock */

/** When the session that runs began; NaN if its beginning is not in the trend, or if none runs. @param {TrendMark[]} marks */
export function sessionSince(marks) {
  const last = marks.findLast((m) => m.kind === "session_started" || m.kind === "session_ended");
  return last?.kind === "session_started" ? Date.parse(last.at) : NaN;
}

/** Those of the session, or all that are kept where none runs: an alert counts if it was not over when the session began.
 * @param {TrendAlert[]} alerts @param {number} since of the session, NaN for all @returns {TrendAlert[]} the latest first */
export function ofSession(alerts, since) {
  const inside = Number.isNaN(since) ? alerts : alerts.filter((a) => !a.to || Date.parse(a.to) >= since);
  return inside.toSorted((a, b) => Date.parse(b.from) - Date.parse(a.from));
}

/** Who has acknowledged it first, with where and when as far as that is known. @param {TrendAlert} a */
export function seenBy(a) {
  if (!a.acknowledged_by) return say("alertlog.nobody");
  const who = a.acknowledged_by, time = a.acknowledged_at ? clock(a.acknowledged_at) : "", place = placeOf(a.via);
  if (!time) return who;
  if (place === "page") return say("alertlog.seen_room", { who, time });
  return place ? say("alertlog.seen_at", { who, place, time }) : say("alertlog.seen_by", { who, time });
}

/** @param {boolean} rooms with a column for the room */
export function makeAlertLog(rooms) {
  const heads = [say("alertlog.since"), say("alertlog.priority"), say("alertlog.what"), say("alertlog.lasted"), say("alertlog.seen"), ...(rooms ? [say("alertlog.room")] : [])];
  const body = el("tbody"), none = el("p", { className: "note" }, say("alertlog.none"));
  // Where it is narrow, the style makes no table of it: what it is then stands here.
  const table = el("table", { role: "table" }, el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ...heads.map((h) => el("th", { scope: "col", role: "columnheader" }, h)))), body);
  body.role = "rowgroup";
  const cell = (/** @type {string} */ className, /** @type {(string|Node)[]} */ ...parts) => el("td", { className, role: "cell" }, ...parts);
  const headed = (/** @type {string} */ head, /** @type {string} */ words) => {
    const td = cell("", words);
    td.dataset.head = head;
    return td;
  };
  const box = el("div", { className: "trend-table" }, table);
  box.tabIndex = 0; // it scrolls, and so by keyboard
  box.setAttribute("role", "region");
  return {
    element: el("div", { className: "alert-log" }, none, box),
    /** @param {Logged[]} list in the order in which they are shown @param {string} [title] what it is a list of */
    draw(list, title = say("alertlog.title")) {
      box.ariaLabel = title;
      none.hidden = list.length > 0;
      box.hidden = !list.length;
      keep(body, JSON.stringify(list.map((l) => [l.room, l.alert])), () => list.map(({ room, alert: a }) => {
        return el("tr", { role: "row" }, el("th", { scope: "row", role: "rowheader" }, clock(a.from)), cell("", span("mark", mark(a)), ` ${say(`priority.${a.priority}`)}`),
          cell("text", `${a.side === "above" ? "▲ " : a.side === "below" ? "▼ " : ""}${told(a.text || a.title)}`), cell("lasted"), headed(heads[4], seenBy(a)),
          ...(rooms ? [headed(heads[5], room || say("station.itself"))] : []));
      }));
      list.forEach(({ alert: a, now }, i) => {
        const cell = body.children[i].querySelector(".lasted");
        const lasted = a.to ? duration(Date.parse(a.to) - Date.parse(a.from)) : say("alertlog.goes_on", { length: duration(now - Date.parse(a.from)) });
        if (cell && cell.textContent !== lasted) cell.textContent = lasted;
      });
    },
  };
}
