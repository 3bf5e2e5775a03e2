// What is connected, and how the program itself does, in words.
import { duration, text, words } from "./format.js";
/** @typedef {import("./types.js").Status} Status */

const CLOCK = 2000; // a difference that is told: as in every other place of the contract

/** What a link is, as people say it. @type {Record<string, string>} */
const links = { connected: "connected", silent: "sends nothing", lost: "not connected" };

/** How old the newest value of a device is, in words; "" if it has none. @param {import("./types.js").Device} d */
function newest(d) {
  const ages = Object.values(d.values ?? {}).map((v) => v.age_ms);
  return ages.length ? `newest value ${ages.some((a) => a < 2000) ? "now" : `${duration(Math.min(...ages))} ago`}` : "no value now";
}

/** The computer and its program: one line each for what can go wrong there. @param {Status} s */
function system(s) {
  const lines = [{
    name: "NATS", state: s.broker, said: links[s.broker] ?? s.broker,
    detail: s.outbox ? `${s.outbox} messages kept until it is back` : "everything delivered",
  }];
  const record = s.record === "ok";
  lines.push({ name: "Record", state: record ? "connected" : "lost", said: record ? "saved" : "not saved", detail: record ? "" : "history is not being saved; live view works" });
  if (Math.abs(s.clock_offset_ms) >= CLOCK) lines.push({ name: "Clock", state: "lost", said: "was set", detail: `by ${Math.round(s.clock_offset_ms / 1000)} s since the start` });
  lines.push({ name: "Program", state: "connected", said: s.version, detail: `runs for ${duration(s.uptime_ms)}` });
  return lines;
}

/** @param {HTMLElement} list @param {Status|null} s null: nothing is known */
export function drawDevices(list, s) {
  if (!s) return list.replaceChildren();
  const lines = s.devices.map((d) => {
    const bad = Object.entries(d.faults ?? {}).map(([kind, n]) => `${n} ${words(kind)}`).join(", ");
    return {
      name: `${d.title} "${d.name}"${d.simulated ? " (SIMULATED)" : ""}`, state: d.link, said: links[d.link] ?? d.link,
      detail: [d.why, newest(d), `${d.driver} on ${d.port}`, `${d.frames} frames`, bad, d.reopened ? `opened anew ${d.reopened} times` : ""].filter(Boolean).join(" · "),
    };
  });
  if (!lines.length) lines.push({ name: "No device", state: "lost", said: "configured", detail: "“bedside doctor” shows what is plugged in" });
  lines.push(...system(s));
  while (list.children.length > lines.length) list.lastElementChild?.remove();
  lines.forEach((l, i) => {
    let li = list.children[i];
    if (!li) {
      li = document.createElement("li");
      li.className = "device";
      li.append(document.createElement("b"), " ", document.createElement("span"), " ", document.createElement("span"));
      li.children[2].className = "note";
      list.append(li);
    }
    text(li.children[0], l.name);
    li.children[1].className = `state ${l.state}`;
    text(li.children[1], l.said);
    text(li.children[2], l.detail);
  });
}
