// The form that starts a session.
import { el, part } from "./parts.js";
import { makeForm } from "./forms.js";
import { profiles, questions, routes } from "./vocabulary.js";
/** @typedef {import("./types.js").Desk} Desk */

/** @param {[string, string]} question @param {() => void} changed */
function ask([word, title], changed) {
  const choice = (/** @type {string} */ value, /** @type {string} */ label) =>
    el("label", {}, el("input", { type: "radio", name: word, value, onchange: changed }), label);
  return el("fieldset", {}, el("legend", {}, title), choice("yes", "Yes"), choice("no", "No"));
}

/** @param {{desk: Desk, who: {known: () => string, sign: (name: string) => void, proven: () => boolean}, own: string, close: () => void}} o
 *   own: the profile of the room, which may be the site's */
export function makeStart({ desk, who, own, close }) {
  const count = el("p", { className: "note", role: "status" });
  const sheet = el("div", { className: "screening" });
  /** @returns {Record<string, string>} */
  const answers = () => Object.fromEntries([.../** @type {NodeListOf<HTMLInputElement>} */ (sheet.querySelectorAll(":checked"))].map((i) => [i.name, i.value]));
  const tally = () => {
    const open = questions.length - Object.keys(answers()).length;
    count.textContent = open ? `${open} of ${questions.length} not answered. The record will say so.` : "All answered.";
  };
  sheet.append(el("h4", {}, "Screening"), ...questions.map((q) => ask(q, tally)), count);
  tally();

  const id = own.split("@")[0];
  /** @type {[string, string][]} */
  const others = id === "built-in" || profiles.some(([word]) => word === id) ? [] : [[id, `${id} (of this room)`]];
  const form = makeForm({
    title: "Start a session",
    fields: [
      { name: "code", label: "Session code, never a name", needed: true, most: 32 },
      { name: "route", label: "Route", kind: "select", options: [["", "choose"], ...routes], needed: true },
      { name: "profile", label: "Profile", kind: "select", options: [...profiles, ...others] },
      ...(who.proven() ? [] : [{ name: "initials", label: "Your initials", needed: true, most: 12, value: who.known() }]),
      { name: "age", label: "Age in years", kind: "number" },
      { name: "uncovered", label: "Why it starts although no nurse is reached", most: 200 },
    ],
    after: [sheet],
    label: "Start session",
    close,
    async send(values) {
      const { initials, ...request } = values;
      if (initials) who.sign(String(initials));
      const reply = await desk.order("session-start", { ...request, screening: answers() });
      if (reply.code === "uncovered") why.hidden = false;
      return reply;
    },
  });
  // Nobody is asked for an excuse before it is needed.
  const why = /** @type {HTMLElement} */ (part(form, "[name=uncovered]").closest("label"));
  why.hidden = true;
  return form;
}
