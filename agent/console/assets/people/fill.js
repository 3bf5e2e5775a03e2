// A small form behind a button: it opens in its place, says beside a field what is wrong with it, and keeps what was typed until it was
// taken.
import { el } from "../base/parts.js";
import { say } from "../base/say.js";
import { refused } from "../base/told.js";
/** @typedef {import("../base/field.js").Field} Field */

/** @param {{label: string, id: string, fields: Record<string, Field>, send: (values: Record<string, any>) => Promise<any>, at: (code: string) => string,
 *   done: () => void}} o at: the field that a refusal with that code is about, "" for none */
export function makeFill({ label, id, fields, send, at, done }) {
  const open = el("button", { type: "button" }, label);
  open.dataset.id = id;
  const refusal = el("p", { className: "refusal", role: "alert" });
  const go = el("button", { type: "submit", className: "go" }, label);
  const cancel = el("button", { type: "button" }, say("form.cancel"));
  const form = el("form", { className: "fill panel", hidden: true, noValidate: true }, el("div", { className: "fields" }, ...Object.values(fields).map((f) => f.row)), refusal, el("div", { className: "buttons" }, go, cancel));
  const controls = Object.values(fields).map((f) => f.control);

  function clear() {
    refusal.textContent = "";
    for (const f of Object.values(fields)) f.wrong("");
  }
  /** @param {boolean} on */
  function show(on) {
    form.hidden = !on;
    open.hidden = on;
    if (on) controls[0].focus();
    else {
      form.reset();
      clear();
      open.focus();
    }
  }
  open.addEventListener("click", () => show(true));
  cancel.addEventListener("click", () => show(false));
  form.addEventListener("keydown", (e) => {
    if (e.key === "Escape") show(false);
  });
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    clear();
    go.disabled = true;
    const reply = await send(Object.fromEntries(Object.entries(fields).map(([name, { control: c }]) => [name, c instanceof HTMLInputElement && c.type === "checkbox" ? c.checked : c.value.trim()])));
    go.disabled = false;
    if (reply.ok) {
      show(false);
      done();
      return;
    }
    const field = fields[at(reply.code ?? "")];
    if (field && reply.code !== "wait" && reply.code !== "failed" && reply.status !== 0) field.wrong(refused(reply));
    else refusal.textContent = refused(reply);
    (field ?? Object.values(fields)[0]).control.focus();
  });
  return el("div", { className: "filling" }, open, form);
}
