// Writes the samples of every burst, as the page renders them, one file each: node render.mjs RATE FOLDER
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { render, score } from "../../assets/sound/sound.js";

const [rate, folder] = process.argv.slice(2);
for (const priority of /** @type {const} */ (["high", "medium", "low"])) {
  for (const technical of [false, true]) {
    writeFileSync(join(folder, `${priority}-${technical}`), new Uint8Array(render(priority, Number(rate), technical).buffer));
  }
  writeFileSync(join(folder, `${priority}.json`), JSON.stringify(score(priority)));
}
