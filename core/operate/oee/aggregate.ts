/** Atoms summed into the windows people ask for. Only sums of numerators and denominators; see `ratios` and `kpis`. */
import { MINUTE } from "../minutes/index.ts";
import type { Atom } from "./atoms.ts";
import { addMeasures, type Measures, NOTHING } from "./measures.ts";

export interface WindowSum {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly measures: Measures;
}

const HOUR = 60 * MINUTE;

/** By clock hour (UTC; the same hours as local ones wherever the zone's offset is whole hours). */
export function byHour(atoms: Iterable<Atom>): WindowSum[] {
  return aggregate(atoms, hourKey);
}

/** By shift of a production day, e.g. `2026-03-10/early`; time without a shift is its own window per day. */
export function byShift(atoms: Iterable<Atom>): WindowSum[] {
  return aggregate(atoms, shiftKey);
}

/** By order, `~` for the time without one; from its first to its last minute, whatever lay between. */
export function byOrder(atoms: Iterable<Atom>): WindowSum[] {
  return aggregate(atoms, ({ order }) => order);
}

export function byProduct(atoms: Iterable<Atom>): WindowSum[] {
  return aggregate(atoms, ({ product }) => product);
}

/** The sum of the `minutes` before `end` (a whole minute). */
export function rolling(atoms: Iterable<Atom>, end: number, minutes: number): WindowSum {
  const start = end - minutes * MINUTE;
  let measures = NOTHING;
  for (const atom of atoms) if (atom.start >= start && atom.end <= end) measures = addMeasures(measures, atom.measures);
  return { key: "rolling", start, end, measures };
}

export function hourKey(atom: Pick<Atom, "start">): string {
  return new Date(Math.floor(atom.start / HOUR) * HOUR).toISOString();
}

export function shiftKey(atom: Pick<Atom, "productionDay" | "shift">): string {
  return `${atom.productionDay}/${atom.shift}`;
}

function aggregate(atoms: Iterable<Atom>, keyOf: (atom: Atom) => string): WindowSum[] {
  const sums = new Map<string, WindowSum>();
  for (const atom of atoms) {
    const key = keyOf(atom);
    sums.set(key, widened(sums.get(key), key, atom, 1));
  }
  return [...sums.values()].toSorted((a, b) => a.start - b.start);
}

/** The window with one atom added or, when a correction takes it back, subtracted. */
export function widened(window: WindowSum | undefined, key: string, atom: Atom, sign: 1 | -1): WindowSum {
  return {
    key,
    start: Math.min(window?.start ?? atom.start, atom.start),
    end: Math.max(window?.end ?? atom.end, atom.end),
    measures: addMeasures(window?.measures ?? NOTHING, atom.measures, sign),
  };
}
