// Marks: what happens often has one press. The agent's clock says when it was, and a wrong press is taken back for ten seconds:
// the record keeps both.
import { clock } from "../base/format.js";
import { el, orderButton, refocus, span } from "../base/parts.js";
import { say } from "../base/say.js";
import { refused } from "../base/told.js";
import { marks } from "../base/vocabulary.js";
/** @typedef {import("../base/types.js").Desk} Desk */

const UNDO = 10; // seconds: UX.md section 8; the agent has a few more for a slow line

/** @param {Desk} desk */
export function makeMarks(desk) {
  const what = span("what", ""), left = el("span", { ariaHidden: "true" }), back = el("button", { type: "button" }, say("mark.undo"), " ", left);
  const refusal = el("span", { className: "refusal", role: "alert" });
  const line = el("p", { className: "marked", hidden: true, role: "status" }, what, " ", back, refusal);
  line.tabIndex = -1; // where work goes on when its button is gone
  let note = "", seconds = 0, label = "";
  /** @type {ReturnType<typeof setInterval>|undefined} */
  let timer;

  function count() {
    left.textContent = say("mark.left", { seconds });
    if (seconds-- > 0) return;
    clearInterval(timer);
    back.hidden = true;
  }

  /** @param {string} id @param {string} name @param {string} at of the last picture */
  function offer(id, name, at) {
    note = id;
    label = name;
    seconds = UNDO;
    what.textContent = say("mark.done", { what: name, time: clock(at) });
    refusal.textContent = "";
    line.hidden = back.hidden = false;
    clearInterval(timer);
    timer = setInterval(count, 1000);
    count();
  }

  back.addEventListener("click", async () => {
    const held = document.activeElement === back;
    back.disabled = true;
    const reply = await desk.order("note-undo", { note });
    back.disabled = false;
    if (held) refocus(back);
    if (!reply.ok) return (refusal.textContent = refused(reply));
    clearInterval(timer);
    back.hidden = true;
    what.textContent = say("mark.undone", { what: label });
    if (held) line.focus({ preventScroll: true });
  });

  return {
    /** Says what was marked last, and takes it back. */
    line,
    /** The six big buttons. @param {{now: () => string, close: () => void, open: (action: string) => void}} o now: the agent's clock;
     * open: the form of another action */
    sheet({ now, close, open }) {
      const shut = el("button", { type: "button" }, say("form.close")), dose = el("button", { type: "button" }, say("actions.dose"));
      dose.addEventListener("click", () => open("dose"));
      shut.addEventListener("click", close);
      const sheet = el("div", { className: "sheet" }, el("h3", {}, say("mark.title")), el("p", { className: "note" }, say("mark.how")),
        el("div", { className: "presets" }, dose, ...marks.map(([mark, name]) => orderButton(name, mark, async () => {
          const id = crypto.randomUUID(), reply = await desk.order("note", { mark, id });
          if (reply.ok) {
            offer(id, name, now());
            if (mark === "other") open("note");
          }
          return reply;
        }))), el("div", { className: "buttons" }, shut));
      sheet.addEventListener("keydown", (e) => {
        if (e.key === "Escape") close();
      });
      return sheet;
    },
  };
}
