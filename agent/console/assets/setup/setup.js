// The page of an agent that has no configuration: it asks, shows what will be written, has it written, and goes on to the room.
import { ask } from "../base/ask.js";
import { checkField, selectField, textField } from "../base/field.js";
import { makeLook } from "../base/look.js";
import { el } from "../base/parts.js";
import { makePorts } from "../base/ports.js";
import { known, say } from "../base/say.js";
import { told } from "../base/told.js";
import { makeDevices } from "./chosen.js";
/** @typedef {import("../base/field.js").Field} Field */
/** @typedef {{name: string, text: string}} File */
/** @typedef {{field: string, code?: string, text: string}} Problem */

const STORE = "bedside-setup"; // what was answered, kept while the page is loaded anew
const WAIT = 300; // ms after the last key, before the agent is asked what it would write; our choice
const AGAIN = 1000; // ms between two looks whether the room is there
const SLOW = 20; // looks, after which something is wrong

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
makeLook($("look"));

/** @returns {any} */
function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE) ?? "null");
  } catch {
    return null;
  }
}

const begin = await ask("setup");
if (!begin.usual) {
  $("refusal").textContent = begin.text ?? say("ask.silent");
  throw new Error("no first run");
}
const answers = { ...begin.usual, ...remembered() };
let pressed = false; // to write: from then on, what is missing is said as well

/** @type {Record<string, Field>} */
const fields = {
  site: textField(say("setup.site"), { placeholder: "clinic" }, say("setup.site_hint")),
  room: textField(say("setup.room_name"), { placeholder: "room-1" }, say("setup.room_hint")),
  profile: selectField(say("setup.profile"), begin.profiles.map((/** @type {string} */ id) => [id, say(`setup_profile.${id.replaceAll("-", "_")}`)]), say("setup.profile_hint")),
  approved_by: textField(say("setup.approved_by"), { maxLength: 12 }, say("setup.approved_hint")),
  approved_at: textField(say("setup.approved_at"), { maxLength: 10, placeholder: begin.today }, say("setup.day_hint")),
  data: textField(say("setup.data"), { placeholder: "/var/lib/bedside" }, say("setup.data_hint")),
  page: textField(say("setup.page"), { placeholder: "127.0.0.1:8080" }, say("setup.page_hint")),
  nats: textField(say("setup.nats"), { placeholder: "127.0.0.1:4222" }, say("setup.nats_hint")),
  credential: textField(say("setup.credential"), { placeholder: "room-1.creds" }, say("setup.credential_hint")),
};
for (const [place, names] of Object.entries({ names: ["site", "room"], limits: ["profile", "approved_by", "approved_at"], places: ["data", "page", "nats", "credential"] })) {
  $(place).replaceChildren(...names.map((name) => fields[name].row));
}
const touched = new Set();
for (const [name, f] of Object.entries(fields)) {
  f.control.value = answers[name] || (name === "profile" ? begin.profiles[0] : "");
  f.control.name = name;
  f.control.addEventListener("input", () => {
    touched.add(name);
    changed();
  });
}
fields.approved_by.control.addEventListener("input", () => {
  if (fields.approved_by.control.value && !fields.approved_at.control.value) fields.approved_at.control.value = begin.today;
  else if (!fields.approved_by.control.value) fields.approved_at.control.value = "";
});

const devices = makeDevices($("devices"), { drivers: begin.drivers, list: answers.devices, changed });
makePorts($("ports"), { path: "setup/scan", use: (port, match) => devices.add(port, match) }).start();
$("by-hand").addEventListener("click", () => devices.add());

/** What stands in the form now. */
function read() {
  /** @type {Record<string, any>} */
  const now = {};
  for (const [name, f] of Object.entries(fields)) now[name] = f.control.value.trim();
  return { ...answers, ...now, devices: devices.read() };
}

/** In the words of the page, where it has some; else in the agent's. @param {Problem} p */
const said = (p) => (p.code && known(`wrong.${p.code}`) ? say(`wrong.${p.code}`) : told(p.text ?? ""));

