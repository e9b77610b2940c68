/** What was measured, taken as a distribution. */
import type { Distribution } from "../distribution/index.ts";

/** Of values in rising order, straight between the two that are nearest (Hyndman and Fan's definition 7); 0 ≤ p ≤ 1. */
export function percentile(sorted: readonly number[], p: number): number {
  const place = p * (sorted.length - 1);
  const index = Math.floor(place);
  const here = sorted[index] ?? Number.NaN;
  const next = sorted[index + 1] ?? here;
  return here + (place - index) * (next - here);
}

/** The shares below and above, and percentiles. It has no density. */
export function empirical(values: readonly number[]): Distribution {
  const sorted = values.toSorted((a, b) => a - b);
  const upTo = (x: number): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as number) <= x) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const quantile = (p: number): number => (p >= 0 && p <= 1 ? percentile(sorted, p) : Number.NaN);
  return {
    cdf: (x) => (Number.isNaN(x) ? x : upTo(x) / sorted.length),
    survival: (x) => (Number.isNaN(x) ? x : 1 - upTo(x) / sorted.length),
    density: () => Number.NaN,
    quantile,
    upperQuantile: (q) => quantile(1 - q),
  };
}
