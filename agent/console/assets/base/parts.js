// The few things that every part of the page needs to make elements.
import { refused } from "./told.js";

/** Makes an element. @template {keyof HTMLElementTagNameMap} T @param {T} tag
 * @param {Partial<HTMLElementTagNameMap[T]>} [props] @param {(Node|string)[]} children
 * @returns {HTMLElementTagNameMap[T]} */
export function el(tag, props, ...children) {
  const e = Object.assign(document.createElement(tag), props);
  e.append(...children);
  return e;
}

/** @param {string} className @param {string} content */
export function span(className, content) {
  return el("span", { className }, content);
}

/** The part of an element that is known to be there. @param {Element} e @param {string} selector */
export function part(e, selector) {
  return /** @type {Element} */ (e.querySelector(selector));
}

/** Gives the focus back to what had it before it was disabled, unless somebody has gone on with something else.
 * @param {Element|null} held */
export function refocus(held) {
  const now = document.activeElement;
  if (held instanceof HTMLElement && held.isConnected && (!now || now === document.body || now === held)) held.focus({ preventScroll: true });
}

/** A button that gives one order. A refusal is shown beside it, in the agent's words.
 * @param {string} label @param {string} id what the order is about, unique within its list
 * @param {() => Promise<import("./types.js").Reply>} act */
export function orderButton(label, id, act) {
  const refusal = el("span", { className: "refusal", role: "alert" });
  const b = el("button", { type: "button" }, label);
  b.dataset.id = id;
  b.addEventListener("click", async () => {
    const held = document.activeElement === b ? b : null;
    b.disabled = true;
    refusal.textContent = "";
    const reply = await act();
    b.disabled = false;
    refocus(held);
    if (!reply.ok) refusal.textContent = refused(reply);
  });
  return el("span", { className: "order" }, b, refusal);
}

/** Rebuilds an element only if its key has changed, so that a button is never pulled away under a finger. What changes every
 * second does not belong into the key.
 * @param {HTMLElement} e @param {string} key @param {() => (Node|string)[]} make */
export function keep(e, key, make) {
  if (e.dataset.key === key) return;
  e.dataset.key = key;
  const held = document.activeElement instanceof HTMLElement && e.contains(document.activeElement) ? document.activeElement.dataset.id : undefined;
  e.replaceChildren(...make());
  // Whoever works by keyboard stays on the same thing, never on another one that has moved to its place.
  for (const b of e.querySelectorAll("button")) if (held && b.dataset.id === held) b.focus();
}
