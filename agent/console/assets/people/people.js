// The page of an admin: who may sign in, which devices are enrolled, and what was changed. Whoever is signed in chooses another PIN
// here, too.
import { ask } from "../base/ask.js";
import { checkField, selectField, textField } from "../base/field.js";
import { el, keep } from "../base/parts.js";
import { qrCode } from "../base/qr.js";
import { language, say, sayOr } from "../base/say.js";
import { refused, told } from "../base/told.js";
import { makeVisit } from "../base/visit.js";
import { makeFill } from "./fill.js";
/** @typedef {{name: string, role: string, since: string, locked_s?: number}} Person */
/** @typedef {{name: string, display?: boolean, by: string, since: string, locked_s?: number}} Enrolled */
/** @typedef {{at: string, what: string, by: string, from: string, subject: string, was?: string, now?: string}} Entry */
/** @typedef {import("../base/signin.js").Me} Me */

const AGAIN = 5000; // ms between two looks; our choice
const main = /** @type {HTMLElement} */ (document.getElementById("people"));
const notice = /** @type {HTMLElement} */ (document.getElementById("refused"));
/** @type {Me} */
let me = { access: false };

const people = el("ul", { className: "rows" }), devices = el("ul", { className: "rows" }), entries = el("tbody");
const day = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
const when = (/** @type {string} */ at) => day.format(new Date(at));
const roles = (/** @type {string} */ word) => sayOr(`role.${word}`, word);
const kind = (/** @type {boolean|undefined} */ display) => say(display ? "people.display" : "people.station");

/** A button for one change, which asks once more where it cannot be taken back. @param {string} label @param {string} id @param {() => Promise<any>} act @param {string} [sure] */
function change(label, id, act, sure) {
  const refusal = el("span", { className: "refusal", role: "alert" });
  const b = el("button", { type: "button" }, label);
  b.dataset.id = id;
  const yes = el("button", { type: "button", hidden: true }, sure ?? "");
  const no = el("button", { type: "button", hidden: true }, say("form.cancel"));
  const ask_again = (/** @type {boolean} */ on) => {
    b.hidden = on;
    yes.hidden = no.hidden = !on;
    (on ? no : b).focus();
  };
  const run = async () => {
    refusal.textContent = "";
    const reply = await act();
    if (!reply.ok) refusal.textContent = refused(reply);
    else await look();
  };
  b.addEventListener("click", () => (sure ? ask_again(true) : run()));
  yes.addEventListener("click", () => {
    ask_again(false);
    run();
  });
  no.addEventListener("click", () => ask_again(false));
  return el("span", { className: "buttons" }, b, yes, no, refusal);
}

/** @param {Person} p @param {string[]} all the roles @param {string} self */
function personRow(p, all, self) {
  const users = (/** @type {object} */ body) => ask("access/users", { name: p.name, ...body });
  const role = selectField(say("people.role"), all.map((word) => /** @type {[string, string]} */ ([word, roles(word)])));
  role.control.value = p.role;
  role.control.dataset.id = `role ${p.name}`;
  role.control.addEventListener("change", async () => {
    const reply = await users({ action: "role", role: role.control.value });
    role.wrong(reply.ok ? "" : refused(reply));
    if (reply.ok) look();
    else role.control.value = p.role;
  });
  const pin = makeFill({
    label: say("people.new_pin"), id: `pin ${p.name}`, fields: { pin: pinField(say("people.pin")) },
    send: (v) => users({ action: "pin", pin: v.pin }), at: () => "pin", done: look,
  });
  return el("li", {},
    el("div", { className: "head" }, el("h3", {}, p.name), el("span", { className: "note" }, say("people.since", { day: when(p.since) }))),
    ...(p.locked_s ? [el("p", {}, el("b", {}, say("people.locked", { min: Math.ceil(p.locked_s / 60) })), " ", change(say("people.unlock"), `unlock ${p.name}`, () => users({ action: "unlock" })))] : []),
    role.row, el("div", { className: "buttons" }, pin, ...(p.name === self ? [] : [change(say("people.remove"), `remove ${p.name}`, () => users({ action: "remove" }), say("people.remove_sure", { name: p.name }))])));
}

/** @param {Enrolled} d */
function deviceRow(d) {
  const order = (/** @type {object} */ body) => ask("access/devices", { name: d.name, ...body });
  return el("li", {},
    el("div", { className: "head" }, el("h3", {}, d.name), el("span", { className: "state" }, kind(d.display))),
    el("p", { className: "note" }, say("people.enrolled", { day: when(d.since), who: told(d.by) })),
    ...(d.locked_s ? [el("p", {}, el("b", {}, say("people.locked", { min: Math.ceil(d.locked_s / 60) })), " ", change(say("people.unlock"), `unlock ${d.name}`, () => order({ action: "unlock" })))] : []),
    change(say("people.revoke"), `revoke ${d.name}`, () => order({ action: "revoke" }), say("people.revoke_sure", { name: d.name })));
}

