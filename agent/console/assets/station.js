// The station's page: all rooms in their fixed order, and what is done from here. One module per part, put together here.
import { connect } from "./feed.js";
import { makeBoard, view } from "./board.js";
import { calm } from "./alerts.js";
import { makeDesk } from "./commands.js";
import { makeDuty } from "./duty.js";
import { makeElsewhere, readable } from "./elsewhere.js";
import { makeKeys } from "./keys.js";
import { inOrder, makeList, makeShift } from "./list.js";
import { makeReceipts } from "./receipts.js";
import { makeRing } from "./ring.js";
import { makeRoom } from "./room.js";
import { keepAwake, makeSpeaker } from "./speaker.js";
import { makeTiles, modeOf } from "./tiles.js";
import { makeWho } from "./who.js";
import { clock, text } from "./format.js";
import { el, refused } from "./parts.js";
/** @typedef {import("./types.js").Desk} Desk */
/** @typedef {import("./types.js").Alert} Alert */
/** @typedef {import("./list.js").Of} Of */

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const who = makeWho({ button: $("signed"), form: $("sign") });
const board = makeBoard();
const shift = makeShift();
/** @type {Map<string, Desk>} */
const desks = new Map();
/** Where orders for a room are given; "" for the station itself. @param {string} room */
function desk(room) {
  const known = desks.get(room);
  if (known) return known;
  const made = makeDesk(who, (verb) => (room ? `/api/v1/rooms/${room}/commands/${verb}` : `/api/v1/commands/${verb}`), "station page");
  desks.set(room, made);
  return made;
}

const volume = el("button", { type: "button" });
const ring = makeRing({
  speaker: makeSpeaker(), chip: $("sound"), volume, pauseButton: $("pause"), start: $("start"),
  order: (room, verb) => desk(room).urgent(verb, {}),
});
const receipts = makeReceipts({ sound: ring.works });
const drawTiles = makeTiles({ place: $("tiles"), template: /** @type {HTMLTemplateElement} */ ($("tile")), open: openRoom });
const drawElsewhere = makeElsewhere($("bar"), [$("tiles"), $("side")], desk, openRoom);
const duty = makeDuty({ who, list: board.list, now: () => board.now(performance.now()) });
const list = makeList({ desk, shift, open: openRoom });
const help = makeKeys({
  a: () => acknowledgeFirst(), p: ring.toggle, l: () => open("list"), d: () => open("duty"), "?": () => open("help"), escape: close,
}, {
  keys: [
    ["A", "acknowledge the first alert"], ["P", "pause or resume the sound"], ["L", "list of alerts"], ["D", "duty"],
    ["1 … 9", "details of a room"], ["Esc", "close the details"], ["?", "this help"],
  ],
  words: ["Marks: *** high, ** medium, * low. An exclamation mark in place of the star: something technical.", "A room keeps its place. What is not known is hidden, and said."],
  more: [el("div", { className: "buttons" }, volume)],
  room(n) {
    const held = board.list()[n - 1];
    if (held) openRoom(held.tile.room);
  },
});

/** @type {import("./tiles.js").Common} */
let common = { mode: "", approval: false };
let state = /** @type {"live"|"late"|"dead"} */ ("live"), seconds = 0, spoken = "";
/** @type {ReturnType<typeof makeRoom>|null} */
let room = null;
let side = "";
/** @type {Element|null} */
let back = null;

/** @param {string} name @param {HTMLElement} element */
function show(name, element) {
  if (!side) back = document.activeElement;
  side = name;
  $("side").replaceChildren(element);
  $("side").hidden = false;
  document.body.classList.add("open");
  for (const b of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-side]"))) b.ariaExpanded = String(b.dataset.side === name);
  draw();
  // Beside the tiles nothing moves; where the details take their place, they begin at the top.
  if (getComputedStyle($("tiles")).display === "none") scrollTo(0, 0);
  $("side").focus({ preventScroll: true });
}

function close() {
  $("start").hidden = true; // without sound then: the chip says so
  if (!side) return;
  side = "";
  room = null;
  $("side").hidden = true;
  $("side").replaceChildren();
  document.body.classList.remove("open");
  for (const b of document.querySelectorAll("[data-side]")) b.ariaExpanded = "false";
  draw();
  if (back instanceof HTMLElement && back.isConnected) back.focus();
}

/** @param {string} name a second press closes it */
function open(name) {
  if (side === name) return close();
  room = null;
  show(name, name === "duty" ? duty.element : name === "list" ? list.element : help);
}

/** @param {string} name */
function openRoom(name) {
  if (room?.room === name) return;
  room = makeRoom({ template: /** @type {HTMLTemplateElement} */ ($("room-view")), room: name, desk: desk(name), who, close });
  show(`room ${name}`, room.element);
}

/** Every alert of the rooms that are heard and of the station itself, the worst first. @returns {Of[]} */
function alerts() {
  const now = board.now(performance.now());
  return inOrder([
    ...(board.head()?.alerts ?? []).map((a) => /** @type {Of} */ (["", { ...a, at: new Date(now).toISOString() }])),
    ...board.list().filter((h) => h.tile.alerts.length).flatMap((h) => (view(h, now)?.alerts ?? []).map((a) => /** @type {Of} */ ([h.tile.room, a]))),
  ]);
}

