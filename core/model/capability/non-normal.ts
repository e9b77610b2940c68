/** Indices of values that are not normal, by percentiles (ISO 22514-2) or by Z-scores. */
import { type Distribution, normalQuantile } from "../distribution/index.ts";
import type { Index, IndexName, IndexNames } from "./indices.ts";
import type { Specification } from "./specification.ts";

/** What stands for three standard deviations each side of the median. */
export type Method = "percentile" | "z-score";

/** The probability below −3σ of normal values, rounded as the standard does. */
const LOW = 0.00135;

/** The distances that a method sets against one another; null where the specification has no such limit. */
interface Distances {
  readonly both: number | null;
  readonly below: number | null;
  readonly above: number | null;
}

/** No intervals: of fitted distributions none with known coverage is at hand. A side beyond the support has no index. */
export function nonNormalIndices(distribution: Distribution, specification: Specification, method: Method, names: IndexNames): Index[] {
  const { both, below, above } = method === "percentile" ? byPercentile(distribution, specification) : byScore(distribution, specification);
  const sides = [below, above].filter((one) => one !== null);
  const nearer = sides.length > 0 ? Math.min(...sides) : null;
  return ([both, below, above, nearer] as const).flatMap((value, role) =>
    value !== null && Number.isFinite(value) ? [{ name: names[role] as IndexName, value, interval: null }] : [],
  );
}

/** (U − L)/(x₉₉.₈₆₅ − x₀.₁₃₅), and from the median to each limit over the distance from the median to the percentile of that side. */
function byPercentile(distribution: Distribution, { lower, upper }: Specification): Distances {
  const [low, middle, high] = [distribution.quantile(LOW), distribution.quantile(0.5), distribution.upperQuantile(LOW)];
  return {
    both: lower === undefined || upper === undefined ? null : (upper - lower) / (high - low),
    below: lower === undefined ? null : (middle - lower) / (middle - low),
    above: upper === undefined ? null : (upper - middle) / (high - middle),
  };
}

/** The normal scores of the shares beyond the limits, over 3. */
function byScore(distribution: Distribution, { lower, upper }: Specification): Distances {
  const below = lower === undefined ? null : -normalQuantile(distribution.cdf(lower)) / 3;
  const above = upper === undefined ? null : -normalQuantile(distribution.survival(upper)) / 3;
  return { both: below === null || above === null ? null : (below + above) / 2, below, above };
}
