// Which alert sounds on this page, how it is paused, and what is said about it. The agents decide what is silenced in their rooms;
// this page only adds the line to the station, and a pause that counts from the press and not from the answer.
import { NO_DATA, pauseOf, pick } from "./sound.js";
import { duration, text } from "./format.js";
/** @typedef {import("./sound.js").Pause} Pause */
/** @typedef {import("./sound.js").Voice} Voice */
/** @typedef {import("./list.js").Of} Of */

const PAUSE = 120_000; // ms: alarms.md section 4

/** @param {{speaker: import("./speaker.js").Speaker, chip: HTMLElement, volume: HTMLElement, pauseButton: HTMLElement, start: HTMLElement,
 *   order: (room: string, verb: string) => void}} o order reaches the agents of rooms; nobody waits for it */
export function makeRing({ speaker, chip, volume, pauseButton, start, order }) {
  /** @type {Pause|null} */
  let pause = null;
  /** @type {Of[]} */
  let alerts = [];
  /** @type {string[]} rooms whose sound was paused from here */
  let paused = [];
  let known = true, tested = "";

  /** What would sound if nobody had paused it here. @returns {Voice[]} */
  function voices() {
    if (!known) return [{ key: NO_DATA, priority: "medium", technical: true }];
    return alerts.filter(([, a]) => a.signal === "on" && !a.acknowledged)
      .map(([room, a]) => ({ key: `${room} ${a.occurrence} ${a.priority}`, priority: a.priority, technical: a.kind === "technical" }));
  }

  function draw() {
    const now = Date.now(), works = speaker.works();
    if (pause && now >= pause.until) pause = null;
    speaker.play(pick(voices(), pause, now));
    chip.className = `chip ${works ? "" : "warn"}`;
    text(chip, works ? `♪ On, tested ${tested}` : tested ? "Sound blocked – tap" : "Sound off – tap to turn on");
    const v = speaker.volume();
    text(volume, `Volume ${v.step} of ${v.of}`);
    text(pauseButton, pause ? `Sound paused ${duration(pause.until - now)} – resume` : "Pause sound 2:00");
    pauseButton.ariaPressed = String(Boolean(pause));
  }

  async function unlock() {
    await speaker.unlock();
    tested = new Date().toLocaleTimeString("en-GB", { hourCycle: "h23", hour: "2-digit", minute: "2-digit" });
    start.hidden = true;
    draw();
  }

  chip.addEventListener("click", unlock);
  start.querySelector("[data-sound]")?.addEventListener("click", unlock);
  volume.addEventListener("click", () => {
    speaker.turn();
    draw();
  });

  function toggle() {
    if (pause) {
      pause = null;
      for (const room of paused) order(room, "resume"); // and no other: somebody may have planned a pause there
      paused = [];
    } else {
      pause = pauseOf(voices(), Date.now() + PAUSE);
      paused = [...new Set(alerts.filter(([room, a]) => room && a.signal === "on" && !a.acknowledged).map(([room]) => room))];
      for (const room of paused) order(room, "pause-audio");
    }
    draw();
  }
  pauseButton.addEventListener("click", toggle);

  return {
    toggle,
    works: speaker.works,
    /** @param {Of[]} all in order @param {boolean} heard whether the station is */
    take(all, heard) {
      alerts = all;
      known = heard;
      draw();
    },
  };
}
