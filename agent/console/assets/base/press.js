// One press is one order. The second click of a double click, and what a key that is held repeats, were meant for what the first one did:
// on a bar that shows the next alert by then, it would acknowledge what nobody has read, and on a button of a pause it would end it.

const DOUBLE = 500; // ms within which two presses at one place are a double click, as browsers count; our choice for fingers
const NEAR = 24; // px: half a touch target

/** @typedef {{at: number, x: number, y: number, count: number, touch: boolean}} Press count: as the browser counts; 0 for a key */

/** Whether a press is the rest of the one before it. @param {Press|null} before @param {Press} now */
export function again(before, now) {
  if (now.count > 1) return true;
  // Not every browser counts taps.
  return Boolean(before && now.touch && now.count && now.at - before.at < DOUBLE && Math.abs(now.x - before.x) < NEAR && Math.abs(now.y - before.y) < NEAR);
}

/** Lets buttons take one press at a time; what has data-quick takes every one, such as the digits of a PIN. */
export function watchPresses() {
  /** @type {Press|null} */
  let before = null;
  const button = (/** @type {Event} */ e) => (e.target instanceof Element ? e.target.closest("button") : null);
  const stop = (/** @type {Event} */ e) => {
    e.preventDefault();
    e.stopImmediatePropagation();
  };
  document.addEventListener("click", (e) => {
    const b = button(e), now = { at: e.timeStamp, x: e.clientX, y: e.clientY, count: e.detail, touch: /** @type {PointerEvent} */ (e).pointerType === "touch" };
    if (b && !b.closest("[data-quick]") && e.isTrusted && again(before, now)) stop(e);
    if (now.count) before = now;
  }, true);
  document.addEventListener("keydown", (e) => {
    if (e.repeat && (e.key === "Enter" || e.key === " ") && button(e)) stop(e);
  }, true);
}
