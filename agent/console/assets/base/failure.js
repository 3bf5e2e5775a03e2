// A mistake of the page itself: it is loaded anew once, by itself. If that does not help within a minute, it says so and stays, because a page
// that loads again and again shows nothing at all. Values that cannot be drawn are never old ones: the line's watch takes them away.
import { el } from "./parts.js";
import { say } from "./say.js";

const KEY = "bedside.failed";
const AGAIN = 60_000; // within which a second mistake is not answered by loading; our choice
const SHOWN = 1500; // milliseconds that the sentence stands before; our choice

/** @param {() => string|null} read @param {number} now @returns {boolean} whether to load anew */
export function once(read, now) {
  const before = Number(read() ?? 0);
  return !(before > 0 && now - before < AGAIN);
}

/** Watches over the page. */
export function watchFailures() {
  const note = el("p", { className: "panel failure", role: "alert", hidden: true });
  document.body.prepend(note);
  let failed = false;
  const fail = () => {
    if (failed) return;
    failed = true;
    let again = false;
    try {
      again = once(() => sessionStorage.getItem(KEY), Date.now());
      sessionStorage.setItem(KEY, String(Date.now()));
    } catch {
      // a browser that keeps nothing would load for ever
    }
    note.hidden = false;
    note.textContent = say(again ? "failure.reloads" : "failure.stays");
    if (again) setTimeout(() => location.reload(), SHOWN);
  };
  addEventListener("error", (e) => {
    if (e.error) fail(); // not a picture that could not be loaded
  });
  addEventListener("unhandledrejection", fail);
}
