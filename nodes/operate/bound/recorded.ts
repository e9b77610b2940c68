/** How a bound node reads recorded samples back from its historian. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { HistorianUnavailable, type Historian } from "../../../core/connect/history/index.ts";
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import type { PlantModel } from "../../../core/connect/model/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import type { LedgerReader } from "../../../core/operate/downtime/index.ts";
import type { SampleReader } from "../../../core/operate/oee/index.ts";

/** What a bound node uses of a twin-historian. */
export interface RecordedSamples {
  readonly historian: Pick<Historian, "readSamples">;
  readonly ledger: LedgerReader;
  subscribe(listener: (entries: readonly LedgerEntry[]) => void): () => void;
  /** See `HistorianService.flush`. */
  flush(timeoutMs: number, since?: object): Promise<boolean>;
  stats(): Promise<{ readonly deletedBefore: number | null }>;
}

/** The historian needs the type of a tag to give its value back as it was. */
export function readerOf(recorded: RecordedSamples, model: () => PlantModel): SampleReader {
  return async (range) => {
    const tags = range.tags.map(({ id }) => {
      const type = model().tags.get(id)?.type;
      return type === undefined ? { id } : { id, type };
    });
    return recorded.historian.readSamples({ ...range, tags });
  };
}

const READ_AT_ONCE = 2 * 3_600_000;
const SAMPLES_AT_ONCE = 1_000;

/**
 * What was recorded of some tags in [from, to), in order of time and by the piece, so that neither reading nor computing
 * keeps the event loop for long. Samples of one instant stay together: a piece states the minutes before its last sample.
 */
export async function* recordedPieces(read: SampleReader, tags: readonly string[], from: number, to: number): AsyncGenerator<Sample[]> {
  const ids = tags.map((id) => ({ id }));
  for (let at = from; at < to; at += READ_AT_ONCE) {
    const found = await read({ tags: ids, from: at, to: Math.min(to, at + READ_AT_ONCE), carryIn: true });
    const samples = found.toSorted((a, b) => a.timestamp - b.timestamp);
    for (let start = 0, end = 0; start < samples.length; start = end) {
      end = Math.min(samples.length, start + SAMPLES_AT_ONCE);
      while (end < samples.length && samples[end]?.timestamp === samples[end - 1]?.timestamp) end += 1;
      yield samples.slice(start, end);
      await nextTurn();
    }
  }
}

export function isAway(error: unknown): boolean {
  return error instanceof HistorianUnavailable || (error as Error | null)?.name === "HistorianUnavailable";
}
