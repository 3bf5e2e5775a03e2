// Who has which rooms: taking them, handing them over, giving them back, naming a back-up.
import { el, keep } from "../base/parts.js";
import { enter, makeForm } from "../base/forms.js";
import { dutyWords } from "./tiles.js";
import { post } from "../base/commands.js";
import { say } from "../base/say.js";
/** @typedef {import("./board.js").Held} Held */
/** @typedef {import("../base/types.js").Reply} Reply */
/** @typedef {{known: () => string, sign: (name: string) => void, proven: () => boolean, ask: (right: string) => Promise<string>}} Who */
/** @typedef {{title: string, action: string, label: string, fields: import("../base/forms.js").Field[], mine: boolean}} Kind mine: of rooms that one has */

const HOURS = 8; // of duty, unless told otherwise; our choice: a shift

/** The next time that a clock on the wall shows this. @param {string} clock hh:mm @param {number} now */
export function nextTime(clock, now) {
  const [h, m] = clock.split(":").map(Number);
  const at = new Date(now);
  at.setHours(h, m, 0, 0);
  if (at.getTime() <= now) at.setDate(at.getDate() + 1);
  return at.toISOString();
}

/** @param {number} now */
function shiftEnd(now) {
  const at = new Date(now + HOURS * 3600_000);
  return `${String(at.getHours()).padStart(2, "0")}:00`;
}

/** @param {Held[]} list @param {(h: Held) => boolean} ticked */
function choice(list, ticked) {
  const legend = el("legend", {}, say("station.rooms"));
  legend.dataset.empty = say("duty.none_ticked"); // the style says it while none is
  return el("fieldset", { className: "rooms" }, legend, ...list.map((h) =>
    el("label", {}, el("input", { type: "checkbox", name: "rooms", value: h.tile.room, checked: ticked(h) }), h.tile.room)));
}

/** @param {number} now @returns {Record<string, Kind>} */
function kinds(now) {
  /** @type {import("../base/forms.js").Field} */
  const until = { name: "until", label: say("duty.until"), kind: "clock", needed: true, value: shiftEnd(now) };
  /** @type {import("../base/forms.js").Field} */
  const backup = { name: "backup", label: say("duty.backup"), most: 12 };
  return {
    take: { title: say("duty.take"), action: "take", label: say("duty.take_label"), mine: false, fields: [{ name: "initials", label: say("who.initials"), needed: true, most: 12 }, until, backup,
      { name: "reason", label: say("duty.take_why"), most: 200 }] },
    handover: { title: say("duty.handover"), action: "handover", label: say("duty.handover_label"), mine: true, fields: [{ name: "nurse", label: say("duty.to"), needed: true, most: 12 }, until, backup] },
    backup: { title: say("duty.name_backup"), action: "backup", label: say("duty.backup_label"), mine: true, fields: [{ name: "backup", label: say("duty.backup_initials"), needed: true, most: 12 }] },
    release: { title: say("duty.release"), action: "release", label: say("duty.release_label"), mine: true, fields: [{ name: "reason", label: say("duty.why"), most: 200 }] },
  };
}

/** @param {{who: Who, list: () => Held[], now: () => number}} o */
export function makeDuty({ who, list, now }) {
  const table = el("ul", { className: "duties" }), sheet = el("div");
  const buttons = Object.entries(kinds(0)).map(([name, k]) => {
    const b = el("button", { type: "button", ariaExpanded: "false" }, k.title);
    b.addEventListener("click", () => {
      const was = b.ariaExpanded === "true";
      shut();
      if (was) return;
      b.ariaExpanded = "true";
      const form = make(kinds(now())[name], () => {
        shut();
        b.focus();
      });
      sheet.append(form);
      enter(form);
    });
    return b;
  });

  function shut() {
    for (const b of buttons) b.ariaExpanded = "false";
    sheet.replaceChildren();
  }

  /** @param {Kind} kind @param {() => void} close */
  function make(kind, close) {
    const rooms = choice(list(), (h) => kind.mine ? h.tile.duty?.nurse === who.known() : !h.tile.duty);
    const fields = kind.fields.filter((f) => f.name !== "initials" || !who.proven()).map((f) => (f.name === "initials" ? { ...f, value: who.known() } : f));
    return makeForm({
      title: kind.title, label: kind.label, fields, after: [rooms], close,
      async send({ initials, until, ...rest }) {
        if (initials) who.sign(String(initials));
        const by = await who.ask("duty");
        if (!by) return { ok: false, text: say("order.nobody") };
        const chosen = [.../** @type {NodeListOf<HTMLInputElement>} */ (rooms.querySelectorAll(":checked"))].map((i) => i.value);
        if (!chosen.length) return { ok: false, text: say("duty.no_room") };
        const expect = Object.fromEntries(list().filter((h) => chosen.includes(h.tile.room)).map((h) => [h.tile.room, h.tile.duty?.nurse ?? ""]));
        return post("/api/v1/duty", {
          nurse: kind.action === "take" ? by : "", ...rest, action: kind.action, by, rooms: chosen, expect,
          ...(until ? { until: nextTime(String(until), now()) } : {}),
        });
      },
    });
  }

  return {
    element: el("div", { className: "stack" }, el("h2", {}, say("station.duty")), table, el("div", { className: "buttons" }, ...buttons), sheet),
    draw() {
      const all = list();
      keep(table, JSON.stringify(all.map((h) => [h.tile.room, h.tile.duty, h.tile.covered])), () => all.map((h) =>
        el("li", { className: h.tile.covered ? "" : "uncovered" }, el("b", {}, h.tile.room), el("span", {}, dutyWords(h.tile.duty, h.tile.covered)))));
    },
  };
}
