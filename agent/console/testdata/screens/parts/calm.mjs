// Room and station while nothing is wrong, and when nothing is known any more.
import { numbers, open } from "../browser.mjs";
import { demo, kill } from "../programs.mjs";
import { frozen, station } from "../states.mjs";

/** @type {import("../stage.mjs").Part} */
export const calm = {
  name: "calm", pictures: true,
  async run({ browser, program, faults, look }) {
    const at = await demo(program, "--scenario calm");
    const page = await open(browser, at.page, faults, { by: "AK" });
    await numbers(page);
    await look("room-calm", page);
    await page.getByRole("button", { name: "Start a session" }).click();
    await look("room-start", page);
    await page.getByRole("button", { name: "Cancel" }).first().click();
    await page.click("#signed");
    await look("room-sign", page);
    await page.keyboard.press("Escape");
    const board = await open(browser, at.board, faults, { by: "AK" });
    await station(board, look, "station-calm", { sides: "1" });
    await frozen(at.child, [["room-frozen", page], ["station-frozen", board]], look, faults);
    await page.context().close();
    await board.context().close();
    await kill(at.child);
  },
};
