/** The indices themselves. One of a side exists only where the side has a limit. */
import { type Interval, nearerInterval, oneSidedInterval, potentialInterval, targetInterval } from "./intervals.ts";
import { mean as meanOf, squaresAbout } from "../moments/index.ts";
import type { Specification } from "./specification.ts";
import { meanOfChi } from "./within.ts";

/** Within subgroups (C…), of all values (P…), of a machine (Cm…). Ppm is what other programs print as Cpm. */
export type IndexName =
  | ("Cp" | "CPL" | "CPU" | "Cpk" | "Cpm" | "Cpmk")
  | ("Pp" | "PPL" | "PPU" | "Ppk" | "Ppm" | "Ppmk")
  | ("Cm" | "CmL" | "CmU" | "Cmk");

export interface Index {
  readonly name: IndexName;
  readonly value: number;
  /** Null where no interval with known coverage exists. */
  readonly interval: Interval | null;
}

/** A standard deviation and where it comes from. */
export interface Sigma {
  readonly value: number;
  /** The estimator's name, as the chart or the study calls it. */
  readonly estimator: string;
  /** Degrees of freedom; null where they are not known, and there is no interval then. */
  readonly degrees: number | null;
  /** Its mean is σ, as of every estimate of a chart; without it, that of its square is σ². Intervals are those of the latter. */
  readonly unbiased?: true;
}

/** Names by role: both limits, lower, upper, the nearer limit, both about the target, the nearer about the target. */
export type IndexNames = readonly [
  both: IndexName,
  lower: IndexName,
  upper: IndexName,
  nearer: IndexName,
  target?: IndexName,
  nearerTarget?: IndexName,
];

export const WITHIN: IndexNames = ["Cp", "CPL", "CPU", "Cpk", "Cpm", "Cpmk"];
export const OVERALL: IndexNames = ["Pp", "PPL", "PPU", "Ppk", "Ppm", "Ppmk"];
export const MACHINE: IndexNames = ["Cm", "CmL", "CmU", "Cmk"];

/** Of normal values: (upper − lower)/6σ, (mean − lower)/3σ, (upper − mean)/3σ, the smaller, and two over √(1 + ((mean − T)/σ)²). */
export function indicesOf(
  values: readonly number[],
  sigma: Sigma,
  specification: Specification,
  names: IndexNames,
  confidence: number,
): Index[] {
  const { lower, upper, target } = specification;
  const mean = meanOf(values);
  const n = values.length;
  const { value: spread, degrees } = sigma;
  const root = sigma.unbiased && degrees !== null ? meanOfChi(degrees) : 1;
  const [both, low, high, nearer, aboutTarget, nearerAboutTarget] = names;
  const found: Index[] = [];
  const add = (name: IndexName | undefined, value: number, interval: ((degrees: number) => Interval) | null): void => {
    const around = degrees === null ? null : (interval?.(degrees) ?? null);
    // The exact one ends where an index is in the hundreds.
    const known = around !== null && Number.isFinite(around.lower) && Number.isFinite(around.upper);
    if (name !== undefined) found.push({ name, value, interval: known ? around : null });
  };
  const below = lower === undefined ? undefined : (mean - lower) / (3 * spread);
  const above = upper === undefined ? undefined : (upper - mean) / (3 * spread);
  const potential = lower === undefined || upper === undefined ? undefined : (upper - lower) / (6 * spread);
  const oneSided = (index: number) => (free: number) => oneSidedInterval(index / root, n, free, confidence);

  if (potential !== undefined) add(both, potential, (free) => potentialInterval(potential / root, free, confidence));
  if (below !== undefined) add(low, below, oneSided(below));
  if (above !== undefined) add(high, above, oneSided(above));
  const least = Math.min(below ?? Infinity, above ?? Infinity);
  add(nearer, least, potential === undefined ? oneSided(least) : (free) => nearerInterval(least / root, n, free, confidence));
  if (target === undefined) return found;
  const loss = Math.hypot(1, (mean - target) / spread);
  // Boyles's interval is one of the deviations of all values, so it belongs to no standard deviation from within.
  const boyles =
    names === OVERALL && potential !== undefined ? (): Interval => boylesOf(values, mean, spread, target, potential, confidence) : null;
  if (potential !== undefined) add(aboutTarget, potential / loss, boyles);
  add(nearerAboutTarget, least / loss, null);
  return found;
}

function boylesOf(
  values: readonly number[],
  mean: number,
  spread: number,
  target: number,
  potential: number,
  confidence: number,
): Interval {
  const n = values.length;
  const aboutTarget = Math.sqrt(squaresAbout(values, target) / n);
  return targetInterval((potential * spread) / aboutTarget, n, (mean - target) / spread, confidence);
}
