// Words and figures for people. Clocks have 24 hours whatever the browser's language.

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

/** @type {Record<string, string>} */
const reasons = {
  sensor_off: "Sensor not connected or off the patient", finger_out: "No finger in the sensor",
  sensor_fault: "Sensor defective", searching: "Searching for the pulse", artifact: "Motion or interference",
  low_perfusion: "Pulse too weak to measure", out_of_range: "Value out of range", held_value: "Old value, not shown",
  stale: "Too old, not shown", not_measured: "Not measured", weak: "weak signal", motion: "motion",
  range: "out of range", timeout: "took too long", leak: "leak or loose cuff", blocked: "blocked tube",
  overpressure: "too much pressure", aborted: "stopped", indeterminate: "no result",
  underinflated: "not inflated enough", mismatch: "wrong cuff size", hardware: "device fault",
  no_answer: "cuff does not answer",
};

/** @param {string} code */
export function words(code) {
  return reasons[code] ?? code.replaceAll("_", " ");
}
