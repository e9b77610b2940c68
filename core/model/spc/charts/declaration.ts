/** What a kind of chart declares, and the pieces that the kinds share. */
import { normalQuantile } from "../../distribution/index.ts";
import type { Reject } from "../../../connect/sample/index.ts";
import type { AssumptionWarning } from "../assumptions.ts";
import { mean } from "../../moments/index.ts";
import type { ChartParameters, Limits, LimitWidth } from "../limits.ts";
import { type IndividualSigma, INDIVIDUAL_SIGMAS, type SigmaEstimator, SUBGROUP_SIGMAS, type SubgroupSigma } from "../sigma.ts";
import type { CheckedSubgroup, SubgroupShape } from "../subgroup.ts";
import type { InControl } from "./in-control.ts";

/** One plotted point. It is reused from one subgroup to the next, so copy what is kept. */
export interface Point {
  statistic: number;
  centre: number;
  /** Standard deviation of the plotted statistic at this size. */
  sigma: number;
  /** −∞ and +∞ where there is no limit. */
  lower: number;
  upper: number;
  /** What run rules judge: (statistic − centre) / sigma, or thirds of the way to a probability limit. */
  z: number;
  /** Both sides of a CUSUM chart, until the next subgroup; undefined on all others. */
  cusum?: () => CusumSides;
  /** Of a vector beyond the limit, the one that says most first; undefined on all others. */
  blamed?: readonly Blame[] | undefined;
}

/** What one variable has to do with a signal of several. */
export interface Blame {
  readonly tag: string;
  /** Of the statistic, that goes when the variable goes, or that it makes alone, whichever is more: 0 … 1. They add up to more than 1. */
  readonly share: number;
  /** From its own mean, in standard deviations of what is plotted. */
  readonly z: number;
}

/** In standard errors of the plotted mean. */
export interface CusumSides {
  /** C⁺ and C⁻, both 0 or more. */
  readonly high: number;
  readonly low: number;
  /** Subgroups since each side was last 0. */
  readonly highRun: number;
  readonly lowRun: number;
  /** Where the process mean seems to be, from the larger side; null while both are 0. */
  readonly estimate: number | null;
}

/** Which run rules a chart's points can be judged by (the others assume independent, nearly normal points). */
export type RuleScope =
  /** All of them. */
  | "all"
  /** Nelson 1–4: beyond a limit, runs, trends, alternation; zones mean little on counts. */
  | "attribute"
  /** Beyond a limit, and runs on one side. */
  | "runs"
  /** Beyond a limit only: the points are correlated. */
  | "limits";

/** What carries from point to point, in O(1) per subgroup. */
export interface Stream {
  /** Why nothing can be judged by these limits, as a sentence; absent where something can. */
  readonly unusable?: string;
  /** False where there is nothing to plot yet. */
  next(subgroup: CheckedSubgroup, point: Point): boolean;
  /** After a changeover or, where the limits say so, a signal. */
  restart(): void;
  snapshot(): readonly number[];
  /** False, and nothing changed, where the state is not one of this stream. */
  restore(state: readonly number[]): boolean;
}

export interface EstimateOptions {
  readonly sigma?: SigmaEstimator;
  readonly parameters: ChartParameters;
  readonly width: LimitWidth;
}

export interface Estimate {
  readonly centre: number;
  readonly sigma: number;
  readonly estimator?: SigmaEstimator;
  readonly parameters?: Partial<ChartParameters>;
  readonly warnings?: readonly AssumptionWarning[];
}

export interface ChartDeclaration {
  readonly label: string;
  readonly subgroup: SubgroupShape;
  readonly plotted: string;
  readonly rules: RuleScope;
  /** Whether limits by the probability of a false alarm are offered. */
  readonly probability: boolean;
  /** Fewest subgroups of a baseline. */
  readonly least: number;
  /** Which σ it can be estimated by; the first is the default. */
  readonly sigmas: readonly SigmaEstimator[];
  /** NaN where the baseline does not say. `null`: a point left out for a cause, so that no range reaches across it. */
  readonly estimate: (baseline: readonly (CheckedSubgroup | null)[], options: EstimateOptions) => Estimate | { readonly reject: Reject };
  /** The limits by which the baseline itself is judged, where those are others. */
  readonly phase1?: (limits: Limits) => Limits;
  readonly stream: (limits: Limits) => Stream;
  /** Of its points while nothing happens, from which false alarms follow. */
  readonly inControl: (limits: Limits) => InControl;
}

