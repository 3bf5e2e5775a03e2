// The session rail: a form while there is no session, and where it stands while there is one.
import { text } from "../base/format.js";
import { el } from "../base/parts.js";
import { enter } from "../base/forms.js";
import { makeActions } from "./actions.js";
import { makeClocks } from "./clocks.js";
import { makeElevations } from "./elevations.js";
import { makeGate } from "./gate.js";
import { makeStart } from "./start.js";
import { say } from "../base/say.js";
import { routes, named } from "../base/vocabulary.js";
/** @typedef {import("../base/types.js").Desk} Desk */
/** @typedef {import("../base/types.js").Session} Session */
/** @typedef {import("../base/types.js").Status} Status */

/** @param {HTMLElement} rail @param {Desk} desk @param {{known: () => string, sign: (name: string) => void, proven: () => boolean}} who */
export function makeSession(rail, desk, who) {
  const title = el("h2", {}, say("session.title")), about = el("p", { className: "note" });
  const unknown = el("p", { className: "unknown", hidden: true }, say("session.unknown"));
  const clocks = makeClocks(), actions = makeActions(desk), elevations = makeElevations(desk), gate = makeGate(desk);
  const running = el("div", { className: "running", hidden: true }, clocks.element, actions.element, elevations.element, gate.element);
  const begin = el("button", { type: "button", className: "go" }, say("session.start")), sheet = el("div");
  const limits = el("p", { className: "note" }), idle = el("div", { className: "idle", hidden: true }, limits, begin, sheet);
  rail.replaceChildren(title, about, unknown, idle, running);
  let own = "";

  begin.addEventListener("click", () => {
    begin.hidden = true;
    sheet.replaceChildren(makeStart({ desk, who, own, close: shut }));
    enter(sheet);
  });
  function shut() {
    sheet.replaceChildren();
    begin.hidden = false;
    begin.focus();
  }

  /** Shows one side or the other; returns it if the keyboard goes along. @param {Session|undefined} x */
  function turn(x) {
    const [from, to] = x ? [idle, running] : [running, idle];
    if (!to.hidden) return null;
    const here = from.contains(document.activeElement);
    from.hidden = true;
    to.hidden = false;
    sheet.replaceChildren();
    begin.hidden = false;
    return here ? to : null;
  }

  /** @param {Status|null} s null: nothing is known */
  return function draw(s) {
    unknown.hidden = Boolean(s);
    rail.classList.toggle("dead", !s);
    if (!s) return;
    const x = s.session;
    own = s.profile;
    text(limits, say("session.none", { profile: own }));
    const arrived = turn(x);
    about.hidden = !x;
    text(title, x ? say("session.named", { code: x.code }) : say("session.title"));
    if (x) follow(s, x);
    if (!arrived) return;
    enter(arrived);
    rail.scrollIntoView();
  };

  /** @param {Status} s @param {Session} x */
  function follow(s, x) {
    text(about, [
      x.route ? named(routes, x.route) : "",
      `${x.profile}, ${x.approved_by ? say("session.approved", { who: x.approved_by }) : say("session.not_approved")}`, say("session.by", { who: x.by }),
    ].filter(Boolean).join(" · "));
    clocks.draw(x, s.alerts, Date.parse(s.at));
    actions.draw(s, x);
    elevations.draw(x);
    gate.draw(x);
  }
}
