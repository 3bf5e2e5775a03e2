// Who outside hears this room, who has duty there, and the button that tries the way to them.
import { clock, text } from "./format.js";
import { el, orderButton, span } from "./parts.js";
/** @typedef {import("./types.js").Desk} Desk */
/** @typedef {import("./types.js").Recipients} Recipients */
/** @typedef {import("./types.js").Status} Status */

/** @param {string} iso @returns {string} hh:mm */
const hour = (iso) => clock(iso).slice(0, 5);

/** @param {Recipients} r */
function told(r) {
  const d = r.duty;
  const duty = d ? `${d.nurse} has duty until ${hour(d.until)}${d.backup ? `, back-up ${d.backup}` : ""}` : "";
  if (r.missing) return `${r.missing}.${duty ? ` ${duty}.` : ""}`;
  return `Told at ${(r.stations ?? []).filter((s) => s.screens > 0).map((s) => s.station).join(", ")}. ${duty}.`;
}

/** @param {HTMLElement} place @param {Desk} desk */
export function makeHeard(place, desk) {
  const mark = span("mark", "Not heard"), words = span("what", ""), line = el("p", { className: "note" }, mark, words);
  const test = orderButton("Test the way to the nurse", "reach-test", () => desk.order("reach-test", {}));
  const result = el("p", { className: "note", role: "status" });
  place.replaceChildren(line, result, test);

  /** @param {Status|null} s null: nothing is known */
  return function draw(s) {
    const r = s?.recipients;
    const deaf = Boolean(r?.expected && r.missing);
    place.classList.toggle("deaf", deaf);
    mark.hidden = !deaf;
    test.hidden = !r?.expected;
    test.querySelector("button")?.toggleAttribute("disabled", r?.reach?.state === "waiting");
    result.hidden = !r?.reach;
    text(words, !r ? "Who outside hears this room is not known." : r.expected ? told(r) : "No station belongs to this room: nobody outside is told.");
    text(result, r?.reach ? `${hour(r.reach.at)} ${r.reach.text}.` : "");
  };
}
