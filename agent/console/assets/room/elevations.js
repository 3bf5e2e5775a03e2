// Elevations over the person's own baseline, and symptoms that somebody has seen, in plain words.
import { clock } from "../base/format.js";
import { el, keep, orderButton, span } from "../base/parts.js";
import { say, sayOr } from "../base/say.js";
import { told } from "../base/told.js";
import { named, symptoms } from "../base/vocabulary.js";
/** @typedef {import("../base/types.js").Desk} Desk */
/** @typedef {import("../base/types.js").Episode} Episode */
/** @typedef {import("../base/types.js").Session} Session */

/** What rose, and how far. @param {Episode} e */
export function risen(e) {
  if (e.vital === "pulse_rate") return say("elevations.pulse", { rise: e.rise });
  if (e.cause === "diastolic") return say("elevations.diastolic", { rise: e.rise_diastolic ?? 0 });
  if (e.cause === "both") return say("elevations.both", { rise: e.rise, diastolic: e.rise_diastolic ?? 0 });
  return say("elevations.systolic", { rise: e.rise });
}

/** @param {Episode} e */
function past(e) {
  const minutes = Math.floor((Date.parse(e.over ?? e.since) - Date.parse(e.since)) / 60000);
  return say("elevations.past", { time: clock(e.since), what: risen(e), minutes, class: sayOr(`class.${e.class}`, e.class) });
}

/** @param {Desk} desk */
export function makeElevations(desk) {
  const none = el("p", { className: "note" }, say("elevations.none"));
  const list = el("ul", { className: "plain" }), seen = el("ul", { className: "plain seen" });
  const box = el("div", {}, el("h3", {}, say("elevations.title")), none, list);
  return {
    element: el("div", { className: "elevations" }, seen, box),
    /** @param {Session} x */
    draw(x) {
      const names = x.symptoms ?? [], now = x.episodes ?? [], over = x.past_episodes ?? [];
      seen.hidden = !names.length;
      keep(seen, names.join(), () => names.map((name) => el("li", {}, span("what", say("elevations.symptom", { name: named(symptoms, name) })),
        orderButton(say("elevations.is_over"), name, () => desk.order("symptom-over", { name })))));
      box.hidden = !x.doses?.length;
      none.hidden = now.length + over.length > 0;
      keep(list, JSON.stringify([now, over]), () => [
        ...now.map((t) => el("li", { className: "now" }, el("strong", {}, `${say("elevations.now")} `), told(t))),
        ...over.toReversed().map((e) => el("li", { className: "note" }, past(e))),
      ]);
    },
  };
}
