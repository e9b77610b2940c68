/** Which variables a signal of T² comes from: the two ends of the decomposition of Mason, Young and Tracy (1995). */
import { fisherF } from "../../distribution/index.ts";
import type { MultivariateBaseline } from "./baseline.ts";
import type { CholeskyFactor } from "./cholesky.ts";

export interface Contribution {
  /** Place of the variable, from 0. */
  readonly variable: number;
  /** Deviation from its mean in standard deviations of what is plotted. */
  readonly z: number;
  /** Its T² without the other variables, z². */
  readonly alone: number;
  /** What T² loses without it: its deviation from what the others let expect, also of a variable that alone is where it always is. */
  readonly beyondOthers: number;
  /** Limits of both for one observation after Phase I with the sample covariance; null elsewhere. */
  readonly limits: { readonly alone: number; readonly beyondOthers: number } | null;
}

/** The larger of both parts decides the order. */
export function contributionsOf(
  observation: readonly number[],
  baseline: MultivariateBaseline,
  factor: CholeskyFactor,
  alpha: number,
): Contribution[] {
  const { mean, covariance, n } = baseline;
  const deviation = observation.map((value, i) => value - (mean[i] as number));
  const solution = factor.solve(deviation);
  const total = n * factor.squaredDistance(deviation);
  const limitsBeside = limitsOf(baseline, alpha);
  return deviation
    .map((d, variable): Contribution => {
      const z = (d * Math.sqrt(n)) / Math.sqrt(covariance[variable]?.[variable] as number);
      const unit = deviation.map((_, i) => Number(i === variable));
      // (S⁻¹d)ⱼ² over the diagonal of S⁻¹ is T² minus T² of the other variables.
      const beyondOthers = (n * (solution[variable] as number) ** 2) / factor.squaredDistance(unit);
      return { variable, z, alone: z * z, beyondOthers, limits: limitsBeside(Math.max(0, total - beyondOthers)) };
    })
    .sort((a, b) => Math.max(b.alone, b.beyondOthers) - Math.max(a.alone, a.beyondOthers));
}

/** Limits beside other variables whose T² is `others`. */
function limitsOf({ by, m, mean: { length: p } }: MultivariateBaseline, alpha: number): (others: number) => Contribution["limits"] {
  if (by !== "sample") return () => null;
  const alone = ((m + 1) / m) * fisherF(1, m - 1).upperQuantile(alpha);
  const ratio = fisherF(1, m - p).upperQuantile(alpha) / (m - p);
  // A prediction far from the means is less sure: the error of a regression at that place, which the usual limit leaves out.
  return (others) => ({ alone, beyondOthers: ratio * ((m - 1) * (1 + 1 / m) + others) });
}
