/** What fresh readings change: where history begins, and which stated minutes, in memory and beyond. */
import type { Sample } from "../../connect/sample/index.ts";
import { affectedBy, onGrid, type Stretch } from "./affected.ts";
import { MINUTE } from "./atoms.ts";
import type { Beyond } from "./beyond.ts";
import type { OeeMachine } from "./machine.ts";
import type { Reading, Readings } from "./readings.ts";

export interface Fresh {
  readonly reading: Reading;
  readonly sample: Sample;
}

export interface Changed {
  readonly begin: number;
  readonly inMemory: readonly Stretch[];
  readonly beyond: Beyond | null;
}

/** What is known before the fresh readings: history from `begin`, stated up to `stated`, in memory from `floor`. */
export interface Known {
  readonly readings: Readings;
  readonly begin: number;
  readonly stated: number;
  readonly floor: number;
}

/** History is not begun before `oldest`. */
export function changedBy(fresh: readonly Fresh[], known: Known, machine: OeeMachine, oldest: number | undefined): Changed {
  const { readings, stated, floor } = known;
  let begin = known.begin;
  for (const { reading } of fresh)
    if (startsHistory(reading, machine)) begin = Math.min(begin, Math.max(minute(reading.time), minute(oldest ?? reading.time)));
  const all: Stretch[] = begin < known.begin ? [{ from: begin, to: known.begin }] : [];
  const reaching: Sample[] = [];
  for (const { reading, sample } of fresh) {
    let reaches = reading.time < known.begin && reading.time < floor && startsHistory(reading, machine);
    for (const stretch of affectedBy(reading, readings, machine.rules, floor)) {
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
    beyond: stretches.length === 0 ? null : { stretches, begin: known.begin, samples: reaching },
  };
}

/** A source may report values it has held for days; only a heartbeat proves that the machine was watched at that time. */
function startsHistory(reading: Reading, machine: OeeMachine): boolean {
  return machine.tags.heartbeat === undefined || reading.role === "heartbeat";
}

export function minute(t: number): number {
  return Math.floor(t / MINUTE) * MINUTE;
}
