// What is connected to the ports of the computer, looked for by the agent and shown while it looks. Who names a port by hand has
// it looked at, too.
import { ask } from "./ask.js";
import { checkField, textField, told } from "./field.js";
import { el, keep } from "./parts.js";
import { say } from "./say.js";
import { refused, told as again } from "./told.js";
/** @typedef {{driver: string, variant?: string, title: string, kind: string, starts?: boolean, evidence: string}} Match */
/** @typedef {{name: string, device: string, what: string, state: string, doing?: string, says?: string, fix?: string, fits?: Match[]}} Port */
/** @typedef {{running: boolean, begun: boolean, asked?: boolean, error?: string, ports: Port[]}} Scan */

const LOOK = 500; // ms between two looks at a search; our choice

/** @param {HTMLElement} at @param {{path: string, use?: (port: Port, match: Match) => void}} o path: where a search is ordered and seen; use: what is done
 *   with a device that was found */
export function makePorts(at, { path, use }) {
  const go = el("button", { type: "button", className: "go" }, say("ports.look"));
  const asks = checkField(say("ports.ask"), say("ports.ask_hint"));
  const other = textField(say("ports.other"), { placeholder: "/dev/ttyUSB0" }, say("ports.other_hint"));
  const state = el("p", { className: "note", role: "status" });
  const refusal = el("p", { className: "refusal", role: "alert" });
  const list = el("ul", { className: "rows" });
  at.classList.add("ports");
  at.append(el("div", { className: "fields" }, other.row, asks.row), el("div", { className: "buttons" }, go), refusal, state, list);
  let waits = 0;

  /** @param {Port} p */
  function row(p) {
    const fits = (p.fits ?? []).map((m) => {
      const b = el("button", { type: "button" }, say("ports.use", { driver: m.driver }));
      b.dataset.id = `${p.device} ${m.driver}`;
      b.addEventListener("click", () => use?.(p, m));
      return el("div", { className: "fit" }, el("p", {}, el("b", {}, told(m.title)), " · ", told(m.evidence)), ...(use ? [b] : []));
    });
    return el("li", { className: `port ${p.state}` },
      el("p", {}, el("b", {}, p.name), " ", el("span", { className: `state ${p.state}` }, say(`port.${p.state}`))),
      el("p", { className: "note" }, told(p.what), ...(p.doing ? [" · ", told(p.doing)] : [])),
      ...fits,
      ...(fits.length || !p.says ? [] : [el("p", {}, told(p.says))]),
      ...(p.fix ? [el("p", { className: "note" }, told(p.fix))] : []));
  }

  /** @param {Scan} s */
  function draw(s) {
    go.disabled = s.running;
    state.textContent = s.running ? say("ports.running") : !s.begun ? "" : s.ports.length ? say("ports.done", { n: s.ports.length }) : say("ports.none");
    if (s.error) refusal.textContent = again(s.error);
    keep(list, JSON.stringify(s.ports), () => s.ports.map(row));
  }

  async function look() {
    const s = await ask(path);
    if (!s.ports) return;
    draw(s);
    clearTimeout(waits);
    if (s.running) waits = window.setTimeout(look, LOOK);
  }

  /** Orders a search. */
  async function start() {
    refusal.textContent = "";
    other.wrong("");
    const port = other.control.value.trim();
    const reply = await ask(path, { ports: port ? [port] : [], ask: /** @type {HTMLInputElement} */ (asks.control).checked });
    if (!reply.ok && port && reply.code === "bad_request") {
      other.wrong(again(reply.text));
      other.control.focus();
    } else if (!reply.ok) refusal.textContent = refused(reply);
    look();
  }
  go.addEventListener("click", start);
  other.control.addEventListener("keydown", (e) => {
    if (/** @type {KeyboardEvent} */ (e).key !== "Enter") return;
    e.preventDefault(); // not the form's own button
    start();
  });
  return { look, start };
}
