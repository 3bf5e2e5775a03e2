// The station's page: all rooms in their fixed order, and what is done from here. One module per part, put together here.
import { systemLink } from "../base/link.js";
import { connect } from "../base/feed.js";
import { makeBoard, view } from "./board.js";
import { calm, message } from "../room/alerts.js";
import { makeDesk } from "../base/commands.js";
import { makeDuty } from "./duty.js";
import { makeElsewhere, readable } from "./elsewhere.js";
import { makeKeys } from "../base/keys.js";
import { watchNeeds } from "../base/needs.js";
import { makeChoices } from "../base/view.js";
import { watchFailures } from "../base/failure.js";
import { watchPresses } from "../base/press.js";
import { inOrder, makeList, makeShift, whose } from "./list.js";
import { makeReceipts } from "./receipts.js";
import { makeRing } from "../sound/ring.js";
import { makeKept } from "../sound/kept.js";
import { makeRoom } from "./room.js";
import { keepAwake, makeSpeaker } from "../sound/speaker.js";
import { makeTiles, modeOf } from "./tiles.js";
import { makeWho } from "../base/who.js";
import { clock, lineWords, text } from "../base/format.js";
import { el } from "../base/parts.js";
import { say, sayOr } from "../base/say.js";
import { refused, told } from "../base/told.js";
/** @typedef {import("../base/types.js").Desk} Desk */
/** @typedef {import("../base/types.js").Alert} Alert */
/** @typedef {import("./list.js").Of} Of */

watchFailures();
watchPresses();
watchNeeds();
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
volume.dataset.quick = ""; // goes round
const kept = makeKept(), speaker = makeSpeaker(kept), awake = keepAwake();
const shakes = el("input", { type: "checkbox", checked: kept.shakes() });
shakes.addEventListener("change", () => kept.setShakes(shakes.checked));
const ring = makeRing({
  speaker, kept, pressed: awake, chip: $("sound"), volume, pauseButton: $("pause"), start: $("start"),
  order: (room, verb) => desk(room).urgent(verb, {}),
});
const receipts = makeReceipts({ sound: ring.works });
speaker.listen(receipts.tell);
const drawTiles = makeTiles({ place: $("tiles"), template: /** @type {HTMLTemplateElement} */ ($("tile")), open: openRoom });
const drawElsewhere = makeElsewhere($("bar"), () => [...drawTiles.places(), $("side")], desk, openRoom);
const duty = makeDuty({ who, list: board.list, now: () => board.now(performance.now()) });
const list = makeList({ desk, shift, rooms: board.list, open: openRoom });
const help = makeKeys({
  a: () => acknowledgeFirst(), p: ring.toggle, l: () => open("list"), d: () => open("duty"), "?": () => open("help"), escape: close,
}, {
  keys: [
    ["A", say("station.key_acknowledge")], ["P", say("view.key_pause")], ["L", say("view.key_list")], ["D", say("station.key_duty")],
    ["1 … 9", say("station.key_room")], ["Esc", say("station.key_close")], ["?", say("view.key_help")],
  ],
  words: [say("view.marks"), say("station.places")],
  more: [el("div", { className: "buttons" }, volume, el("label", { className: "row check" }, shakes, el("span", {}, say("sound.shakes")))), ...makeChoices(() => board.head() && draw()), el("div", { className: "buttons" }, systemLink())],
  room(n) {
    const held = board.list()[n - 1];
    if (held) openRoom(held.tile.room);
  },
});

$("stash").append(help);

/** @type {import("./tiles.js").Common} */
let common = { mode: "", approval: false };
let state = /** @type {"live"|"late"|"dead"} */ ("live"), seconds = 0, spoken = "";
/** @type {ReturnType<typeof makeRoom>|null} */
let room = null;
let side = "";
/** @type {Element|null} */
let back = null;

/** After tiles have moved: a bar that is higher or lower than before moves them once more, and what is in sight with them. */
function drawMoved() {
  draw();
  requestAnimationFrame(draw);
}

/** @param {string} name @param {HTMLElement} element */
function show(name, element) {
  if (!side) back = document.activeElement;
  side = name;
  $("side").replaceChildren(element);
  if (!help.isConnected) $("stash").append(help); // its choices work wherever it lies
  $("side").hidden = false;
  document.body.classList.add("open");
  for (const b of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-side]"))) b.ariaExpanded = String(b.dataset.side === name);
  drawMoved();
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
  if (!help.isConnected) $("stash").append(help);
  document.body.classList.remove("open");
  for (const b of document.querySelectorAll("[data-side]")) b.ariaExpanded = "false";
  drawMoved();
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
  if (!first) return speak(say("station.nothing"));
  const reply = await desk(first[0]).order("acknowledge", { occurrence: first[1].occurrence });
  speak(reply.ok ? say("station.acknowledged", { room: whose(first), text: message(first[1]) }) : refused(reply));
}

