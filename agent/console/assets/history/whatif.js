// What if another profile had watched? The agent judges the recorded session again; this sets both sides beside each other. It is a
// reckoning about what was, and it says so.
import { clock, duration } from "../base/format.js";
import { el, refocus } from "../base/parts.js";
import { language, say } from "../base/say.js";
import { told as retell } from "../base/told.js";
/** @typedef {import("../base/types.js").Choice} Choice */
/** @typedef {import("../base/types.js").Comparison} Comparison */
/** @typedef {import("../base/types.js").Occurrence} Occurrence */
/** @typedef {import("../base/types.js").AlertPair} AlertPair */
/** @typedef {import("../base/types.js").Judged} Judged */

const priorities = ["high", "medium", "low", "information"];
const LONGEST = 30000; // ms, as the agent's own bound

/** @param {number} n */
const one = (n) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(n);

/** @param {Judged} of @param {string} p */
function perHour(of, p) {
  return say("whatif.count", { n: of.alerts[p] ?? 0, rate: one(of.per_hour[p] ?? 0) });
}

/** The alerts that there are on both sides, by priority. @param {Comparison} c */
function counted(c) {
  const there = priorities.filter((p) => (c.recorded.alerts[p] ?? 0) + (c.other.alerts[p] ?? 0) > 0);
  if (!there.length) return el("p", {}, say("whatif.no_alerts"));
  const head = el("tr", {}, el("th", { scope: "col" }, say("whatif.by_priority")),
    el("th", { scope: "col", className: "number" }, say("whatif.recorded", { profile: c.recorded.profile })),
    el("th", { scope: "col", className: "number" }, say("whatif.with", { profile: c.other.profile })));
  const rows = there.map((p) => el("tr", {}, el("th", { scope: "row" }, say(`priority.${p}`)),
    el("td", { className: "number" }, perHour(c.recorded, p)), el("td", { className: "number" }, perHour(c.other, p))));
  return el("div", { className: "sides" }, el("table", {}, el("caption", {}, say("whatif.counts")), el("thead", {}, head), el("tbody", {}, ...rows)));
}

/** What it is about, when it was there and how urgent. @param {Occurrence} o @param {string} note */
function item(o, note) {
  const length = o.until ? say("whatif.for", { length: duration(Date.parse(o.until) - Date.parse(o.raised)) }) : say("whatif.to_end");
  const urgent = o.priority === o.first_priority ? say(`priority.${o.priority}`)
    : say("whatif.rose", { from: say(`priority.${o.first_priority}`), to: say(`priority.${o.priority}`) });
  // Of what people report, the report itself tells what it was.
  const title = retell(o.title), what = o.condition === "symptom" ? `${title}: ${retell(o.text).split(". ")[0]}` : title;
  return el("li", {}, el("time", {}, o.before ? say("whatif.before") : clock(o.raised)), el("b", {}, what),
    el("span", { className: "note" }, [urgent, length, note].filter(Boolean).join(" · ")));
}

/** @param {string} heading @param {HTMLElement[]} items */
function list(heading, items) {
  return el("section", {}, el("h4", {}, heading), items.length ? el("ul", { className: "plain" }, ...items) : el("p", { className: "note" }, say("whatif.none")));
}

/** What differs of an alert that both have. @param {AlertPair} p */
function moved(p) {
  if (!p.recorded || !p.other) return "";
  const parts = [];
  const apart = duration(Math.abs(p.delay_s) * 1000);
  if (p.verdict === "earlier") parts.push(say("whatif.earlier", { apart }));
  if (p.verdict === "later") parts.push(say("whatif.later", { apart }));
  if (p.recorded.priority !== p.other.priority) parts.push(say("whatif.instead", { priority: say(`priority.${p.other.priority}`) }));
  return parts.join(", ");
}

