/** Which stretch of the atoms a further reading can change. Never too little; what it changes in fact is found by comparing. */
import type { Stretch } from "../minutes/index.ts";
import { affectedBy } from "../oee/affected.ts";
import { lookBackMs } from "../oee/timeline.ts";
import type { EnergyRules } from "./atoms.ts";
import { type EnergyReading, type EnergyReadings, isMeterReading } from "./readings.ts";

/** Before `floor` the readings are not complete: neighbours are then at least as near as they seem, and values prove nothing. */
export function affectedByEnergy(reading: EnergyReading, readings: EnergyReadings, rules: EnergyRules, floor: number): Stretch[] {
  if (!isMeterReading(reading)) return affectedBy(reading, readings.machine, rules.machine, floor);
  const { role, time } = reading;
  const column = readings[role];
  const index = column.at(time);
  const next = column.time(index + 1);
  if (role === "factor") return [{ from: time - 1, to: Math.min(next, time + rules.factorHoldMs) + 1 }];
  // A step reaches back to the reading before it, but never further than the gap across which it is shared.
  const back = (end: number, from: number): number => Math.max(from, end - rules.gapMs) - 1;
  const before = { from: back(time, column.time(index)), to: time + 1 };
  if (index + 1 < column.length) return [before, { from: Math.min(back(next, time), time), to: next + 1 }];
  // Before `floor` the next reading may be yet to come, from beyond the memory too: its step begins here.
  return time < floor ? [{ from: before.from, to: next }] : [before];
}

/** How far before a minute the machine decides what is in it, apart from silence, ms: a change at its start is one by what was before. */
export function machineReachOf({ machine }: EnergyRules): number {
  return lookBackMs(machine) + 1;
}

/** How far beyond a window its atoms depend on readings, ms. */
export function reachOf(rules: EnergyRules): number {
  return Math.max(machineReachOf(rules) + (rules.machine.silenceMs ?? 0), rules.gapMs);
}
