/** Which machines a twin-oee stands for, and how they read their recorded samples back. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { HistorianUnavailable, type Historian } from "../../../core/connect/history/index.ts";
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import { type Binding, boundEquipment, type Equipment, type PlantModel } from "../../../core/connect/model/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import type { LedgerReader } from "../../../core/operate/downtime/index.ts";
import { type OeeMachine, oeeMachine, type OeeSettings, type SampleReader, type TimeModel } from "../../../core/operate/oee/index.ts";
import { stationsOf } from "./line.ts";

/** What this node uses of a twin-historian. */
export interface RecordedSamples {
  readonly historian: Pick<Historian, "readSamples">;
  readonly ledger: LedgerReader;
  subscribe(listener: (entries: readonly LedgerEntry[]) => void): () => void;
  flush(timeoutMs: number): Promise<boolean>;
  stats(): Promise<{ readonly deletedBefore: number | null }>;
}

/** The machines, and a sentence for each piece of bound equipment that cannot have an OEE. */
export function boundMachines(model: PlantModel, binding: Binding, settings: OeeSettings): { machines: OeeMachine[]; faults: string[] } {
  const machines: OeeMachine[] = [];
  const faults: string[] = [];
  for (const { path } of boundEquipment(model, binding).flatMap((one) => named(model, one))) {
    const machine = oeeMachine(model, path, settings);
    if ("fault" in machine) faults.push(machine.fault);
    else machines.push(machine);
  }
  return { machines, faults };
}

/** A line stands for its stations. */
function named(model: PlantModel, asset: Equipment): readonly Equipment[] {
  const stations = stationsOf(model, asset);
  return stations.length === 0 ? [asset] : stations;
}

/** What the table of unit modes changes in the time model. */
export function timeModelOf(rows: readonly { mode: string; time: TimeModel["modes"][string]; uncounted?: boolean }[]): Partial<TimeModel> {
  return {
    modes: Object.fromEntries(rows.map(({ mode, time }) => [mode, time])),
    uncounted: rows.filter(({ uncounted }) => uncounted === true).map(({ mode }) => mode),
  };
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
