// The big numbers. A number is shown only if the agent says that it is current; everything else is -?- and why.
import { nextReading } from "./clocks.js";
import { clock, cuffWords, duration, text, words } from "../base/format.js";
import { drawLimits } from "./limits.js";
import { figure, say } from "../base/say.js";
import { told } from "../base/told.js";
import { pressure as written, pressureUnit } from "../base/units.js";
/** @typedef {import("../base/types.js").Status} Status */
/** @typedef {import("../base/types.js").Device} Device */
/** @typedef {import("../base/types.js").Session} Session */

const CUFF_OLD = 15 * 60 * 1000; // a cuff value older than this is drawn in outline
const CUFF_LEAST = 60 * 1000; // but none sooner, however close the next reading is; our choice
const DOUBT = ["artifact", "out_of_track", "low_perfusion", "weak_signal", "searching"];

/** What a numeral needs of a status, and what it shows more if it is there.
 * @typedef {Pick<Status, "devices"> & Partial<Pick<Status, "limits"|"session"|"alerts"|"at">>} Source */

/** How long a cuff value counts as fresh: one and a half of the interval to the next one, at most 15 min. @param {Session|undefined} x */
export function freshFor(x) {
  if (!x?.next_reading || !x.last_reading) return CUFF_OLD;
  const interval = Date.parse(x.next_reading) - Date.parse(x.last_reading.at);
  return interval > 0 ? Math.min(CUFF_OLD, Math.max(CUFF_LEAST, 1.5 * interval)) : CUFF_OLD;
}

/** @param {Element} root holds the numerals @param {Source|null} s null: nothing is known @param {string} [why] nothing is known */
export function drawNumerals(root, s, why = say("numerals.no_connection")) {
  for (const article of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-vital]"))) {
    const vital = article.dataset.vital ?? "";
    const out = /** @type {HTMLElement} */ (article.querySelector("output"));
    const note = /** @type {HTMLElement} */ (article.querySelector(".note"));
    const limits = /** @type {HTMLElement|null} */ (article.querySelector(".limits")); // where there is room for all of it
    const view = !s ? missing(why) : vital === "systolic" ? pressure(s, Boolean(limits)) : stream(s, vital);
    out.className = view.look;
    text(out, view.value);
    text(note, view.note);
    if (limits) drawLimits(limits, s?.limits, s?.alerts ?? [], vital === "systolic" ? ["systolic", "diastolic", "mean"] : [vital], s ? shown(s, vital) : {}, s?.at);
    const unit = article.querySelector("[data-pressure-unit]");
    if (unit) text(unit, pressureUnit());
  }
}

/** The values beside which the limits of a numeral stand. @param {Source} s @param {string} vital @returns {Record<string, number>} */
function shown(s, vital) {
  const d = find(s, vital === "systolic" ? "cuff" : "oximeter");
  return Object.fromEntries(Object.entries(d?.values ?? {}).map(([name, v]) => [name, Number(v.value)]));
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
  const what = say(d.link === "silent" ? "numerals.silent" : "numerals.lost", { device: told(d.title) });
  const since = d.link_ms === undefined ? what : `${what} ${duration(d.link_ms)}`; // a tile knows not since when
  return d.why ? say("numerals.because", { what: since, why: told(d.why) }) : since;
}

/** Why there is none, and for how long. @param {Device} d @param {string} vital */
function absent(d, vital) {
  const why = words(d.absent?.[vital] ?? "not_measured"), ms = d.absent_ms?.[vital];
  return ms === undefined ? why : `${why} ${duration(ms)}`;
}

/** @param {Source} s @param {string} vital */
function stream(s, vital) {
  const d = find(s, "oximeter");
  if (!d) return missing(say("numerals.no_oximeter"));
  const now = d.values?.[vital];
  if (!now) return missing(d.link !== "connected" ? gone(d) : absent(d, vital));
  const doubt = (d.flags ?? []).filter((f) => DOUBT.includes(f));
  const age = now.age_ms >= 1500 ? say("numerals.seconds_ago", { n: Math.round(now.age_ms / 1000) }) : say("numerals.now");
  if (doubt.length) return { value: `?${figure(now.value)}`, look: "doubtful", note: `${doubt.map(words).join(", ")} · ${age}` };
  return { value: figure(now.value), look: "", note: age };
}

/** @param {Source} s @param {boolean} full with the next reading */
function pressure(s, full) {
  const d = find(s, "cuff");
  if (!d) return missing(say("numerals.no_cuff"));
  const sys = d.values?.systolic, dia = d.values?.diastolic, mean = d.values?.mean;
  const busy = d.cuff?.phase === "inflating" || d.cuff?.phase === "deflating";
  const notes = [];
  if (busy) notes.push(d.cuff?.pressure === undefined ? say("numerals.measuring") : say("numerals.measuring_at", { pressure: d.cuff.pressure }));
  else if (d.cuff?.phase === "failed") notes.push(say("numerals.failed", { why: cuffWords(d.cuff.class ?? "indeterminate") }));
  if (d.link !== "connected") notes.push(gone(d));
  if (!sys || !dia) {
    if (!notes.length) notes.push(words(d.absent?.systolic ?? "not_measured"));
    const next = full && coming(s);
    if (next) notes.push(next);
    return missing(notes.join(" · "));
  }
  if (mean) notes.unshift(`(${written(mean.value)})`);
  if (pressureUnit() === "kPa") notes.unshift(`${sys.value}/${dia.value} mmHg`);
  notes.push(say("numerals.taken", { time: clock(sys.at).slice(0, 5), length: duration(sys.age_ms) }));
  const next = full && coming(s);
  if (next) notes.push(next);
  const old = busy || d.link !== "connected" || sys.age_ms > freshFor(s.session);
  return { value: `${written(sys.value)}/${written(dia.value)}`, look: old ? "old" : "", note: notes.join(" · ") };
}

/** When the next reading comes, for a session that plans any. @param {Source} s */
function coming(s) {
  if (!s.session?.next_reading || !s.at) return "";
  const x = { ...s.session, next_reading_why: undefined };
  const next = nextReading(x, [], Date.parse(s.at));
  return next.ahead ? say("clocks.next_in", { length: duration(next.ahead) }) : next.value;
}
