// Who gives the orders: initials, asked once and kept for as long as this page is open, on this device only.

const KEY = "bedside.by";

/** @param {{button: HTMLElement, form: HTMLElement}} at the button that tells who it is, and the form that asks */
export function makeWho({ button, form }) {
  const field = /** @type {HTMLInputElement} */ (form.querySelector("input"));
  let initials = sessionStorage.getItem(KEY) ?? "";
  /** @type {((initials: string) => void)|undefined} */
  let waiting;
  /** @type {Element|null} */
  let back = null;

  function show() {
    button.textContent = initials ? `Signed ${initials}` : "Not signed";
  }

  /** @param {string} answer */
  function close(answer) {
    if (form.hidden) return;
    form.hidden = true;
    waiting?.(answer);
    waiting = undefined;
    if (back instanceof HTMLElement && back.isConnected) back.focus();
  }

  function open() {
    if (form.hidden) back = document.activeElement;
    form.hidden = false;
    field.value = initials;
    field.select();
    field.focus();
  }

  /** @param {string} name */
  function sign(name) {
    initials = name.trim();
    sessionStorage.setItem(KEY, initials);
    show();
  }

  form.addEventListener("submit", (e) => {
    e.preventDefault();
    if (!field.value.trim()) return;
    sign(field.value);
    close(initials);
  });
  form.addEventListener("keydown", (e) => {
    if (e.key === "Escape") close("");
  });
  form.querySelector("[data-cancel]")?.addEventListener("click", () => close(""));
  button.addEventListener("click", open);
  show();

  return {
    sign,
    /** The initials, without asking; "" if nobody has signed. */
    known: () => initials,
    /** The initials, asked for if nobody has signed yet; "" if nobody will. @returns {Promise<string>} */
    ask() {
      if (initials) return Promise.resolve(initials);
      waiting?.("");
      open();
      return new Promise((answer) => (waiting = answer));
    },
  };
}
