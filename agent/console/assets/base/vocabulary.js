// The words of the contract that people choose from, as people say them. A test compares them with those of the agent.
import { say } from "./say.js";

/** @param {string[]} words @param {(word: string) => string} label @returns {[string, string][]} */
function labelled(words, label) {
  return words.map((word) => [word, label(word)]);
}

/** Screening questions, in the order in which they are asked. */
export const questions = labelled([
  "uncontrolled_hypertension", "psychosis", "mania", "substance_history", "maoi_or_stimulants", "hypertension_history", "escort_present",
], (word) => say(`question.${word}`));

export const answers = labelled(["yes", "no"], (word) => say(`start.${word}`));

export const routes = labelled(["intranasal", "iv", "im", "sublingual", "oral"], (word) => say(`route.${word}`));

/** By their names; without one it is the one of the route. */
export const profiles = labelled([
  "", "spravato", "iv-ketamine", "im-ketamine", "sublingual-ketamine", "conservative",
], (word) => word || say("start.by_route"));

export const symptoms = labelled([
  "chest_pain", "dyspnoea", "severe_headache", "visual_change", "seizure", "reduced_consciousness", "focal_deficit",
], (word) => say(`symptom.${word}`));

/** What is marked with one press. */
export const marks = labelled(["position", "sensor_moved", "patient_spoke", "nausea", "other"], (word) => say(`marks.${word}`));

export const phases = labelled([
  "preparation", "baseline", "dosing", "onset", "peak", "return", "recovery",
], (word) => say(`phase.${word}`));

/** Whom an alert calls while nobody acknowledges it. */
export const calls = labelled(["station", "room_sound", "next_person", "everyone"], (word) => say(`call.${word}`));

/** What a clinician ticks before somebody leaves. */
export const ticks = labelled([
  "moaas_5", "oriented", "dissociation_resolved", "walks_steadily", "nausea_controlled", "escort_present", "no_driving_advised",
  "written_advice",
], (word) => say(`tick.${word}`));

/** What the gate before leaving says of its own accord; everything else on it is ticked by a clinician. */
export const measured = ["observation", "blood_pressure", "pulse_rate", "spo2", "alarms"];

/** @param {[string, string][]} list @param {string} word */
export function named(list, word) {
  return list.find(([w]) => w === word)?.[1] ?? sentence(word);
}

/** @param {string} word such as no_driving_advised */
export function sentence(word) {
  const plain = word.replaceAll("_", " ").replace(/\b(hr|bp|nibp)\b/g, (s) => s.toUpperCase()).replace(/\bspo2\b/, "SpO2");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
