// Server-sent events, and the watch over them. A browser does not notice a line that is open but dead, so the page goes
// by the age of the last picture: late after 2 s, no data after 4 s. Then it hangs up and dials again.

const LATE = 2000;
const DEAD = 4000;
const LOOK = 250;
const AGAIN = 1000; // between two calls that are refused; our choice

/** Calls back four times a second. A worker keeps the time: browsers slow the clock of a page in the background down to once a
 * minute, and a page that sounds an alarm must notice a dead line from there as well. @param {() => void} look */
function every(look) {
  try {
    const worker = new Worker(new URL("./ticks.js", import.meta.url));
    worker.addEventListener("message", look);
    worker.addEventListener("error", () => setInterval(look, LOOK), { once: true });
    worker.postMessage(LOOK);
  } catch {
    setInterval(look, LOOK);
  }
}

/**
 * @param {{on: Record<string, (payload: any) => void>, life: string[],
 *   liveness: (state: "live"|"late"|"dead", seconds: number) => void}} o
 *   on: what to do with each event; life: those that come each second; liveness is told after each of these, and while none comes
 */
export function connect({ on, life, liveness }) {
  let last = performance.now();
  let dialled = 0, failed = false;
  /** @type {EventSource|undefined} */
  let source;

  function dial() {
    source?.close();
    dialled = performance.now();
    failed = false;
    source = new EventSource("/api/v1/events");
    source.addEventListener("error", () => (failed = true));
    for (const [name, take] of Object.entries(on)) {
      source.addEventListener(name, (e) => {
        const alive = life.includes(name);
        take(e.data ? JSON.parse(e.data) : undefined);
        if (!alive) return;
        last = performance.now(); // a picture that could not be drawn is none
        liveness("live", 0);
      });
    }
  }

  dial();
  every(() => {
    const age = performance.now() - last;
    if (age < LATE) return;
    liveness(age < DEAD ? "late" : "dead", Math.round(age / 1000));
    // A refused call is repeated sooner than a browser would, so that a program that is back is seen within seconds. One that
    // nobody answers gets its time.
    const waited = performance.now() - dialled;
    if (age >= DEAD && waited > (failed ? AGAIN : DEAD)) dial();
  });
}
