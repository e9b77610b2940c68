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

export interface CatchUp {
  readonly recorded: RecordedSamples | undefined;
  readonly read: SampleReader | undefined;
  /** Asked once the historian has everything that was accepted. */
  readonly sources: () => Promise<Iterable<CaughtUp>> | Iterable<CaughtUp>;
  /** The order in which recorded samples meet live ones does not matter. */
  readonly take: (samples: readonly Sample[]) => void;
  readonly done: () => void;
}

/** A queue that is never seen empty in so many tries belongs to a plant that fills it as fast: what is in the historian is read. */
const TRIES = 12;

/** Settles after the first try; while the historian is away the status says so and it is asked again later. */
export async function catchUp(node: TwinNode, ports: CatchUp, tries = 1): Promise<void> {
  try {
    await readBack(node, ports, tries);
    ports.done();
  } catch (error) {
    if (!isAway(error)) throw error;
    node.status("degraded", node.text("away"));
    node.after(RETRY_AFTER, () => catchUp(node, ports, tries + 1));
  }
}

async function readBack(node: TwinNode, { recorded, read, sources, take }: CatchUp, tries: number): Promise<void> {
  if (recorded === undefined || read === undefined) return;
  node.status("busy", node.text("reading"));
  if (!(await recorded.flush(RETRY_AFTER)) && tries < TRIES)
    throw new HistorianUnavailable("What was accepted before has not reached it yet.");
  const end = node.now() + AHEAD;
  for (const { watermark, tags } of await sources()) {
    const from = watermark === null ? end - HORIZON : watermark - OVERLAP;
    for await (const samples of recordedPieces(read, tags, from, end)) {
      if (node.closing.aborted) return;
      take(samples);
    }
  }
}
