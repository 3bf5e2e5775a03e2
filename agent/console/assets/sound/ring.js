// Which alert sounds on this page, how it is paused, and what is said about it. The agents decide what is silenced in their rooms;
// this page only adds the line to the station, and a pause that counts from the press and not from the answer.
import { NO_DATA, pauseOf, pick } from "./sound.js";
import { due } from "./kept.js";
import { clock, duration, text } from "../base/format.js";
import { say } from "../base/say.js";
/** @typedef {import("./sound.js").Pause} Pause */
/** @typedef {import("./sound.js").Voice} Voice */
/** @typedef {import("../station/list.js").Of} Of */

const PAUSE = 120_000; // ms: alarms.md section 4

/** @param {{speaker: import("./speaker.js").Speaker, kept: import("./kept.js").Kept, chip: HTMLElement, volume: HTMLElement,
 *   pauseButton: HTMLElement, start: HTMLElement, order: (room: string, verb: string) => void, pressed: () => void}} o
 *   order reaches the agents of rooms, nobody waits for it; pressed: somebody has turned the sound on */
export function makeRing({ speaker, kept, chip, volume, pauseButton, start, order, pressed }) {
  /** @type {Pause|null} */
  let pause = null;
  /** @type {Of[]} */
  let alerts = [];
  /** @type {string[]} rooms whose sound was paused from here */
  let paused = [];
  /** @type {{nurse: string, since: string}[]} */
  let duties = [];
  let known = true, unlocked = false, heard = false, early = false; // early: tested before it was known who has duty

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
    const old = due({ tested: kept.tested(), begun: kept.begun() }, duties, now), tested = kept.tested() ? clock(new Date(kept.tested()).toISOString()).slice(0, 5) : "";
    chip.className = `chip ${works && !old ? "" : "warn"}`;
    text(chip, works ? say(old ? "sound.old" : "sound.on", { time: tested }) : say(unlocked ? "sound.blocked" : "sound.off"));
    chip.title = tested ? say("sound.tested", { time: tested }) : "";
    const v = speaker.volume();
    text(volume, say("sound.volume", v));
    text(pauseButton, pause ? say("sound.paused", { left: duration(pause.until - now) }) : say("silence.pause"));
    pauseButton.ariaPressed = String(Boolean(pause));
  }

  async function unlock() {
    await speaker.unlock();
    unlocked = true;
    kept.test(Date.now(), duties);
    early = !heard;
    pressed();
    start.hidden = true;
    draw();
  }

  speaker.listen(draw);
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
    /** @param {Of[]} all in order @param {boolean} there whether the station is @param {{nurse: string, since: string}[]} on who has duty */
    take(all, there, on) {
      alerts = all;
      duties = on;
      known = there;
      heard ||= there;
      if (early && heard) kept.test(kept.tested(), duties);
      early &&= !heard;
      draw();
    },
  };
}
