/** Which minutes of the line fresh readings of its stations change: in memory, and beyond. */
import type { Sample } from "../../connect/sample/index.ts";
import { affectedBy, onGrid, type Stretch } from "../oee/affected.ts";
import { type Beyond, MINUTE } from "../oee/index.ts";
import { SIDE_REACH_MS } from "./conditions.ts";
import { type OeeLine, reachOf } from "./line.ts";
import { isFlag, type LineStation, type StationReading, type StationReadings } from "./stations.ts";

export interface Fresh {
  readonly reading: StationReading;
  readonly sample: Sample;
}

/** What has been said: from `begin` to `stated`, and is in memory from `floor` on. */
export interface Known {
  readonly begin: number;
  readonly stated: number;
  readonly floor: number;
}

export interface Affected {
  readonly begin: number;
  readonly inMemory: readonly Stretch[];
  readonly beyond: Beyond | null;
}

export function affectedMinutes(
  fresh: readonly Fresh[],
  readings: StationReadings,
  line: OeeLine,
  { begin: known, stated, floor }: Known,
  oldest: number | undefined,
): Affected {
  let begin = known;
  for (const { reading } of fresh)
    if (startsHistory(reading, line)) begin = Math.min(begin, Math.max(minute(reading.time), minute(oldest ?? reading.time)));
  const all: Stretch[] = begin < known ? [{ from: begin, to: known }] : [];
  const reaching: Sample[] = [];
  for (const { reading, sample } of fresh) {
    let reaches = reading.time < known && reading.time < floor && startsHistory(reading, line);
    for (const stretch of reachedBy(reading, readings, line, floor)) {
      if (stretch.from < stated) all.push(stretch);
      if (stretch.from < floor) reaches = true;
    }
    if (reaches) reaching.push(sample);
  }
  if (all.length === 0) return { begin, inMemory: [], beyond: null };
  const stretches = onGrid(all, MINUTE, begin, Math.min(floor, stated));
  return {
    begin,
    inMemory: onGrid(all, MINUTE, Math.max(begin, floor), stated),
    beyond: stretches.length === 0 ? null : { stretches, begin: known, samples: reaching },
  };
}

/** A change at a station is felt at the line until the slowest walk no longer looks back at it. */
function reachedBy(reading: StationReading, readings: StationReadings, line: OeeLine, floor: number): Stretch[] {
  const { machine } = line.stations.get(reading.station) as LineStation;
  const { readings: known, flags } = readings.of(reading.station);
  let own: Stretch[];
  if (isFlag(reading)) {
    const column = flags[reading.role];
    const index = column.at(reading.time);
    const repeated = index >= 0 && reading.time >= floor && column.value(index) === reading.value;
    own = repeated ? [] : [{ from: reading.time, to: column.time(index + 1) }];
  } else own = affectedBy(reading, known, machine.rules, floor);
  return own.map(({ from, to }) => ({ from: from - SIDE_REACH_MS, to: to + reachOf(line) }));
}

/** As `reachedBy`, of a station's time that is assigned anew; what follows it begins there, and beginnings are counted. */
export function reachedByAssigned(station: string, from: number, to: number, line: OeeLine): Stretch {
  const { startUpMs = 0 } = (line.stations.get(station) as LineStation).machine.rules;
  return { from: from - SIDE_REACH_MS, to: to + 1 + startUpMs + reachOf(line) };
}

/** See `OeeCalculator`: only a heartbeat proves that a station was watched at that time, where it has one. */
function startsHistory(reading: StationReading, line: OeeLine): boolean {
  const { machine } = line.stations.get(reading.station) as LineStation;
  return machine.tags.heartbeat === undefined ? !isFlag(reading) : reading.role === "heartbeat";
}

function minute(t: number): number {
  return Math.floor(t / MINUTE) * MINUTE;
}
