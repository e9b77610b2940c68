/** Minutes of a line that are no longer in memory, computed again from recorded samples. */
import type { Sample } from "../../connect/sample/index.ts";
import { pieces, type Recomputed } from "../minutes/index.ts";
import { AssignedTime } from "../oee/assigned.ts";
import { around } from "../oee/beyond.ts";
import type { Beyond, SampleReader } from "../oee/index.ts";
import { LONGEST_COUNT, Production } from "../oee/production.ts";
import type { OeeLine } from "./line.ts";
import { type LineAtom, lineAtoms } from "./line-atoms.ts";
import { StationInterpreter, type StationReading, StationReadings, type StationSaidReaders } from "./stations.ts";

/** Piece by piece, so that memory stays small. `margin`: see `RevisedMinutes`. `known`: what is kept of what people said. */
export async function* recomputed(
  line: OeeLine,
  beyond: Beyond,
  read: SampleReader,
  margin: number,
  known: StationReadings,
  readers: StationSaidReaders | undefined,
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
    const { was, now } = await saidOf(line, beyond, from - margin, to + margin, known, readers);
    const before = begin < to ? lineAtoms(filled(line, without, was), begin, to, line) : [];
    yield { before, after: lineAtoms(filled(line, [...recorded, ...late], now), from, to, line) };
  }
}

type ByStation = Map<string, { readonly assigned: AssignedTime; readonly production: Production }>;

/** What was said of each station before the changes that wait, and what they made of it. */
async function saidOf(
  line: OeeLine,
  { reassigned = [], restated = [] }: Beyond,
  from: number,
  to: number,
  known: StationReadings,
  readers: StationSaidReaders | undefined,
): Promise<{ was: ByStation; now: ByStation }> {
  const [was, now]: [ByStation, ByStation] = [new Map(), new Map()];
  for (const station of line.stations.keys()) {
    const said = known.of(station).said.readers(readers?.(station));
    const own = (change: { readonly station?: string }): boolean => change.station === station;
    const assigned = around(new AssignedTime(await said.assigned(from, to)), reassigned.filter(own));
    const production = around(new Production(await said.production(from, to + LONGEST_COUNT)), restated.filter(own));
    was.set(station, { assigned: assigned.was, production: production.was });
    now.set(station, { assigned: assigned.now, production: production.now });
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

function filled(line: OeeLine, readings: readonly StationReading[], said: ByStation): StationReadings {
  const result = new StationReadings(line.stations);
  for (const [station, { assigned, production }] of said) result.of(station).said.replace(assigned, production);
  for (const reading of readings.toSorted((a, b) => a.time - b.time)) result.insert(reading);
  return result;
}
