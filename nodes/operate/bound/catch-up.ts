/** What was recorded while a bound node was not there, read back at its start. */
import { HistorianUnavailable } from "../../../core/connect/history/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import type { SampleReader } from "../../../core/operate/oee/index.ts";
import type { TwinNode } from "../../kit/node.ts";
import { AHEAD, HORIZON, OVERLAP, RETRY_AFTER } from "./horizons.ts";
import { isAway, recordedPieces, type RecordedSamples } from "./recorded.ts";

/** Whose samples are read back: from shortly before the watermark on, or as far as the memory goes where there is none. */
export interface CaughtUp {
  readonly watermark: number | null;
  readonly tags: readonly string[];
}

/** The watermarks of a start, for later tries: what is live moves them past what was missed. */
export function watermarks(
  calculators: Iterable<readonly [asset: string, { readonly watermark: number | null }]>,
): Map<string, number | null> {
  return new Map([...calculators].map(([asset, { watermark }]) => [asset, watermark]));
}

export interface CatchUp {
  readonly recorded: RecordedSamples | undefined;
  readonly read: SampleReader | undefined;
  /** Asked when the historian has everything that was accepted before the first try. */
  readonly sources: () => Promise<Iterable<CaughtUp>> | Iterable<CaughtUp>;
  /** The order in which recorded samples meet live ones does not matter. */
  readonly take: (samples: readonly Sample[]) => void;
  readonly done: () => Promise<void> | void;
}

/** Settles after the first try; while the historian has not got what was accepted before, the status says so and it is tried again. */
export async function catchUp(node: TwinNode, ports: CatchUp): Promise<void> {
  try {
    await readBack(node, ports);
    // Who closes in the middle has not read everything.
    if (!node.closing.aborted) await ports.done();
  } catch (error) {
    if (!isAway(error)) throw error;
    node.status("degraded", node.text("away"));
    node.after(RETRY_AFTER, () => catchUp(node, ports));
  }
}

/** Messages that come while a node starts wait in the kit, which holds fewer of them than `HeldMessages` does. */
const STARTING = 1_000;

/** Settles with the first try, or when that takes longer than a start should: then it goes on beside it. */
export async function begun(node: Pick<TwinNode, "after" | "guard">, reading: Promise<void>): Promise<void> {
  const long = new Promise<boolean>((resolve) => node.after(STARTING, () => resolve(true)));
  if (await Promise.race([reading.then(() => false), long])) node.guard(() => reading)();
}

async function readBack(node: TwinNode, ports: CatchUp): Promise<void> {
  const { recorded, read, sources, take } = ports;
  if (recorded === undefined || read === undefined) return;
  node.status("busy", node.text("reading"));
  if (!(await recorded.flush(RETRY_AFTER, ports))) throw new HistorianUnavailable("What was accepted before has not reached it yet.");
  const end = node.now() + AHEAD;
  for (const { watermark, tags } of await sources()) {
    const from = watermark === null ? end - HORIZON : watermark - OVERLAP;
    for await (const samples of recordedPieces(read, tags, from, end)) {
      if (node.closing.aborted) return;
      take(samples);
    }
  }
}
