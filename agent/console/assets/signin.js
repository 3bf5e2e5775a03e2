// Who is at this page, where a console has people: an enrolled device, and somebody who signs in with a PIN. Without people
// nothing of this is shown, and initials sign as before. Both pages use it. Nothing covers the numbers, and an alarm never waits
// for it: the agent takes acknowledgements of a device without a sign-in.
import { el } from "./parts.js";
/** @typedef {import("./types.js").Reply} Reply */
/**
 * @typedef {{access: boolean, enrolled?: boolean, device?: string, display?: boolean, person?: string, role?: string,
 *   people?: string[], may?: string[]}} Me
 */

const AGAIN = 30000; // ms between two looks at who this is: a role may change, a session end
const LONGEST = 12; // digits of a PIN

/** @param {string} path @param {object} [body] @returns {Promise<any>} */
async function ask(path, body) {
  const answer = await fetch(`/api/v1/${path}`, body === undefined ? { signal: AbortSignal.timeout(15000) } : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal: AbortSignal.timeout(15000),
  });
  return answer.json();
}

/** A pad for a PIN, by touch and by keyboard; what is typed is shown as dots alone. @param {(pin: string) => void} done */
function makePad(done) {
  const field = el("input", {
    type: "password", inputMode: "numeric", autocomplete: "off", maxLength: LONGEST, required: true, ariaLabel: "PIN", name: "pin",
  });
  const press = (/** @type {string} */ digit) => {
    field.value = (field.value + digit).slice(0, LONGEST);
    field.focus();
  };
  const key = (/** @type {string} */ label, /** @type {() => void} */ act) => {
    const b = el("button", { type: "button" }, label);
    b.addEventListener("click", act);
    return b;
  };
  const rub = key("⌫", () => {
    field.value = field.value.slice(0, -1);
    field.focus();
  });
  rub.ariaLabel = "Delete the last digit";
  field.addEventListener("input", () => (field.value = field.value.replace(/[^0-9]/g, "")));
  const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((d) => key(d, () => press(d)));
  const go = el("button", { type: "submit", className: "go" }, "Sign in");
  const form = el("form", { className: "pad" }, field, el("div", { className: "keys" }, ...keys, rub, key("0", () => press("0")), go));
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    const pin = field.value;
    field.value = "";
    if (pin) done(pin);
  });
  return { form, field, go };
}

/** @param {{button: HTMLElement, panel: HTMLElement}} at the button that tells who it is, and the place where the panel opens */
export function makeSignIn({ button, panel }) {
  /** @type {Me} */
  let me = { access: false };
  let person = "";
  /** @type {((name: string) => void)|undefined} */
  let waiting;
  const refusal = el("p", { className: "refusal", role: "alert" });

  /** @param {Me} now */
  function become(now) {
    const came = now.enrolled && !me.enrolled && me.access;
    me = now;
    if (!me.access) return;
    button.hidden = Boolean(me.display);
    button.textContent = me.person ? `${me.person} · ${me.role}` : me.enrolled ? "Sign in" : "Not enrolled";
    if (!me.enrolled && panel.hidden) open();
    if (came) location.reload(); // everything that this device was refused before
  }

  /** @param {string} name */
  function close(name) {
    panel.hidden = true;
    panel.replaceChildren();
    waiting?.(name);
    waiting = undefined;
    button.focus();
  }

  /** @param {any} reply an answer that may be a refusal @param {() => void} then */
  function take(reply, then) {
    if (reply.access) {
      become(reply);
      then();
    } else refusal.textContent = reply.text ?? "The agent does not answer.";
  }

  /** @param {Promise<any>} answer @param {HTMLButtonElement} go @param {() => void} then */
  async function send(answer, go, then) {
    go.disabled = true;
    refusal.textContent = "";
    try {
      take(await answer, then);
    } catch {
      refusal.textContent = "The agent does not answer.";
    }
    go.disabled = false;
  }

  function enrol() {
    const field = el("input", { maxLength: 16, autocomplete: "off", required: true, name: "code", autocapitalize: "characters", spellcheck: false });
    const go = el("button", { type: "submit", className: "go" }, "Enrol this device");
    const form = el("form", { className: "pad" }, el("label", {}, "Code ", field), go);
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      send(ask("enrol", { code: field.value }), go, () => close(""));
    });
    panel.replaceChildren(el("h3", {}, "This device is not enrolled"),
      el("p", { className: "note" }, "It shows nothing until it is. An admin makes a code, good for ten minutes: bedside device enrol NAME."), form, refusal);
    field.focus();
  }

  function out() {
    const go = el("button", { type: "button", className: "go" }, "Sign out");
    const other = el("button", { type: "button" }, "Somebody else");
    const shut = el("button", { type: "button" }, "Close");
    go.addEventListener("click", () => send(ask("sign-out", {}), go, () => close("")));
    other.addEventListener("click", choose);
    shut.addEventListener("click", () => close(me.person ?? ""));
    panel.replaceChildren(el("h3", {}, `${me.person} is signed in as ${me.role} at ${me.device}`), el("div", { className: "buttons" }, go, other, shut), refusal);
    go.focus();
  }

  function choose() {
    const pad = makePad((pin) => send(ask("sign-in", { person, pin }), pad.go, () => close(me.person ?? "")));
    const names = (me.people ?? []).map((name) => {
      const b = el("button", { type: "button", ariaPressed: String(name === person) }, name);
      b.addEventListener("click", () => {
        person = name;
        refusal.textContent = "";
        for (const other of names) other.ariaPressed = String(other === b);
        pad.form.hidden = false;
        pad.field.focus();
      });
      return b;
    });
    const shut = el("button", { type: "button" }, "Not now");
    shut.addEventListener("click", () => close(""));
    pad.form.hidden = !names.some((b) => b.ariaPressed === "true");
    panel.replaceChildren(el("h3", {}, "Who are you?"),
      el("p", { className: "note" }, "Acknowledging, pausing the sound, symptoms and stopping a cuff work without signing in."),
      el("div", { className: "names", role: "group", ariaLabel: "People" }, ...names), pad.form, refusal, shut);
    (pad.form.hidden ? names[0] : pad.field)?.focus();
  }

  function open() {
    refusal.textContent = "";
    panel.hidden = false;
    if (!me.enrolled) enrol();
    else if (me.person) out();
    else choose();
  }

  async function look() {
    try {
      become(await ask("me"));
    } catch {
      // The page tells by itself that nobody answers.
    }
  }

  button.addEventListener("click", () => {
    if (!me.access) return;
    if (panel.hidden) open();
    else close("");
  });
  panel.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && me.enrolled) close("");
  });
  look();
  setInterval(look, AGAIN);

  return {
    /** Whether this console has people; if not, initials sign. */
    there: () => me.access,
    /** Who is signed in, without asking; "" for nobody. */
    known: () => me.person ?? "",
    /** Whether an order may be given as things are. @param {string} right a verb of the contract, or another right */
    may: (right) => !me.access || Boolean(me.may?.includes(right)),
    /** Who is signed in, asked for if nobody is; "" if nobody will. @returns {Promise<string>} */
    ask() {
      if (me.person) return Promise.resolve(me.person);
      waiting?.("");
      open();
      return new Promise((answer) => (waiting = answer));
    },
  };
}
