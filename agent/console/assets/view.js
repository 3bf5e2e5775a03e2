// How this browser shows the room: light, dark or night, mmHg or kPa, and the keys. It is kept in the browser, and is no business of
// the agent's.
import { el } from "./parts.js";
import { makeKeys } from "./keys.js";
import { pressureUnit, setPressureUnit } from "./units.js";

const STORE = "bedside-theme";

/** @type {[string, string][]} */
const themes = [["dark", "Dark"], ["light", "Light"], ["night", "Night"]];

/** @type {[string, string][]} */
const keys = [
  ["A", "acknowledge the alert in the bar"], ["P", "pause or resume the sound"], ["L", "list of alerts"], ["M", "note"],
  ["Esc", "close a form"], ["?", "this help"],
];

function kept() {
  try {
    return localStorage.getItem(STORE) ?? "dark";
  } catch {
    return "dark"; // a browser that keeps nothing
  }
}

/** A row of buttons of which one is pressed. @param {string} label @param {[string, string][]} list @param {string} now @param {(word: string) => void} choose */
function choice(label, list, now, choose) {
  const buttons = list.map(([word, name]) => {
    const b = el("button", { type: "button", ariaPressed: String(word === now) }, name);
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

/** @param {HTMLDetailsElement} box @param {{restart: () => void, act: Record<string, () => void>}} o restart: what keeps a colour draws anew */
export function makeView(box, { restart, act }) {
  /** @param {string} theme */
  function wear(theme) {
    document.documentElement.dataset.theme = theme;
    const scheme = document.querySelector('meta[name="color-scheme"]');
    if (scheme) scheme.setAttribute("content", theme === "light" ? "light" : "dark");
    restart();
  }
  wear(kept());
  const help = makeKeys({ ...act, "?": () => {
    box.open = !box.open;
    if (box.open) /** @type {HTMLElement} */ (box.querySelector("summary")).focus();
  } }, { keys, words: ["Marks: *** high, ** medium, * low. An exclamation mark in place of the star: something technical.", "A number in outline is old, one with ? is doubtful, -?- is none. What is not known is hidden, and said."] });
  box.append(el("div", { className: "view" },
    choice("Colours", themes, kept(), (word) => {
      try {
        localStorage.setItem(STORE, word);
      } catch {
        // It lasts as long as the page, then.
      }
      wear(word);
    }),
    choice("Pressure in", [["mmHg", "mmHg"], ["kPa", "kPa"]], pressureUnit(), (word) => {
      setPressureUnit(word === "kPa" ? "kPa" : "mmHg");
      restart();
    }), help));
}
