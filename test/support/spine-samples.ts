/** Samples of one signal for the spine, what of them is in its queue, and what happens in a few turns of the event loop. */
import { splitLines } from "../../core/connect/history/index.ts";
import type { Queue } from "../../core/connect/queue/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";

export const seriesOf = (): { site: string; line: string } => ({ site: "galway", line: "line01" });
export const sample = (timestamp: number, value: Sample["value"] = timestamp, name = "fill_weight"): Sample => ({
  tag: `acme.galway.bottling.line01.filler01._raw.${name}`,
  value,
  quality: value === null ? "Bad" : "Good",
  timestamp,
});
export const linesIn = async (queue: Queue): Promise<string[]> => (await queue.peek(1e9)).flatMap((batch) => splitLines(batch.lines));

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Whether something happens in so many turns of the event loop. */
export async function within(work: Promise<unknown>, turns = 200): Promise<boolean> {
  const ended = work.then(() => true);
  for (let at = 0; at < turns; at += 1) if (await Promise.race([ended, turn().then(() => false)])) return true;
  return false;
}
