/** Estimators of the process standard deviation σ of single values, by name. Unequal subgroup sizes are allowed throughout. */
import { c4, c5, d2, d3, d4 } from "./constants.ts";
import { mean, median, range, sd } from "../moments/index.ts";

/** From subgroups: what varies between them does not enter. */
export const SUBGROUP_SIGMAS = {
  /** Mean of R_i / d2(n_i). */
  "R/d2": (subgroups) => mean(subgroups.map((values) => range(values) / d2(values.length))),
  /** Mean of s_i / c4(n_i). */
  "S/c4": (subgroups) => mean(subgroups.map((values) => sd(values) / c4(values.length))),
  /** Minimum variance linear unbiased, of ranges: weights (d2/d3)². */
  "MVLUE-R": (subgroups) =>
    weighted(
      subgroups,
      (values) => range(values) / d2(values.length),
      (n) => (d2(n) / d3(n)) ** 2,
    ),
  /** Minimum variance linear unbiased, of standard deviations: weights c4² / (1 − c4²). */
  "MVLUE-SD": (subgroups) =>
    weighted(
      subgroups,
      (values) => sd(values) / c4(values.length),
      (n) => (c4(n) / c5(n)) ** 2,
    ),
  /** Root of the pooled variance, over c4(Σ(n_i − 1) + 1). */
  pooled: (subgroups) => {
    const freedom = subgroups.reduce((sum, values) => sum + values.length - 1, 0);
    const squares = subgroups.reduce((sum, values) => sum + (values.length - 1) * sd(values) ** 2, 0);
    return Math.sqrt(squares / freedom) / c4(freedom + 1);
  },
} as const satisfies Readonly<Record<string, (subgroups: readonly (readonly number[])[]) => number>>;

/** From single values in their order. */
export const INDIVIDUAL_SIGMAS = {
  /** Mean moving range over d2(2). */
  "MR/d2": (values) => mean(usableRanges(values)) / d2(2),
  /** Median moving range over d4(2): one outlier moves it little. */
  "medianMR/d4": (values) => median(usableRanges(values)) / d4(2),
  /** Mean moving range over d2(2) without ranges beyond their own upper limit, left out once (Nelson 1982). */
  "screenedMR/d2": (values) => mean(screened(usableRanges(values))) / d2(2),
  /** Standard deviation of all values over c4(n): drift and shifts enter. */
  "SD/c4": (values) => {
    const usable = values.filter((value) => !Number.isNaN(value));
    return sd(usable) / c4(usable.length);
  },
} as const satisfies Readonly<Record<string, (values: readonly number[]) => number>>;

export type SubgroupSigma = keyof typeof SUBGROUP_SIGMAS;
export type IndividualSigma = keyof typeof INDIVIDUAL_SIGMAS;
export type SigmaEstimator = SubgroupSigma | IndividualSigma;

/** σ from subgroups. Those of one value say nothing of it and are left out; NaN when none is left. */
export function sigmaOfSubgroups(by: SubgroupSigma, subgroups: readonly (readonly number[])[]): number {
  return SUBGROUP_SIGMAS[by](subgroups.filter((values) => values.length > 1));
}

/** σ from single values. NaN among them marks an excluded point: no moving range reaches across it. */
export function sigmaOfIndividuals(by: IndividualSigma, values: readonly number[]): number {
  return INDIVIDUAL_SIGMAS[by](values);
}

/** |x_i − x_(i−1)| of neighbours; NaN beside a NaN. */
export function movingRanges(values: readonly number[]): number[] {
  return values.slice(1).map((value, i) => Math.abs(value - (values[i] as number)));
}

function usableRanges(values: readonly number[]): number[] {
  return movingRanges(values).filter((one) => !Number.isNaN(one));
}

function screened(ranges: readonly number[]): number[] {
  const limit = (1 + (3 * d3(2)) / d2(2)) * mean(ranges);
  return ranges.filter((one) => one <= limit);
}

function weighted(
  subgroups: readonly (readonly number[])[],
  estimate: (values: readonly number[]) => number,
  weight: (n: number) => number,
): number {
  let [total, weights] = [0, 0];
  for (const values of subgroups) {
    const w = weight(values.length);
    total += w * estimate(values);
    weights += w;
  }
  return total / weights;
}
