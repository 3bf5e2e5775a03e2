// The devices that are chosen for the room: one box of fields for each.
import { checkField, selectField, textField } from "../base/field.js";
import { el } from "../base/parts.js";
import { say } from "../base/say.js";
import { told } from "../base/told.js";
/** @typedef {import("../base/field.js").Field} Field */
/** @typedef {import("../base/ports.js").Port} Port */
/** @typedef {import("../base/ports.js").Match} Match */
/** @typedef {{name: string, driver: string, variant?: string, port: string, agent?: boolean, same_arm?: boolean}} Device */
/** @typedef {{driver: string, title: string, kind: string, starts?: boolean}} Driver */

/** @param {HTMLElement} at @param {{drivers: Driver[], list: Device[], changed: () => void}} o */
export function makeDevices(at, { drivers, list, changed }) {
  /** @type {{box: HTMLElement, fields: Record<string, Field>, variant: string, touched: Set<string>}[]} */
  const rows = [];

  /** @param {string} kind a name for a device of that kind that no other has */
  function free(kind) {
    const names = rows.map((r) => r.fields.name.control.value);
    for (let n = 1; ; n++) {
      const name = n > 1 ? `${kind}-${n}` : kind;
      if (!names.includes(name)) return name;
    }
  }

  /** @param {Device} d */
  function row(d) {
    /** @type {Record<string, Field>} */
    const fields = {
      name: textField(say("chosen.name"), { value: d.name }, say("chosen.name_hint")),
      driver: selectField(say("chosen.driver"), [["", say("chosen.choose")], ...drivers.map((one) => /** @type {[string, string]} */ ([one.driver, `${told(one.title)} (${one.driver})`]))]),
      port: textField(say("chosen.port"), { value: d.port, placeholder: "/dev/serial/by-id/…" }),
      agent: checkField(say("chosen.agent"), say("chosen.agent_hint")),
      same_arm: checkField(say("chosen.same_arm"), say("chosen.same_arm_hint")),
    };
    fields.driver.control.value = d.driver;
    const drop = el("button", { type: "button" }, say("chosen.remove"));
    const box = el("fieldset", {}, el("legend", {}, say("chosen.device")), el("div", { className: "fields" }, ...Object.values(fields).map((f) => f.row)), el("div", { className: "buttons" }, drop));
    const one = { box, fields, variant: d.variant ?? "", touched: /** @type {Set<string>} */ (new Set()) };
    const start = /** @type {HTMLInputElement} */ (fields.agent.control), arm = /** @type {HTMLInputElement} */ (fields.same_arm.control);
    start.checked = Boolean(d.agent);
    arm.checked = Boolean(d.same_arm);
    const fit = () => { // what only some devices can
      const driver = drivers.find((x) => x.driver === fields.driver.control.value);
      fields.agent.row.hidden = !driver?.starts;
      fields.same_arm.row.hidden = driver?.kind !== "cuff";
      if (!driver?.starts) start.checked = false;
      if (driver?.kind !== "cuff") arm.checked = false;
    };
    fit();
    for (const [name, f] of Object.entries(fields)) {
      f.control.addEventListener("input", () => {
        one.touched.add(name);
        if (name === "driver") {
          one.variant = ""; // it was that of what was found
          fit();
        }
        changed();
      });
    }
    drop.addEventListener("click", () => {
      rows.splice(rows.indexOf(one), 1);
      box.remove();
      changed();
      (at.querySelector("input") ?? /** @type {HTMLElement} */ (document.getElementById("by-hand"))).focus();
    });
    rows.push(one);
    at.append(box);
    return one;
  }

  for (const d of list) row(d);

  /** @param {string} path devices[0].port @returns {[number, string]} */
  function split(path) {
    const m = /^devices\[(\d+)\]\.(\w+)$/.exec(path);
    return m ? [Number(m[1]), m[2]] : [-1, ""];
  }

  return {
    /** Takes a device that was found, or an empty one. @param {Port} [port] @param {Match} [match] */
    add(port, match) {
      const same = rows.find((r) => port && r.fields.port.control.value === port.name);
      if (same) {
        same.fields.name.control.focus();
        return;
      }
      const one = row({ name: match ? free(match.kind) : "", driver: match?.driver ?? "", variant: match?.variant, port: port?.name ?? "" });
      one.fields.name.control.focus();
      changed();
    },
    /** @returns {Device[]} */
    read: () => rows.map(({ fields: f, variant }) => ({
      name: f.name.control.value.trim(), driver: f.driver.control.value, port: f.port.control.value.trim(), ...(variant ? { variant } : {}),
      agent: /** @type {HTMLInputElement} */ (f.agent.control).checked, same_arm: /** @type {HTMLInputElement} */ (f.same_arm.control).checked,
    })),
    /** All fields by the names that the agent has for them. @returns {Record<string, Field>} */
    fields: () => Object.fromEntries(rows.flatMap((r, i) => Object.entries(r.fields).map(([name, f]) => [`devices[${i}].${name}`, f]))),
    /** @param {string} path */
    touched(path) {
      const [i, name] = split(path);
      return rows[i]?.touched.has(name) ?? false;
    },
  };
}
