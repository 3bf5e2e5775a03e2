// What staff do in a running session: a button each, and beneath it the form it opens. Nothing covers the numbers.
import { el, keep, orderButton } from "./parts.js";
import { enter, makeForm } from "./forms.js";
import { wording } from "./gate.js";
import { phases, say, symptoms } from "./vocabulary.js";
/** @typedef {import("./types.js").Desk} Desk */
/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./types.js").Status} Status */
/**
 * @typedef {{status: Status, session: Session, desk: Desk, close: () => void,
 *   follow: (draw: (s: Status, session: Session) => void) => void}} Sheet follow is told of every picture while it is open
 */

/** @param {Sheet} o */
function dose({ session, desk, close }) {
  const last = session.doses?.at(-1);
  const nasal = session.route === "intranasal";
  return makeForm({
    title: "Dose given now", label: "Record dose", close,
    fields: [
      { name: "drug", label: "Drug", needed: true, value: last?.drug ?? (nasal ? "esketamine" : "ketamine") },
      { name: "amount", label: "Amount with unit, such as 28 mg", needed: true },
      ...(nasal ? [{ name: "number", label: "Number of the nasal device", kind: /** @type {const} */ ("number"), value: String((last?.device ?? 0) + 1) }] : []),
    ],
    send: (values) => desk.order("session-dose", values),
  });
}

/** @param {Sheet} o */
function note({ desk, close }) {
  return makeForm({
    title: "Note", label: "Record note", close, fields: [{ name: "text", label: "What you saw", kind: "long", needed: true }],
    send: (values) => desk.order("note", values),
  });
}

/** One press each: what is dangerous must not wait for a form. @param {Sheet} o */
function symptom({ desk, close }) {
  const shut = el("button", { type: "button" }, "Close");
  shut.addEventListener("click", close);
  const sheet = el("div", { className: "sheet" }, el("h3", {}, "Symptom seen now"),
    el("p", { className: "note" }, "One press reports it and raises a high-priority alert."),
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
    title: "Blood pressure measured by hand", label: "Record reading", close,
    fields: [
      { name: "systolic", label: "Systolic, mmHg", kind: "number", needed: true },
      { name: "diastolic", label: "Diastolic, mmHg", kind: "number", needed: true },
      { name: "mean", label: "Mean, mmHg", kind: "number" }, { name: "pulse_rate", label: "Pulse rate, 1/min", kind: "number" },
    ],
    send: (values) => desk.order("session-reading", values),
  });
}

/** @param {Sheet} o */
function pause({ desk, close }) {
  return makeForm({
    title: "Planned pause", label: "Begin pause", close,
    before: [el("p", { className: "note" }, "Alerts about the person are held back and come by themselves afterwards. New high alerts break through.")],
    fields: [
      { name: "reason", label: "Why, such as bathroom", needed: true },
      { name: "minutes", label: "For", kind: "select", options: [["1", "1 minute"], ["2", "2 minutes"], ["3", "3 minutes"], ["5", "5 minutes"]], value: "3" },
      { name: "sensor", label: "The sensor will be moved or taken off", kind: "check" },
    ],
    send: ({ minutes, ...rest }) => desk.order("pause-alarms", { ...rest, seconds: Number(minutes) * 60 }),
  });
}

/** What can be urgent is not in the list: the agent would refuse it. @param {Sheet} o */
function alarmOff({ status, desk, close }) {
  /** @type {Map<string, string>} */
  const may = new Map();
  for (const l of status.limits ?? []) if (l.may_be_off && !l.switched_off) may.set(l.condition, l.title);
  return makeForm({
    title: "Keep one alert quiet", label: "Switch off", close,
    before: [el("p", { className: "note" }, may.size ? "Until the session ends or it is switched on again. It is still shown and recorded. What can become high is never off." : "There is none now that may be switched off.")],
    fields: [
      { name: "condition", label: "Which", kind: "select", options: [["", "choose"], ...may], needed: true },
      { name: "reason", label: "Why", needed: true, most: 500 },
    ],
    send: (values) => desk.order("alarm-off", values),
  });
}

/** @param {Sheet} o */
function phase({ session, desk, close }) {
  const dosed = Boolean(session.doses?.length);
  const choice = phases.filter(([word]) => word !== session.phase && dosed !== (word === "preparation" || word === "baseline"));
  return makeForm({
    title: `Move on from phase ${say(phases, session.phase).toLowerCase()}`, label: "Move phase", close,
    fields: [{ name: "phase", label: "To", kind: "select", options: [["", "choose"], ...choice], needed: true }, { name: "reason", label: "Why", needed: dosed, most: 500 }],
    send: (values) => desk.order("session-phase", values),
  });
}

/** @param {Sheet} o */
function end({ session, desk, close, follow }) {
  const list = el("ul", { className: "plain" });
  follow((s, x) => {
    const open = x.gate.items.filter((i) => !i.met && !i.advice).map((i) => `✗ ${wording(i, x.gate)}`);
    const unseen = s.alerts.filter((a) => !a.acknowledged).length;
    if (unseen) open.push(`✗ ${unseen} ${unseen === 1 ? "alert is" : "alerts are"} not acknowledged`);
    if (!x.doses?.length) open.push("No dose was given.");
    keep(list, JSON.stringify(open), () => open.map((t) => el("li", {}, t)));
  });
  return makeForm({
    title: `End session ${session.code}`, label: "End session", close, before: [list],
    fields: [{ name: "reason", label: "Why it ends, if something is open", kind: "long" }],
    send: (values) => desk.order("session-end", values),
  });
}

/** @type {[string, (o: Sheet) => HTMLElement][]} */
const actions = [
  ["Dose", dose], ["Note", note], ["Symptom", symptom], ["Reading by hand", reading], ["Pause", pause], ["Alert off", alarmOff],
  ["Phase", phase], ["End session", end],
];

/** @param {Desk} desk */
export function makeActions(desk) {
  /** @type {{s: Status, session: Session}|null} */
  let current = null;
  /** @type {((s: Status, session: Session) => void)|undefined} */
  let follower;
  const sheet = el("div");
  const infusion = orderButton("Infusion has ended", "infusion", () => desk.order("infusion-end", {}));
  const baseline = orderButton("Begin baseline readings", "baseline", () => desk.order("session-phase", { phase: "baseline" }));
  const buttons = actions.map(([label, make]) => {
    const b = el("button", { type: "button", ariaExpanded: "false" }, label);
    b.dataset.action = label;
    b.addEventListener("click", () => {
      const was = b.ariaExpanded === "true";
      shut();
      if (was || !current) return;
      b.ariaExpanded = "true";
      const close = () => {
        shut();
        b.focus();
      };
      const form = make({ status: current.s, session: current.session, desk, close, follow: (f) => (follower = f) });
      follower?.(current.s, current.session);
      sheet.append(form);
      enter(form);
    });
    return b;
  });

  function shut() {
    for (const b of buttons) b.ariaExpanded = "false";
    sheet.replaceChildren();
    follower = undefined;
  }

  return {
    element: el("div", { className: "actions" }, el("div", { className: "buttons" }, baseline, ...buttons, infusion), sheet),
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
