// How pressures are written: in mmHg as measured, or in kPa, as the reader of this browser likes it. What travels and what is judged
// is mmHg, and a number in kPa never stands without the one in mmHg near it, which is what alerts and the record speak of.
import { figure } from "./say.js";

const KEY = "bedside-pressure";
const KPA = 0.133322; // of one mmHg

/** @returns {"mmHg"|"kPa"} */
export function pressureUnit() {
  const site = typeof document === "object" && document.documentElement.dataset.siteUnit === "kPa" ? "kPa" : "mmHg"; // what the site has set
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "kPa" || kept === "mmHg" ? kept : site;
  } catch {
    return site; // a browser that keeps nothing
  }
}

/** @param {"mmHg"|"kPa"} unit */
export function setPressureUnit(unit) {
  try {
    localStorage.setItem(KEY, unit);
  } catch {
    // It is as the site has it then, which is no harm.
  }
}

/** @param {number} mmHg @param {"mmHg"|"kPa"} [unit] */
export function pressure(mmHg, unit = pressureUnit()) {
  return unit === "kPa" ? figure(mmHg * KPA, 1) : String(mmHg);
}

/** Whether a vital is a pressure, which has a unit that people choose. @param {string} vital */
export const isPressure = (vital) => ["systolic", "diastolic", "mean"].includes(vital);

/** A pressure as it is typed, in whole mmHg as it is ordered; null for what is none. A tenth of a kPa is less than a mmHg, so what the
 * page writes of one comes back as the same. @param {string} typed @param {"mmHg"|"kPa"} [unit] @returns {number|null} */
export function typedPressure(typed, unit = pressureUnit()) {
  const text = typed.trim();
  if (unit === "mmHg") return /^\d{1,3}$/.test(text) ? Number(text) : null;
  return /^\d{1,2}([.,]\d)?$/.test(text) ? Math.round(Number(text.replace(",", ".")) / KPA) : null;
}

/** A pressure with both units where the page shows kPa. @param {number} mmHg @param {"mmHg"|"kPa"} [unit] */
export function bothPressures(mmHg, unit = pressureUnit()) {
  return unit === "kPa" ? `${pressure(mmHg, unit)} kPa (${mmHg} mmHg)` : `${mmHg} mmHg`;
}
