// The room page: one module per part, put together here. Nothing is remembered between two pictures but what the eye
// needs; every second brings the whole truth.
import { connect } from "./feed.js";
import { drawNumerals } from "./numerals.js";
import { drawAlerts, drawBar, pastAlerts } from "./alerts.js";
import { drawDevices } from "./devices.js";
import { makeWave } from "./wave.js";
import { makeCourse } from "./course.js";
import { makeDesk } from "./commands.js";
import { makeSession } from "./session.js";
import { makeReminder, makeSilence } from "./silence.js";
import { makeHeard } from "./heard.js";
import { makeView } from "./view.js";
import { makeWho } from "./who.js";
import { refused } from "./parts.js";
import { clock, text } from "./format.js";

/** @typedef {import("./types.js").Status} Status */

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const wave = makeWave(/** @type {HTMLCanvasElement} */ ($("wave")), $("wave-note"));
const who = makeWho({ button: $("signed"), form: $("sign") });
const desk = makeDesk(who, (verb) => `/api/v1/commands/${verb}`, "room page");
const drawSession = makeSession($("session"), desk, who);
const drawSilence = makeSilence($("silence"), $("quiet"), desk);
const course = makeCourse($("trend"));
const drawHeard = makeHeard($("heard"), desk);
let at = ""; // of the last picture
/** @type {Status|null} */
let last = null; // the last picture, while it is current

/** Presses the first button that is there and shown. @param {string} selectors */
function press(selectors) {
  const all = /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll(selectors)]);
  all.find((b) => !b.disabled && b.checkVisibility())?.click();
}

makeView(/** @type {HTMLDetailsElement} */ ($("view")), {
  restart() {
    wave.restart();
    course.restart();
    if (last) drawNumerals(document.body, last);
  },
  act: {
    a: () => press("#bar button"), p: () => press("#silence [data-id=resume], #quiet button"), m: () => press("[data-action=Note]"),
    l: () => {
      const list = /** @type {HTMLElement} */ (document.querySelector(".alarms"));
      list.tabIndex = -1;
      list.focus();
    },
  },
});

/** @param {Status} s */
function draw(s) {
  at = s.at;
  last = s;
  text($("room"), `${s.room} · ${s.site}`);
  document.title = s.alerts.length ? `(${s.alerts.length}) ${s.room} – Bedside` : `${s.room} – Bedside`;
  $("mode").hidden = s.mode === "live";
  text($("mode"), s.mode === "demo" ? `SIMULATED${s.speed ? ` · ${s.speed}× speed` : ""}` : "TEST");
  $("approval").hidden = Boolean(s.approved_by);
  text($("clock"), clock(s.at));
  drawNumerals(document.body, s);
  drawBar($("bar"), s.alerts, desk);
  drawSilence(s);
  drawAlerts($("alerts"), $("no-alerts"), s.alerts, desk);
  drawHeard(s);
  drawSession(s);
  drawDevices($("devices"), s);
  course.draw(s);
  const oximeter = s.devices.find((d) => d.kind === "oximeter");
  wave.source(oximeter);
  $("cuff").hidden = !s.devices.some((d) => d.commands?.includes("cuff-start"));
}

connect({
  on: { snapshot: draw, wave: (w) => wave.add(w), remind: makeReminder($("reminder")) },
  life: ["snapshot"],
  /** @param {"live"|"late"|"dead"} state @param {number} seconds */
  liveness(state, seconds) {
    const chip = $("link");
    chip.className = `chip ${state}`;
    text(chip, state === "live" ? "Live" : state === "late" ? `Late ${seconds} s` : `No data ${seconds} s`);
    if (state !== "dead") return;
    last = null;
    drawNumerals(document.body, null);
    wave.clear("no data");
    drawBar($("bar"), null, desk, seconds);
    drawSilence(null);
    pastAlerts($("alerts"), $("no-alerts"), at);
    drawHeard(null);
    drawSession(null);
    drawDevices($("devices"), null);
    course.draw(null);
    text($("clock"), "–");
  },
});

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("#cuff button"))) {
  const verb = button.dataset.verb ?? "";
  button.addEventListener("click", async () => {
    text($("cuff-answer"), "…");
    // Air is let out at once, whoever says so.
    const reply = await (verb === "cuff-stop" ? desk.urgent(verb, {}) : desk.order(verb, {}));
    text($("cuff-answer"), reply.ok ? "sent" : refused(reply));
  });
}
