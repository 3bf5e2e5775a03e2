// A form that gives one order. What was typed stays until the agent has taken it; a refusal is shown.
import { el, refocus } from "./parts.js";
import { refused } from "./told.js";
import { say } from "./say.js";
/** @typedef {import("./types.js").Reply} Reply */
/**
 * @typedef {{name: string, label: string, kind?: "text"|"long"|"number"|"check"|"select"|"clock", options?: [string, string][],
 *   value?: string, needed?: boolean, most?: number}} Field
 */
/** @typedef {Record<string, string|number|boolean>} Values without what was left empty */

/** @param {Field} f @returns {HTMLInputElement|HTMLSelectElement|HTMLTextAreaElement} */
function control(f) {
  const common = { name: f.name, required: Boolean(f.needed) };
  switch (f.kind) {
    case "select":
      return el("select", common, ...(f.options ?? []).map(([value, label]) => el("option", { value, selected: value === f.value }, label)));
    case "long":
      return el("textarea", { ...common, rows: 2, maxLength: 500, value: f.value ?? "" });
    case "check":
      return el("input", { ...common, type: "checkbox" });
    case "clock": // not the browser's own field: that one has 12 hours where the computer's language has
      return el("input", { ...common, pattern: "([01]?[0-9]|2[0-3]):[0-5][0-9]", title: say("form.clock_hint"), autocomplete: "off", value: f.value ?? "" });
    case "number":
      return el("input", { ...common, inputMode: "numeric", pattern: "[0-9]{1,3}", title: say("form.number_hint"), autocomplete: "off", value: f.value ?? "" });
    default:
      return el("input", { ...common, maxLength: f.most ?? 64, autocomplete: "off", value: f.value ?? "" });
  }
}

/** @param {Field} f */
function row(f) {
  const c = control(f);
  const name = el("span", {}, f.label, ...(f.needed ? [] : [el("small", {}, f.kind === "check" || f.kind === "select" ? "" : ` ${say("form.empty")}`)]));
  return el("label", { className: `row ${f.kind ?? "text"}` }, ...(f.kind === "check" ? [c, name] : [name, c]));
}

/** @param {HTMLFormElement} form @param {Field[]} fields @returns {Values} */
function read(form, fields) {
  const data = new FormData(form);
  /** @type {Values} */
  const out = {};
  for (const f of fields) {
    const typed = String(data.get(f.name) ?? "").trim();
    if (f.kind === "check") out[f.name] = data.has(f.name);
    else if (typed) out[f.name] = f.kind === "number" ? Number(typed) : typed;
  }
  return out;
}

/**
 * @param {{title: string, fields: Field[], label: string, before?: (Node|string)[], after?: Node[], close: () => void,
 *   send: (values: Values) => Promise<Reply>}} o
 */
export function makeForm(o) {
  const refusal = el("p", { className: "refusal", role: "alert" });
  const go = el("button", { type: "submit", className: "go" }, o.label);
  const cancel = el("button", { type: "button" }, say("form.cancel"));
  const id = crypto.randomUUID(); // an order that was taken and is sent again is not carried out twice
  const form = el("form", { className: "sheet" }, el("h3", {}, o.title), ...(o.before ?? []), ...o.fields.map(row), ...(o.after ?? []),
    refusal, el("div", { className: "buttons" }, go, cancel));
  cancel.addEventListener("click", o.close);
  form.addEventListener("keydown", (e) => {
    if (e.key === "Escape") o.close();
  });
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    const held = document.activeElement;
    go.disabled = true;
    refusal.textContent = "";
    const reply = await o.send({ ...read(form, o.fields), id });
    go.disabled = false;
    if (reply.ok) return o.close();
    refusal.textContent = refused(reply);
    refocus(held);
  });
  return form;
}

/** Puts the cursor where work begins. @param {HTMLElement} form */
export function enter(form) {
  const all = /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("input, select, textarea, button"));
  [...all].find((e) => e.checkVisibility())?.focus();
}
