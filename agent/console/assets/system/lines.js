// The devices of a room with what their lines carry. A row stays where it is: only its figures change.
import { told } from "../base/field.js";
import { told as retell } from "../base/told.js";
import { duration, text } from "../base/format.js";
import { el } from "../base/parts.js";
import { language, say, sayOr } from "../base/say.js";
/** @typedef {import("../base/types.js").Device & {frame_age_ms?: number}} Device */

const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

/** @param {HTMLElement} list */
export function makeLines(list) {
  /** @type {Map<string, {row: HTMLElement, draw: (d: Device) => void}>} */
  const rows = new Map();

  /** @param {Device} d */
  function make(d) {
    const state = el("span", { className: "state" }), facts = el("dl", { className: "facts" }), live = el("output");
    const values = Object.fromEntries(["driver", "port", "last", "pace", "errors", "reopened", "firmware"].map((name) => {
      const dd = el("dd");
      facts.append(el("dt", {}, say(`line_fact.${name}`)), dd);
      return [name, dd];
    }));
    const row = el("li", {}, el("div", { className: "head" }, el("h3", {}, d.name), el("span", { className: "tally" }, ...(d.simulated ? [el("span", { className: "badge" }, say("system.simulated"))] : []), state)),
      facts, el("details", {}, el("summary", {}, say("lines.identify")), el("p", {}, say("lines.identify_how")), el("p", {}, say("lines.count"), " ", live)));
    let frames = d.frames, at = performance.now(), pace = /** @type {number|undefined} */ (undefined);
    return {
      row,
      /** @param {Device} now */
      draw(now) {
        const seconds = (performance.now() - at) / 1000;
        if (seconds > 1.5) {
          pace = Math.max(0, now.frames - frames) / seconds; // it begins anew with the program
          frames = now.frames;
          at = performance.now();
        }
        text(state, sayOr(`line.${now.link}`, now.link));
        text(values.driver, `${retell(now.title)} · ${now.driver}`);
        text(values.port, now.port);
        text(values.last, now.frame_age_ms === undefined ? say("lines.never") : now.frame_age_ms < 2000 ? say("lines.now") : say("lines.ago", { time: duration(now.frame_age_ms) }));
        text(values.pace, pace === undefined ? "–" : say("lines.pace", { n: number.format(pace) }));
        const faults = Object.entries(now.faults ?? {}).filter(([, n]) => n);
        text(values.errors, faults.length ? faults.map(([kind, n]) => sayOr(`fault.${kind}`, `${kind} ${n}`, { n })).join(", ") : say("lines.no_errors"));
        text(values.reopened, say("lines.times", { n: now.reopened }));
        text(values.firmware, say("lines.unknown")); // no driver reads one yet, and none is guessed
        text(live, String(now.frames));
        const why = row.querySelector(":scope > .why");
        if (why?.textContent !== (now.why ?? "")) {
          why?.remove();
          if (now.why) facts.before(el("p", { className: "why" }, told(now.why)));
        }
      },
    };
  }

  return {
    /** @param {Device[]} devices */
    draw(devices) {
      for (const [name, { row }] of rows) {
        if (!devices.some((d) => d.name === name)) {
          row.remove();
          rows.delete(name);
        }
      }
      for (const d of devices) {
        let one = rows.get(d.name);
        if (!one) {
          one = make(d);
          rows.set(d.name, one);
          list.append(one.row);
        }
        one.draw(d);
      }
    },
  };
}
