// Room and station while much is wrong.
import { open } from "../browser.mjs";
import { demo, kill } from "../programs.mjs";
import { station } from "../states.mjs";

/** @type {import("../stage.mjs").Part} */
export const crisis = {
  name: "crisis", pictures: true,
  async run({ browser, program, faults, look }) {
    const at = await demo(program, "--scenario crisis --rooms 4 --speed 25");
    const page = await open(browser, at.page, faults, { by: "AK" });
    await page.waitForSelector("#bar.high:not(.seen), #bar.medium:not(.seen)", { timeout: 60_000 });
    await look("room-alarming", page);
    await page.context().close();
    const board = await open(browser, at.board, faults, { by: "AK" });
    await station(board, look, "station-alarming", { sides: "l1" });
    await board.context().close();
    await kill(at.child);
  },
};
