// What is connected, and how the program itself does, in words.
import { duration, text } from "../base/format.js";
import { say, sayOr } from "../base/say.js";
import { told } from "../base/told.js";
/** @typedef {import("../base/types.js").Status} Status */

const COUNT = 4000; // milliseconds over which frames are counted; our choice
const CLOCK = 2000; // a difference that is told: as in every other place of the contract

/** What a link is, as people say it. @type {Record<string, string>} */
const links = { connected: say("devices.connected"), silent: say("devices.silent"), lost: say("devices.lost") };

/** How old the newest value of a device is, in words; "" if it has none. @param {import("../base/types.js").Device} d */
function newest(d) {
  const ages = Object.values(d.values ?? {}).map((v) => v.age_ms);
  if (!ages.length) return say("devices.no_value");
  return ages.some((a) => a < 2000) ? say("devices.now") : say("devices.newest", { length: duration(Math.min(...ages)) });
}

/** The frames of each device when they were counted last, and how many a second there were before: by list, because a station shows
 * several rooms. @type {WeakMap<HTMLElement, Map<string, {frames: number, at: number, rate: number}>>} */
const rates = new WeakMap();

/** Frames a second over some seconds, NaN while that is not known. @param {HTMLElement} list @param {import("../base/types.js").Device} d @param {number} at */
function rate(list, d, at) {
  const all = rates.get(list) ?? new Map(), was = all.get(d.name);
  rates.set(list, all);
  if (was && at >= was.at && at - was.at < COUNT && d.frames >= was.frames) return was.rate;
  const now = was && at > was.at && d.frames >= was.frames ? (d.frames - was.frames) / ((at - was.at) / 1000) : NaN;
  all.set(d.name, { frames: d.frames, at, rate: now });
  return now;
}

/** What is known of the frames of a device. @param {HTMLElement} list @param {import("../base/types.js").Device} d @param {number} at */
function frames(list, d, at) {
  const each = rate(list, d, at), age = d.frame_age_ms;
  return [
    age === undefined ? say("devices.no_frame") : age < 2000 ? say("devices.frame_now") : say("devices.frame", { length: duration(age) }),
    say("devices.frames", { n: d.frames }), ...(Number.isNaN(each) ? [] : [say("devices.rate", { n: Math.round(each * 10) / 10 })]),
  ];
}

/** @param {number} bytes */
function size(bytes) {
  return bytes < 1e9 ? say("devices.mb", { n: Math.round(bytes / 1e6) }) : say("devices.gb", { n: Math.round(bytes / 1e8) / 10 });
}

/** The computer and its program: one line each for what can go wrong there. @param {Status} s */
function system(s) {
  const lost = s.alerts.find((a) => a.condition === "broker_lost" && a.state === "active");
  const lines = [{
    name: say("devices.nats"), state: s.broker, said: `${links[s.broker] ?? s.broker}${lost ? ` ${duration(Date.parse(s.at) - Date.parse(lost.since))}` : ""}`,
    detail: s.outbox ? say(s.broker === "connected" ? "devices.on_the_way" : "devices.kept", { n: s.outbox }) : say("devices.delivered"),
  }];
  const record = s.record === "ok", little = record && s.alerts.some((a) => a.condition === "disk_low" && a.state === "active");
  lines.push({ name: say("devices.record"), state: record && !little ? "connected" : "lost", said: say(little ? "devices.little" : record ? "devices.saved" : "devices.not_saved"), detail: [record ? "" : say("devices.not_saved_why"), little ? say("devices.little_why") : "", s.disk_free === undefined ? "" : say("devices.disk", { free: size(s.disk_free) })].filter(Boolean).join(" · ") });
  if (s.clock_synced !== undefined) lines.push({ name: say("devices.clock"), state: s.clock_synced ? "connected" : "lost", said: s.clock_synced ? say("devices.synced") : say("devices.not_synced"), detail: s.clock_synced ? "" : say("devices.not_synced_why") });
  if (Math.abs(s.clock_offset_ms) >= CLOCK) lines.push({ name: say("devices.clock"), state: "lost", said: say("devices.was_set"), detail: say("devices.set_by", { seconds: Math.round(s.clock_offset_ms / 1000) }) });
  lines.push({ name: say("devices.program"), state: "connected", said: s.version, detail: say("devices.runs", { length: duration(s.uptime_ms) }) });
  return lines;
}

/** @param {HTMLElement} list @param {Status|null} s null: nothing is known */
export function drawDevices(list, s) {
  if (!s) return list.replaceChildren();
  const lines = s.devices.map((d) => {
    const bad = Object.entries(d.faults ?? {}).map(([kind, n]) => sayOr(`fault.${kind}`, `${n} ${kind}`, { n })).join(", ");
    return {
      name: say(d.simulated ? "devices.name_simulated" : "devices.name", { title: told(d.title), name: d.name }), state: d.link, said: `${links[d.link] ?? d.link}${d.link === "connected" ? "" : ` ${duration(d.link_ms ?? 0)}`}`,
      detail: [told(d.why ?? ""), newest(d), say("devices.on", { driver: d.driver, port: d.port }), ...frames(list, d, Date.parse(s.at)), bad, d.reopened ? say("devices.reopened", { n: d.reopened }) : ""].filter(Boolean).join(" · "),
    };
  });
  if (!lines.length) lines.push({ name: say("devices.none"), state: "lost", said: say("devices.configured"), detail: say("devices.doctor") });
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
