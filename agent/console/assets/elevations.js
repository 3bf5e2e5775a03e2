// Elevations over the person's own baseline, and symptoms that somebody has seen, in plain words.
import { clock } from "./format.js";
import { el, keep, orderButton, span } from "./parts.js";
import { say, symptoms } from "./vocabulary.js";
/** @typedef {import("./types.js").Desk} Desk */
/** @typedef {import("./types.js").Episode} Episode */
/** @typedef {import("./types.js").Session} Session */

/** What rose, and how far. @param {Episode} e */
export function risen(e) {
  if (e.vital === "pulse_rate") return `pulse rate up to ${e.rise}`;
  if (e.cause === "diastolic") return `diastolic up to ${e.rise_diastolic ?? 0}`;
  return `systolic up to ${e.rise}${e.cause === "both" ? ` and diastolic up to ${e.rise_diastolic ?? 0}` : ""}`;
}

/** @param {Episode} e */
function past(e) {
  const minutes = Math.floor((Date.parse(e.over ?? e.since) - Date.parse(e.since)) / 60000);
  return `${clock(e.since)} ${risen(e)} above baseline for ${minutes} min, ${e.class}, over`;
}

/** @param {Desk} desk */
export function makeElevations(desk) {
  const none = el("p", { className: "note" }, "No elevation over the baseline.");
  const list = el("ul", { className: "plain" }), seen = el("ul", { className: "plain seen" });
  const box = el("div", {}, el("h3", {}, "Elevations"), none, list);
  return {
    element: el("div", { className: "elevations" }, seen, box),
    /** @param {Session} x */
    draw(x) {
      const names = x.symptoms ?? [], now = x.episodes ?? [], over = x.past_episodes ?? [];
      seen.hidden = !names.length;
      keep(seen, names.join(), () => names.map((name) => el("li", {}, span("what", `Symptom: ${say(symptoms, name)}`),
        orderButton("Is over", name, () => desk.order("symptom-over", { name })))));
      box.hidden = !x.doses?.length;
      none.hidden = now.length + over.length > 0;
      keep(list, JSON.stringify([now, over]), () => [
        ...now.map((t) => el("li", { className: "now" }, el("strong", {}, "Now: "), t)),
        ...over.toReversed().map((e) => el("li", { className: "note" }, past(e))),
      ]);
    },
  };
}
