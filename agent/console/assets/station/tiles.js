// The tiles: one for each room, in an order that no alarm changes, because eyes remember places.
import { calm, mark, message, silence } from "../room/alerts.js";
import { untold, view } from "./board.js";
import { nextReading, observation } from "../room/clocks.js";
import { drawNumerals } from "../room/numerals.js";
import { counted, countDown, earliest } from "../room/silence.js";
import { badge, clock, duration, text } from "../base/format.js";
import { el, keep, part, span } from "../base/parts.js";
import { say } from "../base/say.js";
import { told } from "../base/told.js";
import { makeTrack } from "./spark.js";
import { phases, named } from "../base/vocabulary.js";
/** @typedef {import("./board.js").Held} Held */
/** @typedef {import("./board.js").View} View */
/** @typedef {import("../base/types.js").Alert} Alert */
/** @typedef {import("../base/types.js").Duty} Duty */
/** @typedef {import("../base/types.js").Reach} Reach */
/** @typedef {import("../base/types.js").Session} Session */
/** @typedef {import("../base/types.js").Tile} Tile */

const MANY = 60; // rooms from which on those out of sight are drawn in turns; our choice
const TURNS = 10; // so what a screen reader finds there is ten seconds old at most
const LINES = 3; // alerts in words on a tile; all of them are in the room's details

/** How a tile looks: by its worst alert that nobody has seen, else by the state of the room. @param {Tile} t @param {boolean} known */
export function look(t, known) {
  if (!known || t.link === "silent") return "lost";
  const top = t.alerts.find((a) => !calm(a));
  if (top) return `${top.priority} ${top.kind}`;
  if (t.alerts.length) return "seen";
  return t.session ? "calm" : "ready";
}

/** @param {HTMLElement} list @param {Alert[]} alerts */
function drawMessages(list, alerts) {
  const shown = alerts.slice(0, LINES);
  keep(list, shown.map((a) => `${a.occurrence} ${a.priority} ${calm(a)}`).join("\n") + alerts.length, () => [
    ...shown.map((a) => {
      const li = el("li", { className: `${a.priority} ${a.kind}${calm(a) ? " seen" : ""}` }, span("mark", mark(a)), span("what", ""), span("note", ""));
      li.dataset.occurrence = a.occurrence;
      return li;
    }),
    ...(alerts.length > LINES ? [el("li", { className: "more" }, say("alerts.more", { n: alerts.length - LINES }))] : []),
  ]);
  shown.forEach((a, i) => {
    const li = list.children[i];
    text(part(li, ".what"), a.state === "latched" ? say("tiles.was", { text: message(a) }) : message(a));
    text(part(li, ".note"), [duration(Date.parse(a.at) - Date.parse(a.since)), silence(a)].filter(Boolean).join(" · "));
  });
}

/** @param {Duty|undefined} d @param {boolean} covered */
export function dutyWords(d, covered) {
  if (!d) return say("duty.nobody");
  const of = { nurse: d.nurse, until: clock(d.until).slice(0, 5) };
  const duty = d.backup ? say("duty.has_backup", { ...of, backup: d.backup }) : say("duty.has", of);
  return covered ? duty : say("duty.uncovered", { duty });
}

/** @param {Reach|undefined} r @param {number} now by the station's clock */
export function reachWords(r, now) {
  if (!r) return say("tiles.reach_untested");
  const signs = /** @type {Record<string, string>} */ ({ waiting: "…", answered: "✓", unanswered: "✗" });
  const said = `${signs[r.state] ?? ""} ${told(r.text)}`;
  return r.state === "waiting" ? said : say("tiles.reach_ago", { text: said, length: duration(now - Date.parse(r.at)) });
}

/** @param {Element} rail @param {Session|undefined} x @param {View} v */
function drawRail(rail, x, v) {
  const list = /** @type {HTMLElement} */ (part(rail, "ol")), note = part(rail, ".note");
  keep(list, x?.phase ?? "", () => x ? phases.map(([word, name]) => {
    const li = el("li", { className: word === x.phase ? "now" : "" }, span("", name));
    if (word === x.phase) li.setAttribute("aria-current", "step");
    return li;
  }) : []);
  if (!x) return text(note, say("tiles.no_session"));
  const next = nextReading(x, v.alerts, Date.parse(v.at));
  text(note, say("tiles.next", { label: say("labels.blood_pressure"), next: next.value, observation: observation(x) }));
}