/** @param {string} sentence */
function speak(sentence) {
  text($("spoken"), sentence);
}

function drawHeader() {
  const head = board.head(), rooms = board.list();
  if (!head) return;
  text($("station"), `${head.station} · ${head.site}`);
  const live = rooms.filter((h) => h.tile.link !== "silent").length;
  text($("connected"), state === "dead" ? say("station.not_connected") : say("station.connected", { live, of: rooms.length }));
  // What all rooms have in common is said once; a tile says it where they differ.
  const tiles = rooms.map((h) => h.tile), modes = new Set(tiles.map(modeOf)), mode = modes.size === 1 ? [...modes][0] : "";
  common = { mode, approval: tiles.length > 0 && tiles.every((t) => t.approval) };
  $("mode").hidden = !mode && !tiles.some(modeOf);
  text($("mode"), mode || say("station.some_simulated"));
  $("approval").hidden = !common.approval;
  const others = head.stations ?? [];
  $("others").hidden = !others.length || state === "dead";
  $("others").title = others.map((s) => say("station.other", { station: s.station, n: s.screens })).join("; ");
  text($("others"), say("station.also", { stations: others.map((s) => s.station).join(", ") }));
  const failing = (head.channels ?? []).filter((c) => c.state === "failing");
  $("channels").hidden = !failing.length || state === "dead";
  text($("channels"), say("station.not_delivering", { channels: failing.map((c) => c.name).join(", ") }));
  $("channels").title = failing.map((c) => say("station.channel", { name: c.name, why: told(c.why ?? ""), n: c.waiting })).join("; ");
  text($("clock"), state === "dead" ? "–" : clock(new Date(board.now(performance.now())).toISOString()));
}

/** What is wrong with the line, for the bar, where no alert of the station says it already. */
function trouble() {
  if (state === "dead") return who.outside() ? say("signin.outside") : say("station.no_connection");
  const head = board.head();
  return head?.broker === "lost" && !head.alerts?.some((a) => a.condition === "broker_lost") ? say("station.no_bus") : "";
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
  document.title = !known ? say("station.page_dead") : unseen.length ? say("station.page_alerts", { n: unseen.length }) : say("station.title");
  const first = firstOf(all);
  $("acknowledge").toggleAttribute("disabled", !first);
  text($("acknowledge"), first ? say("station.acknowledge_room", { room: whose(first) }) : say("alerts.acknowledge"));
  // Read aloud once when the worst changes, never each second.
  const top = unseen[0], worst = !known ? trouble() : top ? say("station.spoken", { room: whose(top), priority: sayOr(`priority.${top[1].priority}`, top[1].priority), text: message(top[1]) }) : "";
  const key = !known ? "dead" : top ? `${top[0]} ${top[1].occurrence} ${top[1].priority}` : "";
  if (key !== spoken) {
    spoken = key;
    if (worst) speak(worst);
  }
  ring.take(all, known, board.list().flatMap((h) => h.tile.duty ?? []));
  receipts.drawn(known ? readable([...drawTiles.places(), $("side"), $("bar")], all) : []);
}

$("acknowledge").addEventListener("click", acknowledgeFirst);
for (const b of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-side]"))) b.addEventListener("click", () => open(b.dataset.side ?? ""));
let waiting = false;
for (const event of ["scroll", "resize"]) {
  addEventListener(event, () => {
    if (!waiting) requestAnimationFrame(() => {
      waiting = false;
      drawMoved();
    });
    waiting = true;
  }, { passive: true, capture: true });
}

/** A notification opens the page on its room: #room=NAME. */
function follow() {
  const wanted = new URLSearchParams(location.hash.slice(1)).get("room");
  if (wanted && board.find(wanted)) openRoom(wanted);
}
addEventListener("hashchange", follow);
let followed = false;

connect({
  on: {
    board(b) {
      board.board(b, performance.now());
      if (!followed) followed = true, follow();
    },
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
    text(chip, lineWords(state, seconds));
    if (state === "dead") who.again();
    draw();
  },
});
