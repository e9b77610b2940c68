/** What is known of a line's stations, and how samples become readings of them. */
import { type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import type { Missing } from "../minutes/index.ts";
import { interpret, type OeeMachine, type Reading, Readings, rolesByTag, type SaidReaders } from "../oee/index.ts";
import { type KeptAssignedState, type KeptProductionState, KeptSaid } from "../oee/kept-said.ts";
import type { ReadingsState } from "../oee/readings.ts";
import { Flags, type FlagsState } from "./conditions.ts";

export interface LineStation {
  readonly machine: OeeMachine;
  /** Canonical ids of the tags that say for which side it waits. */
  readonly blocked?: string;
  readonly starved?: string;
}

/** Who reads back what people said, by station. */
export type StationSaidReaders = (station: string) => Partial<SaidReaders>;

export type FlagRole = "blocked" | "starved";

export type StationReading =
  | { readonly station: string; readonly role: FlagRole; readonly time: number; readonly value: boolean | null }
  | (Reading & { readonly station: string });

interface Known {
  readonly readings: Readings;
  readonly flags: Flags;
  /** What people have said of it. */
  readonly said: KeptSaid;
}

export interface StationsState {
  readonly [station: string]: {
    readonly readings: ReadingsState;
    readonly flags: FlagsState;
    /** Absent in snapshots from before assigned time reached lines. */
    readonly assigned?: KeptAssignedState;
    /** Absent in snapshots from before stated production reached lines. */
    readonly production?: KeptProductionState;
  };
}

/** The readings of all stations of a line, and what people said of them. */
export class StationReadings {
  readonly #known: ReadonlyMap<string, Known>;

  constructor(stations: ReadonlyMap<string, LineStation>, from?: StationsState) {
    this.#known = new Map(
      [...stations].map(([path, { machine }]) => {
        const saved = from !== undefined && Object.hasOwn(from, path) ? from[path] : undefined;
        const readings = new Readings(machine.rules.silenceMs, saved?.readings);
        return [path, { readings, flags: new Flags(saved?.flags), said: new KeptSaid(saved) }];
      }),
    );
  }

  of(station: string): Known {
    return this.#known.get(station) as Known;
  }

  /** See `Readings.has`. */
  has(reading: StationReading): "new" | "duplicate" | "conflict" {
    const { readings, flags } = this.of(reading.station);
    if (!isFlag(reading)) return readings.has(reading);
    const column = flags[reading.role];
    const index = column.at(reading.time);
    if (column.time(index) !== reading.time) return "new";
    return column.value(index) === reading.value ? "duplicate" : "conflict";
  }

  /** See `Readings.insert`. */
  insert(reading: StationReading): "new" | "duplicate" | "conflict" {
    const { readings, flags } = this.of(reading.station);
    if (!isFlag(reading)) return readings.insert(reading);
    const known = this.has(reading);
    const column = flags[reading.role];
    if (known === "new") column.insertAfter(column.at(reading.time), reading.time, reading.value);
    return known;
  }

  trim(t: number): void {
    for (const { readings, flags } of this.#known.values()) {
      readings.trim(t);
      flags.trim(t);
    }
  }

  forgetSaid(before: number): void {
    for (const { said } of this.#known.values()) said.forget(before);
  }

  /** See `KeptSaid.missing`: what is missing the longest. */
  missing(first: number, said: StationSaidReaders | undefined): Missing | undefined {
    const all = [...this.#known].flatMap(([station, known]) => known.said.missing(first, said?.(station)) ?? []);
    return all.toSorted((a, b) => b.from - a.from)[0];
  }

  state(from?: number): StationsState {
    return Object.fromEntries(
      [...this.#known].map(([path, { readings, flags, said }]) => [
        path,
        { readings: readings.snapshot(from), flags: flags.snapshot(from), ...said.snapshot() },
      ]),
    );
  }
}

export function isFlag(reading: StationReading): reading is StationReading & { readonly role: FlagRole } {
  return reading.role === "blocked" || reading.role === "starved";
}

interface Origin {
  readonly station: string;
  readonly role: Reading["role"] | FlagRole;
}

/** Turns samples into readings by the tags of a line's stations. */
export class StationInterpreter {
  readonly #stations: ReadonlyMap<string, LineStation>;
  readonly #byTag: ReadonlyMap<string, Origin>;

  constructor(stations: ReadonlyMap<string, LineStation>) {
    this.#stations = stations;
    this.#byTag = new Map(
      [...stations].flatMap(([station, { machine, blocked, starved }]) => {
        const tags: [string, Origin][] = [...rolesByTag(machine)].map(([tag, role]) => [tag, { station, role }]);
        if (blocked !== undefined) tags.push([blocked, { station, role: "blocked" }]);
        if (starved !== undefined) tags.push([starved, { station, role: "starved" }]);
        return tags;
      }),
    );
  }

  get tags(): readonly string[] {
    return [...this.#byTag.keys()];
  }

  /** Tags to roles, whatever the station. */
  get roles(): ReadonlyMap<string, Origin["role"]> {
    return new Map([...this.#byTag].map(([tag, { role }]) => [tag, role]));
  }

  /** Null for a tag of none of the stations, and for a sample that says nothing or is refused. */
  read(sample: Sample, rejects: Reject[]): StationReading | null {
    const of = this.#byTag.get(sample.tag);
    if (of === undefined) return null;
    const { station, role } = of;
    if (role === "blocked" || role === "starved") {
      const value = readFlag(sample, role, rejects);
      return value === undefined ? null : { station, role, time: sample.timestamp, value };
    }
    const result = interpret(sample, role, (this.#stations.get(station) as LineStation).machine);
    if (result?.reject !== undefined) rejects.push(result.reject);
    return result?.reading ? { ...result.reading, station } : null;
  }
}

/** An unreadable flag is no flag: the side is unknown from there on. */
function readFlag(sample: Sample, role: FlagRole, rejects: Reject[]): boolean | null | undefined {
  const { timestamp, value, quality, tag } = sample;
  if (!Number.isSafeInteger(timestamp)) {
    rejects.push(reject("BAD_TIMESTAMP", sample, { tag, field: "timestamp" }));
    return undefined;
  }
  if (value === null || quality === "Bad" || quality === "GoodNoData") return null;
  if (typeof value === "boolean") return value;
  const message = `The role ${role} is true or false; this is a ${typeof value}. Until the next one the side of a wait counts as unknown.`;
  rejects.push(reject("WRONG_TYPE", sample, { message, tag, field: "value" }));
  return null;
}
