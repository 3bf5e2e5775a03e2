// The big numbers. A number is shown only if the agent says that it is current; everything else is -?- and why.
import { duration, text, words } from "./format.js";
/** @typedef {import("./types.js").Status} Status */
/** @typedef {import("./types.js").Device} Device */

const CUFF_OLD = 15 * 60 * 1000; // a cuff value older than this is drawn in outline
const DOUBT = ["artifact", "out_of_track", "low_perfusion", "weak_signal", "searching"];

/** What a numeral needs of a status. @typedef {Pick<Status, "devices">} Source */

/** @param {Element} root holds the numerals @param {Source|null} s null: nothing is known @param {string} [why] nothing is known */
export function drawNumerals(root, s, why = "No connection to the agent") {
  for (const article of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-vital]"))) {
    const vital = article.dataset.vital ?? "";
    const out = /** @type {HTMLElement} */ (article.querySelector("output"));
    const note = /** @type {HTMLElement} */ (article.querySelector(".note"));
    const view = !s ? missing(why) : vital === "systolic" ? pressure(s) : stream(s, vital);
    out.className = view.look;
    text(out, view.value);
    text(note, view.note);
  }
}

/** @param {string} note */
function missing(note) {
  return { value: "-?-", look: "missing", note };
}

/** @param {Source} s @param {string} kind */
function find(s, kind) {
  return s.devices.find((d) => d.kind === kind);
}

/** @param {Device} d */
function gone(d) {
  return `${d.title} ${d.link === "silent" ? "cannot be heard" : "not connected"}${d.why ? `: ${d.why}` : ""}`;
}

/** @param {Source} s @param {string} vital */
function stream(s, vital) {
  const d = find(s, "oximeter");
  if (!d) return missing("No oximeter configured");
  const now = d.values?.[vital];
  if (!now) return missing(d.link !== "connected" ? gone(d) : words(d.absent?.[vital] ?? "not_measured"));
  const doubt = (d.flags ?? []).filter((f) => DOUBT.includes(f));
  const age = now.age_ms >= 1500 ? `${Math.round(now.age_ms / 1000)} s ago` : "now";
  if (doubt.length) return { value: `?${now.value}`, look: "doubtful", note: `${doubt.map(words).join(", ")} · ${age}` };
  return { value: String(now.value), look: "", note: age };
}

/** @param {Source} s */
function pressure(s) {
  const d = find(s, "cuff");
  if (!d) return missing("No cuff configured");
  const sys = d.values?.systolic, dia = d.values?.diastolic, mean = d.values?.mean;
  const busy = d.cuff?.phase === "inflating" || d.cuff?.phase === "deflating";
  const notes = [];
  if (busy) notes.push(`measuring… ${d.cuff?.pressure ?? ""}`);
  else if (d.cuff?.phase === "failed") notes.push(`Last measurement failed: ${words(d.cuff.class ?? "indeterminate")}`);
  if (d.link !== "connected") notes.push(gone(d));
  if (!sys || !dia) {
    if (!notes.length) notes.push(words(d.absent?.systolic ?? "not_measured"));
    return missing(notes.join(" · "));
  }
  if (mean) notes.unshift(`mean ${mean.value}`);
  notes.push(`${duration(sys.age_ms)} ago`);
  const old = busy || d.link !== "connected" || sys.age_ms > CUFF_OLD;
  return { value: `${sys.value}/${dia.value}`, look: old ? "old" : "", note: notes.join(" · ") };
}
