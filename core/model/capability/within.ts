/** How sure the standard deviation is that a control chart estimates: effective degrees of freedom of its estimator. */
import { logGamma } from "../distribution/index.ts";
import { c4, d2, d3, type SigmaEstimator } from "../spc/index.ts";
import type { Sigma } from "./indices.ts";

/**
 * A standard deviation within subgroups with its degrees of freedom: those of the χ that has the same coefficient of variation
 * as the estimator (Patnaik 1950; Duncan's tables of ν for ranges are of this kind), so intervals from them are approximate but
 * for `pooled` and `SD/c4`, where they are exact. `sizes`: values of each subgroup; of single values in their order, a 1 for each.
 * Null degrees where no such law is known: median and screened moving ranges.
 */
export function withinSigma(value: number, estimator: SigmaEstimator, sizes: readonly number[]): Sigma {
  const squared = squaredVariation(estimator, sizes);
  const degrees = squared > 0 && Number.isFinite(squared) ? degreesOf(squared) : null;
  return { value, estimator, degrees, unbiased: true };
}

/** The squared coefficient of variation of an estimator of normal values; NaN where it is not known. */
function squaredVariation(estimator: SigmaEstimator, all: readonly number[]): number {
  const sizes = all.filter((n) => n > 1);
  const sum = (of: (n: number) => number): number => sizes.reduce((total, n) => total + of(n), 0);
  switch (estimator) {
    case "R/d2":
      return sum((n) => (d3(n) / d2(n)) ** 2) / sizes.length ** 2;
    case "S/c4":
      return sum(ofDeviation) / sizes.length ** 2;
    case "MVLUE-R":
      return 1 / sum((n) => (d2(n) / d3(n)) ** 2);
    case "MVLUE-SD":
      return 1 / sum((n) => 1 / ofDeviation(n));
    case "pooled":
      return ofDeviation(sum((n) => n - 1) + 1);
    case "SD/c4":
      return ofDeviation(all.length);
    case "MR/d2":
      return ofMovingRanges(all.length - 1);
    default:
      return Number.NaN;
  }
}

function ofDeviation(n: number): number {
  return 1 / c4(n) ** 2 - 1;
}

/**
 * Of the mean of m moving ranges of two: neighbours share a value, and |x − y| and |y − z| have the covariance (4/π)(√3/2 + π/12) − 4/π
 * in σ². For many points the degrees come to 0.605 m.
 */
function ofMovingRanges(m: number): number {
  const square = 4 / Math.PI;
  const covariance = square * (Math.sqrt(3) / 2 + Math.PI / 12 - 1);
  return (m * (2 - square) + 2 * (m - 1) * covariance) / (m * m * square);
}

/** ν for which 1/c4(ν + 1)² − 1 is the squared coefficient of variation; c4 of any real number, by halving. */
function degreesOf(squared: number): number {
  let [low, high] = [0.05, 1e7];
  for (let i = 0; i < 100; i += 1) {
    const middle = Math.sqrt(low * high);
    if (1 / meanOfChi(middle) ** 2 - 1 > squared) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}

/** E(χ_ν)/√ν, which is c4(ν + 1). */
export function meanOfChi(degrees: number): number {
  // Beyond this the difference of two logarithms keeps fewer digits than the series.
  if (degrees > 200) return 1 - 1 / (4 * degrees) + 1 / (32 * degrees * degrees);
  return Math.sqrt(2 / degrees) * Math.exp(logGamma((degrees + 1) / 2) - logGamma(degrees / 2));
}
