// The page of the recorded sessions: the list, and one of them in full. Which one it is stands behind the # of the address, so that the
// way back works as people expect.
import { makeDesk } from "../base/commands.js";
import { watchNeeds } from "../base/needs.js";
import { el } from "../base/parts.js";
import { watchPresses } from "../base/press.js";
import { say } from "../base/say.js";
import { makeView } from "../base/view.js";
import { makeWho } from "../base/who.js";
import { glance } from "./glance.js";
import { makePast } from "./past.js";
import { failRow, fillRow, makeRow } from "./rows.js";
import { ask } from "./whatif.js";
/** @typedef {import("../base/types.js").Recorded} Recorded */
/** @typedef {import("../base/types.js").Summary} Summary */

const PAGE = 20; // rows at once: each of them costs the agent a look into the record
const AGAIN = 30000; // ms between two looks at the list

watchPresses();
watchNeeds();
const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const table = /** @type {HTMLTableElement} */ ($("list").querySelector("table"));
const body = table.tBodies[0];
const who = makeWho({ button: $("signed"), form: $("sign") });
const desk = makeDesk(who, (verb) => `/api/v1/commands/${verb}`, "room page");

/** @type {Recorded[]} */
let sessions = []; // the one that goes on, then the newest first
/** @type {Map<string, {of: string, line: Summary}>} */
const lines = new Map();
let most = PAGE;
let turn = 0; // of filling: a newer one ends an older one

const past = makePast($("past"), { may: who.may, close: () => (location.hash = "") });

/** What a line must be read again for. @param {Recorded} r */
const stamp = (r) => `${r.first} ${r.last} ${r.running}`;

/** Rows for what is shown, those that are there kept. */
function draw() {
  const shown = sessions.slice(0, most);
  table.hidden = shown.length === 0;
  $("told").textContent = sessions.length ? say("history.shown", { n: shown.length, all: sessions.length }) : say("history.empty");
  $("older").hidden = sessions.length <= most;
  const there = new Map([...body.rows].map((tr) => [tr.dataset.session ?? "", tr]));
  const rows = shown.map((r) => {
    const old = there.get(r.session);
    if (old && old.dataset.stamp === stamp(r)) return old;
    const tr = makeRow(r);
    tr.dataset.stamp = stamp(r);
    const known = lines.get(r.session);
    if (known) fillRow(tr, r, known.line); // until it is read again
    return tr;
  });
  if (rows.length !== body.rows.length || rows.some((tr, i) => body.rows[i] !== tr)) {
    const held = document.activeElement instanceof HTMLAnchorElement ? document.activeElement.hash : "";
    body.replaceChildren(...rows);
    for (const a of body.querySelectorAll("a")) if (held && a.hash === held) a.focus();
  }
}

/** Reads what the rows do not have yet, one after the other: the agent has more to do. */
async function fill() {
  const mine = ++turn;
  for (const r of sessions.slice(0, most)) {
    if (lines.get(r.session)?.of === stamp(r)) continue;
    /** @type {Summary|undefined} */
    let line;
    let why = "";
    try {
      line = await ask(`sessions/${encodeURIComponent(r.session)}/summary.json`);
    } catch (e) {
      why = /** @type {Error} */ (e).message;
    }
    if (mine !== turn) return;
    const tr = [...body.rows].find((row) => row.dataset.session === r.session);
    if (line) {
      lines.set(r.session, { of: stamp(r), line });
      if (tr) fillRow(tr, r, line);
    } else if (tr) failRow(tr, why);
  }
}

async function look() {
  try {
    sessions = await ask("sessions");
    sessions.sort((a, b) => Number(b.running) - Number(a.running) || Date.parse(b.first) - Date.parse(a.first));
    draw();
    route();
    await fill();
  } catch (e) {
    $("told").textContent = /** @type {Error} */ (e).message;
    table.hidden = true;
  }
}

/** The code of a session that stands in the address; "" for none, and for what can be no code. */
function addressed() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}

/** Shows the list, or the session whose code stands in the address. */
function route() {
  const code = addressed();
  $("list").hidden = Boolean(code);
  $("past").hidden = !code;
  document.title = code ? say("history.page_of", { code }) : say("history.page");
  if (code) past.show(code, sessions.find((r) => r.session === code));
  else past.leave();
}

makeView(/** @type {HTMLDetailsElement} */ ($("view")), {
  restart() {
    for (const tr of body.rows) {
      const r = sessions.find((one) => one.session === tr.dataset.session), known = lines.get(tr.dataset.session ?? "");
      if (r && known) fillRow(tr, r, known.line);
    }
    past?.restyle();
  },
  act: { escape: () => (location.hash = "") },
  keys: [["Esc", say("history.key_back")], ["?", say("view.key_help")]],
});
glance($("bar"), $("mode"), desk);
addEventListener("hashchange", route);
$("older").addEventListener("click", () => {
  most += PAGE;
  draw();
  fill();
});
let read = who.may("history"), out = who.may("export");
setInterval(() => {
  // Somebody has signed in or out.
  if (who.may("export") !== out) past.restyle();
  out = who.may("export");
  if (who.may("history") !== read) look();
  read = who.may("history");
}, 1000);
setInterval(() => {
  if (!document.hidden && !location.hash) look();
}, AGAIN);
route();
look();
