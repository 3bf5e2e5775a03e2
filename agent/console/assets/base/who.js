// Who gives the orders: somebody who has signed in, where the console has people; else initials, asked once and kept for as long
// as this page is open, on this device only.
import { el } from "./parts.js";
import { say } from "./say.js";
import { makeSignIn } from "./signin.js";

const KEY = "bedside.by";

/** @param {{button: HTMLElement, form: HTMLElement}} at the button that tells who it is, and the form that asks */
export function makeWho({ button, form }) {
  const field = /** @type {HTMLInputElement} */ (form.querySelector("input"));
  let initials = sessionStorage.getItem(KEY) ?? "";
  /** @type {((initials: string) => void)|undefined} */
  let waiting;
  /** @type {Element|null} */
  let back = null;
  const panel = el("section", { id: "signin", className: "panel", hidden: true, ariaLabel: say("signin.title") });
  document.body.append(panel);
  const people = makeSignIn({ button, panel });

  function show() {
    button.textContent = initials ? say("who.signed", { who: initials }) : say("who.nobody");
  }

  /** @param {string} answer */
  function close(answer) {
    if (form.hidden) return;
    form.hidden = true;
    waiting?.(answer);
    waiting = undefined;
    if (back instanceof HTMLElement && back.isConnected) back.focus();
  }

  function open() {
    if (people.there()) return;
    if (form.hidden) back = document.activeElement;
    form.hidden = false;
    field.value = initials;
    field.select();
    field.focus();
  }

  /** @param {string} name */
  function sign(name) {
    initials = name.trim();
    sessionStorage.setItem(KEY, initials);
    show();
  }

  form.addEventListener("submit", (e) => {
    e.preventDefault();
    if (!field.value.trim()) return;
    sign(field.value);
    close(initials);
  });
  form.addEventListener("keydown", (e) => {
    if (e.key === "Escape") close("");
  });
  form.querySelector("[data-cancel]")?.addEventListener("click", () => close(""));
  button.addEventListener("click", open);
  show();

  return {
    sign,
    /** Whether the console knows by itself who it is. */
    proven: people.there,
    /** Whether this device is refused everything, because nobody has enrolled it. */
    outside: people.outside,
    /** Asks anew who this is, when nothing is heard any more. */
    again: people.again,
    /** Who it is, without asking; "" if nobody has signed. */
    known: () => (people.there() ? people.known() : initials),
    /** Whether whoever is here may do it. @param {string} right a verb of the contract, or another right */
    may: (/** @type {string} */ right) => people.may(right),
    /** Who it is, asked for if nobody has signed yet and the order needs somebody; "" if nobody will.
     * @param {string} right a verb of the contract, or another right @returns {Promise<string>} */
    ask(right) {
      if (people.there()) return people.may(right) ? Promise.resolve(people.known() || "this device") : people.ask();
      if (initials) return Promise.resolve(initials);
      waiting?.("");
      open();
      return new Promise((answer) => (waiting = answer));
    },
  };
}
