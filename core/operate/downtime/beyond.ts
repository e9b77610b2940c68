/** Stops that are no longer in memory, found again from recorded samples and stated again where late ones change them. */
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import type { Sample } from "../../connect/sample/index.ts";
import type { Stretch } from "../minutes/index.ts";
import { interpreted, marginOf, usableCarryIn } from "../oee/beyond.ts";
import { Column } from "../oee/column.ts";
import { Readings, type SampleReader } from "../oee/index.ts";
import { type AssignedChange, namedTime } from "./assigned.ts";
import { effectiveStops } from "./effective.ts";
import { type StopReadings, type StopRules, stopsTouching } from "./find-stops.ts";
import { heldStatements, heldStopEntries, type LedgerReader } from "./held.ts";
import { type DowntimeStopData, type DowntimeStopEvent, sameStop, type Stop, stopEvent, stopOf, withdrawnStop } from "./stop.ts";
import { type StopMachine, textOf } from "./tracker.ts";

export interface Recorded {
  readonly read: SampleReader;
  /** The oldest instant for which raw samples are still kept; null: all are. */
  readonly rawFrom: number | null;
}

/** How much is read at first on either side of a stop whose end is not in sight; then twice as much. */
const FURTHER = 3_600_000;

/** Every stop that touches [from, to], in order and each at its full length as far as is known. */
export interface FoundStops extends Stretch {
  readonly stops: readonly Stop[];
}

/**
 * The stops that late samples can have changed, and whatever has to be read for that; a stop that reaches `until`, the data
 * time, lasts. Undefined where one began before the oldest raw sample.
 */
export async function foundAgain(
  machine: StopMachine,
  stretch: Stretch,
  late: readonly Sample[],
  until: number,
  { read, rawFrom }: Recorded,
): Promise<FoundStops | undefined> {
  const margin = marginOf(machine.oee.rules);
  const rules = { ...machine.oee.rules, reasons: machine.reasons };
  const from = await silentSince(machine, stretch.from, read);
  const to = Math.min(stretch.to, until);
  let [low, high] = [from - margin, Math.min(until, to + margin)];
  for (let further = FURTHER; ; further *= 2) {
    if (low < (rawFrom ?? Number.NEGATIVE_INFINITY)) return undefined;
    const readings = await readingsAround(machine, low, high, late, read);
    const stops = stopsTouching(readings, from, to, high, rules);
    const [first, last] = [stops[0], stops.at(-1)];
    const begins = first === undefined || first.start >= low + margin || beginning(readings, rules) >= low;
    const ends = last === undefined || high === until || (last.end !== null && last.end <= high - margin);
    if (begins && ends) return { from, to, stops };
    if (!begins) low = Math.min(low - further, first.start - margin);
    if (!ends) high = Math.min(until, high + further);
  }
}

/** When the machine was last seen before `t`: a silence from then on may be none any more. */
async function silentSince({ oee }: StopMachine, t: number, read: SampleReader): Promise<number> {
  if (oee.rules.silenceMs === null) return t;
  const tags = Object.values(oee.tags).map((id) => ({ id }));
  const seen = interpreted(oee, await read({ tags, from: t, to: t + 1, carryIn: true })).filter((reading) => reading.seen);
  const last = Math.max(...seen.map(({ time }) => time).filter((time) => time < t));
  return Number.isFinite(last) ? last : t;
}

async function readingsAround(
  machine: StopMachine,
  from: number,
  to: number,
  late: readonly Sample[],
  read: SampleReader,
): Promise<StopReadings> {
  const { oee, reasonTag } = machine;
  const tags = [...Object.values(oee.tags), ...(reasonTag === undefined ? [] : [reasonTag])].map((id) => ({ id }));
  const samples = await read({ tags, from, to: to + 1, carryIn: true });
  const carried = await usableCarryIn(oee, samples, from, read);
  const all = [...samples, ...carried, ...late].filter(({ timestamp }) => timestamp <= to).toSorted((a, b) => a.timestamp - b.timestamp);
  const readings = { machine: new Readings(oee.rules.silenceMs), texts: new Column<string | null>() };
  for (const reading of interpreted(oee, all)) readings.machine.insert(reading);
  for (const sample of all) {
    const { texts } = readings;
    if (sample.tag === reasonTag && texts.time(texts.length - 1) !== sample.timestamp)
      texts.insertAfter(texts.length - 1, sample.timestamp, textOf(machine, sample));
  }
  return readings;
}

/** The first reading that says what the machine does. */
function beginning({ machine: { state, processed } }: StopReadings, { quietMs }: StopRules): number {
  const column = quietMs === undefined ? state : processed;
  return column.length === 0 ? Number.POSITIVE_INFINITY : column.time(0);
}

export interface RestatedStops {
  readonly events: readonly DowntimeStopEvent[];
  /** What is assigned now of the time of these stops, from all that was said of them; null where no stop differs. */
  readonly reassign: AssignedChange | null;
}

/**
 * What the ledger is to be told of stops that were found again, and what becomes of the time that people named in them.
 * `inMemoryFrom`: stops that start from there on are the tracker's.
 */
export async function restatedStops(
  { oee: { asset, modelRevision, rules } }: StopMachine,
  { from: looked, to: reach, stops: found }: FoundStops,
  ledger: LedgerReader,
  { inMemoryFrom, until }: { readonly inMemoryFrom: number; readonly until: number },
): Promise<RestatedStops> {
  const evidence = { asset, modelRevision, microStopMs: rules.microStopMs };
  const from = Math.min(looked, found[0]?.start ?? looked);
  const to = Math.max(reach, ...found.map(({ end }) => end ?? until));
  const entries = await heldStopEntries(ledger, asset, from, to + 1);
  const held = new Map(entries.map((entry) => [entry.start, { stop: stopIn(entry), revision: entry.revision }]));
  const now = new Map([...held].flatMap(([start, { stop }]) => (stop === null ? [] : [[start, stop] as const])));
  const events: DowntimeStopEvent[] = [];
  for (const stop of found.filter(({ start }) => start < inMemoryFrom)) {
    const was = held.get(stop.start);
    if (was?.stop && sameStop(was.stop, stop)) continue;
    events.push(stopEvent(stop, (was?.revision ?? 0) + 1, evidence));
    now.set(stop.start, stop);
  }
  const high = Math.max(reach, ...found.map(({ start }) => start));
  for (const [start, { stop, revision }] of held) {
    const ours = start >= from && start <= high && start < inMemoryFrom;
    if (!ours || stop === null || found.some((one) => one.start === start)) continue;
    events.push(withdrawnStop(stop, revision + 1, evidence));
    now.delete(start);
  }
  if (events.length === 0) return { events, reassign: null };
  const spans = [...now.values(), ...[...held.values()].flatMap(({ stop }) => stop ?? [])];
  const [low, end] = [Math.min(from, ...spans.map(({ start }) => start)), Math.max(to, ...spans.map((stop) => stop.end ?? until))];
  const stops = [...now.values()].toSorted((a, b) => a.start - b.start);
  const { stops: effective, review } = effectiveStops(stops, await heldStatements(ledger, asset, low, end));
  return { events, reassign: { from: low, to: end, stretches: namedTime({ stops: effective, review }, end) } };
}

function stopIn({ start, end, data }: LedgerEntry): Stop | null {
  return stopOf({ start, end, data: data as DowntimeStopData });
}
