// Orders to the agent. The agent decides; a refusal comes back in words.
/** @typedef {import("./types.js").Reply} Reply */

const KEY = "bedside.by";
let who = "";

/** Remembers the initials typed into the field on this device. @param {HTMLInputElement} field */
export function by(field) {
  who = field.value = localStorage.getItem(KEY) ?? "";
  field.addEventListener("change", () => {
    who = field.value.trim();
    localStorage.setItem(KEY, who);
  });
}

/** @param {string} verb @param {Record<string, string>} request @returns {Promise<Reply>} */
export async function order(verb, request) {
  try {
    const answer = await fetch(`/api/v1/commands/${verb}`, {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ by: who || "room page", ...request }), signal: AbortSignal.timeout(5000),
    });
    return await answer.json();
  } catch {
    return { ok: false, text: "agent does not answer" };
  }
}
