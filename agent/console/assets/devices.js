// What is connected, in words.
import { text, words } from "./format.js";
/** @typedef {import("./types.js").Status} Status */

/** @param {HTMLElement} list @param {Status|null} s null: nothing is known */
export function drawDevices(list, s) {
  if (!s) return list.replaceChildren();
  const lines = s.devices.map((d) => {
    const bad = Object.entries(d.faults ?? {}).map(([kind, n]) => `${n} ${words(kind)}`).join(", ");
    return {
      name: `${d.title} "${d.name}"`, state: d.link,
      detail: `${d.why ? `${d.why} · ` : ""}${d.driver} on ${d.port} · ${d.frames} frames${bad ? ` · ${bad}` : ""}`,
    };
  });
  lines.push({
    name: "NATS", state: s.broker,
    detail: s.outbox ? `${s.outbox} messages kept until it is back` : "everything delivered",
  });
  if (s.record !== "ok") lines.push({ name: "Record", state: "lost", detail: "history is not being saved; live view works" });
  while (list.children.length > lines.length) list.lastElementChild?.remove();
  lines.forEach((l, i) => {
    let li = list.children[i];
    if (!li) {
      li = document.createElement("li");
      li.className = "device";
      li.append(document.createElement("b"), " ", document.createElement("span"), " ", document.createElement("span"));
      li.children[2].className = "note";
      list.append(li);
    }
    text(li.children[0], l.name);
    li.children[1].className = `state ${l.state}`;
    text(li.children[1], l.state);
    text(li.children[2], l.detail);
  });
}
