// Orders to the agent. The agent decides; a refusal comes back in words.
/** @typedef {import("./types.js").Reply} Reply */
/** @typedef {import("./types.js").Desk} Desk */

/** Makes the desk at which orders are given. @param {{ask: () => Promise<string>, known: () => string}} who @returns {Desk} */
export function makeDesk(who) {
  return {
    async order(verb, request) {
      const by = await who.ask();
      return by ? send(verb, { ...request, by }) : { ok: false, text: "Not sent: an order needs initials." };
    },
    urgent: (verb, request) => send(verb, { ...request, by: who.known() || "room page" }),
  };
}

/** @param {string} verb @param {object} request @returns {Promise<Reply>} */
async function send(verb, request) {
  try {
    const answer = await fetch(`/api/v1/commands/${verb}`, {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify(request), signal: AbortSignal.timeout(5000),
    });
    return await answer.json();
  } catch {
    return { ok: false, text: "The agent does not answer. It is not known whether the order arrived: look before you repeat it." };
  }
}
