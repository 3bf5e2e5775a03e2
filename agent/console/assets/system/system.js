// The page of whoever looks after a computer: its devices and what their lines carry, the program, disk, clock, record, channels,
// certificates, and what the doctor finds, each with what to do.
import { ask } from "../base/ask.js";
import { told } from "../base/field.js";
import { text } from "../base/format.js";
import { el, keep, refocus } from "../base/parts.js";
import { makePorts } from "../base/ports.js";
import { qrCode } from "../base/qr.js";
import { language, say, sayOr } from "../base/say.js";
import { refused } from "../base/told.js";
import { makeVisit } from "../base/visit.js";
import { makeLines } from "./lines.js";
/** @typedef {import("../base/signin.js").Me} Me */
/** @typedef {{use: string, name?: string, until?: string, from?: string, state: string, why?: string}} Certificate */
/** @typedef {{area: string, level: string, what: string, why?: string, do?: string}} Finding */

const AGAIN = 2000; // ms between two looks; our choice
const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const main = $("system"), notice = $("refused");
/** @type {Me} */
let me = { access: false };
const may = (/** @type {string} */ right) => !me.access || Boolean(me.may?.includes(right));
const day = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const by = () => sessionStorage.getItem("bedside.by") ?? "";

/** @param {string} name of the area's catalogue @param {...(Node|string)} inside */
function section(name, ...inside) {
  return el("section", { className: "panel", id: name }, el("h2", {}, say(`system.${name}`)), ...inside);
}

/** @param {number} n bytes */
function size(n) {
  const steps = ["kB", "MB", "GB", "TB"];
  let left = n / 1000, i = 0;
  for (; left >= 1000 && i < steps.length - 1; i++) left /= 1000;
  return `${number.format(left)} ${steps[i]}`;
}

/** @param {number} s seconds */
function uptime(s) {
  const d = Math.floor(s / 86400), h = Math.floor(s / 3600) % 24, m = Math.floor(s / 60) % 60;
  return d ? say("system.days", { d, h }) : h ? say("system.hours", { h, m }) : say("system.minutes", { m });
}

/** A list of facts. @param {[string, Node|string][]} list */
const facts = (list) => el("dl", { className: "facts" }, ...list.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));

/** A button for an order, with its answer beside it. @param {string} label @param {string} id @param {() => Promise<any>} act @param {string} done */
function order(label, id, act, done) {
  const answer = el("span", { role: "status" }), refusal = el("span", { className: "refusal", role: "alert" });
  const b = el("button", { type: "button" }, label);
  b.dataset.id = id;
  b.addEventListener("click", async () => {
    const held = document.activeElement;
    b.disabled = true;
    answer.textContent = refusal.textContent = "";
    const reply = await act();
    b.disabled = false;
    refocus(held);
    if (reply.ok) answer.textContent = done;
    else refusal.textContent = refused(reply);
    look();
  });
  return el("span", { className: "buttons" }, b, answer, refusal);
}

const program = el("div"), channels = el("ul", { className: "rows" }), certificates = el("ul", { className: "rows" }), authority = el("div", { className: "stack" });
const findings = el("ul", { className: "rows" }), sum = el("p", { role: "status" }), devices = el("ul", { className: "rows" }), rooms = el("ul", { className: "rows" });
const lines = makeLines(devices);
const proof = el("p"), prove = order(say("system.verify"), "verify", () => ask("system/verify", { by: by() }), say("system.begun"));
const search = el("div"), session = el("p", { className: "note", hidden: true }, say("system.session"));
const parts = {
  devices: section("devices", devices, rooms), detect: section("detect", el("p", { className: "note" }, say("system.detect_how")), session, search),
  health: section("health", sum, findings), program: section("program", program),
  record: section("record", proof, prove), channels: section("channels", channels), certificates: section("certificates", certificates, authority),
};
main.append(...Object.values(parts));
const ports = makePorts(search, { path: "system/scan" });

/** @param {any} v */
function drawProgram(v) {
  keep(program, JSON.stringify([v.kind, v.site, v.name, v.version, v.go, uptime(v.uptime_s), v.broker, v.outbox, v.record.path, v.record.bytes, v.record.state]), () => [facts([
    [say(v.kind === "room" ? "system.room" : "system.station"), `${v.name} · ${v.site}`],
    [say("system.version"), `${v.version} (${v.go})`], [say("system.uptime"), uptime(v.uptime_s)],
    [say("system.broker"), v.broker === "connected" ? say("system.connected") : say("system.lost")],
    [say("system.outbox"), v.outbox ? say("system.waiting", { n: v.outbox }) : say("system.delivered")],
    [say("system.file"), `${v.record.path} · ${size(v.record.bytes)}${v.record.state === "failing" ? ` · ${say("system.failing")}` : ""}`],
  ])]);
  const p = v.record.proof;
  text(proof, p.running ? say("system.proving") : !p.at ? say("system.unproven")
    : p.whole ? say("system.whole", { n: p.events, day: day.format(new Date(p.at)) }) : say("system.broken", { day: day.format(new Date(p.at)), why: p.why ?? "" }));
}

/** @param {Certificate} c */
function until(c) {
  if (c.state === "unreadable") return el("span", { className: "refusal" }, told(c.why ?? ""));
  const left = c.until ? Math.floor((Date.parse(c.until) - Date.now()) / 86400000) : 0;
  const turns = c.from ?? c.until; // the day from or until which it is good
  const words = say(`certificate.${c.state}`, { day: turns ? day.format(new Date(turns)) : "", n: left });
  return c.state === "ok" ? words : el("b", { className: "level problem" }, words);
}

