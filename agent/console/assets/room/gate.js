// The list before the first dose, and the one before leaving: what is met and what is not. It decides nothing.
import { el, keep, orderButton, part, span } from "../base/parts.js";
import { enter, makeForm } from "../base/forms.js";
import { text } from "../base/format.js";
import { say } from "../base/say.js";
import { told } from "../base/told.js";
import { measured, named, ticks } from "../base/vocabulary.js";
/** @typedef {import("../base/types.js").Desk} Desk */
/** @typedef {import("../base/types.js").Gate} Gate */
/** @typedef {import("../base/types.js").Item} Item */
/** @typedef {import("../base/types.js").Session} Session */

/** @type {Record<string, string>} */
const titles = { predose: say("gate.predose"), discharge: say("gate.discharge") };

/** @param {Gate} g */
function summary(g) {
  const needed = g.items.filter((i) => !i.advice);
  const gate = titles[g.name] ?? g.name;
  const state = g.met ? say("gate.all", { gate }) : say("gate.some", { gate, met: needed.filter((i) => i.met).length, of: needed.length });
  return g.overridden ? say("gate.overridden", { summary: state }) : state;
}

/** Whether a clinician ticks it; everything else is measured. @param {Item} i @param {Gate} g */
function ticked(i, g) {
  return g.name === "discharge" && !measured.includes(i.name);
}

/** @param {Item} i @param {Gate} g */
export function wording(i, g) {
  return ticked(i, g) ? named(ticks, i.name) : told(i.text);
}

/** @param {Item} i @param {Gate} g @param {Desk} desk */
function line(i, g, desk) {
  const state = i.met ? say("gate.is_met") : i.advice ? say("gate.advice") : say("gate.not_met");
  const li = el("li", { className: i.met ? "met" : i.advice ? "advice" : "open" }, span("mark", state), span("what", ""));
  if (ticked(i, g) && !i.met) {
    li.append(orderButton(say("gate.confirm"), i.name, () => desk.order("session-confirm", { tick: i.name })));
  }
  return li;
}

/** @param {Gate} g @param {Desk} desk @param {() => void} close */
function override(g, desk, close) {
  return makeForm({
    title: say("gate.override_title"), label: say("gate.override"), close,
    before: g.hard ? [el("p", { className: "note" }, say("gate.hard"))] : [],
    fields: [
      { name: "reason", label: say("gate.why"), kind: "long", needed: true },
      { name: "prescriber", label: say("gate.prescriber"), kind: "check" },
    ],
    send: (values) => desk.order("session-override", { ...values, gate: g.name }),
  });
}

/** @param {Desk} desk */
export function makeGate(desk) {
  const title = el("summary"), list = el("ul"), sheet = el("div"), go = el("button", { type: "button" }, say("gate.override_why"));
  const element = el("details", { className: "gate" }, title, list, go, sheet);
  let moment = "";
  /** @type {Gate|undefined} */
  let current;

  function close() {
    sheet.replaceChildren();
    go.focus();
  }
  go.addEventListener("click", () => {
    if (!current || sheet.hasChildNodes()) return;
    sheet.append(override(current, desk, close));
    enter(sheet);
  });

  return {
    element,
    /** @param {Session} x */
    draw(x) {
      const g = x.gate;
      current = g;
      text(title, summary(g));
      // Open when it is time for it; after that it is as whoever reads it has left it.
      const due = g.name === "predose" || !x.observe_left_s;
      if (moment !== `${x.code} ${g.name} ${due}`) {
        moment = `${x.code} ${g.name} ${due}`;
        element.open = due;
        sheet.replaceChildren();
      }
      const gone = g.met || Boolean(g.overridden);
      if (gone) {
        if (document.activeElement === go || sheet.contains(document.activeElement)) title.focus({ preventScroll: true });
        sheet.replaceChildren();
      }
      go.hidden = gone;
      const items = g.items.toSorted((a, b) => Number(a.met) - Number(b.met));
      keep(list, JSON.stringify([x.code, g.name, items.map((i) => [i.name, i.met])]), () => items.map((i) => line(i, g, desk)));
      items.forEach((i, n) => text(part(list.children[n], ".what"), wording(i, g)));
    },
  };
}
