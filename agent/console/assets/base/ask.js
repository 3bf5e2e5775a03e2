// Questions to the agent by pages that are no picture of a room: an answer, or why there is none.
import { say } from "./say.js";

/** @param {string} path below /api/v1/ @param {object} [body] an order; none: a question
 * @returns {Promise<any>} the answer; one that did not come, or is a refusal, has ok false and a text */
export async function ask(path, body) {
  try {
    const answer = await fetch(`/api/v1/${path}`, body === undefined ? { signal: AbortSignal.timeout(15000) } : {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal: AbortSignal.timeout(60000),
    });
    const type = answer.headers.get("Content-Type") ?? "";
    if (!type.startsWith("application/json")) return { ok: false, status: answer.status, text: (await answer.text()).trim() };
    const value = await answer.json();
    return answer.ok ? value : { ok: false, status: answer.status, ...value };
  } catch {
    return { ok: false, status: 0, text: say("ask.silent") };
  }
}