/** @param {any} v */
function drawCertificates(v) {
  keep(certificates, JSON.stringify(v.certificates), () => v.certificates.map((/** @type {Certificate} */ c) => el("li", {}, el("p", {}, el("b", {}, say(`certificate_use.${c.use}`)), ` ${c.name ?? ""}`), el("p", {}, until(c)))));
  keep(authority, JSON.stringify([v.ca, v.ca_address]), () => {
    if (!v.ca) return [];
    return [el("h3", {}, say("system.ca")), el("p", {}, say("system.ca_how")), el("p", {}, until(v.ca)),
      facts([[say("system.ca_address"), v.ca_address], [say("system.fingerprint"), v.ca.fingerprint]]),
      el("p", {}, el("a", { className: "button", href: "/ca.crt", download: "bedside-ca.crt" }, say("system.ca_save"))), ...(v.ca_code ? [qrCode(v.ca_code, say("system.ca_code"))] : [])];
  });
  parts.certificates.hidden = !v.certificates.length && !v.ca;
}

/** What came of the last test of each channel; it stays when the list is drawn anew. @type {Map<string, {ok: boolean, said: string}>} */
const tests = new Map();

/** @param {any} c a channel */
function testButton(c) {
  const b = el("button", { type: "button" }, say("system.test", { name: c.name }));
  b.dataset.id = `test ${c.name}`;
  const last = tests.get(c.name);
  b.addEventListener("click", async () => {
    const held = document.activeElement;
    b.disabled = true;
    const reply = await ask("system/test", { channel: c.name, by: by() });
    tests.set(c.name, { ok: Boolean(reply.ok), said: reply.ok ? say("system.sent") : refused(reply) });
    b.disabled = false;
    refocus(held);
    look();
  });
  return el("span", { className: "buttons" }, b, ...(last ? [el("span", { className: last.ok ? "" : "refusal", role: last.ok ? "status" : "alert" }, last.said)] : []));
}

/** @param {any} v */
function drawChannels(v) {
  parts.channels.hidden = v.kind !== "station";
  keep(channels, JSON.stringify([v.channels, [...tests], may("notify-test")]), () => v.channels.length ? v.channels.map((/** @type {any} */ c) => el("li", {},
    el("p", {}, el("b", {}, c.name), ` ${c.kind} `, el("span", { className: c.state === "failing" ? "level problem" : "level" }, say(`channel_state.${c.state}`))),
    ...(c.why ? [el("p", {}, told(c.why))] : []), ...(c.waiting ? [el("p", { className: "note" }, say("system.tried", { n: c.waiting }))] : []),
    ...(may("notify-test") ? [testButton(c)] : []))) : [el("li", {}, say("system.no_channels"))]);
}

/** @param {any} v */
function drawFindings(v) {
  const count = (/** @type {string} */ level) => v.findings.filter((/** @type {Finding} */ f) => f.level === level).length;
  parts.health.hidden = !v.findings.length;
  text(sum, count("problem") ? say("system.problems", { n: count("problem"), of: v.findings.length }) : say("system.well", { n: v.findings.length }));
  const order = ["problem", "note", "good"];
  const list = [...v.findings].sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  keep(findings, JSON.stringify(v.findings.map((/** @type {Finding} */ f) => [f.level, f.area, f.area === "Clock" && f.level === "good" ? "" : f.what])), () => list.map((f) => el("li", {},
    el("p", {}, el("span", { className: `level ${f.level}` }, say(`level.${f.level}`)), " ", el("b", {}, sayOr(`area.${f.area.toLowerCase().replaceAll(" ", "_")}`, f.area))),
    el("p", {}, told(f.what)), ...(f.why ? [el("p", { className: "note" }, told(f.why))] : []), ...(f.do ? [el("p", {}, `${say("system.do")} `, told(f.do))] : []))));
}

/** @param {any} v */
function drawRooms(v) {
  rooms.hidden = !v.rooms;
  keep(rooms, JSON.stringify(v.rooms ?? []), () => (v.rooms ?? []).flatMap((/** @type {any} */ r) => [el("li", {},
    el("p", {}, el("b", {}, r.room), " ", el("span", { className: "state" }, sayOr(`room_link.${r.link}`, r.link))),
    ...r.devices.map((/** @type {any} */ d) => el("p", {}, `${d.name}: ${sayOr(`line.${d.link}`, d.link)}`, ...(d.why ? [" · ", told(d.why)] : []))))]));
}

async function look() {
  if (me.access && !may("system")) return;
  const v = await ask("system");
  notice.hidden = Boolean(v.kind);
  if (!v.kind) {
    notice.textContent = refused(v);
    return;
  }
  main.hidden = false;
  $("mode").hidden = !v.simulated;
  text($("mode"), say("system.simulated"));
  session.hidden = !v.session;
  const detect = v.detect && may("detect");
  if (detect && parts.detect.hidden) ports.look();
  parts.detect.hidden = !detect;
  prove.hidden = !may("detect");
  parts.devices.hidden = v.kind === "station" && !v.rooms;
  lines.draw(v.devices);
  drawRooms(v);
  drawProgram(v);
  drawFindings(v);
  drawChannels(v);
  drawCertificates(v);
}

main.hidden = parts.detect.hidden = true;
makeVisit({ nav: $("nav"), look: $("look"), button: /** @type {HTMLButtonElement} */ ($("signed")) }, "system.html", (now) => {
  me = now;
  if (me.access && !may("system")) {
    main.hidden = true;
    notice.hidden = false;
    notice.textContent = say(!me.enrolled ? "people.not_enrolled" : me.display ? "system.display" : "system.sign_in");
    return;
  }
  look();
});
setInterval(look, AGAIN);
