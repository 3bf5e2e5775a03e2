// The ways to other pages: to what is recorded, and to devices and system. They open beside the page, never in place of it: what rings
// there goes on.
import { el, keep } from "./parts.js";
import { say } from "./say.js";

/** @param {string} name of the other window @param {string} href @param {string} words */
const beside = (name, href, words) => el("a", { className: "button", href, target: `bedside-${name}` }, words);

/** The way to devices and system, and from there to people. */
export const systemLink = () => beside("system", "system.html", say("visit.system"));

/** @param {HTMLElement} place @returns {(code: string) => void} called with the code of the session that goes on, "" for none */
export function makeLinks(place) {
  return (code) => keep(place, `session ${code}`, () => {
    const list = [beside("sessions", "sessions.html", say("history.title"))];
    if (code) list.push(beside("sessions", `sessions.html#${encodeURIComponent(code)}`, say("history.so_far")));
    return [...list, systemLink()];
  });
}
