// The looks of a page without numbers: its colours, as the other pages of this browser have them, and its language.
import { el } from "./parts.js";
import { choose, language, languages, say } from "./say.js";

const STORE = "bedside-theme"; // as in view.js

/** @param {string} theme */
function wear(theme) {
  document.documentElement.dataset.theme = theme;
  document.querySelector('meta[name="color-scheme"]')?.setAttribute("content", theme === "light" ? "light" : "dark");
}

function kept() {
  try {
    return localStorage.getItem(STORE) ?? "dark";
  } catch {
    return "dark"; // a browser that keeps nothing
  }
}

/** @param {string} label @param {[string, string][]} list @param {string} now @param {(word: string) => void} act */
function choice(label, list, now, act) {
  const buttons = list.map(([word, name]) => {
    const b = el("button", { type: "button", ariaPressed: String(word === now) }, name);
    b.dataset.choice = word;
    b.addEventListener("click", () => {
      for (const other of buttons) other.ariaPressed = String(other === b);
      act(word);
    });
    return b;
  });
  const row = el("div", { className: "buttons", role: "group", ariaLabel: label }, ...buttons);
  return row;
}

/** Puts colours and language into a place of the page. @param {HTMLElement} at */
export function makeLook(at) {
  wear(kept());
  at.replaceChildren(
    choice(say("view.language"), languages, language, choose),
    choice(say("view.colours"), [["dark", say("view.dark")], ["light", say("view.light")], ["night", say("view.night")]], kept(), (word) => {
      try {
        localStorage.setItem(STORE, word);
      } catch {
        // It lasts as long as the page, then.
      }
      wear(word);
    }));
}