/** @param {Comparison} c */
function drawn(c) {
  const both = c.alerts.filter((p) => p.recorded && p.other);
  const changed = both.filter((p) => moved(p));
  const only = (/** @type {"recorded"|"other"} */ side) => c.alerts.filter((p) => p.verdict === `only_${side}`).map((p) => item(/** @type {Occurrence} */ (p[side]), ""));
  const rest = [];
  if (both.length > changed.length) rest.push(say("whatif.same", { n: both.length - changed.length }));
  rest.push(c.asked.length ? say("whatif.asked", { n: c.asked.length, at: c.asked.map((a) => clock(a.at).slice(0, 5)).join(", "), profile: c.other.profile })
    : say("whatif.asked_none", { profile: c.other.profile }));
  if (c.acknowledged_alone) rest.push(say("whatif.alone", { n: c.acknowledged_alone }));
  if (c.not_judged_again.length) rest.push(say("whatif.carried", { n: c.not_judged_again.length, titles: [...new Set(c.not_judged_again.map((o) => retell(o.title)))].join(", ") }));
  rest.push(...c.notes.map((n) => say("whatif.noted", { at: clock(n.at), text: retell(n.text) })));
  if (!c.ended) rest.push(say("whatif.goes_on"));
  if (!c.other.approved_by) rest.push(say("whatif.not_approved", { profile: c.other.profile }));
  return [
    counted(c),
    el("div", { className: "pair" }, list(say("whatif.only_recorded"), only("recorded")), list(say("whatif.only_other", { profile: c.other.profile }), only("other"))),
    list(say("whatif.changed"), changed.map((p) => item(/** @type {Occurrence} */ (p.recorded), moved(p)))),
    ...rest.map((words) => el("p", { className: "note" }, words)),
  ];
}

/** @param {string} path @returns {Promise<any>} */
export async function ask(path) {
  let answer;
  try {
    answer = await fetch(`/api/v1/${path}`, { signal: AbortSignal.timeout(LONGEST) });
  } catch {
    throw new Error(say("history.no_answer"));
  }
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text);
  try {
    throw new Error(retell(JSON.parse(text).text)); // of the door
  } catch (e) {
    throw e instanceof SyntaxError ? new Error(retell(text.trim())) : e;
  }
}

export function makeWhatIf() {
  const which = el("select", { name: "profile" });
  const go = el("button", { type: "submit", className: "go" }, say("whatif.compare"));
  const told = el("p", { className: "note", role: "status" });
  const result = el("div", { className: "whatif" });
  const form = el("form", { className: "ask" }, el("label", {}, say("whatif.profile"), which), go);
  const place = el("section", { className: "whatif", hidden: true }, el("h3", {}, say("whatif.title")),
    el("p", { className: "reckoning" }, say("whatif.reckoning")), form, told, result);
  let code = "";
  /** @type {Promise<Choice[]>|undefined} */
  let choices;

  async function fill() {
    choices ??= ask("profiles");
    try {
      const all = await choices;
      which.replaceChildren(...all.map((c) => el("option", { value: c.id }, `${c.profile} – ${retell(c.title)}`)));
    } catch (e) {
      choices = undefined;
      told.textContent = /** @type {Error} */ (e).message;
    }
  }

  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    const of = code;
    const held = document.activeElement;
    go.disabled = true;
    result.replaceChildren();
    told.textContent = say("whatif.judging");
    try {
      const c = await ask(`sessions/${encodeURIComponent(of)}/whatif?${new URLSearchParams({ profile: which.value, language })}`);
      if (of !== code) return;
      told.textContent = "";
      result.replaceChildren(...drawn(c));
    } catch (failure) {
      if (of === code) told.textContent = /** @type {Error} */ (failure).message;
    } finally {
      go.disabled = false;
      refocus(held);
    }
  });

  return {
    place,
    /** @param {string} next */
    show(next) {
      if (next !== code) {
        code = next;
        told.textContent = "";
        result.replaceChildren();
      }
      fill();
    },
  };
}
