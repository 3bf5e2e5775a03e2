// What a page says, in the reader's language. The catalogues are words/en.json and words/de.json: areas with messages, ICU-like:
// "{name}" stands for a value, "{n, plural, one {# room} other {# rooms}}" for words that follow a number. A test holds the two
// catalogues, and what the modules ask of them, against each other.
import de from "../words/de.json" with { type: "json" };
import en from "../words/en.json" with { type: "json" };

const STORE = "bedside-language";

/** Languages by their own names. "xx" is none of them: English, a third longer and with accents, by which a test sees what is not translated
 * and what does not fit. */
export const languages = /** @type {[string, string][]} */ ([["en", "English"], ["de", "Deutsch"]]);

function chosen() {
  try {
    const kept = localStorage.getItem(STORE);
    if (kept) return kept;
  } catch {
    // a browser that keeps nothing
  }
  const site = typeof document === "object" ? document.documentElement.dataset.siteLanguage : undefined; // what the site has set
  if (site) return site;
  return typeof navigator === "object" && navigator.language?.startsWith("de") ? "de" : "en";
}

const now = chosen();

/** The language of this page, for the attribute lang, numbers and dates. It is fixed until the page is loaded again. */
export const language = now === "de" ? "de" : "en";

/** Whether the agent's own English sentences are said anew. */
export const foreign = now === "de" || now === "xx";

/** The sentences that the agent says, in its words. @type {Record<string, string>} */
export const sentences = en.told;

/** @param {string} code of one of the languages; the page is loaded anew in it */
export function choose(code) {
  try {
    localStorage.setItem(STORE, code);
  } catch {
    return; // it stays as it is, then
  }
  location.reload();
}

/** @type {Record<string, Record<string, string>>} */
const catalogue = language === "de" ? de : en;
if (typeof document === "object") { // short names of vitals are the site's, where it has set them
  const { siteLabelPulseRate: pulse, siteLabelBloodPressure: pressure } = document.documentElement.dataset;
  catalogue.labels = { ...catalogue.labels, ...(pulse ? { pulse_rate: pulse } : {}), ...(pressure ? { blood_pressure: pressure } : {}) };
}
const plural = new Intl.PluralRules(language);
const number = new Intl.NumberFormat(language, { useGrouping: false });

/** Whether the catalogue has a message. @param {string} key */
export function known(key) {
  const [area, name] = key.split(".");
  return catalogue[area]?.[name] !== undefined;
}

/** A message by a word of the contract, or what to say where the catalogue does not know the word. @param {string} key @param {string} otherwise
 * @param {Record<string, string|number>} [values] */
export function sayOr(key, otherwise, values) {
  return known(key) ? say(key, values) : otherwise;
}

/** By their decimals: to make one costs more than to write a hundred numbers. @type {Map<number, Intl.NumberFormat>} */
const figures = new Map();

/** A figure as the language writes it, with a fixed number of decimals. @param {number} value @param {number} [decimals] */
export function figure(value, decimals = 0) {
  const format = figures.get(decimals) ?? new Intl.NumberFormat(language, { useGrouping: false, minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  figures.set(decimals, format);
  return format.format(value);
}

/** A message with its values. A number is written as the language writes it, without separators for thousands.
 * @param {string} key area and name, such as "alerts.none" @param {Record<string, string|number>} [values] */
export function say(key, values = {}) {
  const [area, name] = key.split(".");
  const message = catalogue[area]?.[name];
  if (message === undefined) throw new Error(`no message ${key} in ${language}.json`);
  const told = (/** @type {string|number} */ v) => (typeof v === "number" ? number.format(v) : now === "xx" ? `⟧${v}⟦` : v); // what is no word of ours shows
  return (now === "xx" ? stretched(message) : message).replace(/\{(\w+)(?:, plural, one \{([^}]*)\} other \{([^}]*)\})?\}/g, (_, word, one, other) => {
    const value = values[word];
    if (value === undefined) throw new Error(`message ${key} without its ${word}`);
    if (other === undefined) return told(value);
    return (plural.select(Number(value)) === "one" ? one : other).replaceAll("#", told(value));
  });
}

/** A message as language "xx" has it: what stands for its names is outside the brackets. @param {string} message */
function stretched(message) {
  return `⟦${message.replace(/\{\w+(?:,[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}|[aeiou]/g, (v) => ({ a: "àà", e: "éé", i: "ïï", o: "öö", u: "üü" })[v] ?? v)}⟧`;
}

/** Puts the words into what the page's HTML has: data-say for the text of an element, data-say-label for its name,
 * data-say-empty for what the style writes while it is empty.
 * @param {ParentNode} root */
export function translate(root) {
  for (const e of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-say]"))) e.textContent = say(e.dataset.say ?? "");
  for (const e of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-say-label]"))) e.ariaLabel = say(e.dataset.sayLabel ?? "");
  for (const e of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-say-empty]"))) e.dataset.empty = say(e.dataset.sayEmpty ?? "");
  for (const t of root.querySelectorAll("template")) translate(t.content);
}

if (typeof document === "object") {
  document.documentElement.lang = language;
  translate(document);
  document.documentElement.dataset.begun = ""; // every file that the page is made of has come (arrive.js)
}
