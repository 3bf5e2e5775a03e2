// What a field still needs is said in the page's language: a browser says it in its own, which is that of the computer.
import { say } from "./say.js";

/** @typedef {HTMLInputElement|HTMLSelectElement|HTMLTextAreaElement} Control */

const control = (/** @type {EventTarget|null} */ t) => /** @type {Control|null} */ (t instanceof Element && t.matches("input, select, textarea") ? t : null);

/** Says what is wrong with a field. What the browser would complain of is looked at without what was said before. @param {Control} c */
function tell(c) {
  c.setCustomValidity("");
  if (c.validity.valueMissing) c.setCustomValidity(say("form.needed"));
  else if (!c.validity.valid) c.setCustomValidity(c.title || say("form.not_fit")); // its title says what it takes
}

/** Watches the fields of all forms of this page, also of those to come. */
export function watchNeeds() {
  document.addEventListener("invalid", (e) => {
    const c = control(e.target);
    if (c) tell(c);
  }, true);
  // A field that was complained of is whole again as soon as it changes. A button may have changed it, so a form that is sent is asked anew.
  document.addEventListener("input", (e) => control(e.target)?.setCustomValidity(""), true);
  document.addEventListener("click", (e) => {
    const form = e.target instanceof Element && e.target.closest("button[type=submit]")?.closest("form");
    if (form) for (const c of form.elements) control(c)?.setCustomValidity("");
  }, true);
}
