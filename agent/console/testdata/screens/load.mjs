// What a page costs: the processor time of its main thread, its frames, its memory.

/** @typedef {{script: number, style: number, layout: number, task: number, frames: number, long: number, seconds: number}} Cost
 *   milliseconds of processor time, frames, tasks over 50 ms, and the seconds of the measurement */

/** A measurement on a page, slowed down. @param {any} page @param {number} slower how many times */
export async function meter(page, slower = 1) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  if (slower !== 1) await cdp.send("Emulation.setCPUThrottlingRate", { rate: slower });
  await page.evaluate(() => {
    window.counted = { frames: 0, long: 0 };
    new PerformanceObserver((list) => (window.counted.long += list.getEntries().length)).observe({ type: "longtask" });
    const count = () => {
      window.counted.frames++;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
  const read = async () => {
    const { metrics } = await cdp.send("Performance.getMetrics");
    const all = Object.fromEntries(metrics.map((/** @type {{name: string, value: number}} */ m) => [m.name, m.value]));
    return { ...all, ...(await page.evaluate(() => window.counted)), at: Date.now() };
  };
  return {
    /** What the next seconds cost. @param {number} seconds @returns {Promise<Cost>} */
    async cost(seconds) {
      const a = await read();
      await new Promise((then) => setTimeout(then, seconds * 1000));
      const b = await read(), of = (/** @type {string} */ name) => (b[name] - a[name]) * 1000;
      return {
        script: of("ScriptDuration"), style: of("RecalcStyleDuration"), layout: of("LayoutDuration"), task: of("TaskDuration"),
        frames: b.frames - a.frames, long: b.long - a.long, seconds: (b.at - a.at) / 1000,
      };
    },
    /** What is kept after the garbage has been collected, in bytes and numbers: outside is what lies beside the heap, such as the content of
     * typed arrays, and browser what the browser itself keeps for the page. */
    async kept() {
      for (let i = 0; i < 3; i++) await cdp.send("HeapProfiler.collectGarbage");
      const all = await read(), { backingStorageSize, embedderHeapUsedSize } = await cdp.send("Runtime.getHeapUsage");
      return { heap: all.JSHeapUsedSize, outside: backingStorageSize, browser: embedderHeapUsedSize, nodes: all.Nodes, listeners: all.JSEventListeners };
    },
    end: () => cdp.detach(),
  };
}