/** What the tiles need not named, because all rooms have it in common. @typedef {{mode: string, approval: boolean}} Common */

/** The badge of a room that is not about a person, "" of one that is. @param {Tile} t */
export const modeOf = (t) => badge(t);

/** What is to be known beside vital signs. @param {Tile} t @param {Common} common */
function flags(t, common) {
  const out = [];
  if (t.link === "late") out.push(say("tiles.late"));
  const off = t.silence?.off?.filter((o) => !o.until) ?? [];
  if (off.length) out.push(say("tiles.switched_off", { n: off.length }));
  if (t.silence?.alarm_until) out.push(say("tiles.alerts_paused"));
  else if (t.silence?.audio_until) out.push(say("tiles.sound_paused"));
  if (t.limits_changed) out.push(say("adjust.changed"));
  if (t.approval && !common.approval) out.push(say("session.not_approved"));
  if (t.broker !== "connected") out.push(say("tiles.no_bus"));
  if (t.record !== "ok") out.push(say("tiles.record"));
  return out;
}

/** How many alerts are suspended, and when the first of them sounds again. @param {Tile} t */
export function suspended(t) {
  const ends = (t.silence?.off ?? []).map((o) => o.until).filter(Boolean);
  return { n: ends.length, until: earliest(ends) };
}

/** @param {{template: HTMLTemplateElement, open: (room: string) => void}} o */
function makeTile({ template, open }) {
  const tile = /** @type {HTMLElement} */ (/** @type {Element} */ (template.content.firstElementChild).cloneNode(true));
  /** @type {Map<string, HTMLElement>} */
  const parts = new Map(); // of a tile nothing comes or goes: looked for once
  const find = (/** @type {string} */ s) => {
    const known = parts.get(s) ?? /** @type {HTMLElement} */ (part(tile, s));
    parts.set(s, known);
    return known;
  };
  const track = makeTrack(), spark = find(".spark");
  let room = "", drawnAt = 0;
  find(".open").addEventListener("click", () => open(room));
  tile.addEventListener("click", (e) => {
    if (!(e.target instanceof Element && e.target.closest("button"))) open(room);
  });

  return {
    tile,
    /** Keeps the trend of a tile that is not drawn now. @param {Held} held */
    note: (held) => track.add(held.tile.link === "silent" ? undefined : held.tile.values, held.got - held.lag),
    /** @param {Held} held @param {number} now by the station's clock @param {boolean} known whether the station itself is heard
     * @param {Common} common */
    draw(held, now, known, common) {
      const t = held.tile, v = known ? view(held, now) : null;
      room = t.room;
      tile.className = `tile ${look(t, Boolean(v))}`;
      tile.dataset.room = room;
      text(find(".open"), room);
      text(find(".code"), t.session?.code ?? "");
      text(find(".phase"), v?.session ? `${named(phases, v.session.phase)}${v.session.doses?.length ? ` ${duration((v.session.since_dose_s ?? 0) * 1000)}` : ""}` : v ? say("tiles.ready") : "");
      const signs = v ? flags(t, common) : [], mode = common.mode ? "" : modeOf(t);
      const rest = suspended(t);
      keep(find(".flags"), `${mode} ${signs.join()} ${rest.n} ${rest.until} ${Boolean(v)}`, () => {
        const flag = rest.n ? [span("flag", say("tiles.suspended", { n: rest.n }))] : [];
        if (v) flag[0]?.append(" ", counted(rest.until)); // how long it is still so is known of a room that is heard
        return [...(mode ? [span("badge", mode)] : []), ...flag, ...signs.map((s) => span("flag", s))];
      });
      if (v) countDown(find(".flags"), Date.parse(v.at), (length) => length);
      drawMessages(find(".messages"), v?.alerts ?? []);
      find(".vitals").hidden = !v;
      drawNumerals(tile, v);
      for (const note of tile.querySelectorAll(".vital .note")) if (note.textContent === say("numerals.now")) note.textContent = "";
      spark.toggleAttribute("hidden", !v);
      find(".rail").hidden = !v;
      if (v) drawRail(find(".rail"), v.session, v);
      if (now - drawnAt > 5000 || now < drawnAt) {
        drawnAt = now;
        for (const vital of ["pulse_rate", "spo2"]) part(spark, `.${vital}`).setAttribute("d", track.path(vital, now - held.lag, t.speed));
        spark.setAttribute("aria-label", track.words(now - held.lag));
      }
      find(".last").hidden = Boolean(v);
      if (!v) {
        const words = t.words ? told(t.words) : before(t), length = duration(t.age_ms + now - held.got);
        text(find(".last"), !known ? say("tiles.no_connection", { words }) : untold(t) ? say("tiles.untold", { room })
          : say("tiles.nothing_heard", { room, length, words }));
      }
      text(find(".who"), dutyWords(t.duty, t.covered));
      tile.classList.toggle("uncovered", !t.covered);
      text(find(".reach"), reachWords(t.reach, now));
      find(".reach").dataset.state = t.reach?.state ?? "";
    },
  };
}

