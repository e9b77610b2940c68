/** Minutes of a line that are no longer in memory, computed again from recorded samples. */
import type { Sample } from "../../connect/sample/index.ts";
import { pieces, type Recomputed } from "../minutes/index.ts";
import { AssignedTime } from "../oee/assigned.ts";
import { around, carriedIn } from "../oee/beyond.ts";
import type { Beyond, SampleReader } from "../oee/index.ts";
import { LONGEST_COUNT, Production } from "../oee/production.ts";
import type { OeeLine } from "./line.ts";
import { type LineAtom, lineAtoms } from "./line-atoms.ts";
import { StationInterpreter, type StationReading, StationReadings, type StationSaidReaders } from "./stations.ts";

/** Piece by piece, so that memory stays small. `margins`: see `RevisedMinutes`. `known`: what is kept of what people said. */
export async function* recomputed(
  line: OeeLine,
  beyond: Beyond,
  read: SampleReader,
  margins: { readonly before: number; readonly after: number },
  known: StationReadings,
  readers: StationSaidReaders | undefined,
): AsyncGenerator<Recomputed<LineAtom>> {
  const interpreter = new StationInterpreter(line.stations);
  const { roles, tags } = interpreter;
  const readingsOf = (samples: readonly Sample[]): StationReading[] =>
    samples.map((sample) => interpreter.read(sample, [])).filter((reading) => reading !== null);
  const late = readingsOf(beyond.samples);
  const isLate = new Set(late.map(key));
  const tells = (sample: Sample): boolean =>
    readingsOf([sample]).some((one) => one.role === roles.get(sample.tag) && !isLate.has(key(one)));
  for (const { from, to } of pieces(beyond.stretches)) {
    const [first, end] = [from - margins.before, to + margins.after];
    const samples = await read({ tags: tags.map((id) => ({ id })), from: first, to: end, carryIn: true });
    const carried = await carriedIn(roles, samples, first, read, tells);
    const recorded = readingsOf([...samples, ...carried]);
    const without = recorded.filter((one) => !isLate.has(key(one)));
    const begin = Math.max(from, beyond.begin);
    const { was, now } = await saidOf(line, beyond, first, end, known, readers);
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

function key({ station, role, time }: StationReading): string {
  return `${station} ${role} ${time}`;
}

function filled(line: OeeLine, readings: readonly StationReading[], said: ByStation): StationReadings {
  const result = new StationReadings(line.stations);
  for (const [station, { assigned, production }] of said) result.of(station).said.replace(assigned, production);
  for (const reading of readings.toSorted((a, b) => a.time - b.time)) result.insert(reading);
  return result;
}
