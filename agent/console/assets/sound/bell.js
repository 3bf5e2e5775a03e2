// The sound of a page that stands in the room. It is silent until somebody wants it: the person in the room lies with eyes closed.
// Then it sounds what calls the room, or everything; the speaker of the room, where there is one that works, comes first.
import { inRoom, NO_DATA, pick } from "./sound.js";
import { keepAwake, makeSpeaker } from "./speaker.js";
import { makeKept } from "./kept.js";
import { choice } from "../base/view.js";
import { post } from "../base/commands.js";
import { el } from "../base/parts.js";
import { clock, text } from "../base/format.js";
import { say } from "../base/say.js";
/** @typedef {import("../base/types.js").Status} Status */
/** @typedef {import("./kept.js").Wanted} Wanted */
/** @typedef {import("./sound.js").Voice} Voice */

const EVERY = 3000; // ms: a lease of 10 s is renewed every 3 s, alarms.md section 8
const RESTART = 10; // seconds in which an agent that is only started again is back

/** @param {{chip: HTMLElement, start: HTMLElement, box: HTMLElement}} o */
export function makeBell({ chip, start, box }) {
  const kept = makeKept(), speaker = makeSpeaker(kept), id = crypto.randomUUID(), awake = keepAwake();
  const volume = el("button", { type: "button" }), shakes = el("input", { type: "checkbox", checked: kept.shakes() });
  /** @type {Status|null} */
  let status = null;
  let dead = 0, matters = false, signed = -Infinity, said = false;

  /** @returns {Voice[]} */
  function voices() {
    if (kept.wanted() === "off") return [];
    if (!status) return dead >= RESTART && matters ? [{ key: NO_DATA, priority: "medium", technical: true }] : [];
    if (status.sound?.sounds && status.sound.speaker === "ready") return []; // one sound at a time
    return inRoom(status.alerts, { always: kept.wanted() === "always", alone: Boolean(status.sound?.alone) });
  }

  function draw() {
    const on = kept.wanted() !== "off", works = speaker.works();
    speaker.play(pick(voices(), null, 0));
    chip.hidden = !on;
    chip.className = `chip ${works ? "" : "warn"}`;
    text(chip, !works ? say("sound.blocked") : say(kept.wanted() === "always" ? "bell.always_on" : "bell.called_on", { time: clock(new Date(kept.tested()).toISOString()).slice(0, 5) }));
    text(volume, say("sound.volume", speaker.volume()));
    start.hidden = !on || works || dismissed;
    tell(on && works);
  }
  let dismissed = false;

  /** Tells the agent whether somebody can hear the room through this page. @param {boolean} sound */
  function tell(sound) {
    const now = performance.now();
    if (sound === said && (!sound || now - signed < EVERY)) return;
    signed = now;
    said = sound;
    post("/api/v1/screen", { id, visible: document.visibilityState === "visible", sound });
  }

  async function unlock() {
    await speaker.unlock();
    kept.test(Date.now(), []);
    awake();
    draw();
  }

  box.append(el("div", { className: "view" },
    choice(say("bell.title"), [["off", say("bell.off")], ["called", say("bell.called")], ["always", say("bell.always")]], kept.wanted(), (word) => {
      kept.setWanted(/** @type {Wanted} */ (word));
      dismissed = false;
      if (word === "off") draw();
      else unlock(); // the press that browsers want
    }),
    el("p", { className: "note" }, say("bell.note")),
    el("div", { className: "buttons" }, volume, el("label", { className: "row check" }, shakes, el("span", {}, say("sound.shakes"))))));
  volume.addEventListener("click", () => {
    speaker.turn();
    draw();
  });
  shakes.addEventListener("change", () => kept.setShakes(shakes.checked));
  chip.addEventListener("click", unlock);
  start.querySelector("[data-sound]")?.addEventListener("click", unlock);
  start.querySelector("[data-without]")?.addEventListener("click", () => {
    dismissed = true; // the chip goes on to say it
    draw();
  });
  speaker.listen(draw);
  draw();

  return {
    /** @param {Status} s */
    take(s) {
      status = s;
      dead = 0;
      matters = Boolean(s.session) || kept.wanted() === "always";
      draw();
    },
    /** No picture has come for so long. @param {number} seconds */
    lost(seconds) {
      status = null;
      dead = seconds;
      draw();
    },
  };
}
