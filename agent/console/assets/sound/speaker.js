// What plays the sounds. Each is rendered once and looped by the audio hardware's clock, so that a page in the background goes
// on sounding. Whether it can be heard is asked of the browser each time, never remembered.
import { render, rhythm, score } from "./sound.js";
/** @typedef {import("./sound.js").Priority} Priority */
/** @typedef {import("./sound.js").Voice} Voice */

const VOLUMES = [0.3, 0.6, 1]; // no silent one: our choice
const STANDS = 2500; // ms in which the clock of the hardware must have moved; our choice
const AGAIN = 3000; // ms between two attempts to go on; our choice

/** @typedef {ReturnType<typeof makeSpeaker>} Speaker */

/** @param {import("./kept.js").Kept} kept */
export function makeSpeaker(kept) {
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
  let gone = false; // there was a loudspeaker, and there is none
  let moved = { at: 0, time: -1 }, tried = 0;
  /** @type {(() => void)[]} */
  const told = [];
  const changed = () => told.forEach((tell) => tell());

  /** Notices that the last loudspeaker was pulled, where the browser says so. */
  async function count() {
    const all = await navigator.mediaDevices?.enumerateDevices?.().catch(() => []) ?? [];
    const any = all.some((d) => d.kind === "audiooutput"), were = gone;
    if (any) had = true;
    gone = had && !any;
    if (gone !== were) changed();
  }
  let had = false;

  /** Whether the hardware's clock goes. A context may say that it runs although nothing takes its samples any more. */
  function goes() {
    const at = performance.now(), time = context?.currentTime ?? 0;
    if (time !== moved.time) moved = { at, time };
    return at - moved.at < STANDS;
  }

  function works() {
    if (!context) return false;
    if (context.state === "running") return goes() && !gone;
    // The browser or the telephone has interrupted it. It may go on by itself where somebody has pressed before.
    if (performance.now() - tried > AGAIN) {
      tried = performance.now();
      context.resume().catch(() => undefined);
    }
    return false;
  }

  function make() {
    if (context) return context;
    const made = new AudioContext();
    for (const event of ["statechange", "error", "sinkchange"]) made.addEventListener(event, changed);
    navigator.mediaDevices?.addEventListener?.("devicechange", count);
    count();
    gain = new GainNode(made, { gain: VOLUMES[kept.volume() - 1] });
    gain.connect(made.destination);
    return (context = made);
  }

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

  /** @param {number[]} pattern Browsers let a page shake the phone only after it was touched. */
  function shake(pattern) {
    if (kept.shakes() && navigator.userActivation?.hasBeenActive) navigator.vibrate?.(pattern);
  }

  return {
    /** Whether it can be heard. */
    works,
    /** To be told at once when that may have changed. @param {() => void} tell */
    listen: (tell) => void told.push(tell),
    /** To be called from a press, without which browsers play nothing. Plays one medium burst, unless an alert sounds anyway. */
    async unlock() {
      const c = make();
      await c.resume();
      moved = { at: performance.now(), time: -1 };
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
    volume: () => ({ step: kept.volume(), of: VOLUMES.length }),
    /** The next volume; after the loudest comes the least. */
    turn() {
      kept.setVolume((kept.volume() % VOLUMES.length) + 1);
      if (gain) gain.gain.value = VOLUMES[kept.volume() - 1];
    },
  };
}

/** Keeps the screen on while the page is seen. Browsers let go of it whenever the page is hidden, so it is asked for again when it is
 * seen again; some need a press before, so what is returned asks as well. */
export function keepAwake() {
  const ask = () => {
    // A refusal leaves the screen to the computer's own settings; the station sees when it goes dark.
    if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => undefined);
  };
  document.addEventListener("visibilitychange", ask);
  ask();
  return ask;
}