/** Further out than any rule looks. */
const FAR = 1000;

export const BY_INDIVIDUALS: readonly IndividualSigma[] = ["MR/d2", "medianMR/d4", "screenedMR/d2", "SD/c4"];

export function isSubgroupSigma(by: SigmaEstimator): by is SubgroupSigma {
  return Object.hasOwn(SUBGROUP_SIGMAS, by);
}

export function isIndividualSigma(by: SigmaEstimator): by is IndividualSigma {
  return Object.hasOwn(INDIVIDUAL_SIGMAS, by);
}

/** A stream that remembers nothing. */
export function memoryless(next: (subgroup: CheckedSubgroup, point: Point) => void): Stream {
  return {
    next(subgroup, point) {
      next(subgroup, point);
      return true;
    },
    restart: () => undefined,
    snapshot: () => [],
    restore: (state) => state.length === 0,
  };
}

/** A stream whose memory is a few numbers that begin as `first`. */
export function remembering(
  first: readonly number[],
  next: (subgroup: CheckedSubgroup, point: Point, memory: Float64Array) => boolean,
): Stream {
  const memory = Float64Array.from(first);
  return {
    next: (subgroup, point) => next(subgroup, point, memory),
    restart: () => memory.set(first),
    snapshot: () => [...memory],
    restore(state) {
      if (state.length !== memory.length || !state.every((one) => Number.isFinite(one))) return false;
      memory.set(state);
      return true;
    },
  };
}

/** L: the width in σ; a probability becomes the normal quantile. */
export function sigmasOf(width: LimitWidth): number {
  return "sigmas" in width ? width.sigmas : normalQuantile(1 - width.probability / 2);
}

/** Limits at centre ± L σ, cut off at `least` and `most`; z is in σ. */
export function atSigmas(point: Point, sigmas: number, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): void {
  const { centre, sigma } = point;
  point.lower = Math.max(least, centre - sigmas * sigma);
  point.upper = Math.min(most, centre + sigmas * sigma);
  point.z = (point.statistic - centre) / sigma;
}

/** A spread is never below 0, so a limit there is none, as for ranges of up to six values (D3 = 0). */
export function withoutLimitAtZero(point: Point): void {
  if (point.lower <= 0) point.lower = Number.NEGATIVE_INFINITY;
}

/** Limits at two quantiles; z is in thirds of the distance between the centre and the limit on that side. */
export function atQuantiles(point: Point, lower: number, upper: number): void {
  point.lower = lower;
  point.upper = upper;
  const deviation = point.statistic - point.centre;
  const reach = deviation < 0 ? point.centre - lower : upper - point.centre;
  // A limit of counts may lie on the centre.
  point.z = deviation === 0 ? 0 : Math.max(-FAR, Math.min(FAR, (3 * deviation) / reach));
}

/** A function of the subgroup size, computed once per size. */
export function perSize<T>(of: (n: number) => T): (n: number) => T {
  let [lastSize, last]: [number, T | undefined] = [Number.NaN, undefined];
  const known = new Map<number, T>();
  return (n) => {
    if (n === lastSize) return last as T;
    const found = known.get(n) ?? of(n);
    // Areas of opportunity are real numbers, so their sizes never repeat for certain.
    if (known.size < 1000) known.set(n, found);
    [lastSize, last] = [n, found];
    return found;
  };
}

/** The baseline without the gaps. */
export function usable(baseline: readonly (CheckedSubgroup | null)[]): CheckedSubgroup[] {
  return baseline.filter((one) => one !== null);
}

/** Mean of all single values: the subgroup means weighted by size. */
export function grandMean(subgroups: readonly CheckedSubgroup[]): number {
  return mean(subgroups.flatMap(({ values }) => values));
}
