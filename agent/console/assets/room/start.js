// The form that starts a session.
import { el, part } from "../base/parts.js";
import { makeForm } from "../base/forms.js";
import { say } from "../base/say.js";
import { answers, profiles, questions, routes } from "../base/vocabulary.js";
/** @typedef {import("../base/types.js").Desk} Desk */

/** @param {[string, string]} question @param {() => void} changed */
function ask([word, title], changed) {
  const choice = (/** @type {string} */ value, /** @type {string} */ label) =>
    el("label", {}, el("input", { type: "radio", name: word, value, onchange: changed }), label);
  const legend = el("legend", {}, title);
  legend.dataset.empty = say("start.unanswered"); // the style says it while nothing is chosen
  return el("fieldset", {}, legend, ...answers.map(([value, label]) => choice(value, label)));
}

/** @param {{desk: Desk, who: {known: () => string, sign: (name: string) => void, proven: () => boolean}, own: string, close: () => void}} o
 *   own: the profile of the room, which may be the site's */
export function makeStart({ desk, who, own, close }) {
  const count = el("p", { className: "note", role: "status" });
  const sheet = el("div", { className: "screening" });
  /** @returns {Record<string, string>} */
  const given = () => Object.fromEntries([.../** @type {NodeListOf<HTMLInputElement>} */ (sheet.querySelectorAll(":checked"))].map((i) => [i.name, i.value]));
  const tally = () => {
    const open = questions.length - Object.keys(given()).length;
    count.textContent = open ? say("start.open", { n: open, of: questions.length }) : say("start.all");
  };
  sheet.append(el("h4", {}, say("start.screening")), ...questions.map((q) => ask(q, tally)), count);
  tally();

  const id = own.split("@")[0];
  /** @type {[string, string][]} */
  const others = id === "built-in" || profiles.some(([word]) => word === id) ? [] : [[id, say("start.of_room", { profile: id })]];
  const form = makeForm({
    title: say("start.title"),
    fields: [
      { name: "code", label: say("start.code"), needed: true, most: 32 },
      { name: "route", label: say("start.route"), kind: "select", options: [["", say("form.choose")], ...routes], needed: true },
      { name: "profile", label: say("start.profile"), kind: "select", options: [...profiles, ...others] },
      ...(who.proven() ? [] : [{ name: "initials", label: say("who.initials"), needed: true, most: 12, value: who.known() }]),
      { name: "age", label: say("start.age"), kind: "number" },
      { name: "uncovered", label: say("start.uncovered"), most: 200 },
    ],
    after: [sheet],
    label: say("start.label"),
    close,
    async send(values) {
      const { initials, ...request } = values;
      if (initials) who.sign(String(initials));
      const reply = await desk.order("session-start", { ...request, screening: given() });
      if (reply.code === "uncovered") why.hidden = false;
      return reply;
    },
  });
  // Nobody is asked for an excuse before it is needed.
  const why = /** @type {HTMLElement} */ (part(form, "[name=uncovered]").closest("label"));
  why.hidden = true;
  return form;
}
