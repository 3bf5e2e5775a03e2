// The words of the contract that people choose from, as people say them. A test compares them with those of the agent.

/** Screening questions, in the order in which they are asked. @type {[string, string][]} */
export const questions = [
  ["uncontrolled_hypertension", "Uncontrolled hypertension"], ["psychosis", "Psychosis"], ["mania", "Mania"],
  ["substance_history", "History of substance misuse"], ["maoi_or_stimulants", "Takes an MAOI or stimulants"],
  ["hypertension_history", "History of hypertension"], ["escort_present", "Escort is present"],
];

/** @type {[string, string][]} */
export const routes = [
  ["intranasal", "Intranasal"], ["iv", "Intravenous"], ["im", "Intramuscular"], ["sublingual", "Sublingual"], ["oral", "Oral"],
];

/** @type {[string, string][]} */
export const profiles = [
  ["", "the one for the route"], ["spravato", "spravato"], ["iv-ketamine", "iv-ketamine"], ["im-ketamine", "im-ketamine"],
  ["sublingual-ketamine", "sublingual-ketamine"], ["conservative", "conservative"],
];

/** @type {[string, string][]} */
export const symptoms = [
  ["chest_pain", "Chest pain"], ["dyspnoea", "Shortness of breath"], ["severe_headache", "Severe headache"],
  ["visual_change", "Change of vision"], ["seizure", "Seizure"], ["reduced_consciousness", "Reduced consciousness"],
  ["focal_deficit", "Weakness or speech trouble"],
];

/** @type {[string, string][]} */
export const phases = [
  ["preparation", "Preparation"], ["baseline", "Baseline"], ["dosing", "Dosing"], ["onset", "Onset"], ["peak", "Peak"],
  ["return", "Return"], ["recovery", "Recovery"],
];

/** Whom an alert calls while nobody acknowledges it. @type {[string, string][]} */
export const calls = [
  ["station", "the station"], ["room_sound", "the room"], ["next_person", "the next person"], ["everyone", "everyone"],
];

/** What a clinician ticks before somebody leaves. @type {[string, string][]} */
export const ticks = [
  ["moaas_5", "Alert: MOAA/S score 5"], ["oriented", "Oriented"], ["dissociation_resolved", "Dissociation resolved"],
  ["walks_steadily", "Walks steadily"], ["nausea_controlled", "Nausea controlled"], ["escort_present", "Escort present"],
  ["no_driving_advised", "Advised not to drive"], ["written_advice", "Written advice given"],
];

/** What the gate before leaving says of its own accord; everything else on it is ticked by a clinician. */
export const measured = ["observation", "blood_pressure", "pulse_rate", "spo2", "alarms"];

/** @param {[string, string][]} list @param {string} word */
export function say(list, word) {
  return list.find(([w]) => w === word)?.[1] ?? sentence(word);
}

/** @param {string} word such as no_driving_advised */
export function sentence(word) {
  const plain = word.replaceAll("_", " ").replace(/\b(hr|bp|nibp)\b/g, (s) => s.toUpperCase()).replace(/\bspo2\b/, "SpO2");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
