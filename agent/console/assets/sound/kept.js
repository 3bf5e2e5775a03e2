// What this browser keeps about its sound: the volume, when it was tested last, whether the phone shakes, and what a page in a room
// sounds. It is no business of the agent's.

/** @typedef {"off"|"called"|"always"} Wanted what a page in a room sounds: nothing, what calls the room, everything */

/** @param {string} name */
function read(name) {
  try {
    return localStorage.getItem(`bedside-sound-${name}`) ?? "";
  } catch {
    return ""; // a browser that keeps nothing
  }
}

/** @param {string} name @param {string} value */
function write(name, value) {
  try {
    localStorage.setItem(`bedside-sound-${name}`, value);
  } catch {
    // It lasts as long as the page, then.
  }
}

export function makeKept() {
  let volume = Number(read("volume")) || 2, begun = read("begun").split(" "), tested = Date.parse(read("tested")) || 0, shakes = read("shakes") !== "off";
  let wanted = /** @type {Wanted} */ (["called", "always"].includes(read("room")) ? read("room") : "off");
  return {
    volume: () => Math.min(3, Math.max(1, Math.round(volume))),
    /** @param {number} step 1 to 3 */
    setVolume(step) {
      volume = step;
      write("volume", String(step));
    },
    /** When it was tested last, 0 for never. */
    tested: () => tested,
    /** When those who had duty then had begun. */
    begun: () => begun,
    /** @param {number} now @param {{since: string}[]} duties as they are now */
    test(now, duties) {
      tested = now;
      begun = duties.map((d) => d.since);
      write("tested", new Date(now).toISOString());
      write("begun", begun.join(" "));
    },
    shakes: () => shakes,
    /** @param {boolean} on */
    setShakes(on) {
      shakes = on;
      write("shakes", on ? "on" : "off");
    },
    wanted: () => wanted,
    /** @param {Wanted} what */
    setWanted(what) {
      wanted = what;
      write("room", what);
    },
  };
}
/** @typedef {ReturnType<typeof makeKept>} Kept */

const SHIFT = 12 * 3600_000; // ms; our choice: no shift is longer

/** Whether the sound is to be tested: a nurse has begun duty since the last test, or it is longer ago than a shift. Somebody who takes
 * one more room has not begun anew. The clocks of page and station are not compared.
 * @param {{tested: number, begun: string[]}} last tested: 0 for never; begun: the duties of then
 * @param {{nurse: string, since: string}[]} duties of all rooms @param {number} now */
export function due({ tested, begun }, duties, now) {
  const there = new Set(duties.filter((d) => begun.includes(d.since)).map((d) => d.nurse));
  return !tested || now - tested > SHIFT || duties.some((d) => !there.has(d.nurse));
}
