// The list before the first dose, and the one before leaving: what is met and what is not. It decides nothing.
import { el, keep, orderButton, part, span } from "../base/parts.js";
import { enter, makeForm } from "../base/forms.js";
import { text } from "../base/format.js";
import { say } from "../base/say.js";
import { told } from "../base/told.js";
import { answers, measured, named, questions, ticks } from "../base/vocabulary.js";
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

/** What is missing comes first. What staff answer or tick stays where it is, so that no other row comes under the finger.
 * @param {Item} i @param {Gate} g */
function place(i, g) {
  return ticked(i, g) || asked(i, g) ? 1 : i.met ? 2 : 0;
}

/** @param {Item} i @param {Gate} g */
export function wording(i, g) {
  return ticked(i, g) ? named(ticks, i.name) : told(i.text);
}

/** The title of a screening question, "" for what is none. @param {Item} i @param {Gate} g */
function asked(i, g) {
  return g.name === "predose" ? questions.find(([word]) => word === i.name)?.[1] ?? "" : "";
}

/** What can be pressed beside a screening question: its answer while it has none, and then a correction.
 * @param {Item} i @param {string} title @param {string|undefined} answer @param {Desk} desk @param {(i: Item) => void} correct */
function answering(i, title, answer, desk, correct) {
  if (answer) {
    const b = el("button", { type: "button", ariaLabel: `${say("gate.correct")}: ${title}` }, say("gate.correct"));
    b.dataset.id = i.name;
    b.addEventListener("click", () => correct(i));
    return [b];
  }
  return answers.map(([value, label]) => {
    const order = orderButton(label, `${i.name} ${value}`, () => desk.order("session-screening", { screening: { [i.name]: value } }));
    part(order, "button").ariaLabel = `${title}: ${label}`;
    return order;
  });
}

/** A form that says why an answer is another one now.
 * @param {Item} i @param {string} title @param {string} answer the one before @param {Desk} desk @param {() => void} close */
function correction(i, title, answer, desk, close) {
  const [other, label] = /** @type {[string, string]} */ (answers.find(([value]) => value !== answer));
  return makeForm({
    title: `${title}: ${label}`, label: say("gate.correct_label"), close,
    fields: [{ name: "reason", label: say("gate.why"), kind: "long", needed: true }],
    send: ({ reason, id }) => desk.order("session-screening", { screening: { [i.name]: other }, reason, id }),
  });
}

/** @param {Item} i @param {Session} x @param {Desk} desk @param {(i: Item) => void} correct */
function line(i, x, desk, correct) {
  const g = x.gate, question = asked(i, g);
  const state = i.met ? say("gate.is_met") : i.advice ? say("gate.advice") : say("gate.not_met");
  const li = el("li", { className: i.met ? "met" : i.advice ? "advice" : "open" }, span("mark", state), span("what", ""));
  li.dataset.item = i.name;
  if (ticked(i, g) && !i.met) {
    li.append(orderButton(say("gate.confirm"), i.name, () => desk.order("session-confirm", { tick: i.name })));
  }
  if (question) li.append(...answering(i, question, x.screening?.[i.name], desk, correct));
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
  const title = el("summary"), list = el("ul"), sheet = el("div"), other = el("div"), go = el("button", { type: "button" }, say("gate.override_why"));
  const element = el("details", { className: "gate" }, title, list, other, go, sheet);
  let moment = "", pressed = ""; // pressed: the row in which a button was pressed, until it can be seen what came of it
  /** @type {Session|undefined} */
  let current;

  function close() {
    sheet.replaceChildren();
    go.focus();
  }
  go.addEventListener("click", () => {
    if (!current || sheet.hasChildNodes()) return;
    sheet.append(override(current.gate, desk, close));
    enter(sheet);
  });

  /** @param {Item} i */
  function correct(i) {
    const answer = current?.screening?.[i.name];
    if (!current || !answer) return;
    other.replaceChildren(correction(i, asked(i, current.gate), answer, desk, () => {
      other.replaceChildren();
      ([...list.querySelectorAll("button")].find((b) => b.dataset.id === i.name) ?? title).focus();
    }));
    enter(other);
  }

  list.addEventListener("click", (e) => (pressed = /** @type {Element} */ (e.target).closest("li")?.dataset.item ?? ""));

  /** A button that has done its work is gone. Whoever works by keyboard goes on from its row. */
  function goOn() {
    const rows = /** @type {HTMLElement[]} */ ([...list.children]), from = rows.findIndex((li) => li.dataset.item === pressed);
    const now = document.activeElement, lost = !now || now === document.body;
    if (!lost && !rows[from]?.contains(now)) pressed = "";
    if (!pressed || !lost || rows[from]?.querySelector(":disabled")) return; // not answered yet
    pressed = "";
    (rows.slice(from < 0 ? rows.length : from).flatMap((li) => [...li.querySelectorAll("button")])[0] ?? title).focus({ preventScroll: true });
  }

  return {
    element,
    /** @param {Session} x */
    draw(x) {
      const g = x.gate;
      current = x;
      text(title, summary(g));
      // Open when it is time for it; after that it is as whoever reads it has left it.
      const due = g.name === "predose" || !x.observe_left_s;
      if (moment !== `${x.code} ${g.name} ${due}`) {
        moment = `${x.code} ${g.name} ${due}`;
        element.open = due;
        sheet.replaceChildren();
        other.replaceChildren();
      }
      const gone = g.met || Boolean(g.overridden);
      if (gone) {
        if (document.activeElement === go || sheet.contains(document.activeElement)) title.focus({ preventScroll: true });
        sheet.replaceChildren();
      }
      go.hidden = gone;
      const items = g.items.toSorted((a, b) => place(a, g) - place(b, g));
      keep(list, JSON.stringify([x.code, g.name, items.map((i) => [i.name, i.met, x.screening?.[i.name]])]), () => items.map((i) => line(i, x, desk, correct)));
      items.forEach((i, n) => text(part(list.children[n], ".what"), wording(i, g)));
      goOn();
    },
  };
}
