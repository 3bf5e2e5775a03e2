// The bar: alerts that nobody has seen and that are not in the picture, because they are the station's own or because their tile is
// out of sight. What can be read on a tile is not said twice.
import { acknowledge, calm, lasts, mark, message, seen } from "../room/alerts.js";
import { text } from "../base/format.js";
import { el, keep, part, span } from "../base/parts.js";
import { say } from "../base/say.js";
import { subject, whose } from "./list.js";
import { inSight } from "./receipts.js";
/** @typedef {import("../base/types.js").Alert} Alert */
/** @typedef {import("../base/types.js").Desk} Desk */
/** @typedef {import("./list.js").Of} Of */

/** How many lines there may be: the rooms must stay in sight. */
const most = () => (innerHeight < 560 ? 1 : innerHeight < 900 ? 2 : 4);

/** Whether a tile is out of the window: nothing in it needs to be measured then. @param {Element|null} tile */
function away(tile) {
  const r = tile?.getBoundingClientRect();
  return Boolean(r && (r.bottom < 0 || r.top > innerHeight));
}

/** Those of the alerts that can be read somewhere now. One walk over the page, whatever their number.
 * @param {ParentNode[]} roots @param {Of[]} all @returns {Of[]} */
export function readable(roots, all) {
  const seen = new Set(roots.flatMap((root) => [.../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-occurrence]"))])
    .filter((e) => !away(e.closest(".tile")) && inSight(e)).map((e) => `${/** @type {HTMLElement|null} */ (e.closest("[data-room]"))?.dataset.room ?? ""} ${e.dataset.occurrence}`));
  return all.filter(([room, a]) => seen.has(`${room} ${a.occurrence}`));
}

/** @param {HTMLElement} bar @param {() => ParentNode[]} others where alerts can be read as well @param {(room: string) => Desk} desk @param {(room: string) => void} open */
export function makeElsewhere(bar, others, desk, open) {
  /** @param {Of[]} all in order @param {string} trouble of the line itself, "" for none @param {string} seconds of it */
  return function draw(all, trouble, seconds) {
    const there = new Set(readable(others(), all).map(([, a]) => a));
    const out = all.filter(([room, a]) => (room ? !calm(a) && !there.has(a) : true));
    const lines = most(), shown = out.slice(0, lines);
    keep(bar, [trouble, out.length, ...shown.map(([room, a]) => `${room} ${a.occurrence} ${a.priority} ${calm(a)}`)].join("\n"), () => [
      ...(trouble ? [el("p", { className: "line medium technical trouble" }, span("mark", "!!"), span("what", trouble), span("note", ""))] : []),
      ...shown.map(([room, a]) => {
        const about = subject([room, a]);
        const where = about ? el("button", { type: "button", className: "where" }, about) : span("where", whose([room, a]));
        if (about) where.addEventListener("click", () => open(about));
        const line = el("p", { className: `line ${a.priority} ${a.kind}${calm(a) ? " seen" : ""}` }, span("mark", mark(a)), where, span("what", ""), el("span", { className: "since", ariaHidden: "true" }), ...(a.acknowledged ? [span("note", seen(a))] : [acknowledge(a, desk(room))]));
        line.dataset.occurrence = a.occurrence;
        line.dataset.room = room;
        return line;
      }),
      ...(out.length > lines ? [el("p", { className: "line more" }, say("elsewhere.more", { n: out.length - lines }))] : []),
    ]);
    if (trouble) text(part(bar, ".trouble .note"), seconds);
    const words = bar.querySelectorAll(".line[data-room] .what"), ages = bar.querySelectorAll(".line[data-room] .since");
    shown.forEach(([, a], i) => {
      text(words[i], message(a));
      text(ages[i], lasts(a));
    });
  };
}
