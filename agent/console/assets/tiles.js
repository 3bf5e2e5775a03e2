// The tiles: one for each room, in an order that no alarm changes, because eyes remember places.
import { calm, mark, message, silence } from "./alerts.js";
import { view } from "./board.js";
import { nextReading, observation } from "./clocks.js";
import { drawNumerals } from "./numerals.js";
import { clock, duration, text } from "./format.js";
import { el, keep, part, span } from "./parts.js";
import { makeTrack } from "./spark.js";
import { phases, say } from "./vocabulary.js";
/** @typedef {import("./board.js").Held} Held */
/** @typedef {import("./board.js").View} View */
/** @typedef {import("./types.js").Alert} Alert */
/** @typedef {import("./types.js").Duty} Duty */
/** @typedef {import("./types.js").Reach} Reach */
/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./types.js").Tile} Tile */

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
    ...(alerts.length > LINES ? [el("li", { className: "more" }, `+${alerts.length - LINES} more`)] : []),
  ]);
  shown.forEach((a, i) => {
    const li = list.children[i];
    text(part(li, ".what"), `${a.state === "latched" ? "Was: " : ""}${message(a)}`);
    text(part(li, ".note"), [duration(Date.parse(a.at) - Date.parse(a.since)), silence(a)].filter(Boolean).join(" · "));
  });
}

/** @param {Duty|undefined} d @param {boolean} covered */
export function dutyWords(d, covered) {
  if (!d) return "Nobody has this room";
  return `${d.nurse}${d.backup ? `, back-up ${d.backup}` : ""}, until ${clock(d.until).slice(0, 5)}${covered ? "" : " · no screen receives"}`;
}

/** @param {Reach|undefined} r @param {number} now by the station's clock */
export function reachWords(r, now) {
  if (!r) return "Reach not tested";
  const signs = /** @type {Record<string, string>} */ ({ waiting: "…", answered: "✓", unanswered: "✗" });
  return `${signs[r.state] ?? ""} ${r.text}${r.state === "waiting" ? "" : ` · ${duration(now - Date.parse(r.at))} ago`}`;
}

/** @param {Element} rail @param {Session|undefined} x @param {View} v */
function drawRail(rail, x, v) {
  const list = /** @type {HTMLElement} */ (part(rail, "ol")), note = part(rail, ".note");
  keep(list, x?.phase ?? "", () => x ? phases.map(([word, name]) => {
    const li = el("li", { className: word === x.phase ? "now" : "" }, span("", name));
    if (word === x.phase) li.setAttribute("aria-current", "step");
    return li;
  }) : []);
  if (!x) return text(note, "No session. Start one in the room's details.");
  const next = nextReading(x, v.alerts, Date.parse(v.at));
  text(note, `Next NBP ${next.value} · observation ${observation(x)}`);
}

/** What the tiles need not say, because all rooms have it in common. @typedef {{mode: string, approval: boolean}} Common */

/** The badge of a room that is not about a person, "" of one that is. @param {Tile} t */
export function modeOf(t) {
  return t.mode === "test" ? "TEST" : t.simulated || t.mode === "demo" ? `SIMULATED${t.speed ? ` · ${t.speed}× speed` : ""}` : "";
}

/** What is to be known beside vital signs. @param {Tile} t @param {Common} common */
function flags(t, common) {
  const out = [];
  if (t.link === "late") out.push("late");
  if (t.silence?.off?.length) out.push(`${t.silence.off.length} switched off`);
  if (t.silence?.alarm_until) out.push("alerts paused");
  else if (t.silence?.audio_until) out.push("sound paused");
  if (t.approval && !common.approval) out.push(t.approval);
  if (t.broker !== "connected") out.push("room cannot reach the bus");
  if (t.record !== "ok") out.push("record failing");
  return out;
}

