/** Minutes of a line that are no longer in memory, computed again from recorded samples. */
import { type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import type { AssignedTime } from "../oee/assigned.ts";
import { around, marginOf } from "../oee/beyond.ts";
import { type AssignedReader, type Beyond, MINUTE, type SampleReader } from "../oee/index.ts";
import type { KeptAssigned } from "../oee/kept-assigned.ts";
import { type OeeLine, reachOf } from "./line.ts";
import { type LineAtom, lineAtoms } from "./line-atoms.ts";
import { StationInterpreter, type StationReading, StationReadings } from "./stations.ts";

/** What was, and what is to be, stated of a piece of time. */
export interface Recomputed {
  readonly before: readonly LineAtom[];
  readonly after: readonly LineAtom[];
}

/** See `AssignedReader`; of a station. */
export type StationAssignedReader = (station: string) => AssignedReader;

/** What is assigned of the stations' time, and who knows what is no longer kept of it. */
export interface StationsAssigned {
  readonly of: (station: string) => KeptAssigned;
  readonly reader: StationAssignedReader | undefined;
}

/** Computing as much as this keeps the event loop for some milliseconds; what is read next gives others their turn. */
const READ_AT_ONCE = 2 * 60 * MINUTE;

/** Piece by piece, so that memory stays small; or only rejects, where raw samples (`rawFrom`) or assigned time are no longer kept. */
export async function* recomputed(
  line: OeeLine,
  beyond: Beyond,
  read: SampleReader,
  rawFrom: number | null,
  assigned: StationsAssigned,
): AsyncGenerator<Recomputed | { readonly rejects: readonly Reject[] }> {
  const margin = reachOf(line) + Math.max(...[...line.stations.values()].map(({ machine }) => marginOf(machine.rules)));
  const rejects = refusals(line, beyond, (beyond.stretches[0]?.from ?? 0) - margin, rawFrom, assigned);
  if (rejects !== null) {
    yield { rejects };
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
    const { was, now } = await assignedOf(line, beyond, from - margin, to + margin, assigned);
    const before = begin < to ? lineAtoms(filled(line, without, was), begin, to, line) : [];
    yield { before, after: lineAtoms(filled(line, [...recorded, ...late], now), from, to, line) };
  }
}

function refusals(line: OeeLine, beyond: Beyond, first: number, rawFrom: number | null, { of, reader }: StationsAssigned): Reject[] | null {
  const assignedFrom = Math.max(...[...line.stations.keys()].map((station) => of(station).knownFrom(reader?.(station))));
  const from = Math.max(rawFrom ?? Number.NEGATIVE_INFINITY, assignedFrom);
  if (first >= from) return null;
  const what = from === rawFrom ? "raw samples are" : "assigned time is";
  const message = `Line OEE before ${new Date(from).toISOString()} cannot be recomputed: ${what} kept from that date on only. Keep raw samples longer in the historian, or correct the figures there.`;
  const late = beyond.samples.map((sample) => reject("ANCIENT_TIMESTAMP", sample, { message, tag: sample.tag }));
  return [...late, ...(beyond.reassigned ?? []).map((change) => reject("ANCIENT_TIMESTAMP", change, { message }))];
}

type ByStation = ReadonlyMap<string, AssignedTime>;

/** What was assigned of each station before the changes that wait, and what they made of it. */
async function assignedOf(
  line: OeeLine,
  { reassigned = [] }: Beyond,
  from: number,
  to: number,
  { of, reader }: StationsAssigned,
): Promise<{ was: ByStation; now: ByStation }> {
  const [was, now] = [new Map<string, AssignedTime>(), new Map<string, AssignedTime>()];
  for (const station of line.stations.keys()) {
    const present = await of(station).around(from, to, reader?.(station));
    const changes = reassigned.filter((change) => change.station === station);
    const said = around(present, changes);
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
  for (const [station, time] of assigned) result.of(station).assigned.replace(time);
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
