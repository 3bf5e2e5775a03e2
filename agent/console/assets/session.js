// The session rail: a form while there is no session, and where it stands while there is one.
import { text } from "./format.js";
import { el } from "./parts.js";
import { enter } from "./forms.js";
import { makeActions } from "./actions.js";
import { makeClocks } from "./clocks.js";
import { makeElevations } from "./elevations.js";
import { makeGate } from "./gate.js";
import { makeStart } from "./start.js";
import { routes, say } from "./vocabulary.js";
/** @typedef {import("./types.js").Desk} Desk */
/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./types.js").Status} Status */

/** @param {HTMLElement} rail @param {Desk} desk @param {{known: () => string, sign: (name: string) => void, proven: () => boolean}} who */
export function makeSession(rail, desk, who) {
  const title = el("h2", {}, "Session"), about = el("p", { className: "note" });
  const unknown = el("p", { className: "unknown", hidden: true }, "No data from the agent. How the session stands is not known.");
  const clocks = makeClocks(), actions = makeActions(desk), elevations = makeElevations(desk), gate = makeGate(desk);
  const running = el("div", { className: "running", hidden: true }, clocks.element, actions.element, elevations.element, gate.element);
  const begin = el("button", { type: "button", className: "go" }, "Start a session"), sheet = el("div");
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
    text(limits, `No session. Alerts follow the limits of the room, ${own}.`);
    const arrived = turn(x);
    about.hidden = !x;
    text(title, x ? `Session ${x.code}` : "Session");
    if (x) follow(s, x);
    if (!arrived) return;
    enter(arrived);
    rail.scrollIntoView();
  };

  /** @param {Status} s @param {Session} x */
  function follow(s, x) {
    text(about, `${x.route ? `${say(routes, x.route)} · ` : ""}${x.profile}${x.approved_by ? `, approved by ${x.approved_by}` : ", not clinically approved"} · by ${x.by}`);
    clocks.draw(x, s.alerts, Date.parse(s.at));
    actions.draw(s, x);
    elevations.draw(x);
    gate.draw(x);
  }
}