/** Says at each field what is wrong with it. @param {Problem[]} problems @returns {HTMLElement|undefined} the first of them */
function judge(problems) {
  const all = { ...fields, ...devices.fields() };
  const at = (/** @type {string} */ name) => problems.filter((p) => p.field === name).map(said).join(" ");
  for (const [name, f] of Object.entries(all)) f.wrong(pressed || touched.has(name) || devices.touched(name) ? at(name) : "");
  $("devices-wrong").textContent = pressed ? at("devices") : "";
  $("refusal").textContent = pressed ? problems.filter((p) => !all[p.field] && p.field !== "devices").map(said).join(" ") : "";
  const first = Object.entries(all).find(([name]) => at(name));
  const control = first?.[1].control;
  if (pressed && control?.closest("details")) /** @type {HTMLDetailsElement} */ (control.closest("details")).open = true;
  return control ?? (at("devices") ? $("by-hand") : undefined);
}

/** @param {File[]} files */
function show(files) {
  if (!files.length) {
    $("files").replaceChildren(el("p", { className: "note" }, say("setup.not_yet")));
    return;
  }
  $("files").replaceChildren(...files.map((f) => {
    const text = el("pre", { tabIndex: 0, lang: "en" }, f.text);
    text.setAttribute("aria-label", f.name);
    text.setAttribute("role", "region");
    const save = el("a", { className: "button", download: f.name, href: URL.createObjectURL(new Blob([f.text], { type: "application/yaml" })) }, say("setup.save", { name: f.name }));
    return el("section", { className: "file" }, el("div", { className: "head" }, el("h3", {}, f.name), save), text);
  }));
}

let waits = 0, asked = 0;
function changed() {
  try {
    sessionStorage.setItem(STORE, JSON.stringify(read()));
  } catch {
    // It lasts as long as the page, then.
  }
  clearTimeout(waits);
  waits = window.setTimeout(async () => {
    const turn = ++asked;
    const reply = await ask("setup/show", read());
    if (turn !== asked || gone(reply)) return; // something newer is asked already
    judge(reply.problems ?? []);
    show(reply.files ?? []);
    end(reply.files ?? []);
  }, WAIT);
}

/** Waits for the room, which the agent shows as soon as it watches. */
async function follow() {
  for (let n = 0; ; n++) {
    await new Promise((done) => setTimeout(done, AGAIN));
    const state = await ask("state");
    if (state.room) {
      sessionStorage.removeItem(STORE);
      location.replace("/");
      return;
    }
    if (n === SLOW) $("refusal").textContent = say("setup.slow");
  }
}

/** Whether nobody asks for a configuration any more: somebody has written it at another window, or by hand. Then the room has the page.
 * @param {any} reply */
function gone(reply) {
  const other = reply.status === 404 || reply.status === 405;
  if (other) location.replace("/");
  return other;
}

let writing = false; // a second press of a button that was pressed twice is none
async function write() {
  if (writing) return;
  pressed = writing = true;
  const reply = await ask("setup/write", read());
  writing = Boolean(reply.ok);
  if (gone(reply)) return;
  if (reply.ok) {
    $("answer").textContent = say("setup.written", { file: begin.file });
    $("end").replaceChildren();
    for (const e of $("setup").querySelectorAll("input, select, button")) /** @type {HTMLInputElement} */ (e).disabled = true;
    follow();
    return;
  }
  const first = judge(reply.problems ?? []);
  if (!reply.problems) $("refusal").textContent = said(reply);
  else first?.focus();
}

/** The end of the page: to write, or where this program may not, how a person does. @param {File[]} files */
function end(files) {
  if (begin.writable || !files.length) return;
  const folder = begin.file.slice(0, begin.file.lastIndexOf("/")) || ".";
  $("end").replaceChildren(el("p", {}, say("setup.by_command", { file: begin.file })),
    el("pre", { tabIndex: 0 }, files.map((f) => `sudo install -m 640 -g bedside ~/Downloads/${f.name} ${folder}/${f.name}`).join("\n")));
}

if (begin.writable) {
  const go = el("button", { type: "submit", className: "go" }, say("setup.write"));
  $("end").replaceChildren(go);
}
$("setup").addEventListener("submit", (e) => {
  e.preventDefault();
  if (begin.writable) write();
});
if (!begin.writable) follow();
changed();
