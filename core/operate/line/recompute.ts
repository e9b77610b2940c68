/** Minutes of a line that are no longer in memory, computed again from recorded samples. */
import type { Sample } from "../../connect/sample/index.ts";
import { pieces, type Recomputed } from "../minutes/index.ts";
import { AssignedTime } from "../oee/assigned.ts";
import { around } from "../oee/beyond.ts";
import type { AssignedReader, Beyond, SampleReader } from "../oee/index.ts";
import { Production } from "../oee/production.ts";
import type { OeeLine } from "./line.ts";
import { type LineAtom, lineAtoms } from "./line-atoms.ts";
import { StationInterpreter, type StationReading, StationReadings } from "./stations.ts";

/** See `AssignedReader`; of a station. */
export type StationAssignedReader = (station: string) => AssignedReader;

/** Piece by piece, so that memory stays small. `margin`: see `RevisedMinutes`. `known`: what is kept of what people said. */
export async function* recomputed(
  line: OeeLine,
  beyond: Beyond,
  read: SampleReader,
  margin: number,
  known: StationReadings,
  reader: StationAssignedReader | undefined,
): AsyncGenerator<Recomputed<LineAtom>> {
  const interpreter = new StationInterpreter(line.stations);
  const readingsOf = (samples: readonly Sample[]): StationReading[] =>
    samples.map((sample) => interpreter.read(sample, [])).filter((reading) => reading !== null);
  const late = readingsOf(beyond.samples);
  const isLate = new Set(late.map(key));
  const tags = interpreter.tags.map((id) => ({ id }));
  for (const { from, to } of pieces(beyond.stretches)) {
    const samples = await read({ tags, from: from - margin, to: to + margin, carryIn: true });
    const carried = await usableCarryIn(interpreter, samples, from - margin, read);
    const recorded = readingsOf([...samples, ...carried]);
    const without = recorded.filter((one) => !isLate.has(key(one)));
    const begin = Math.max(from, beyond.begin);
    const { was, now } = await assignedOf(line, beyond, from - margin, to + margin, known, reader);
    const before = begin < to ? lineAtoms(filled(line, without, was), begin, to, line) : [];
    yield { before, after: lineAtoms(filled(line, [...recorded, ...late], now), from, to, line) };
  }
}

type ByStation = ReadonlyMap<string, AssignedTime>;

/** What was assigned of each station before the changes that wait, and what they made of it. */
async function assignedOf(
  line: OeeLine,
  { reassigned = [] }: Beyond,
  from: number,
  to: number,
  known: StationReadings,
  reader: StationAssignedReader | undefined,
): Promise<{ was: ByStation; now: ByStation }> {
  const [was, now] = [new Map<string, AssignedTime>(), new Map<string, AssignedTime>()];
  for (const station of line.stations.keys()) {
    const { assigned } = known.of(station).said.readers(reader && { assigned: reader(station) });
    const changes = reassigned.filter((change) => change.station === station);
    const said = around(new AssignedTime(await assigned(from, to)), changes);
    was.set(station, said.was);
    now.set(station, said.now);
  }
  return { was, now };
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

function filled(line: OeeLine, readings: readonly StationReading[], assigned: ByStation): StationReadings {
  const result = new StationReadings(line.stations);
  for (const [station, time] of assigned) result.of(station).said.replace(time, Production.NONE);
  for (const reading of readings.toSorted((a, b) => a.time - b.time)) result.insert(reading);
  return result;
}
