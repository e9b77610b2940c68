/**
 * Energy on the machine's timeline: one-minute atoms, cut where those of OEE are cut. Live
 * operation, replay and recompute all go through this one pure function, so they cannot differ.
 */
import { type Atom, atoms, type Bucket, bucketIn, BUCKETS, type OeeRules } from "../oee/index.ts";
import { AssignedTime } from "../oee/assigned.ts";
import type { Column } from "../oee/column.ts";
import { statedAt } from "../oee/orders-in-force.ts";
import { changeoversOf, Production, type StatedOrder } from "../oee/production.ts";
import { type Segment, timeline } from "../oee/timeline.ts";
import { type EnergyMeasures, NO_ENERGY, sameEnergy } from "./measures.ts";
import type { EnergyReadings } from "./readings.ts";
import { registerStep, share } from "./register.ts";

export interface EnergyRules {
  /** How the machine's time is divided: the rules of its OEE. */
  readonly machine: OeeRules;
  /** A step between readings further apart than this is not shared over the time between them, ms. */
  readonly gapMs: number;
  /** Value at which a register starts again from 0, whole mWh or mvarh, where that is declared. */
  readonly activeModulus?: number;
  readonly reactiveModulus?: number;
  /** Mean power above which a step is no energy but a faulty reading, mW. */
  readonly highestPower?: number;
  /** Emission factors in mg per kWh that hold until the next; null: those that arrive as samples. */
  readonly factors: Pick<Column<number>, "at" | "time" | "value"> | null;
  /** How long a factor that arrived as a sample holds, ms. */
  readonly factorHoldMs: number;
}

/** [start, end): at most a minute, cut wherever the product, the order, the shift or the plan changes. */
export interface EnergyAtom {
  readonly start: number;
  readonly end: number;
  readonly product: string;
  readonly order: string;
  readonly shift: string;
  readonly productionDay: string;
  readonly measures: EnergyMeasures;
}

const HOUR = 3_600_000;

/**
 * Atoms that fill [from, to) (integer ms). Energy between two readings of a register is shared evenly over the time
 * between them, in whole mWh that add up to the step; each part belongs to the bucket, the order and the emission factor
 * of its time. Across a silence longer than `gapMs` nobody knows when it was used: such a step is counted whole, without a
 * bucket, in the atom in whose (start, end] the later reading lies.
 */
export function energyAtoms(
  readings: EnergyReadings,
  from: number,
  to: number,
  rules: EnergyRules,
  assigned = AssignedTime.NONE,
  production = Production.NONE,
): EnergyAtom[] {
  const result = atoms(readings.machine, from, to, rules.machine, undefined, production).map(open);
  if (result.length === 0) return [];
  const segments = timeline(readings.machine, from, to, rules.machine, assigned, changeoversOf(production));
  const parts = divided(result, readings, segments, production.within(from, to).orders, rules);
  for (const register of ["active", "reactive"] as const) lay(result, parts, readings, register, rules);
  return result.map(({ planned: _planned, ...atom }) => atom);
}

interface Open extends EnergyAtom {
  readonly planned: boolean;
  readonly measures: { -readonly [K in keyof EnergyMeasures]: EnergyMeasures[K] } & {
    active: Record<Bucket, number>;
    metered: Record<Bucket, number>;
  };
}

/** A stretch inside one atom, one bucket, one emission factor. */
interface Part {
  readonly start: number;
  readonly end: number;
  readonly atom: number;
  readonly bucket: Bucket;
  /** mg CO2e per kWh. */
  readonly factor: number | null;
}

function open({ start, end, product, order, shift, productionDay, measures }: Atom): Open {
  const { total, scrap } = measures;
  const empty = { ...NO_ENERGY, active: { ...NO_ENERGY.active }, metered: { ...NO_ENERGY.metered }, total, scrap };
  // An atom lies in one window of the calendar, so it is planned or not as a whole.
  const planned = measures.ms.notPlanned < end - start;
  return { start, end, product, order, shift, productionDay, planned, measures: empty };
}

