/** How long something keeps this process from doing anything else. */

/**
 * How long it takes, and the longest time in which this process did nothing else, both in ms. The latter in time of the
 * processor that this thread had: what else the computer does makes no turn of the loop longer.
 */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number; readonly block: number }> {
  let [last, block, running] = [busy(), 0, true];
  const turn = (): void => {
    const now = busy();
    block = Math.max(block, now - last);
    last = now;
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  const begun = performance.now();
  const result = await work();
  const ms = performance.now() - begun;
  await new Promise((resolve) => setImmediate(resolve));
  running = false;
  return { result, ms, block };
}

function busy(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
