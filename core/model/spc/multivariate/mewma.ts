/** Multivariate EWMA (Lowry, Woodall, Champ and Rigdon 1992): T² of weighted means, for shifts too small for one point. */
import { factorOf, type MultivariateBaseline } from "./baseline.ts";
import type { CholeskyFactor } from "./cholesky.ts";
import { type Contribution, contributionsOf } from "./contributions.ts";
import type { MultivariatePoint } from "./hotelling.ts";
import { isMultivariateRefusal, type MultivariateRefusal, refuse } from "./refusal.ts";

export interface MewmaOptions {
  /** Weight of the newest point, 0 < λ ≤ 1. */
  readonly lambda: number;
  /** Upper limit of the statistic; `mewmaLimit` gives it for a wanted run length. */
  readonly limit: number;
  /** Of the weighted mean: "exact" grows with the points, "asymptotic" is that of many, for which run lengths are known. */
  readonly covariance: "exact" | "asymptotic";
}

/** All that a chart remembers, plain data. */
export interface MewmaSnapshot {
  readonly count: number;
  /** The weighted mean deviation of each variable. */
  readonly z: readonly number[];
}

export class MewmaChart {
  readonly baseline: MultivariateBaseline;
  readonly options: MewmaOptions;
  readonly #factor: CholeskyFactor;
  #z: Float64Array;
  #next: Float64Array;
  #count = 0;

  constructor(baseline: MultivariateBaseline, options: MewmaOptions, factor: CholeskyFactor) {
    this.baseline = baseline;
    this.options = options;
    this.#factor = factor;
    this.#z = new Float64Array(factor.size);
    this.#next = new Float64Array(factor.size);
  }

  /** The next observation, or the means of the next subgroup. What is refused changes nothing. */
  update(observation: readonly number[]): MultivariatePoint | MultivariateRefusal {
    const { mean, n } = this.baseline;
    const { lambda, limit } = this.options;
    if (observation.length !== mean.length) return refuse("WRONG_SIZE", `${observation.length} values of ${mean.length} variables`);
    for (let i = 0; i < mean.length; i++) {
      this.#next[i] = lambda * ((observation[i] as number) - (mean[i] as number)) + (1 - lambda) * (this.#z[i] as number);
    }
    const statistic = n * this.#precision(this.#count + 1) * this.#factor.squaredDistance(this.#next);
    if (!Number.isFinite(statistic)) return refuse("NOT_NUMBERS", `seen ${observation.join(", ")}`);
    [this.#z, this.#next] = [this.#next, this.#z];
    this.#count += 1;
    return { statistic, limit, signal: statistic > limit };
  }

  /** Which variables make the last statistic what it is, by their weighted means; the one that says most first. */
  decompose(): Contribution[] {
    const { mean, n } = this.baseline;
    const weighted = mean.map((one, i) => one + (this.#z[i] as number));
    const plotted = { ...this.baseline, by: "given" as const, n: n * this.#precision(Math.max(1, this.#count)) };
    return contributionsOf(weighted, plotted, this.#factor, Number.NaN);
  }

  snapshot(): MewmaSnapshot {
    return { count: this.#count, z: Array.from(this.#z) };
  }

  /** Goes on as if never interrupted, to the last bit; undefined, or why the snapshot is not taken. */
  restore({ count, z }: MewmaSnapshot): MultivariateRefusal | undefined {
    if (!(Number.isSafeInteger(count) && count >= 0 && Array.isArray(z) && z.length === this.#z.length && z.every(Number.isFinite))) {
      return refuse("BAD_SNAPSHOT", `needs ${this.#z.length} finite numbers and a count`);
    }
    this.#z = Float64Array.from(z);
    this.#count = count;
    return undefined;
  }

  /** How many times less the weighted mean of so many points varies than one of them. */
  #precision(points: number): number {
    const { lambda, covariance } = this.options;
    const settled = covariance === "exact" ? -Math.expm1(2 * points * Math.log1p(-lambda)) : 1;
    return (2 - lambda) / (lambda * settled);
  }
}

/** Refused where the covariance is singular or an option is out of range. */
export function mewmaChart(baseline: MultivariateBaseline, options: MewmaOptions): MewmaChart | MultivariateRefusal {
  const { lambda, limit } = options;
  if (!(lambda > 0 && lambda <= 1)) return refuse("BAD_OPTIONS", `lambda ${lambda}`);
  if (!(limit > 0 && limit < Infinity)) return refuse("BAD_OPTIONS", `limit ${limit}`);
  const factor = factorOf(baseline);
  return isMultivariateRefusal(factor) ? factor : new MewmaChart(baseline, options, factor);
}
