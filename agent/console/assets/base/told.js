// What the agent, the station and their alerts say of themselves, in the reader's language. They speak English; the area "told" of
// the English catalogue has their sentences as they say them, with names for what varies, and the other catalogues say the same.
// A test holds the sentences against the agent's sources. A sentence that is not there, such as one of a clinic's own profile,
// stays as it is: nothing that was said is ever lost.
import { figure, foreign, sayOr, say, sentences } from "./say.js";

const BRIEF = 6; // characters of its own: a message with fewer is looked for only within another one
const KEPT = 500; // sentences that are remembered with their answer; our choice, far more than are on a page

/** What stands for a figure, such as 186, 3.25 or 180/110. What stands for other names may be a sentence again. */
const FIGURES = ["value", "limit", "worst", "by", "n", "of", "d", "low", "high", "first", "second", "percent", "needed", "waiting"];

/** One sentence that is known: how it is recognised, and how much of it is its own. @typedef {{form: RegExp, name: string, literal: number, fixed: boolean}} Known */

/** The most particular first: of two that fit, the one with more words of its own is meant. @type {Known[]} */
const known = Object.entries(sentences).map(([name, english]) => {
  const parts = english.split(/(\{\w+\})/), own = parts.filter((p) => !p.startsWith("{"));
  const form = parts.map((p) => {
    const value = /^\{(\w+)\}$/.exec(p)?.[1];
    return value ? `(?<${value}>${FIGURES.includes(value) ? "-?\\d[\\d./]*" : ".+?"})` : p.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  }).join("");
  return { form: new RegExp(`^${form}$`, "is"), name, literal: own.join("").length, fixed: parts.length === 1 };
}).sort((a, b) => b.literal - a.literal || (a.name < b.name ? -1 : 1));

/** What came of a text; all of it known is sure. @typedef {{text: string, sure: boolean}|undefined} Answer */
/** Null for what nobody knows. @type {Map<string, {text: string, sure: boolean}|null>} */
const answers = new Map();

/** A length of time within a sentence, and not in a name such as room-4s. */
const LENGTH = /(?<![\w.-])(?:\d+h)?(?:\d+m)?\d+(?:\.\d+)?s(?![\w-])/g;

/** A length of time as Go writes it, such as 1h2m3s. @param {string} s */
function length(s) {
  const m = /^(?:(\d+)h)?(?:(\d+)m)?(?:([\d.]+)s)?$/.exec(s);
  if (!s || !m) return undefined;
  const parts = [[m[1], "h"], [m[2], "min"], [m[3], "s"]].filter(([n]) => Number(n) > 0).map(([n, unit]) => `${figure(Number(n))} ${unit}`);
  return parts.join(" ") || "0 s";
}

/** What stands in a sentence for a name. @param {string} s @returns {string} */
function inner(s) {
  if (/^-?\d+\.\d+$/.test(s)) return figure(Number(s), s.split(".")[1].length);
  return length(s) ?? retold(s) ?? whole(s, true) ?? s;
}

/** @param {string} s @param {boolean} [within] another sentence @param {boolean} [telling] only one that tells another, which is known as well: else
 * a list within it would be taken apart first @returns {string|undefined} */
function whole(s, within = false, telling = false) {
  for (const { form, name, literal, fixed } of known) {
    const found = within || fixed || literal >= BRIEF ? form.exec(s) : null;
    if (found && (!telling || (found.groups?.what && answer(found.groups.what)?.sure))) return say(`told.${name}`, Object.fromEntries(Object.entries(found.groups ?? {}).map(([of, v]) => [of, inner(v)])));
  }
  return undefined;
}

/** Several sentences, or a list. @param {string} s @param {boolean} all of them must be known @returns {string|undefined} */
function pieces(s, all) {
  for (const between of [". ", "; ", ", "]) {
    const list = s.split(between);
    if (list.length < 2) continue;
    const each = list.map(answer), found = each.filter((t) => t && (t.sure || !all)).length;
    if (found === list.length || (found && !all)) return each.map((t, i) => t?.text ?? list[i]).join(between);
  }
  return undefined;
}

/** A sentence behind the name of what it is about, such as "ntfy: nothing listens at example.org". @param {string} s @param {boolean} all of it
 * must be known @returns {string|undefined} */
function behind(s, all) {
  const at = s.indexOf(": "), rest = at < 0 ? undefined : answer(s.slice(at + 2));
  return rest && (rest.sure || !all) ? `${told(s.slice(0, at))}: ${rest.text}` : undefined;
}

/** What a text is in the reader's language, and whether all of it is known. @param {string} s @returns {Answer} */
function answer(s) {
  const kept = answers.get(s);
  if (kept !== undefined) return kept ?? undefined;
  const end = s.endsWith(".") ? "." : "", body = end ? s.slice(0, -1) : s;
  const sure = whole(body, false, true) ?? pieces(body, true) ?? whole(body) ?? behind(body, true);
  const found = sure ?? pieces(body, false) ?? behind(body, false);
  const now = found === undefined ? undefined : { text: foreign ? found + end : s.replace(LENGTH, (go) => length(go) ?? go), sure: sure !== undefined }; // English is what was said
  if (answers.size >= KEPT) answers.clear();
  answers.set(s, now ?? null);
  return now;
}

/** The same in the reader's language, or undefined if this is none of the known sentences. @param {string} s @returns {string|undefined} */
export function retold(s) {
  return answer(s)?.text;
}

/** The same in the reader's language where that is known, else as it was said. @param {string} s */
export function told(s) {
  return retold(s) ?? s;
}

/** Whether this is what the system reported, and no more. @param {string} s */
const bare = (s) => known.some(({ name, form }) => name.startsWith("os_") && form.test(s));

/** What an alert says. Some say only what the computer reported; those say also what that means. @param {{condition: string, text: string, title: string}} a */
export function alertText(a) {
  return (bare(a.text) ? undefined : retold(a.text)) ?? sayOr(`detail.${a.condition}`, a.text, { why: told(a.text) });
}

/** Why an order was not carried out: the agent's sentence, after what its code means where the sentence is not known; or that it
 * never got there. @param {import("./types.js").Reply} reply */
export function refused({ code, text }) {
  if (!code) return text ?? say("order.not_done");
  const known = text === undefined ? undefined : retold(text);
  const what = sayOr(`refusal.${code}`, "");
  const why = known ?? (text && what && foreign ? say("order.coded", { what, why: text }) : text || what || say("order.not_done"));
  return say("order.refused", { why });
}