/** The last known state, where the station has not put it into words. @param {Tile} t */
function before(t) {
  const top = t.alerts[0];
  return say("tiles.before", {
    time: clock(t.heard), alert: top ? `${mark(top)} ${message(top).replace(/\.$/, "")}` : say("tiles.no_alert"),
    session: t.session ? say("tiles.in_phase", { phase: named(phases, t.session.phase) }) : say("tiles.without_session"),
  });
}

/** @param {{place: HTMLElement, template: HTMLTemplateElement, open: (room: string) => void}} o */
export function makeTiles({ place, template, open }) {
  /** @type {Map<string, ReturnType<typeof makeTile>>} */
  const tiles = new Map();
  let turn = 0, before = "", drawn = false;

  /** Tiles in sight or about to be, as the browser tells: to measure a thousand would have all of them laid out. @type {Set<Element>} */
  const near = new Set();
  /** @type {(tile: Element) => void} */
  let drawOne = () => {};
  const margins = /** @type {IntersectionObserverInit} */ ({ rootMargin: "100% 0px", scrollMargin: "100% 0px" });
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) near.delete(target);
      else if (!near.has(target)) {
        near.add(target);
        drawOne(target); // what comes into sight is of now
      }
    }
  }, margins);

  /** @param {Held[]} list @param {number} now @param {boolean} known @param {Common} common */
  function draw(list, now, known, common) {
    const rooms = list.map((h) => h.tile.room);
    if (rooms.join() !== [...tiles.keys()].join() || !drawn) {
      drawn = true;
      const old = new Map(tiles);
      tiles.clear();
      for (const room of rooms) tiles.set(room, old.get(room) ?? makeTile({ template, open }));
      place.replaceChildren(...[...tiles.values()].map((t) => t.tile));
      watch.disconnect(); // and begins anew: it tells of each tile once more
      near.clear();
      for (const t of tiles.values()) watch.observe(t.tile);
      if (!rooms.length) place.append(el("p", { className: "note" }, say("tiles.none")));
      before = "";
    }
    const state = `${known} ${JSON.stringify(common)}`, all = list.length <= MANY || state !== before;
    before = state;
    turn = (turn + 1) % TURNS;
    const due = list.filter((h, i) => all || i % TURNS === turn || near.has(/** @type {ReturnType<typeof makeTile>} */ (tiles.get(h.tile.room)).tile));
    for (const held of list) tiles.get(held.tile.room)?.note(held);
    for (const held of due) tiles.get(held.tile.room)?.draw(held, now, known, common);
    drawOne = (tile) => {
      const held = all ? undefined : list.find((h) => tiles.get(h.tile.room)?.tile === tile);
      if (held) tiles.get(held.tile.room)?.draw(held, now, known, common);
    };
  }

  /** Where alerts can be read: of many tiles only those near the window. @returns {ParentNode[]} */
  draw.places = () => (tiles.size <= MANY ? [place] : [...near]);
  return draw;
}
