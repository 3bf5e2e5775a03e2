// One recorded session in full: its report, as it is printed and sent, and its files. The report is a page of its own in a frame;
// it has no script, and its policy lets nothing else in.
import { el } from "../base/parts.js";
import { language, say } from "../base/say.js";
import { told as retell } from "../base/told.js";
import { pressureUnit } from "../base/units.js";
import { makeWhatIf } from "./whatif.js";
/** @typedef {import("../base/types.js").Recorded} Recorded */

/** @type {[string, string, boolean][]} */
const files = [ // file, word, whether language and unit matter
  ["report.pdf", "pdf", true], ["seconds.csv", "seconds", false], ["figures.csv", "figures", false], ["fhir.json", "fhir", false],
  ["observations.hl7", "hl7", false], ["waves.edf", "edf", false],
];

/** Where a file of a session is. @param {string} code @param {string} file @param {boolean} spoken */
function address(code, file, spoken) {
  const style = spoken ? `?${new URLSearchParams({ language, unit: pressureUnit() })}` : "";
  return `/api/v1/sessions/${encodeURIComponent(code)}/${file}${style}`;
}

/** @param {string} s what the agent says, which begins small */
const sentence = (s) => s.charAt(0).toUpperCase() + s.slice(1);

/** @param {HTMLElement} place @param {{may: (right: string) => boolean, close: () => void}} o */
export function makePast(place, { may, close }) {
  const heading = el("h2", { tabIndex: -1 });
  const back = el("button", { type: "button" }, say("past.back"));
  back.addEventListener("click", close);
  const told = el("p", { className: "note", role: "status" });
  const print = el("button", { type: "button", className: "go" }, say("past.print"));
  const own = el("a", { className: "button", target: "_blank", rel: "noopener" }, say("past.own_page"));
  const links = el("div", { className: "files", role: "group", ariaLabel: say("past.files") });
  const refused = el("p", { className: "note" }, say("past.lead"));
  const report = el("button", { type: "button" }, say("past.report"));
  const again = el("button", { type: "button" }, say("past.whatif"));
  const frame = el("iframe", {});
  const preview = el("div", { className: "preview" }, frame);
  const whatif = makeWhatIf();
  let code = "", shown = "";

  /** @param {boolean} judged */
  function turn(judged) {
    report.ariaPressed = String(!judged);
    again.ariaPressed = String(judged);
    preview.hidden = judged;
    whatif.place.hidden = !judged;
    if (judged) whatif.show(code);
  }
  report.addEventListener("click", () => turn(false));
  again.addEventListener("click", () => turn(true));

  /** The frame is as high as the report, so that there is one thing to scroll. */
  function fit() {
    const inside = frame.contentDocument?.documentElement;
    if (inside) frame.style.height = `${Math.ceil(inside.getBoundingClientRect().height) + 4}px`;
  }
  frame.addEventListener("load", () => {
    fit();
    const inside = frame.contentDocument?.body;
    const there = Boolean(inside?.querySelector("main"));
    if (inside?.ownerDocument.URL === "about:blank") return; // before the first one, and after the last
    told.textContent = there ? "" : sentence(retell(inside?.textContent?.trim() || say("past.unread")));
    frame.hidden = !there;
    print.disabled = !there;
    own.hidden = links.hidden = !there; // of a session that cannot be read there are no files
    if (inside) new ResizeObserver(fit).observe(inside);
  });
  print.addEventListener("click", () => frame.contentWindow?.print());

  place.append(el("div", { className: "bar" }, back, heading),
    el("div", { className: "buttons", role: "group", ariaLabel: say("past.title") }, report, again),
    el("div", { className: "files" }, print, own, links), refused, told, preview, whatif.place);

  /** Loads the report anew. */
  function load() {
    const at = address(code, "report.html", true);
    shown = at;
    told.textContent = say("past.making");
    print.disabled = true;
    frame.title = say("past.frame", { code });
    own.href = at;
    frame.contentWindow?.location.replace(at); // a step of the frame is none that somebody takes back
  }

  /** Files are for those who may take data out. */
  function offer() {
    const out = may("export");
    refused.hidden = out;
    links.replaceChildren(...files.map(([file, word, spoken]) => {
      const name = say(`past.${word}`);
      if (!out) return el("button", { type: "button", disabled: true }, name);
      return el("a", { className: "button", href: address(code, file, spoken), download: "" }, name);
    }));
  }

  return {
    /** @param {string} next @param {Recorded|undefined} of what the list has of it */
    show(next, of) {
      heading.textContent = say(of?.running ? "past.so_far" : "past.of", { code: next });
      if (code !== next) {
        code = next;
        turn(false);
        load();
        offer();
        heading.focus();
      }
    },
    /** In another unit, or for somebody else. */
    restyle() {
      if (!code) return;
      if (shown !== address(code, "report.html", true)) load();
      offer();
    },
    /** Forgets the session, so that no report of it stays in the page. */
    leave() {
      code = "";
      frame.contentWindow?.location.replace("about:blank");
    },
  };
}
