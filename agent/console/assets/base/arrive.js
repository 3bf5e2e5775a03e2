// Sees to it that a page arrives as a whole. Its modules run together or not at all: if one file does not come, no module is there to say
// so, and what stands there is a page without words that nobody would come back to. So this is no module, waits for none and asks no
// catalogue; it is told by say.js, on "data-begun", that all of them have come.
(() => {
  "use strict";
  const LATE = 4000; // ms after which a page that shows nothing yet says so; as long as it may take to tell that nothing comes any more
  const AGAIN = 3000; // ms between two looks whether the computer answers; our choice
  const SAID = {
    late: { en: "This page is still arriving and shows nothing yet.", de: "Diese Seite kommt noch an und zeigt noch nichts." },
    broken: {
      en: "This page did not arrive as a whole. It is loaded again as soon as the computer answers.",
      de: "Diese Seite ist nicht ganz angekommen. Sie wird neu geladen, sobald der Computer antwortet.",
    },
  };
  const KEY = "bedside.arrived"; // that it was loaded again for the sake of its looks
  const page = document.documentElement;
  const begun = () => page.dataset.begun !== undefined;
  const note = Object.assign(document.createElement("div"), { className: "panel failure" });
  note.setAttribute("role", "alert");
  let broken = false;

  /** @param {"late"|"broken"} what */
  function tell(what) {
    note.replaceChildren(...Object.entries(SAID[what]).map(([lang, textContent]) => Object.assign(document.createElement("p"), { lang, textContent })));
    document.body.prepend(note);
  }

  async function again() {
    try {
      if ((await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(AGAIN) })).ok) {
        location.reload();
        return;
      }
    } catch {
      // nobody there: an empty window of the browser's own would take the place of this page
    }
    setTimeout(again, AGAIN);
  }

  function fail() {
    if (broken) return;
    broken = true;
    tell("broken");
    setTimeout(again, AGAIN);
  }

  /** Whether this is the first time that something is wrong with the looks: a page can be read without them. */
  function first() {
    try {
      const before = sessionStorage.getItem(KEY);
      sessionStorage.setItem(KEY, "1");
      return !before;
    } catch {
      return false; // a browser that keeps nothing would load for ever
    }
  }

  /** Whether a style came. One that did not has no rules, or none that may be read. @param {HTMLLinkElement} link */
  function styled({ sheet }) {
    try {
      return Boolean(sheet?.cssRules.length);
    } catch {
      return false;
    }
  }

  addEventListener("error", (e) => {
    // A module that did not come is an error of its element; one that did not fit the others, or broke at once, is one of the window.
    if (e.target instanceof HTMLScriptElement || (e instanceof ErrorEvent && !begun())) fail();
  }, true);
  setTimeout(() => {
    if (!begun() && !broken) tell("late");
  }, LATE);
  new MutationObserver(() => {
    if (begun() && !broken) note.remove();
  }).observe(page, { attributeFilter: ["data-begun"] });
  if ([...document.querySelectorAll("link[rel=stylesheet]")].some((link) => !styled(/** @type {HTMLLinkElement} */ (link))) && first()) fail();
})();
