// How this browser shows the room: light, dark or night, mmHg or kPa, and the keys. It is kept in the browser, and is no business of
// the agent's.
import { el } from "./parts.js";
import { makeKeys } from "./keys.js";
import { choose, language, languages, say } from "./say.js";
import { pressureUnit, setPressureUnit } from "./units.js";

const STORE = "bedside-theme";

/** @type {[string, string][]} */
const themes = [["dark", say("view.dark")], ["light", say("view.light")], ["night", say("view.night")]];

/** @type {[string, string][]} */
const keys = [
  ["A", say("view.key_acknowledge")], ["P", say("view.key_pause")], ["L", say("view.key_list")], ["M", say("view.key_note")],
  ["Esc", say("view.key_close")], ["?", say("view.key_help")],
];

function kept() {
  try {
    return localStorage.getItem(STORE) ?? "dark";
  } catch {
    return "dark"; // a browser that keeps nothing
  }
}

/** A row of buttons of which one is pressed. @param {string} label @param {[string, string][]} list @param {string} now @param {(word: string) => void} choose */
export function choice(label, list, now, choose) {
  const buttons = list.map(([word, name]) => {
    const b = el("button", { type: "button", ariaPressed: String(word === now) }, name);
    b.dataset.choice = word;
    b.addEventListener("click", () => {
      for (const other of buttons) other.ariaPressed = String(other === b);
      choose(word);
    });
    return b;
  });
  const row = el("div", { className: "buttons" }, el("span", { className: "note" }, label), ...buttons);
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", label);
  return row;
}

/** The choice of colours, unit and language, as this browser has kept it; the colours are worn at once.
 * @param {() => void} restart what keeps a colour or a unit draws anew */
export function makeChoices(restart) {
  /** @param {string} theme */
  function wear(theme) {
    document.documentElement.dataset.theme = theme;
    const scheme = document.querySelector('meta[name="color-scheme"]');
    if (scheme) scheme.setAttribute("content", theme === "light" ? "light" : "dark");
    restart();
  }
  wear(kept());
  return [
    choice(say("view.colours"), themes, kept(), (word) => {
      try {
        localStorage.setItem(STORE, word);
      } catch {
        // It lasts as long as the page, then.
      }
      wear(word);
    }),
    choice(say("view.pressure"), [["mmHg", "mmHg"], ["kPa", "kPa"]], pressureUnit(), (word) => {
      setPressureUnit(word === "kPa" ? "kPa" : "mmHg");
      restart();
    }), choice(say("view.language"), languages, language, choose),
  ];
}

/** @param {HTMLDetailsElement} box @param {{restart: () => void, act: Record<string, () => void>, keys?: [string, string][]}} o
 *   restart: what keeps a colour draws anew; keys: what they do, if it is not what they do in a room */
export function makeView(box, { restart, act, keys: told = keys }) {
  const choices = makeChoices(restart);
  const help = makeKeys({ ...act, "?": () => {
    box.open = !box.open;
    if (box.open) /** @type {HTMLElement} */ (box.querySelector("summary")).focus();
  } }, { keys: told, words: [say("view.marks"), say("view.digits")] });
  box.append(el("div", { className: "view" }, ...choices, help));
}
