// The room page: one module per part, put together here. Nothing is remembered between two pictures but what the eye
// needs; every second brings the whole truth.
import { connect } from "../base/feed.js";
import { makeLinks } from "../base/link.js";
import { drawNumerals } from "./numerals.js";
import { drawAlerts, drawBar, pastAlerts } from "./alerts.js";
import { drawDevices } from "./devices.js";
import { makeWave } from "./wave.js";
import { makeCourse } from "./course.js";
import { makeDesk } from "../base/commands.js";
import { makeSession } from "./session.js";
import { makeReminder, makeSilence } from "./silence.js";
import { makeHeard } from "./heard.js";
import { makeBell } from "../sound/bell.js";
import { makeAlertLog, ofSession, sessionSince } from "./alertlog.js";
import { makeSheets } from "./sheet.js";
import { makeSpoken } from "./spoken.js";
import { makeTools, shown, visit } from "./tools.js";
import { watchFailures } from "../base/failure.js";
import { watchNeeds } from "../base/needs.js";
import { watchPresses } from "../base/press.js";
import { makeAdjust } from "./adjust.js";
import { makeView } from "../base/view.js";
import { makeWho } from "../base/who.js";
import { refused } from "../base/told.js";
import { say } from "../base/say.js";
import { badge, clock, lineWords, text } from "../base/format.js";

/** @typedef {import("../base/types.js").Status} Status */

const RESTART = 10_000; // for which an agent that said that it stops may be away: UX.md section 4

watchFailures();
watchPresses();
watchNeeds();
const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const wave = makeWave(/** @type {HTMLCanvasElement} */ ($("wave")), $("wave-note"));
const who = makeWho({ button: $("signed"), form: $("sign") });
const desk = makeDesk(who, (verb) => `/api/v1/commands/${verb}`, "room page");
const drawSession = makeSession($("session"), desk, who);
const drawSilence = makeSilence($("silence"), $("quiet"), desk);
const drawAdjust = makeAdjust($("adjust"), desk);
const course = makeCourse($("trend"));
const drawLinks = makeLinks($("records"));
const drawHeard = makeHeard($("heard"), desk);
const log = makeAlertLog(false);
$("log").append(log.element);
const sheets = makeSheets(/** @type {HTMLElement} */ (document.querySelector(".numerals")), {
  data: course.data,
  // Beside the numbers where there is a place beside them, else beneath the one that was pressed.
  place: (article, sheet) => (matchMedia("(max-width: 820px)").matches ? article.after(sheet) : $("sheets").replaceChildren(sheet)),
});
let at = ""; // of the last picture
let gone = ""; // when the line died, by the last picture
let stopped = -Infinity; // when the agent said that it stops, by this page's clock
/** @type {Status|null} */
let last = null; // the last picture, while it is current
$("read").replaceWith(makeSpoken(() => last));

/** @param {string} selectors */
const press = (selectors) => shown(selectors)?.click();
const toAlerts = () => visit(/** @type {HTMLElement} */ (document.querySelector(".alarms")));
const drawTools = makeTools($("foot"), $("quiet"), { alerts: toAlerts, session: () => visit($("session")) });

drawSilence(null); // nothing is known yet, and nothing to be paused
drawHeard(null);
drawTools(null);

makeView(/** @type {HTMLDetailsElement} */ ($("view")), {
  restart() {
    wave.restart();
    course.restart();
    if (last) drawNumerals(document.body, last);
  },
  act: {
    a: () => press("#bar .order button"), p: () => press("#silence [data-id=resume], #quiet button"), m: () => press("[data-action=mark]"), escape: sheets.close,
    l: () => {
      /** @type {HTMLDetailsElement} */ ($("log")).open = true;
      toAlerts();
    },
  },
});

const bell = makeBell({ chip: $("sound"), start: $("start"), box: $("view") });

/** @param {Status} s */
function drawLog(s) {
  const heading = say(s.session ? "alertlog.title" : "alertlog.kept"); // where no session runs, the list has all that is kept
  text(/** @type {Element} */ ($("log").firstElementChild), heading);
  if (!(/** @type {HTMLDetailsElement} */ ($("log")).open)) return;
  const { alerts, marks } = course.data.rest();
  log.draw(ofSession(alerts, s.session ? sessionSince(marks) : NaN).map((alert) => ({ room: "", alert, now: Date.parse(s.at) })), heading);
}
$("log").addEventListener("toggle", () => last && drawLog(last));

/** @param {Status} s */
function draw(s) {
  if (gone) course.gap(gone, s.at);
  gone = "";
  stopped = -Infinity;
  at = s.at;
  last = s;
  bell.take(s); // before anything is drawn
  text($("room"), `${s.room} · ${s.site}`);
  document.title = s.alerts.length ? say("page.title_alerts", { n: s.alerts.length, room: s.room }) : say("page.title", { room: s.room });
  $("mode").hidden = s.mode === "live";
  text($("mode"), badge(s));
  $("approval").hidden = Boolean(s.approved_by);
  text($("clock"), `${s.clock_synced === false ? "~" : ""}${clock(s.at)}`);
  $("clock").title = s.clock_synced === false ? say("devices.not_synced_why") : "";
  drawNumerals(document.body, s);
  drawBar($("bar"), s.alerts, desk, { kept: s.outbox, list: toAlerts });
  drawSilence(s);
  drawAlerts($("alerts"), $("no-alerts"), s.alerts, desk, s.recipients, s.outbox);
  drawHeard(s);
  drawSession(s);
  drawAdjust(s);
  drawLinks(s.session?.code ?? "");
  drawTools(s);
  drawDevices($("devices"), s);
  course.draw(s);
  sheets.draw(s);
  drawLog(s);
  const oximeter = s.devices.find((d) => d.kind === "oximeter");
  wave.source(oximeter);
  $("cuff").hidden = !s.devices.some((d) => d.commands?.includes("cuff-start"));
}

connect({
  on: { snapshot: draw, wave: (w) => wave.add(w), remind: makeReminder($("reminder")), stopping: () => (stopped = performance.now()) },
  life: ["snapshot"],
  /** @param {"live"|"late"|"dead"} state @param {number} seconds */
  liveness(state, seconds) {
    const chip = $("link");
    chip.className = `chip ${state}`;
    const restarts = performance.now() - stopped < RESTART;
    text(chip, restarts && state !== "live" ? say("page.restarts") : lineWords(state, seconds));
    if (state !== "dead") return;
    who.again();
    gone ||= at;
    last = null;
    bell.lost(seconds);
    sheets.draw(null);
    drawNumerals(document.body, null, who.outside() ? say("signin.not_enrolled") : undefined);
    wave.clear(say("wave.no_data"));
    drawBar($("bar"), null, desk, { seconds, restarts, outside: who.outside() });
    drawSilence(null);
    pastAlerts($("alerts"), $("no-alerts"), at);
    drawHeard(null);
    drawSession(null);
    drawAdjust(null);
    drawTools(null);
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
    text($("cuff-answer"), reply.ok ? say("page.sent") : refused(reply));
  });
}
