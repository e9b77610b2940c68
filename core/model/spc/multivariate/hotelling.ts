/** Hotelling's T²: how far several variables together are from their means, in their own correlations. Each point stands for itself. */
import { factorOf, faultOf, meanVector, type MultivariateBaseline } from "./baseline.ts";
import type { CholeskyFactor, Matrix } from "./cholesky.ts";
import { type Contribution, contributionsOf } from "./contributions.ts";
import type { HotellingLimit } from "./limits.ts";
import { isMultivariateRefusal, type MultivariateRefusal, refuse } from "./refusal.ts";

export interface MultivariatePoint {
  readonly statistic: number;
  readonly limit: number;
  /** Beyond the limit, not on it. */
  readonly signal: boolean;
}

/** A chart of frozen baseline and limit. It keeps nothing between points, so it needs no snapshot. */
export class HotellingChart {
  readonly baseline: MultivariateBaseline;
  readonly limit: HotellingLimit;
  readonly #factor: CholeskyFactor;
  readonly #deviation: Float64Array;

  constructor(baseline: MultivariateBaseline, limit: HotellingLimit, factor: CholeskyFactor) {
    this.baseline = baseline;
    this.limit = limit;
    this.#factor = factor;
    this.#deviation = new Float64Array(factor.size);
  }

  /** T² of an observation, or of the means of a subgroup. */
  update(observation: readonly number[]): MultivariatePoint | MultivariateRefusal {
    const { mean, n } = this.baseline;
    if (observation.length !== mean.length) return refuse("WRONG_SIZE", `${observation.length} values of ${mean.length} variables`);
    for (let i = 0; i < mean.length; i++) this.#deviation[i] = (observation[i] as number) - (mean[i] as number);
    const statistic = n * this.#factor.squaredDistance(this.#deviation);
    if (!Number.isFinite(statistic)) return refuse("NOT_NUMBERS", `seen ${observation.join(", ")}`);
    return { statistic, limit: this.limit.value, signal: statistic > this.limit.value };
  }

  /** T² of a subgroup of the baseline's size. */
  updateSubgroup(rows: Matrix): MultivariatePoint | MultivariateRefusal {
    const { mean, n } = this.baseline;
    if (rows.length !== n) return refuse("WRONG_SIZE", `${rows.length} observations in a subgroup of ${n}`);
    return faultOf(rows, mean.length) ?? this.update(meanVector(rows));
  }

  /** Which variables make T² of an observation, or of the means of a subgroup, what it is; the one that says most first. */
  decompose(observation: readonly number[]): Contribution[] | MultivariateRefusal {
    return faultOf([observation], this.baseline.mean.length) ?? contributionsOf(observation, this.baseline, this.#factor, this.limit.alpha);
  }
}

/** Refused where the covariance is singular or the limit is none. */
export function hotellingChart(baseline: MultivariateBaseline, limit: HotellingLimit): HotellingChart | MultivariateRefusal {
  if (!(limit.value > 0 && limit.value < Infinity)) return refuse("BAD_OPTIONS", `limit ${limit.value}, from a rate of ${limit.alpha}`);
  const factor = factorOf(baseline);
  return isMultivariateRefusal(factor) ? factor : new HotellingChart(baseline, limit, factor);
}
