// Words and figures for people. Clocks have 24 hours whatever the browser's language.
import { say, sayOr } from "./say.js";

/** Sets text only where it changed, so that the browser has nothing to do otherwise.
 * @param {Element} e @param {string} s */
export function text(e, s) {
  if (e.textContent !== s) e.textContent = s;
}

const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** @param {string} iso */
export function clock(iso) {
  return time.format(new Date(iso));
}

/** @param {number} ms @returns {string} m:ss, or h:mm:ss from an hour on */
export function duration(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const rest = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return s < 3600 ? rest.replace(/^0/, "") : `${Math.floor(s / 3600)}:${rest}`;
}

/** How the line is. @param {"live"|"late"|"dead"} state @param {number} seconds since the last picture */
export function lineWords(state, seconds) {
  return state === "live" ? say("page.live") : say(state === "late" ? "page.late" : "page.no_data", { seconds });
}

/** The badge of what is not about a person, "" for a person. @param {{mode: string, simulated?: boolean, speed?: number}} of */
export function badge({ mode, simulated, speed }) {
  if (mode === "test") return say("page.test");
  if (!simulated && mode !== "demo") return "";
  return speed ? say("page.simulated_speed", { speed }) : say("page.simulated");
}

/** Why there is no value, or why it is doubtful. @param {string} code an absence or a flag of the contract */
export function words(code) {
  return sayOr(`reason.${code}`, code.replaceAll("_", " "));
}

/** Why a cuff gave no result. @param {string} code a class of the contract */
export function cuffWords(code) {
  return sayOr(`cuff.${code}`, code.replaceAll("_", " "));
}
