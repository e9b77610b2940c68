/** Samples of one signal for the spine, and what of them is in its queue. */
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
