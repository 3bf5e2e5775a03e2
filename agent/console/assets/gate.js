// The list before the first dose, and the one before leaving: what is met and what is not. It decides nothing.
import { el, keep, orderButton, part, span } from "./parts.js";
import { enter, makeForm } from "./forms.js";
import { text } from "./format.js";
import { measured, say, ticks } from "./vocabulary.js";
/** @typedef {import("./types.js").Desk} Desk */
/** @typedef {import("./types.js").Gate} Gate */
/** @typedef {import("./types.js").Item} Item */
/** @typedef {import("./types.js").Session} Session */

/** @type {Record<string, string>} */
const titles = { predose: "Before the first dose", discharge: "Before leaving" };

/** @param {Gate} g */
function summary(g) {
  const needed = g.items.filter((i) => !i.advice);
  const state = g.met ? "all met" : `${needed.filter((i) => i.met).length} of ${needed.length} met`;
  return `${titles[g.name] ?? g.name}: ${state}${g.overridden ? ", overridden" : ""}`;
}

/** Whether a clinician ticks it; everything else is measured. @param {Item} i @param {Gate} g */
function ticked(i, g) {
  return g.name === "discharge" && !measured.includes(i.name);
}

/** @param {Item} i @param {Gate} g */
export function wording(i, g) {
  return ticked(i, g) ? say(ticks, i.name) : i.text;
}

/** @param {Item} i @param {Gate} g @param {Desk} desk */
function line(i, g, desk) {
  const state = i.met ? "✓ met" : i.advice ? "· advice" : "✗ not met";
  const li = el("li", { className: i.met ? "met" : i.advice ? "advice" : "open" }, span("mark", state), span("what", ""));
  if (ticked(i, g) && !i.met) {
    li.append(orderButton("Confirm", i.name, () => desk.order("session-confirm", { tick: i.name })));
  }
  return li;
}

/** @param {Gate} g @param {Desk} desk @param {() => void} close */
function override(g, desk, close) {
  return makeForm({
    title: `Go on although not everything is met`, label: "Override", close,
    before: g.hard ? [el("p", { className: "note" }, "Only the prescriber overrides this one.")] : [],
    fields: [
      { name: "reason", label: "Why", kind: "long", needed: true },
      { name: "prescriber", label: "I am the prescriber", kind: "check" },
    ],
    send: (values) => desk.order("session-override", { ...values, gate: g.name }),
  });
}

/** @param {Desk} desk */
export function makeGate(desk) {
  const title = el("summary"), list = el("ul"), sheet = el("div"), go = el("button", { type: "button" }, "Override with a reason");
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
      go.hidden = g.met || Boolean(g.overridden);
      if (go.hidden) sheet.replaceChildren();
      const items = g.items.toSorted((a, b) => Number(a.met) - Number(b.met));
      keep(list, JSON.stringify([x.code, g.name, items.map((i) => [i.name, i.met])]), () => items.map((i) => line(i, g, desk)));
      items.forEach((i, n) => text(part(list.children[n], ".what"), wording(i, g)));
    },
  };
}