function divided(
  result: readonly Open[],
  readings: EnergyReadings,
  segments: readonly Segment[],
  stated: readonly StatedOrder[],
  rules: EnergyRules,
): Part[] {
  const parts: Part[] = [];
  let s = 0;
  for (const [atom, { start, end, planned, order }] of result.entries()) {
    const tracked = rules.machine.tracksOrders === true || statedAt(stated, start) !== undefined;
    for (let at = start; at < end; ) {
      while (s < segments.length - 1 && (segments[s]?.end ?? end) <= at) s += 1;
      const segment = segments[s];
      const { factor, until } = factorAt(readings, at, rules);
      const next = Math.min(end, until, segment === undefined || segment.end <= at ? end : segment.end);
      parts.push({ start: at, end: next, atom, bucket: bucketIn({ planned, order, tracked }, segment?.bucket ?? "unknown"), factor });
      at = next;
    }
  }
  return parts;
}

function factorAt(readings: EnergyReadings, t: number, rules: EnergyRules): { readonly factor: number | null; readonly until: number } {
  const column = rules.factors ?? readings.factor;
  const index = column.at(t);
  const ends = rules.factors === null ? column.time(index) + rules.factorHoldMs : Number.POSITIVE_INFINITY;
  const next = column.time(index + 1);
  const value = column.value(index);
  return value !== undefined && t < ends ? { factor: value, until: Math.min(next, ends) } : { factor: null, until: next };
}

function lay(
  result: readonly Open[],
  parts: readonly Part[],
  readings: EnergyReadings,
  register: "active" | "reactive",
  rules: EnergyRules,
): void {
  const column = readings[register];
  const [from, to] = [(result[0] as Open).start, (result.at(-1) as Open).end];
  const modulus = register === "active" ? rules.activeModulus : rules.reactiveModulus;
  let p = 0;
  for (let i = Math.max(1, column.at(from) + 1); i < column.length && column.time(i - 1) < to; i += 1) {
    const [begin, end] = [column.time(i - 1), column.time(i)];
    const step = registerStep(column.value(i - 1) as number, column.value(i) as number, modulus);
    const implausible = rules.highestPower !== undefined && step > rules.highestPower * ((end - begin) / HOUR);
    if (implausible || end - begin > rules.gapMs) {
      if (end > to) continue;
      const atom = result.findIndex((one) => end <= one.end);
      countWhole(result[atom] as Open, register, implausible ? 0 : step, implausible, factorAt(readings, end, rules).factor);
      continue;
    }
    while (p < parts.length && (parts[p] as Part).end <= begin) p += 1;
    for (let q = p; q < parts.length && (parts[q] as Part).start < end; q += 1) {
      const part = parts[q] as Part;
      const [a, b] = [Math.max(begin, part.start), Math.min(end, part.end)];
      const { measures } = result[part.atom] as Open;
      const energy = share(step, begin, end, a, b);
      if (register === "reactive") measures.reactive += energy;
      else {
        measures.active[part.bucket] += energy;
        measures.metered[part.bucket] += b - a;
        emit(measures, energy, part.factor);
      }
    }
  }
}

function countWhole({ measures }: Open, register: "active" | "reactive", step: number, implausible: boolean, factor: number | null): void {
  if (implausible) measures.implausible += 1;
  else if (register === "reactive") measures.reactive += step;
  else {
    measures.unplaced += step;
    emit(measures, step, factor);
  }
}

/** mWh · mg/kWh are nanograms. */
function emit(measures: Open["measures"], energy: number, factor: number | null): void {
  if (factor === null) measures.unfactored += energy;
  else measures.emitted += Math.round((energy * factor) / 1000);
}

/** The same statement: nothing that a reader could see differs. */
export function sameEnergyAtom(a: EnergyAtom, b: EnergyAtom): boolean {
  return a.end === b.end && sameEnergySeries(a, b) && a.productionDay === b.productionDay && sameEnergy(a.measures, b.measures);
}

/** Stored under the same tags, so that a later revision replaces the earlier one. */
export function sameEnergySeries(a: EnergyAtom, b: EnergyAtom): boolean {
  return a.product === b.product && a.order === b.order && a.shift === b.shift;
}

/** What replaces an atom that no longer starts here: the same key and tags, no length, nothing measured. */
export function withdrawnEnergy(atom: EnergyAtom): EnergyAtom {
  return { ...atom, end: atom.start, measures: NO_ENERGY };
}

/** Buckets in which a machine makes nothing although it could: energy here is what waiting costs. */
export const IDLE_BUCKETS: readonly Bucket[] = BUCKETS.filter((bucket) => !["run", "micro", "notPlanned", "unknown"].includes(bucket));