/** @param {{template: HTMLTemplateElement, open: (room: string) => void}} o */
function makeTile({ template, open }) {
  const tile = /** @type {HTMLElement} */ (/** @type {Element} */ (template.content.firstElementChild).cloneNode(true));
  const find = (/** @type {string} */ s) => /** @type {HTMLElement} */ (part(tile, s));
  const track = makeTrack(), spark = find(".spark");
  let room = "", drawnAt = 0;
  find(".open").addEventListener("click", () => open(room));
  tile.addEventListener("click", (e) => {
    if (!(e.target instanceof Element && e.target.closest("button"))) open(room);
  });

  return {
    tile,
    /** Keeps the trend of a tile that is not drawn now. @param {Held} held */
    note: (held) => track.add(held.tile.link === "silent" ? undefined : held.tile.values, held.got),
    /** @param {Held} held @param {number} now by the station's clock @param {boolean} known whether the station itself is heard
     * @param {Common} common */
    draw(held, now, known, common) {
      const t = held.tile, v = known ? view(held, now) : null;
      room = t.room;
      tile.className = `tile ${look(t, Boolean(v))}`;
      tile.dataset.room = room;
      text(find(".open"), room);
      text(find(".code"), t.session?.code ?? "");
      text(find(".phase"), v?.session ? `${say(phases, v.session.phase)}${v.session.doses?.length ? ` ${duration((v.session.since_dose_s ?? 0) * 1000)}` : ""}` : v ? "Ready" : "");
      const signs = v ? flags(t, common) : [], mode = common.mode ? "" : modeOf(t);
      keep(find(".flags"), `${mode} ${signs.join()}`, () => [...(mode ? [span("badge", mode)] : []), ...signs.map((s) => span("flag", s))]);
      drawMessages(find(".messages"), v?.alerts ?? []);
      find(".vitals").hidden = !v;
      drawNumerals(tile, v);
      for (const note of tile.querySelectorAll(".vital .note")) if (note.textContent === "now") note.textContent = "";
      spark.toggleAttribute("hidden", !v);
      find(".rail").hidden = !v;
      if (v) drawRail(find(".rail"), v.session, v);
      if (now - drawnAt > 5000 || now < drawnAt) {
        drawnAt = now;
        for (const vital of ["pulse_rate", "spo2"]) part(spark, `.${vital}`).setAttribute("d", track.path(vital, now));
        spark.setAttribute("aria-label", track.words(now));
      }
      find(".last").hidden = Boolean(v);
      if (!v) {
        const heard = known ? `Nothing heard from ${room} for ${duration(t.age_ms + now - held.got)}` : "No connection to the station's program";
        text(find(".last"), `!! ${heard}. What is now is not known. ${t.words || before(t)}`);
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
  return `At ${clock(t.heard)}: ${top ? `${mark(top)} ${top.text}` : "no alert"}${t.session ? `, session in phase ${say(phases, t.session.phase)}` : ", no session"}.`;
}

/** @param {{place: HTMLElement, template: HTMLTemplateElement, open: (room: string) => void}} o */
export function makeTiles({ place, template, open }) {
  /** @type {Map<string, ReturnType<typeof makeTile>>} */
  const tiles = new Map();
  let turn = 0, before = "";

  /** Whether a tile is in sight or about to be. @param {HTMLElement} tile */
  function near(tile) {
    const r = tile.getBoundingClientRect();
    return r.bottom > -innerHeight && r.top < 2 * innerHeight;
  }

  /** @param {Held[]} list @param {number} now @param {boolean} known @param {Common} common */
  return function draw(list, now, known, common) {
    const rooms = list.map((h) => h.tile.room);
    if (rooms.join() !== [...tiles.keys()].join()) {
      const old = new Map(tiles);
      tiles.clear();
      for (const room of rooms) tiles.set(room, old.get(room) ?? makeTile({ template, open }));
      place.replaceChildren(...[...tiles.values()].map((t) => t.tile));
      if (!rooms.length) place.append(el("p", { className: "note" }, "No room has been heard yet. Start one with: bedside agent"));
      before = "";
    }
    const state = `${known} ${JSON.stringify(common)}`, all = list.length <= MANY || state !== before;
    before = state;
    turn = (turn + 1) % TURNS;
    const due = list.filter((h, i) => all || i % TURNS === turn || near(/** @type {ReturnType<typeof makeTile>} */ (tiles.get(h.tile.room)).tile));
    for (const held of list) tiles.get(held.tile.room)?.note(held);
    for (const held of due) tiles.get(held.tile.room)?.draw(held, now, known, common);
  };
}
