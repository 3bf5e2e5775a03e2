// The alerts of all rooms: those of now, and what this page has seen since it was opened.
import { acknowledge, calm, mark, message, silence } from "./alerts.js";
import { clock, duration, text } from "./format.js";
import { el, keep, part, span } from "./parts.js";
/** @typedef {import("./types.js").Alert} Alert */
/** @typedef {import("./types.js").Desk} Desk */
/** @typedef {{room: string, alert: Alert, over: string}} Seen over: by the room's clock, "" while it goes on */
/** @typedef {[string, Alert]} Of a room and one of its alerts */

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

/** @param {{desk: (room: string) => Desk, shift: ReturnType<typeof makeShift>, open: (room: string) => void}} o */
export function makeList({ desk, shift, open }) {
  const opened = new Date().toISOString();
  const none = el("p", { className: "note" }, "No active alert."), now = el("ul", { className: "alerts" });
  const past = el("ul", { className: "past-alerts" });

  /** @param {string} room */
  function link(room) {
    const b = el("button", { type: "button", className: "quiet" }, room || "Station");
    if (room) b.addEventListener("click", () => open(room));
    else b.disabled = true;
    return b;
  }

  return {
    element: el("div", { className: "stack" }, el("h2", {}, "Alerts now"), none, now,
      el("h2", {}, `Seen since ${clock(opened)}`), el("p", { className: "note" }, "By this page. The record of each room has all of them."), past),
    /** @param {Of[]} all in order */
    draw(all) {
      none.hidden = all.length > 0;
      keep(now, all.map(([room, a]) => `${room} ${a.occurrence} ${a.priority} ${calm(a)} ${a.acknowledged}`).join("\n"), () => all.map(([room, a]) => {
        const li = el("li", { className: `alert ${a.priority}${calm(a) ? " seen" : ""}` }, span("mark", mark(a)), span("what", ""), span("note", ""));
        li.dataset.occurrence = a.occurrence;
        li.dataset.room = room;
        li.append(el("span", { className: "order" }, link(room), ...(a.acknowledged ? [] : [acknowledge(a, desk(room))])));
        return li;
      }));
      all.forEach(([room, a], i) => {
        text(part(now.children[i], ".what"), message(a));
        text(part(now.children[i], ".note"), [duration(Date.parse(a.at) - Date.parse(a.since)), silence(a)].filter(Boolean).join(" · "));
      });
      const over = shift.list().filter((s) => s.over).slice(0, 100);
      keep(past, over.map((s) => `${s.room} ${s.alert.occurrence} ${s.alert.since}`).join("\n"), () => over.map((s) =>
        el("li", {}, span("mark", mark(s.alert)), ` ${s.room} · ${message(s.alert)} · ${clock(s.alert.since)} for ${duration(Date.parse(s.over) - Date.parse(s.alert.since))}` +
          `${s.alert.acknowledged_by ? ` · seen by ${s.alert.acknowledged_by}` : " · seen by nobody"}`)));
    },
  };
}
