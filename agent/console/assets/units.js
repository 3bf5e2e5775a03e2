// How pressures are written: in mmHg as measured, or in kPa, as the reader of this browser likes it. What travels and what is judged
// is mmHg, and a number in kPa never stands without the one in mmHg near it, which is what alerts and the record speak of.

const KEY = "bedside-pressure";
const KPA = 0.133322; // of one mmHg

/** @returns {"mmHg"|"kPa"} */
export function pressureUnit() {
  try {
    return localStorage.getItem(KEY) === "kPa" ? "kPa" : "mmHg";
  } catch {
    return "mmHg"; // a browser that keeps nothing
  }
}

/** @param {"mmHg"|"kPa"} unit */
export function setPressureUnit(unit) {
  try {
    localStorage.setItem(KEY, unit);
  } catch {
    // It is mmHg then, which is no harm.
  }
}

/** @param {number} mmHg @param {"mmHg"|"kPa"} [unit] */
export function pressure(mmHg, unit = pressureUnit()) {
  return unit === "kPa" ? (mmHg * KPA).toFixed(1) : String(mmHg);
}
