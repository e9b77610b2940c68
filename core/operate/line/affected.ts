/** Which stretches of the line further readings of its stations can change. */
import type { Stretch } from "../minutes/index.ts";
import { affectedBy, followUpMs } from "../oee/affected.ts";
import { SIDE_REACH_MS } from "./conditions.ts";
import { type OeeLine, reachOf } from "./line.ts";
import { isFlag, type LineStation, type StationReading, type StationReadings } from "./stations.ts";

/** A change at a station is felt at the line until the slowest walk no longer looks back at it. */
export function reachedBy(reading: StationReading, readings: StationReadings, line: OeeLine, floor: number): Stretch[] {
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

/** As `reachedBy`, of what is said of a station; see `OeeCalculator`. */
export function reachedBySaid(station: string, { from, to }: Stretch, line: OeeLine): Stretch {
  const { rules } = (line.stations.get(station) as LineStation).machine;
  return { from: from - 1 - SIDE_REACH_MS, to: to + followUpMs(rules) + reachOf(line) };
}

/** See `OeeCalculator`: only a heartbeat proves that a station was watched at that time, where it has one. */
export function startsHistory(reading: StationReading, line: OeeLine): boolean {
  const { machine } = line.stations.get(reading.station) as LineStation;
  return machine.tags.heartbeat === undefined ? !isFlag(reading) : reading.role === "heartbeat";
}
