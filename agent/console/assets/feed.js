// Server-sent events, and the watch over them. A browser does not notice a line that is open but dead, so the page goes
// by the age of the last picture: late after 2 s, no data after 4 s. Then it hangs up and dials again.
/** @typedef {import("./types.js").Status} Status */
/** @typedef {import("./types.js").Wave} Wave */

const LATE = 2000;
const DEAD = 4000;

/**
 * @param {{snapshot: (s: Status) => void, wave: (w: Wave) => void, remind: () => void,
 *   liveness: (state: "live"|"late"|"dead", seconds: number) => void}} on
 */
export function connect(on) {
  let last = performance.now();
  let dialled = 0;
  /** @type {EventSource|undefined} */
  let source;

  function dial() {
    source?.close();
    dialled = performance.now();
    source = new EventSource("/api/v1/events");
    source.addEventListener("snapshot", (e) => {
      last = performance.now();
      on.snapshot(JSON.parse(e.data));
      on.liveness("live", 0);
    });
    source.addEventListener("wave", (e) => on.wave(JSON.parse(e.data)));
    source.addEventListener("remind", on.remind);
  }

  dial();
  setInterval(() => {
    const age = performance.now() - last;
    if (age < LATE) return;
    on.liveness(age < DEAD ? "late" : "dead", Math.round(age / 1000));
    const closed = source?.readyState === EventSource.CLOSED;
    const waited = performance.now() - dialled;
    if (age >= DEAD && (waited > DEAD || (closed && waited > 500))) dial();
  }, 250);
}
