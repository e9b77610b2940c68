/** What is known of one metered machine, in time order: its registers and emission factors beside everything that OEE knows. */
import { type Reading, Readings } from "../oee/index.ts";
import { Column, type ColumnState } from "../oee/column.ts";
import type { ReadingsState } from "../oee/readings.ts";

/** `active` and `reactive` in whole mWh and mvarh; `factor` in whole mg CO2e per kWh. */
export interface MeterReading {
  readonly role: "active" | "reactive" | "factor";
  readonly time: number;
  readonly value: number;
}

export type EnergyReading = MeterReading | Reading;
export type MeterRole = MeterReading["role"];

export interface EnergyReadingsState {
  readonly machine: ReadingsState;
  readonly active: ColumnState<number>;
  readonly reactive: ColumnState<number>;
  readonly factor: ColumnState<number>;
}

const METER_ROLES: ReadonlySet<string> = new Set(["active", "reactive", "factor"] satisfies MeterRole[]);

export function isMeterReading(reading: EnergyReading): reading is MeterReading {
  return METER_ROLES.has(reading.role);
}

export class EnergyReadings {
  readonly machine: Readings;
  readonly active: Column<number>;
  readonly reactive: Column<number>;
  readonly factor: Column<number>;

  /** `silenceMs`: see `Readings`. */
  constructor(silenceMs: number | null, from?: EnergyReadingsState) {
    this.machine = new Readings(silenceMs, from?.machine);
    this.active = new Column(from?.active);
    this.reactive = new Column(from?.reactive);
    this.factor = new Column(from?.factor);
  }

  /** See `Readings.has`. */
  has(reading: EnergyReading): "new" | "duplicate" | "conflict" {
    if (!isMeterReading(reading)) return this.machine.has(reading);
    const column = this[reading.role];
    const index = column.at(reading.time);
    if (column.time(index) !== reading.time) return "new";
    return column.value(index) === reading.value ? "duplicate" : "conflict";
  }

  insert(reading: EnergyReading): "new" | "duplicate" | "conflict" {
    if (!isMeterReading(reading)) return this.machine.insert(reading);
    const known = this.has(reading);
    const column = this[reading.role];
    if (known === "new") column.insertAfter(column.at(reading.time), reading.time, reading.value);
    return known;
  }

  /** Forgets what does not matter from `machineFrom` and, for the meter, from `meterFrom` on. */
  trim(machineFrom: number, meterFrom: number): void {
    this.machine.trim(machineFrom);
    for (const column of [this.active, this.reactive, this.factor]) column.trim(meterFrom);
  }

  snapshot(machineFrom: number, meterFrom: number): EnergyReadingsState {
    return {
      machine: this.machine.snapshot(machineFrom),
      active: this.active.state(meterFrom),
      reactive: this.reactive.state(meterFrom),
      factor: this.factor.state(meterFrom),
    };
  }
}
