// Orders to the agent. The agent decides; a refusal comes back in words.
import { say } from "./say.js";
/** @typedef {import("./types.js").Reply} Reply */
/** @typedef {import("./types.js").Desk} Desk */

/** Makes the desk at which orders are given. @param {{ask: (right: string) => Promise<string>, known: () => string}} who
 * @param {(verb: string) => string} url @param {string} page signs what must not wait for initials @returns {Desk} */
export function makeDesk(who, url, page) {
  return {
    async order(verb, request) {
      const by = await who.ask(verb);
      return by ? post(url(verb), { ...request, by }) : { ok: false, text: say("order.nobody") };
    },
    urgent: (verb, request) => post(url(verb), { ...request, by: who.known() || page }),
  };
}

/** @param {string} url @param {object} request @returns {Promise<Reply>} */
export async function post(url, request) {
  try {
    const answer = await fetch(url, {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify(request), signal: AbortSignal.timeout(5000),
    });
    return await answer.json();
  } catch {
    return { ok: false, text: say("order.no_answer") };
  }
}
