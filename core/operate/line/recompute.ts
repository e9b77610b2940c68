/** Minutes of a line that are no longer in memory, computed again from recorded samples. */
import { type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import { type Beyond, MINUTE, type SampleReader } from "../oee/index.ts";
import { lookBackMs } from "../oee/timeline.ts";
import { type OeeLine, reachOf } from "./line.ts";
import { type LineAtom, lineAtoms } from "./line-atoms.ts";
import { StationInterpreter, type StationReading, StationReadings } from "./stations.ts";

/** What was, and what is to be, stated of a piece of time. */
export interface Recomputed {
  readonly before: readonly LineAtom[];
  readonly after: readonly LineAtom[];
}

/** Computing as much as this keeps the event loop for some milliseconds; what is read next gives others their turn. */
const READ_AT_ONCE = 2 * 60 * MINUTE;

/** Piece by piece, so that memory stays small; or only rejects, where raw samples are no longer kept (`rawFrom`). */
export async function* recomputed(
  line: OeeLine,
  beyond: Beyond,
  read: SampleReader,
  rawFrom: number | null,
): AsyncGenerator<Recomputed | { readonly rejects: readonly Reject[] }> {
  const rules = [...line.stations.values()].map(({ machine }) => machine.rules);
  const margin = reachOf(line) + Math.max(...rules.map((one) => lookBackMs(one) + (one.silenceMs ?? 0)));
  if (rawFrom !== null && (beyond.stretches[0]?.from ?? 0) - margin < rawFrom) {
    const kept = new Date(rawFrom).toISOString();
    const message = `Line OEE before ${kept} cannot be recomputed: raw samples are kept from that date on only. Keep them longer in the historian, or correct the figures there.`;
    yield { rejects: beyond.samples.map((sample) => reject("ANCIENT_TIMESTAMP", sample, { message, tag: sample.tag })) };
    return;
  }
  const interpreter = new StationInterpreter(line.stations);
  const readingsOf = (samples: readonly Sample[]): StationReading[] =>
    samples.map((sample) => interpreter.read(sample, [])).filter((reading) => reading !== null);
  const late = readingsOf(beyond.samples);
  const isLate = new Set(late.map(key));
  const tags = interpreter.tags.map((id) => ({ id }));
  for (const { from, to } of pieces(beyond)) {
    const samples = await read({ tags, from: from - margin, to: to + margin, carryIn: true });
    const carried = await usableCarryIn(interpreter, samples, from - margin, read);
    const recorded = readingsOf([...samples, ...carried]);
    const without = recorded.filter((one) => !isLate.has(key(one)));
    const begin = Math.max(from, beyond.begin);
    const before = begin < to ? lineAtoms(filled(line, without), begin, to, line) : [];
    yield { before, after: lineAtoms(filled(line, [...recorded, ...late]), from, to, line) };
  }
}

/** Where the last count or product before `from` is unusable (quality Bad), the last usable one before that. */
async function usableCarryIn(
  interpreter: StationInterpreter,
  samples: readonly Sample[],
  from: number,
  read: SampleReader,
): Promise<Sample[]> {
  const result: Sample[] = [];
  for (const id of interpreter.counted) {
    let carried = samples.filter(({ tag, timestamp }) => tag === id && timestamp < from).at(-1);
    while (carried !== undefined && interpreter.read(carried, []) === null) {
      const { timestamp } = carried;
      carried = (await read({ tags: [{ id }], from: timestamp, to: timestamp, carryIn: true })).find((one) => one.timestamp < timestamp);
    }
    if (carried !== undefined) result.push(carried);
  }
  return result;
}

function key({ station, role, time }: StationReading): string {
  return `${station} ${role} ${time}`;
}

function filled(line: OeeLine, readings: readonly StationReading[]): StationReadings {
  const result = new StationReadings(line.stations);
  for (const reading of readings.toSorted((a, b) => a.time - b.time)) result.insert(reading);
  return result;
}

function pieces({ stretches }: Beyond): { from: number; to: number }[] {
  return stretches.flatMap(({ from, to }) =>
    Array.from({ length: Math.ceil((to - from) / READ_AT_ONCE) }, (_, i) => ({
      from: from + i * READ_AT_ONCE,
      to: Math.min(to, from + (i + 1) * READ_AT_ONCE),
    })),
  );
}
