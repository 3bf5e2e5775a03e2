// What staff do in a running session: a button each, and beneath it the form it opens. Nothing covers the numbers.
import { el, keep, orderButton } from "../base/parts.js";
import { enter, makeForm } from "../base/forms.js";
import { wording } from "./gate.js";
import { makeMarks } from "./mark.js";
import { say } from "../base/say.js";
import { told } from "../base/told.js";
import { phases, named, symptoms } from "../base/vocabulary.js";
/** @typedef {import("../base/types.js").Desk} Desk */
/** @typedef {import("../base/types.js").Session} Session */
/** @typedef {import("../base/types.js").Status} Status */
/**
 * @typedef {{status: Status, session: Session, desk: Desk, close: () => void,
 *   open: (action: string) => void, now: () => string,
 *   follow: (draw: (s: Status, session: Session) => void) => void}} Sheet follow is told of every picture while it is open
 */

/** @param {Sheet} o */
function dose({ session, desk, close }) {
  const last = session.doses?.at(-1);
  const nasal = session.route === "intranasal";
  return makeForm({
    title: say("dose.title"), label: say("dose.label"), close,
    fields: [
      { name: "drug", label: say("dose.drug"), needed: true, value: last?.drug ?? (nasal ? "esketamine" : "ketamine") },
      { name: "amount", label: say("dose.amount"), needed: true },
      ...(nasal ? [{ name: "number", label: say("dose.device"), kind: /** @type {const} */ ("number"), value: String((last?.device ?? 0) + 1) }] : []),
    ],
    send: (values) => desk.order("session-dose", values),
  });
}

/** @param {Sheet} o */
function note({ desk, close }) {
  return makeForm({
    title: say("note.title"), label: say("note.label"), close, fields: [{ name: "text", label: say("note.text"), kind: "long", needed: true }],
    send: (values) => desk.order("note", values),
  });
}

/** One press each: what is dangerous must not wait for a form. @param {Sheet} o */
function symptom({ desk, close }) {
  const shut = el("button", { type: "button" }, say("form.close"));
  shut.addEventListener("click", close);
  const sheet = el("div", { className: "sheet" }, el("h3", {}, say("actions.symptom_title")),
    el("p", { className: "note" }, say("actions.symptom_how")),
    el("div", { className: "symptoms" }, ...symptoms.map(([name, label]) => orderButton(label, name, async () => {
      const reply = await desk.order("symptom", { name });
      if (reply.ok) close();
      return reply;
    }))), el("div", { className: "buttons" }, shut));
  sheet.addEventListener("keydown", (e) => {
    if (e.key === "Escape") close();
  });
  return sheet;
}

/** @param {Sheet} o */
function reading({ desk, close }) {
  return makeForm({
    title: say("actions.reading_title"), label: say("actions.reading_label"), close,
    fields: [
      { name: "systolic", label: say("actions.systolic"), kind: "number", needed: true },
      { name: "diastolic", label: say("actions.diastolic"), kind: "number", needed: true },
      { name: "mean", label: say("actions.mean"), kind: "number" }, { name: "pulse_rate", label: say("actions.pulse"), kind: "number" },
    ],
    send: (values) => desk.order("session-reading", values),
  });
}

/** @param {Sheet} o */
function pause({ desk, close }) {
  return makeForm({
    title: say("actions.pause_title"), label: say("actions.pause_label"), close,
    before: [el("p", { className: "note" }, say("actions.pause_how"))],
    fields: [
      { name: "reason", label: say("actions.pause_why"), needed: true },
      { name: "minutes", label: say("actions.pause_for"), kind: "select", options: [1, 2, 3, 5].map((n) => [String(n), say("actions.minutes", { n })]), value: "3" },
      { name: "sensor", label: say("actions.sensor"), kind: "check" },
    ],
    send: ({ minutes, ...rest }) => desk.order("pause-alarms", { ...rest, seconds: Number(minutes) * 60 }),
  });
}

const SUSPENSIONS = [5, 10, 15]; // minutes; the last is the longest that the agent takes

/** What can be urgent is not in the list: the agent would refuse it. @param {Sheet} o */
function alarmOff({ status, desk, close }) {
  /** @type {Map<string, string>} */
  const may = new Map();
  for (const l of status.limits ?? []) if (l.may_be_off && !l.switched_off) may.set(l.condition, told(l.title));
  return makeForm({
    title: say("actions.off_title"), label: say("actions.off_label"), close,
    before: [el("p", { className: "note" }, say(may.size ? "actions.off_how" : "actions.off_none"))],
    fields: [
      { name: "condition", label: say("actions.which"), kind: "select", options: [["", say("form.choose")], ...may], needed: true },
      { name: "minutes", label: say("actions.pause_for"), kind: "select", options: [...SUSPENSIONS.map((n) => /** @type {[string, string]} */ ([String(n), say("actions.minutes", { n })])), ["0", say("actions.off_session")]], value: String(SUSPENSIONS[0]) },
      { name: "reason", label: say("actions.why"), needed: true, most: 500 },
    ],
    send: ({ minutes, ...rest }) => desk.order("alarm-off", minutes === "0" ? rest : { ...rest, seconds: Number(minutes) * 60 }),
  });
}

