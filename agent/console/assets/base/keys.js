// The keyboard: one key for what is done often. Off while a field has focus, and it can be turned off altogether (WCAG 2.1.4).
import { el } from "./parts.js";
import { say } from "./say.js";

const STORE = "bedside.keys";

/** @param {Record<string, () => void>} act by key, in small letters
 * @param {{keys: [string, string][], words: string[], more?: HTMLElement[], room?: (n: number) => void}} o keys with what they do, and what else helps */
export function makeKeys(act, { keys, words, more = [], room }) {
  let on = localStorage.getItem(STORE) !== "off";
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
    const field = e.target instanceof HTMLElement && e.target.closest("input, select, textarea");
    if (e.key === "Escape" && !field) return act.escape?.();
    if (!on || field || e.repeat) return; // a key that is held would acknowledge what nobody has read
    const key = e.key.toLowerCase(), what = act[key];
    if (what) what();
    else if (room && /^[1-9]$/.test(key)) room(Number(key));
    else return;
    e.preventDefault();
  });

  const box = el("input", { type: "checkbox", checked: on });
  box.addEventListener("change", () => {
    on = box.checked;
    localStorage.setItem(STORE, on ? "on" : "off");
  });
  return el("div", { className: "stack" }, el("h2", {}, say("keys.help")),
    el("dl", { className: "keys" }, ...keys.flatMap(([key, what]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, what)])),
    ...more,
    el("label", { className: "row check" }, box, el("span", {}, say("keys.on"))),
    ...words.map((w) => el("p", {}, w)));
}
