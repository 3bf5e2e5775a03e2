// The alerts of all rooms: those of now, and those of their sessions, which the rooms themselves have kept. The station's own are this
// page's memory.
import { acknowledge, calm, mark, message, silence } from "../room/alerts.js";
import { duration, text } from "../base/format.js";
import { el, keep, part, span } from "../base/parts.js";
import { makeAlertLog, ofSession, sessionSince } from "../room/alertlog.js";
import { trendOf } from "./room.js";
import { say } from "../base/say.js";
/** @typedef {import("../base/types.js").Alert} Alert */
/** @typedef {import("../base/types.js").Desk} Desk */
/** @typedef {{room: string, alert: Alert, over: string}} Seen over: by the room's clock, "" while it goes on */
/** @typedef {[string, Alert]} Of a room and one of its alerts */

const AGAIN = 10_000; // between two questions for what was, while the list is open
const LINES = 300; // of the table
const NONE = Number.MAX_SAFE_INTEGER; // no slot of a trend is so late: only its alerts are wanted
const MOST = 500; // kept by the page; the room's record has all

const ranks = ["high", "medium", "low", "information"];

/** The worst first, and of equals the one that nobody has seen. @param {Of[]} all @returns {Of[]} */
export function inOrder(all) {
  return all.toSorted(([, a], [, b]) => Number(calm(a)) - Number(calm(b)) || ranks.indexOf(a.priority) - ranks.indexOf(b.priority) ||
    Number(a.state === "latched") - Number(b.state === "latched") || // what goes on comes before what was
    (a.kind === b.kind ? Date.parse(a.since) - Date.parse(b.since) : a.kind === "technical" ? 1 : -1));
}

export function makeShift() {
  /** @type {Map<string, Seen>} */
  const all = new Map();
  return {
    /** @param {Of[]} now the alerts of the rooms that are heard @param {(room: string) => boolean} heard */
    take(now, heard) {
      const there = new Set();
      for (const [room, alert] of now) {
        const key = `${room} ${alert.occurrence} ${alert.since}`;
        there.add(key);
        all.set(key, { room, alert, over: "" });
      }
      // Nobody knows whether an alert of a silent room is over.
      for (const [key, s] of all) if (!there.has(key) && !s.over && heard(s.room)) s.over = s.alert.at;
      if (all.size > MOST) for (const [key, s] of all) if (s.over && all.size > MOST) all.delete(key);
    },
    /** The last word on an alert may be that somebody has seen it, and then it is not on the board any more.
     * @param {string} room @param {Alert} alert */
    note(room, alert) {
      const s = all.get(`${room} ${alert.occurrence} ${alert.since}`);
      if (s) s.alert = alert;
    },
    /** The latest first. */
    list: () => [...all.values()].toSorted((a, b) => Date.parse(b.alert.since) - Date.parse(a.alert.since)),
  };
}

/** The room that an alert is about: a station's own can be about one as well, such as one that is silent. @param {Of} of */
export const subject = ([room, a]) => room || (a.room ?? "");

/** What it is about, for people. @param {Of} of */
export const whose = (of) => subject(of) || say("station.itself");

/** @param {{desk: (room: string) => Desk, shift: ReturnType<typeof makeShift>, rooms: () => import("./board.js").Held[],
 *   open: (room: string) => void}} o */
export function makeList({ desk, shift, rooms, open }) {
  const none = el("p", { className: "note" }, say("alerts.none")), now = el("ul", { className: "alerts" });
  const which = el("select", { ariaLabel: say("list.filter") }), silent = el("p", { className: "note", hidden: true }), log = makeAlertLog(true);
  /** What each room has kept, and its clock then. @type {Map<string, import("../room/alertlog.js").Logged[]>} */
  const past = new Map();
  let asked = -Infinity, busy = false;
  /** @type {string[]} */
  let mute = [];
  which.addEventListener("change", () => {
    asked = -Infinity;
    show();
  });

  /** @param {string} room */
  function link(room) {
    const b = el("button", { type: "button", className: "quiet" }, room || say("station.itself"));
    if (room) b.addEventListener("click", () => open(room));
    else b.disabled = true;
    return b;
  }

  async function ask() {
    if (busy || performance.now() - asked < AGAIN) return;
    busy = true;
    asked = performance.now();
    /** @type {string[]} */
    const failed = [];
    for (const { tile } of rooms().filter((h) => !which.value || h.tile.room === which.value)) {
      try {
        const t = await trendOf(tile.room, NONE);
        past.set(tile.room, ofSession(t.alerts, sessionSince(t.marks)).map((alert) => ({ room: tile.room, alert, now: Date.parse(t.at) })));
      } catch {
        failed.push(tile.room);
        past.delete(tile.room);
      }
    }
    mute = failed;
    busy = false;
    show();
  }

  function show() {
    const own = shift.list().filter((s) => !s.room && s.over).map((s) => ({ room: "", now: 0, alert: { ...s.alert, from: s.alert.since, to: s.over } }));
    const all = [...past.values(), own].flat().filter((l) => !which.value || l.room === which.value);
    log.draw(all.toSorted((a, b) => Date.parse(b.alert.from) - Date.parse(a.alert.from)).slice(0, LINES));
    silent.hidden = !mute.length;
    text(silent, say("list.silent", { rooms: mute.join(", ") }));
  }

  return {
    element: el("div", { className: "stack" }, el("div", { className: "head" }, el("h2", {}, say("list.now")), which), none, now,
      el("h2", {}, say("alertlog.title")), el("p", { className: "note" }, say("list.by_rooms")), silent, log.element),
    /** @param {Of[]} every in order */
    draw(every) {
      const names = rooms().map((h) => h.tile.room), chosen = which.value;
      keep(which, names.join(), () => [el("option", { value: "" }, say("list.all")), ...names.map((n) => el("option", { value: n, selected: n === chosen }, n))]);
      ask();
      const all = every.filter(([room]) => !which.value || room === which.value);
      none.hidden = all.length > 0;
      keep(now, all.map(([room, a]) => `${room} ${a.occurrence} ${a.priority} ${calm(a)} ${a.acknowledged}`).join("\n"), () => all.map(([room, a]) => {
        const li = el("li", { className: `alert ${a.priority}${calm(a) ? " seen" : ""}` }, span("mark", mark(a)), span("what", ""), span("note", ""));
        li.dataset.occurrence = a.occurrence;
        li.dataset.room = room;
        li.append(el("span", { className: "order" }, link(subject([room, a])), ...(a.acknowledged ? [] : [acknowledge(a, desk(room))])));
        return li;
      }));
      all.forEach(([room, a], i) => {
        text(part(now.children[i], ".what"), message(a));
        text(part(now.children[i], ".note"), [duration(Date.parse(a.at) - Date.parse(a.since)), silence(a)].filter(Boolean).join(" · "));
      });
    },
  };
}
