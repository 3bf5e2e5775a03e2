// The page of the recorded sessions in its states, and the report of two hours on paper: its pages counted, each with its header, and
// the numbers on them those of the table of figures.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { open } from "../browser.mjs";
import { kill, library } from "../programs.mjs";

const run = promisify(execFile);
const CODE = "K-0412";

/** What people must find in one line of the paper, out of the table of figures. @param {string} csv @returns {string[][]} */
function expected(csv) {
  /** @type {Map<string, Record<string, string>>} */
  const items = new Map();
  for (const line of csv.trim().split(/\r?\n/).slice(1)) {
    const cells = [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((m) => m[1].replace(/^"|"$/g, "").replaceAll('""', '"'));
    const [group, number, name, value] = cells;
    const key = `${group} ${number}`;
    items.set(key, { ...items.get(key), [name]: value });
  }
  const clock = (/** @type {string} */ at) => at.slice(11, 19);
  const span = (/** @type {string} */ s) => `${Math.floor(Number(s) / 60)}:${String(Math.floor(Number(s) % 60)).padStart(2, "0")} min`;
  const words = { systolic: "Systolic", diastolic: "Diastolic", mean: "Mean pressure", pulse_rate: "Pulse rate", spo2: "SpO2" };
  const list = [];
  for (const [key, of] of items) {
    if (key.startsWith("peak ")) list.push([words[of.vital], of.baseline, of.value, clock(of.at), span(of.after_dose)]);
    if (key.startsWith("reading ")) list.push([clock(of.at), of.systolic, of.diastolic, of.mean]);
    if (key.startsWith("episode ")) list.push([clock(of.since), of.peak, clock(of.peak_at), Number(of.area).toFixed(0)]);
    if (key.startsWith("line ") && of.beyond) list.push([of.title, of.limit, `${span(of.beyond)} of ${span(of.of)}`]);
    if (key.startsWith("line ") && of.readings_of) list.push([of.title, of.limit, `${of.readings_beyond} of ${of.readings_of} readings`]);
    if (key.startsWith("dose ")) list.push([clock(of.at), of.drug, of.amount]);
  }
  return list;
}

/** Prints the report as a browser does, and reads it back. @param {import("../stage.mjs").Stage} s @param {string} base */
async function print({ browser, say, faults }, base) {
  const folder = await mkdtemp(join(tmpdir(), "bedside-print-"));
  try {
    const paper = join(folder, "report.pdf");
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${base}/api/v1/sessions/${CODE}/report.html`);
    await page.pdf({ path: paper, preferCSSPageSize: true });
    await page.context().close();
    const figures = await (await fetch(`${base}/api/v1/sessions/${CODE}/figures.csv`)).text();
    const counted = (await readFile(paper, "latin1")).match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
    let text;
    try {
      text = (await run("pdftotext", ["-layout", paper, "-"], { maxBuffer: 1 << 24 })).stdout;
    } catch (e) {
      if (/** @type {{code?: string}} */ (e).code !== "ENOENT") throw e;
      say("no pdftotext (Debian package poppler-utils): what is printed is not read back");
      return;
    }
    const pages = text.split("\f").slice(0, -1);
    if (pages.length < 3 || pages.length > 8 || pages.length !== counted) faults.push(`the printed report has ${pages.length} pages, the file ${counted}; 3 to 8 are expected`);
    pages.forEach((p, i) => {
      for (const word of [`Session ${CODE}`, "SIMULATED", "Profile not clinically approved"]) if (!p.includes(word)) faults.push(`printed page ${i + 1} does not say ${word}`);
    });
    const summary = ["Baseline", "Minutes observed", "Hash of the profile", "Hash of the record", "Doses", "Peaks after the first dose", "Time beyond the lines of the profile", "Elevations over the baseline",
      "Alerts", "in all:", "Limits changed for the session", "Overrides and pauses", "What was not measured", "Figures of the REMS monitoring form", "Gates"];
    for (const word of summary) if (!pages[0].includes(word)) faults.push(`the first printed page does not say ${word}`);
    const more = /(\d+) more on page 2/.test(pages[0]);
    if (more && !/, continued/.test(pages[1])) faults.push("the first printed page promises more on page 2, which does not go on");
    const rows = text.split("\n");
    const wanted = expected(figures);
    for (const want of wanted) {
      if (!rows.some((row) => want.every((part) => row.includes(part)))) faults.push(`no printed line has ${want.join(" | ")}`);
    }
    if (wanted.length < 30) faults.push(`only ${wanted.length} lines of the table of figures were looked for`);
    say(`printed: ${pages.length} pages, ${wanted.length} lines as in the table of figures`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @type {import("../stage.mjs").Part} */
export const prints = {
  name: "prints", pictures: true,
  async run(s) {
    const { browser, tests, faults, look, folder } = s;
    const at = await library(tests);
    const page = await open(browser, `${at.page}/sessions.html`, faults, { by: "AK" });
    await page.waitForSelector(`tr[data-session="${CODE}"] .counts`, { timeout: 20_000 });
    await look("sessions", page);
    await page.click(`tr[data-session="${CODE}"] a`);
    await page.waitForFunction(() => document.querySelector("iframe")?.contentDocument?.querySelector("main") && !document.querySelector("#past [role=status]")?.textContent);
    await look("sessions-report", page);
    await page.getByRole("button", { name: "What if" }).click();
    await page.waitForSelector("option[value=conservative]", { state: "attached" });
    await page.selectOption("select[name=profile]", "conservative");
    await page.getByRole("button", { name: "Compare" }).click();
    await page.waitForSelector(".sides", { timeout: 30_000 });
    await look("sessions-what-if", page);
    await page.context().close();
    if (!folder) await print(s, at.page);
    await kill(at.child);
    const bare = await library(tests, { LIBRARY_EMPTY: "1" });
    const empty = await open(browser, `${bare.page}/sessions.html`, faults, { by: "AK" });
    await empty.waitForFunction(() => document.getElementById("told")?.textContent?.startsWith("Trends start with the first session"));
    await look("sessions-none", empty);
    await empty.context().close();
    await kill(bare.child);
  },
};
