// The bar at the foot of a phone: what is needed at once, wherever the page stands. On a wider screen all of it is in sight.
import { text } from "../base/format.js";
import { el } from "../base/parts.js";
import { say } from "../base/say.js";
/** @typedef {import("../base/types.js").Status} Status */

const PHONE = "(max-width: 480px)"; // as in the styles

/** Brings a part of the page into sight, and whoever works by keys or by ear there. @param {HTMLElement} e */
export function visit(e) {
  e.tabIndex = -1;
  e.scrollIntoView({ block: matchMedia(PHONE).matches ? "start" : "nearest" }); // on a wide screen the numbers stay in sight
  e.focus({ preventScroll: true });
}

/** The first button of the page that is shown and can be pressed, if there is one. @param {string} selectors */
export const shown = (selectors) => [.../** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll(selectors))].find((b) => !b.disabled && b.checkVisibility());

/** @param {HTMLElement} bar @param {HTMLElement} quiet where the button is that pauses the sound, which a phone has in the bar
 * @param {{alerts: () => void, session: () => void}} go */
export function makeTools(bar, quiet, go) {
  /** @param {string} label @param {() => void} act */
  const button = (label, act) => {
    const b = el("button", { type: "button" }, label);
    b.addEventListener("click", act);
    return b;
  };
  const resume = button(say("silence.resume"), () => shown("#silence [data-id=resume]")?.click());
  const mark = button(say("mark.button"), () => {
    const b = shown("[data-action=mark]");
    if (b?.ariaExpanded === "true") b.scrollIntoView();
    else b?.click();
  });
  const alerts = button("", go.alerts), home = quiet.parentElement;
  bar.replaceChildren(resume, mark, alerts, button(say("session.title"), go.session));
  const phone = matchMedia(PHONE), settle = () => (phone.matches ? bar.prepend(quiet) : home?.append(quiet));
  phone.addEventListener("change", settle);
  settle();

  /** @param {Status|null} s null: nothing is known */
  return function draw(s) {
    resume.hidden = !shown("#silence [data-id=resume]");
    mark.hidden = !shown("[data-action=mark]");
    text(alerts, s?.alerts.length ? `${say("page.alerts")} ${s.alerts.length}` : say("page.alerts"));
  };
}
