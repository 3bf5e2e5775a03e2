// The head of a page for whoever looks after the computer: the ways to the other pages, its looks, and who is at it.
import { makeLook } from "./look.js";
import { watchNeeds } from "./needs.js";
import { el } from "./parts.js";
import { watchPresses } from "./press.js";
import { say } from "./say.js";
import { makeSignIn } from "./signin.js";
/** @typedef {import("./signin.js").Me} Me */

/** @param {{nav: HTMLElement, look: HTMLElement, button: HTMLButtonElement}} at @param {string} here name of this page
 * @param {(me: Me) => void} changed is told who is at the page, at the beginning and whenever that changes */
export function makeVisit({ nav, look, button }, here, changed) {
  watchPresses();
  watchNeeds();
  makeLook(look);
  const panel = el("section", { id: "signin", className: "panel", hidden: true, ariaLabel: say("signin.title") });
  document.body.append(panel);
  let last = "";
  makeSignIn({ button, panel, changed(me) {
    if (!me.access) button.hidden = true; // nobody signs in where there are no people
    const now = JSON.stringify([me.access, me.enrolled, me.display, me.person, me.role]);
    if (now === last) return;
    last = now;
    const pages = [["/", say("visit.home")], ["system.html", say("visit.system")], ...(me.access ? [["people.html", say("visit.people")]] : [])];
    nav.replaceChildren(...pages.filter(([page]) => page !== here).map(([href, name]) => el("a", { className: "button", href }, name)));
    changed(me);
  } });
}
