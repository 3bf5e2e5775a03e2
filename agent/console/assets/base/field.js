// A field of a form with what it is for, and a place for what is wrong with it, beside it and read out with it.
import { el } from "./parts.js";
import { retold } from "./told.js";
/** @typedef {HTMLInputElement|HTMLSelectElement} Control */
/** @typedef {{row: HTMLElement, control: Control, wrong: (text: string) => void}} Field */

let made = 0;

/** @param {{label: string, hint?: string, control: Control}} o @returns {Field} */
export function makeField({ label, hint, control }) {
  const id = `field-${++made}`;
  control.id = id;
  const check = control instanceof HTMLInputElement && control.type === "checkbox";
  const name = el("label", { htmlFor: id }, label);
  const more = el("p", { id: `${id}-hint`, className: "note" }, hint ?? "");
  const refusal = el("p", { id: `${id}-wrong`, className: "refusal" });
  more.hidden = !hint;
  refusal.hidden = true;
  control.setAttribute("aria-describedby", `${hint ? `${more.id} ` : ""}${refusal.id}`);
  const row = el("div", { className: check ? "field check" : "field" }, ...(check ? [control, name] : [name, control]), more, refusal);
  return {
    row, control,
    wrong(text) {
      refusal.textContent = text;
      refusal.hidden = !text;
      if (text) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    },
  };
}

/** A field for a line of text. @param {string} label @param {Partial<HTMLInputElement>} [props] @param {string} [hint] */
export function textField(label, props, hint) {
  return makeField({ label, hint, control: el("input", { autocomplete: "off", spellcheck: false, maxLength: 200, ...props }) });
}

/** A field in which something is chosen. @param {string} label @param {[string, string][]} options @param {string} [hint] */
export function selectField(label, options, hint) {
  return makeField({ label, hint, control: el("select", {}, ...options.map(([value, name]) => el("option", { value }, name))) });
}

/** @param {string} label @param {string} [hint] */
export function checkField(label, hint) {
  return makeField({ label, hint, control: el("input", { type: "checkbox" }) });
}

/** What the agent says: in the reader's language where that is known, else in its own words, which are English. @param {string} text */
export function told(text) {
  const said = retold(text);
  return said === undefined ? el("span", { lang: "en" }, text) : el("span", {}, said);
}