/** @param {Sheet} o */
function phase({ session, desk, close }) {
  const dosed = Boolean(session.doses?.length);
  const choice = phases.filter(([word]) => word !== session.phase && dosed !== (word === "preparation" || word === "baseline"));
  return makeForm({
    title: say("actions.phase_title", { phase: named(phases, session.phase) }), label: say("actions.phase_label"), close,
    fields: [{ name: "phase", label: say("actions.phase_to"), kind: "select", options: [["", say("form.choose")], ...choice], needed: true }, { name: "reason", label: say("actions.why"), needed: dosed, most: 500 }],
    send: (values) => desk.order("session-phase", values),
  });
}

/** @param {Sheet} o */
function end({ session, desk, close, follow }) {
  const list = el("ul", { className: "plain" });
  follow((s, x) => {
    const open = x.gate.items.filter((i) => !i.met && !i.advice).map((i) => `✗ ${wording(i, x.gate)}`);
    const unseen = s.alerts.filter((a) => !a.acknowledged).length;
    if (unseen) open.push(`✗ ${say("actions.unseen", { n: unseen })}`);
    if (!x.doses?.length) open.push(say("actions.no_dose"));
    keep(list, JSON.stringify(open), () => open.map((t) => el("li", {}, t)));
  });
  return makeForm({
    title: say("actions.end_title", { code: session.code }), label: say("actions.end"), close, before: [list],
    fields: [{ name: "reason", label: say("actions.end_why"), kind: "long" }],
    send: (values) => desk.order("session-end", values),
  });
}

/** @type {[string, string, (o: Sheet) => HTMLElement][]} */
const actions = [
  ["dose", say("actions.dose"), dose], ["note", say("actions.note"), note], ["symptom", say("actions.symptom"), symptom],
  ["reading", say("actions.reading"), reading], ["pause", say("actions.pause"), pause], ["alarm-off", say("actions.alarm_off"), alarmOff],
  ["phase", say("actions.phase"), phase], ["end", say("actions.end"), end],
];

/** @param {Desk} desk */
export function makeActions(desk) {
  /** @type {{s: Status, session: Session}|null} */
  let current = null;
  /** @type {((s: Status, session: Session) => void)|undefined} */
  let follower;
  const sheet = el("div"), marks = makeMarks(desk);
  /** @type {[string, string, (o: Sheet) => HTMLElement][]} */
  const all = [["mark", say("mark.button"), marks.sheet], ...actions];
  const infusion = orderButton(say("actions.infusion"), "infusion", () => desk.order("infusion-end", {}));
  const baseline = orderButton(say("actions.baseline"), "baseline", () => desk.order("session-phase", { phase: "baseline" }));
  const buttons = all.map(([name, label, make]) => {
    const b = el("button", { type: "button", ariaExpanded: "false" }, label);
    b.dataset.action = name;
    b.addEventListener("click", () => {
      const was = b.ariaExpanded === "true";
      shut();
      if (was || !current) return;
      b.ariaExpanded = "true";
      const close = () => {
        shut();
        b.focus();
      };
      const form = make({ status: current.s, session: current.session, desk, close, open, now: () => current?.s.at ?? "", follow: (f) => (follower = f) });
      follower?.(current.s, current.session);
      sheet.append(form);
      enter(form);
    });
    return b;
  });

  /** @param {string} action */
  function open(action) {
    const b = buttons.find((one) => one.dataset.action === action);
    if (b && b.ariaExpanded !== "true") b.click();
  }

  function shut() {
    for (const b of buttons) b.ariaExpanded = "false";
    sheet.replaceChildren();
    follower = undefined;
  }

  return {
    element: el("div", { className: "actions" }, el("div", { className: "buttons" }, baseline, ...buttons, infusion), sheet, marks.line),
    /** @param {Status} s @param {Session} session */
    draw(s, session) {
      if (current && current.session.code !== session.code) shut();
      current = { s, session };
      follower?.(s, session);
      baseline.hidden = session.phase !== "preparation";
      infusion.hidden = session.route !== "iv" || !session.doses?.length;
    },
  };
}