/** What Acknowledge is about: the first alert of the room that is open, else the first of all. @param {Of[]} all */
function firstOf(all) {
  const open = all.filter(([, a]) => !a.acknowledged);
  return open.find(([of]) => of === room?.room) ?? open[0];
}

async function acknowledgeFirst() {
  const first = firstOf(alerts());
  if (!first) return say("Nothing to acknowledge.");
  const reply = await desk(first[0]).order("acknowledge", { occurrence: first[1].occurrence });
  say(reply.ok ? `Acknowledged: ${first[0] || "station"}, ${first[1].text}` : refused(reply));
}

/** @param {string} sentence */
function say(sentence) {
  text($("spoken"), sentence);
}

function drawHeader() {
  const head = board.head(), rooms = board.list();
  if (!head) return;
  text($("station"), `${head.station} · ${head.site}`);
  const live = rooms.filter((h) => h.tile.link !== "silent").length;
  text($("connected"), state === "dead" ? "Not connected" : `${live} of ${rooms.length} rooms connected`);
  // What all rooms have in common is said once; a tile says it where they differ.
  const tiles = rooms.map((h) => h.tile), modes = new Set(tiles.map(modeOf)), mode = modes.size === 1 ? [...modes][0] : "";
  common = { mode, approval: tiles.length > 0 && tiles.every((t) => t.approval) };
  $("mode").hidden = !mode && !tiles.some(modeOf);
  text($("mode"), mode || "Some rooms SIMULATED");
  $("approval").hidden = !common.approval;
  const others = head.stations ?? [];
  $("others").hidden = !others.length || state === "dead";
  $("others").title = others.map((s) => `${s.station}: ${s.screens} ${s.screens === 1 ? "screen" : "screens"}`).join("; ");
  text($("others"), `Also: ${others.map((s) => s.station).join(", ")}`);
  const failing = (head.channels ?? []).filter((c) => c.state === "failing");
  $("channels").hidden = !failing.length || state === "dead";
  text($("channels"), `! Not delivering: ${failing.map((c) => c.name).join(", ")}`);
  $("channels").title = failing.map((c) => `${c.name}: ${c.why ?? ""}, ${c.waiting} waiting`).join("; ");
  text($("clock"), state === "dead" ? "–" : clock(new Date(board.now(performance.now())).toISOString()));
}

/** What is wrong with the line, for the bar. */
function trouble() {
  if (state === "dead") return "No connection to the station's program. What is now is not known: go and look.";
  return board.head()?.broker === "lost" ? "The station has lost the bus: it hears no room." : "";
}

function draw() {
  const known = state !== "dead", now = board.now(performance.now()), all = known && board.head() ? alerts() : [];
  drawHeader();
  if (board.head()) drawTiles(board.list(), now, known, common);
  shift.take(all, (of) => known && (!of || board.find(of)?.tile.link !== "silent"));
  drawElsewhere(all, trouble(), state === "dead" ? `${seconds} s` : "");
  if (side === "duty") duty.draw();
  if (side === "list") list.draw(all);
  room?.draw(board.find(room.room), now, known);
  const unseen = all.filter(([, a]) => !calm(a));
  document.title = !known ? "No data – Bedside station" : unseen.length ? `(${unseen.length}) Bedside station` : "Bedside station";
  const first = firstOf(all);
  $("acknowledge").toggleAttribute("disabled", !first);
  text($("acknowledge"), first ? `Acknowledge ${first[0] || "station"}` : "Acknowledge");
  // Read aloud once when the worst changes, never each second.
  const top = unseen[0], worst = !known ? trouble() : top ? `${top[0] || "Station"}, ${top[1].priority}: ${top[1].text}` : "";
  const key = !known ? "dead" : top ? `${top[0]} ${top[1].occurrence} ${top[1].priority}` : "";
  if (key !== spoken) {
    spoken = key;
    if (worst) say(worst);
  }
  ring.take(all, known);
  receipts.drawn(known ? readable([document], all) : []);
}

$("acknowledge").addEventListener("click", acknowledgeFirst);
for (const b of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-side]"))) b.addEventListener("click", () => open(b.dataset.side ?? ""));
let waiting = false;
for (const event of ["scroll", "resize"]) {
  addEventListener(event, () => {
    if (!waiting) requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
    waiting = true;
  }, { passive: true, capture: true });
}

keepAwake();
connect({
  on: {
    board: (b) => board.board(b, performance.now()),
    rooms: (e) => board.rooms(e, performance.now()),
    alarm(e) {
      board.alarm(e, performance.now());
      shift.note(e.room, e.alert);
      draw();
    },
  },
  life: ["board", "rooms"],
  liveness(now, age) {
    state = now;
    seconds = age;
    const chip = $("link");
    chip.className = `chip ${state}`;
    text(chip, state === "live" ? "Live" : state === "late" ? `Late ${seconds} s` : `No data ${seconds} s`);
    draw();
  },
});
