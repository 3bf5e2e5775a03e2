// Who is at this page, where a console has people: an enrolled device, and somebody who signs in with a PIN. Without people
// nothing of this is shown, and initials sign as before. Both pages use it. Nothing covers the numbers, and an alarm never waits
// for it: the agent takes acknowledgements of a device without a sign-in.
import { el } from "./parts.js";
import { refused } from "./told.js";
import { say, sayOr } from "./say.js";
/** @typedef {import("./types.js").Reply} Reply */
/**
 * @typedef {{access: boolean, enrolled?: boolean, device?: string, display?: boolean, person?: string, role?: string,
 *   people?: string[], may?: string[]}} Me
 */

const AGAIN = 5000; // ms between two looks at who this is: a role may change, a person or a device be let in no longer; our choice
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
    type: "password", inputMode: "numeric", autocomplete: "off", maxLength: LONGEST, required: true, ariaLabel: say("signin.pin"), name: "pin",
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
  rub.ariaLabel = say("signin.delete");
  field.addEventListener("input", () => (field.value = field.value.replace(/[^0-9]/g, "")));
  const keypad = el("div", { className: "keys" });
  keypad.dataset.quick = ""; // a digit may stand twice
  const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((d) => key(d, () => press(d)));
  const go = el("button", { type: "submit", className: "go" }, say("signin.go"));
  const form = el("form", { className: "pad" }, field, keypad);
  keypad.append(...keys, rub, key("0", () => press("0")), go);
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    const pin = field.value;
    field.value = "";
    if (pin) done(pin);
  });
  return { form, field, go };
}

/** @param {{button: HTMLElement, panel: HTMLElement, changed?: (me: Me) => void}} at the button that tells who it is, the place where the
 *   panel opens, and who is told who is there, whenever that was asked */
export function makeSignIn({ button, panel, changed }) {
  /** @type {Me} */
  let me = { access: false };
  let person = "", leaving = false, ended = false; // ended: a session is over that nobody here has ended
  /** @type {((name: string) => void)|undefined} */
  let waiting;
  /** @type {Element|null} */
  let back = null;
  const refusal = el("p", { className: "refusal", role: "alert" });

  /** What the person may be called here. */
  const role = () => sayOr(`role.${me.role}`, me.role ?? "");

  /** @param {Me} now */
  function become(now) {
    const came = now.enrolled && !me.enrolled && me.access;
    const lost = !now.enrolled && me.enrolled && me.access;
    ended = Boolean(me.person ? !now.person && !leaving : ended && !now.person);
    me = now;
    changed?.(me);
    if (!me.access) return;
    button.hidden = false;
    /** @type {HTMLButtonElement} */ (button).disabled = Boolean(me.display);
    button.textContent = me.display ? say("signin.display") : ended && me.enrolled ? say("signin.ended") : me.person ? say("signin.who", { person: me.person, role: role() }) : say(me.enrolled ? "signin.go" : "signin.not_enrolled");
    if (!me.enrolled && (panel.hidden || lost)) open(); // over a question for a PIN, which opens nothing any more
    if (came) location.reload(); // everything that this device was refused before
  }

  /** @param {string} name */
  function close(name) {
    panel.hidden = true;
    panel.replaceChildren();
    waiting?.(name);
    waiting = undefined;
    // Back to the work that asked who it is, which may be far down the page; what gave an order waits for its answer and has the focus then.
    (back instanceof HTMLElement && back !== document.body && back.isConnected ? back : button).focus();
  }

  /** @param {any} reply an answer that may be a refusal @param {() => void} then */
  function take(reply, then) {
    if (reply.access) {
      become(reply);
      then();
    } else refusal.textContent = reply.code === "wait" && reply.seconds ? say("signin.wait", { min: Math.ceil(reply.seconds / 60) }) : refused(reply);
  }

  /** @param {Promise<any>} answer @param {HTMLButtonElement} go @param {() => void} then */
  async function send(answer, go, then) {
    go.disabled = true;
    refusal.textContent = "";
    try {
      take(await answer, then);
    } catch {
      refusal.textContent = say("signin.no_answer");
    }
    go.disabled = false;
    if (refusal.textContent && !panel.hidden) panel.querySelector("input")?.focus(); // to try again
  }

  function enrol() {
    const field = el("input", { maxLength: 16, autocomplete: "off", required: true, name: "code", autocapitalize: "characters", spellcheck: false });
    const offered = /^#enrol=([A-Za-z0-9-]{1,16})$/.exec(location.hash); // of a code that a phone has read as a picture
    if (offered) {
      field.value = offered[1];
      history.replaceState(null, "", location.pathname); // it works once, and is nobody else's
    }
    const go = el("button", { type: "submit", className: "go" }, say("signin.enrol"));
    const form = el("form", { className: "pad" }, el("label", {}, `${say("signin.code")} `, field), go);
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      send(ask("enrol", { code: field.value }), go, () => close(""));
    });
    panel.replaceChildren(el("h3", {}, say("signin.enrol_title")),
      el("p", { className: "note" }, say("signin.enrol_how")), form, refusal);
    field.focus();
  }

  function out() {
    const go = el("button", { type: "button", className: "go" }, say("signin.out"));
    const other = el("button", { type: "button" }, say("signin.other"));
    const shut = el("button", { type: "button" }, say("form.close"));
    go.addEventListener("click", () => {
      leaving = true;
      send(ask("sign-out", {}), go, () => close("")).finally(() => (leaving = false));
    });
    other.addEventListener("click", choose);
    shut.addEventListener("click", () => close(me.person ?? ""));
    panel.replaceChildren(el("h3", {}, say("signin.is_in", { person: me.person ?? "", role: role(), device: me.device ?? "" })), el("div", { className: "buttons" }, go, other, shut), refusal);
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
    const shut = el("button", { type: "button" }, say("signin.not_now"));
    shut.addEventListener("click", () => close(""));
    pad.form.hidden = !names.some((b) => b.ariaPressed === "true");
    panel.replaceChildren(el("h3", {}, say("signin.ask")),
      ...(ended ? [el("p", {}, say("signin.ended_why"))] : []), ...(names.length ? [] : [el("p", {}, say("signin.no_people"))]),
      el("p", { className: "note" }, say("signin.without")),
      el("div", { className: "names", role: "group", ariaLabel: say("signin.people") }, ...names), pad.form, refusal, shut);
    (pad.form.hidden ? names[0] : pad.field)?.focus();
  }

  function open() {
    refusal.textContent = "";
    if (panel.hidden) back = document.activeElement;
    panel.hidden = false;
    if (!me.enrolled) enrol();
    else if (me.person) out();
    else choose();
  }

  let looked = 0; // when, last
  async function look() {
    looked = performance.now();
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
    /** Whether this device is refused everything, because nobody has enrolled it. */
    outside: () => me.access && !me.enrolled,
    /** The line is dead: that may be because this device is enrolled no longer, which is then known within seconds. */
    again: () => void (me.access && performance.now() - looked > AGAIN && look()),
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