/** @param {string} label */
function pinField(label) {
  return textField(label, { type: "password", inputMode: "numeric", maxLength: 12, autocomplete: "new-password" }, say("people.pin_hint"));
}

/** A code by which a device becomes one of ours: to be typed there, or read by its camera. @param {any} reply */
function showCode(reply) {
  offered.replaceChildren(el("h3", {}, say("people.code_title")), el("p", { className: "code", lang: "en" }, reply.code),
    el("p", {}, say("people.code_how", { until: when(reply.until) })), el("p", {}, el("b", {}, location.origin)), ...(reply.qr ? [qrCode(reply.qr, say("people.qr"))] : []));
  offered.hidden = false;
}
const offered = el("section", { className: "panel", role: "status", hidden: true });

const adding = makeFill({
  label: say("people.add"), id: "add",
  fields: {
    name: textField(say("people.name"), { maxLength: 12 }, say("people.name_hint")),
    role: selectField(say("people.role"), ["nurse", "lead", "admin", "viewer"].map((word) => /** @type {[string, string]} */ ([word, roles(word)])), say("people.role_hint")),
    pin: pinField(say("people.pin")),
  },
  send: (v) => ask("access/users", { action: "add", ...v }), at: (code) => ({ bad_pin: "pin", bad_name: "name", taken: "name" })[code] ?? "", done: () => look(),
});
const enrolling = makeFill({
  label: say("people.enrol"), id: "enrol",
  fields: { name: textField(say("people.device"), { maxLength: 63, placeholder: "tablet-1" }, say("people.device_hint")), display: checkField(say("people.display"), say("people.display_hint")) },
  send: async (v) => {
    const reply = await ask("access/devices", { action: "enrol", name: v.name, display: v.display });
    if (reply.ok) showCode(reply);
    return reply;
  },
  at: () => "name", done: () => look(),
});
const own = makeFill({
  label: say("people.own_pin"), id: "own", fields: { pin: textField(say("people.old_pin"), { type: "password", inputMode: "numeric", maxLength: 12, autocomplete: "current-password" }), new: pinField(say("people.new_pin")) },
  send: async (v) => {
    const reply = await ask("pin", v);
    return reply.access ? { ok: true } : reply;
  },
  at: (code) => (code === "bad_pin" ? "new" : "pin"), done: () => {
    said.textContent = say("people.own_done");
  },
});
const said = el("p", { role: "status" });
const mine = el("section", { className: "panel", hidden: true }, el("h2", {}, say("people.mine")), own, said);
const all = el("div", { className: "all", hidden: true },
  el("section", { className: "panel" }, el("h2", {}, say("people.people")), people, adding),
  el("section", { className: "panel" }, el("h2", {}, say("people.devices")), devices, enrolling, offered),
  el("section", { className: "panel" }, el("h2", {}, say("people.entries")),
    el("div", { className: "wide", tabIndex: 0, role: "region", ariaLabel: say("people.entries") }, el("table", {}, el("thead", {}, el("tr", {}, ...["when", "who", "what", "where"].map((w) => el("th", { scope: "col" }, say(`people_head.${w}`))))), entries))));
main.append(all, mine);

/** @param {Entry} e */
function entryRow(e) {
  const values = { who: e.subject, was: roles(e.was ?? ""), now: roles(e.now ?? "") };
  return el("tr", {}, el("td", {}, when(e.at)), el("td", {}, told(e.by)), el("td", {}, sayOr(`access.${e.what}`, e.what, values)), el("td", {}, told(e.from)));
}

async function look() {
  if (!me.access || !me.may?.includes("users")) return;
  const now = await ask("access");
  if (!now.people) {
    notice.textContent = refused(now);
    notice.hidden = false;
    return;
  }
  notice.hidden = true;
  keep(people, JSON.stringify([now.people, now.self]), () => now.people.map((/** @type {Person} */ p) => personRow(p, now.roles, now.self)));
  keep(devices, JSON.stringify(now.devices), () => now.devices.map(deviceRow));
  keep(entries, JSON.stringify(now.events), () => now.events.map(entryRow));
}

makeVisit({
  nav: /** @type {HTMLElement} */ (document.getElementById("nav")), look: /** @type {HTMLElement} */ (document.getElementById("look")),
  button: /** @type {HTMLButtonElement} */ (document.getElementById("signed")),
}, "people.html", (now) => {
  me = now;
  const admin = Boolean(me.may?.includes("users"));
  all.hidden = !admin;
  mine.hidden = !me.person;
  if (!admin) offered.hidden = true; // a code is not for whoever comes next
  notice.hidden = admin;
  notice.textContent = !me.access ? say("people.none") : !me.enrolled ? say("people.not_enrolled") : me.person ? say("people.not_admin") : say("people.sign_in");
  look();
});
setInterval(() => {
  // What somebody is typing, or is asked once more, stays.
  if (!main.querySelector(".fill:not([hidden]) input") && !main.querySelector(".rows button[hidden] + button:not([hidden])")) look();
}, AGAIN);
