// What plays the sounds. Each is rendered once and looped by the audio hardware's clock, so that a page in the background goes
// on sounding. Whether it can be heard is asked of the browser each time, never remembered.
import { render, rhythm, score } from "./sound.js";
/** @typedef {import("./sound.js").Priority} Priority */
/** @typedef {import("./sound.js").Voice} Voice */

const VOLUMES = [0.3, 0.6, 1]; // no silent one: our choice

/** @typedef {ReturnType<typeof makeSpeaker>} Speaker */

export function makeSpeaker() {
  /** @type {AudioContext|undefined} */
  let context;
  /** @type {GainNode|undefined} */
  let gain;
  /** @type {{key: string, node?: AudioBufferSourceNode, shake: ReturnType<typeof setInterval>}|undefined} */
  let now;
  /** @type {Map<string, AudioBuffer>} */
  const ready = new Map();
  /** @type {AudioBufferSourceNode|undefined} */
  let trial;
  let volume = 1;

  /** @param {Priority} priority @param {boolean} technical */
  function buffer(priority, technical) {
    const name = `${priority} ${technical}`, known = ready.get(name);
    if (known || !context) return known;
    const samples = render(priority, context.sampleRate, technical);
    const made = context.createBuffer(1, samples.length, context.sampleRate);
    made.copyToChannel(samples, 0);
    ready.set(name, made);
    return made;
  }

  /** @param {Priority} priority @param {boolean} technical @param {boolean} loop */
  function start(priority, technical, loop) {
    const sound = buffer(priority, technical);
    if (!context || !gain || !sound) return undefined;
    const node = new AudioBufferSourceNode(context, { buffer: sound, loop });
    node.connect(gain);
    node.start();
    return node;
  }

  function stop() {
    now?.node?.stop();
    clearInterval(now?.shake);
    shake([]);
    now = undefined;
  }

  return {
    /** Whether it can be heard. */
    works: () => context?.state === "running",
    /** To be called from a press, without which browsers play nothing. Plays one medium burst, unless an alert sounds anyway. */
    async unlock() {
      context ??= new AudioContext();
      gain ??= new GainNode(context, { gain: VOLUMES[volume] });
      gain.connect(context.destination);
      await context.resume();
      if (!now) trial = start("medium", false, false);
    },
    /** Plays this and nothing else, from the beginning if it is another one. @param {Voice|undefined} voice */
    play(voice) {
      const key = voice ? `${voice.priority} ${voice.technical} ${voice.key}` : "";
      if ((now?.key ?? "") === key && (!voice || now?.node || !context)) return;
      stop();
      if (!voice) return;
      trial?.stop();
      trial = undefined;
      const priority = /** @type {Priority} */ (voice.priority);
      const again = () => shake(rhythm(priority));
      again();
      now = { key, node: start(priority, voice.technical, true), shake: setInterval(again, score(priority).period * 1000) };
    },
    playing: () => now?.key ?? "",
    volume: () => ({ step: volume + 1, of: VOLUMES.length }),
    /** The next volume, from the loudest to the least. */
    turn() {
      volume = (volume + 1) % VOLUMES.length;
      if (gain) gain.gain.value = VOLUMES[volume];
    },
  };
}

/** Browsers let a page shake the phone only after it was touched. @param {number[]} pattern */
function shake(pattern) {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(pattern);
}

/** Keeps the screen on while the page is seen. Browsers let go of it whenever the page is hidden. */
export function keepAwake() {
  const ask = () => {
    // A refusal leaves the screen to the computer's own settings; the station sees when it goes dark.
    if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => undefined);
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}
