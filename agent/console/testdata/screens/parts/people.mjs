// Who is let in no longer: a person who was removed, and a device that was revoked, by an admin who has nothing but keys.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { current, numbers, open } from "../browser.mjs";
import { within } from "../stage.mjs";
import { hands } from "./keys.mjs";
import { start } from "./setup.mjs";
/** @typedef {ReturnType<typeof hands>} Hands */

const PIN = { AK: "482913", KB: "593024" };
const KNOWN = 15_000; // ms after which an open page must say that its person was removed or its device revoked: a question each 5 s, 4 s until a line is dead, and other parts beside this one; our choice

/** Types the code of an enrolment, which the page asks for by itself. @param {any} page @param {Hands} h @param {string} code */
async function enrol(page, h, code) {
  await page.waitForSelector("#signin [name=code]:focus");
  const again = page.waitForEvent("load");
  await h.type(code);
  await h.press("Enter");
  await again;
}

/** Signs in by name and PIN. @param {any} page @param {Hands} h @param {"AK"|"KB"} name */
async function signIn(page, h, name) {
  await page.waitForSelector("#signed:not([hidden])");
  await h.tab("#signed");
  await h.press("Enter");
  await page.waitForSelector("#signin .names button:focus");
  while (!(await page.evaluate((who) => document.activeElement?.textContent === who, name))) await h.press("Tab");
  await h.press("Enter");
  await page.waitForSelector("#signin [name=pin]:focus");
  await h.type(PIN[name]);
  await h.press("Enter");
  await page.waitForFunction((who) => document.getElementById("signed")?.textContent?.startsWith(`${who} ·`), name);
}

/** What an answer of the agent to a page says. @param {any} page @param {string} path @param {object} body */
const asked = (page, path, body) => page.evaluate(async ([to, what]) => {
  const answer = await fetch(`/api/v1/${to}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(what) });
  return { status: answer.status, ...(await answer.json().catch(() => ({}))) };
}, [path, body]);

/** Lets somebody or something in no longer: a press, the question in its place, and the answer to it. @param {any} page @param {Hands} h
 * @param {string} id of the button @param {(name: string, page: any) => Promise<void>} look @param {string} name of the state */
async function take(page, h, id, look, name) {
  await h.tab(`[data-id="${id}"]`);
  await h.press("Enter");
  await h.expect(`${id}: the question has the focus on the way back`, () => document.activeElement?.textContent === "Cancel");
  await look(name, page);
  await h.press("Shift+Tab");
  await h.press("Enter");
  await page.waitForFunction((gone) => !document.querySelector(`[data-id="${gone}"]`), id);
}

/** @type {import("../stage.mjs").Part} */
export const people = {
  name: "people", pictures: true,
  async run(s) {
    const { browser, program, faults, look } = s, dir = mkdtempSync(join(tmpdir(), "bedside-people-")), file = join(dir, "room.yaml");
    /** @type {any[]} */
    const children = [];
    const run = async (/** @type {string[]} */ words, /** @type {RegExp} */ wanted, input = "") => {
      const { child, found } = await start(program, words, wanted, input);
      child.removeAllListeners("exit");
      children.push(child);
      return found;
    };
    try {
      const port = await run(["simulate", "nonin-df2", "--link", join(dir, "oximeter")], /(\/\S+oximeter)/);
      writeFileSync(file, `site: clinic\nroom: room-1\ndevices: [{name: oximeter, driver: nonin, port: ${port}}]\nnats: {listen: "127.0.0.1:0", store: ${dir}/nats}\n`
        + `record: {path: ${dir}/record.db}\nconsole: {listen: "127.0.0.1:0", access: ${dir}/access.db}\n`);
      await run(["user", "add", "AK", "--role", "admin", "--config", file], /(AK may sign in)/, PIN.AK);
      await run(["user", "add", "KB", "--role", "nurse", "--config", file], /(KB may sign in)/, PIN.KB);
      const first = await run(["device", "enrol", "desk", "--config", file], /code +(\S+)/);
      const room = await run(["agent", "--config", file], /(http:\/\/127\.0\.0\.1:\d+)/);

      const desk = await open(browser, `${room}/people.html`, faults), admin = hands(desk, s, "people");
      await enrol(desk, admin, first);
      await signIn(desk, admin, "AK");
      await admin.tab("[data-id=enrol]");
      await admin.press("Enter");
      await admin.type("tablet-1");
      await admin.press("Enter");
      const code = await desk.locator(".code").textContent();
      const tablet = await open(browser, room, faults, { lost: true }), nurse = hands(tablet, s, "tablet");
      await enrol(tablet, nurse, code);
      await signIn(tablet, nurse, "KB");
      await numbers(tablet);
      await desk.reload();
      await desk.waitForSelector('[data-id="remove KB"]');

      await take(desk, admin, "remove KB", look, "people-remove");
      const removed = Date.now();
      await tablet.waitForFunction(() => document.getElementById("signed")?.textContent?.startsWith("Signed out"), null, { timeout: 40_000 });
      within(s, "removed: the page says that its person is signed out", Date.now() - removed, KNOWN);
      if (!(await current(tablet)).length) faults.push("removed: the numbers of the device are gone, although it is still one of ours");
      // Neither a page that was open, nor the PIN, at the same device or at another one.
      const note = await asked(tablet, "commands/note", { by: "KB", id: "n-1", text: "still here" });
      if (note.ok || note.status < 400) faults.push(`a person who was removed gives orders: ${JSON.stringify(note)}`);
      for (const [where, page] of [["tablet", tablet], ["desk", desk]]) {
        page.lost = true;
        const again = await asked(page, "sign-in", { person: "KB", pin: PIN.KB });
        if (again.person || again.status < 400) faults.push(`a person who was removed signs in at the ${where}: ${JSON.stringify(again)}`);
      }
      await tablet.reload();
      await numbers(tablet); // the device is still one of ours
      await nurse.tab("#signed");
      await nurse.press("Enter");
      await nurse.expect("AK alone may still sign in", () => document.querySelector("#signin .names")?.textContent === "AK");

      await desk.bringToFront();
      await take(desk, admin, "revoke tablet-1", look, "people-revoke");
      const begun = Date.now();
      await tablet.waitForSelector("#signin [name=code]", { timeout: 20_000 });
      await tablet.waitForFunction(() => document.getElementById("signed")?.textContent === "Not enrolled" && /not enrolled/.test(document.getElementById("bar")?.innerText ?? ""));
      within(s, "revoked: the page says that its device is not enrolled", Date.now() - begun, KNOWN);
      faults.push(...(await current(tablet)).map((t) => `revoked: ${t} is shown as if it were known`));
      await look("room-revoked", tablet);
      for (const path of ["state", "events", "trend?since=0"]) {
        const status = await tablet.evaluate(async (to) => (await fetch(`/api/v1/${to}`)).status, path);
        if (status !== 401) faults.push(`revoked: ${path} is answered with ${status}`);
      }
      const pin = await asked(tablet, "sign-in", { person: "AK", pin: PIN.AK });
      if (pin.person || pin.status < 400) faults.push(`revoked: a PIN opens it: ${JSON.stringify(pin)}`);
      await Promise.all([desk, tablet].map((page) => page.context().close()));
    } finally {
      for (const child of children) child.kill("SIGKILL");
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    }
  },
};
