// The room page: one module per part, put together here. Nothing is remembered between two pictures but what the eye
// needs; every second brings the whole truth.
import { connect } from "./feed.js";
import { drawNumerals } from "./numerals.js";
import { drawAlerts, drawBar } from "./alerts.js";
import { drawDevices } from "./devices.js";
import { makeWave } from "./wave.js";
import { by, order } from "./commands.js";
import { clock, text } from "./format.js";

/** @typedef {import("./types.js").Status} Status */

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const wave = makeWave(/** @type {HTMLCanvasElement} */ ($("wave")), $("wave-note"));

/** @param {Status} s */
function draw(s) {
  text($("room"), `${s.room} · ${s.site}`);
  document.title = s.alerts.length ? `(${s.alerts.length}) ${s.room} – Bedside` : `${s.room} – Bedside`;
  $("mode").hidden = s.mode === "live";
  text($("mode"), s.mode === "demo" ? `SIMULATED${s.speed ? ` · ${s.speed}× speed` : ""}` : "TEST");
  $("approval").hidden = Boolean(s.approved_by);
  text($("clock"), clock(s.at));
  drawNumerals(s);
  drawBar($("bar"), s.alerts);
  drawAlerts($("alerts"), $("no-alerts"), s.alerts);
  drawDevices($("devices"), s);
  const oximeter = s.devices.find((d) => d.kind === "oximeter");
  wave.source(oximeter);
  $("cuff").hidden = !s.devices.some((d) => d.commands?.includes("cuff-start"));
}

connect({
  snapshot: draw,
  wave: (w) => wave.add(w),
  /** @param {"live"|"late"|"dead"} state @param {number} seconds */
  liveness(state, seconds) {
    const chip = $("link");
    chip.className = `chip ${state}`;
    text(chip, state === "live" ? "Live" : state === "late" ? `Late ${seconds} s` : `No data ${seconds} s`);
    if (state !== "dead") return;
    drawNumerals(null);
    wave.clear("no data");
    drawBar($("bar"), null, seconds);
    text($("clock"), "–");
  },
});

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("#cuff button"))) {
  button.addEventListener("click", async () => {
    text($("cuff-answer"), "…");
    const reply = await order(button.dataset.verb ?? "", {});
    text($("cuff-answer"), reply.ok ? "sent" : reply.text ?? "not sent");
  });
}
by(/** @type {HTMLInputElement} */ ($("by")));
