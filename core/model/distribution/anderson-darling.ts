/** Anderson and Darling's distance of a sample from a distribution. */
import type { Distribution } from "./distribution.ts";

/** The smallest probability that still counts, so that one value beyond the support makes a distance and not NaN. */
const LEAST = 1e-300;

/** A² of values in rising order. */
export function andersonDarling(sorted: readonly number[], { cdf, survival }: Distribution): number {
  const n = sorted.length;
  const sum = sorted.reduce((total, value, i) => {
    const below = Math.log(Math.max(LEAST, cdf(value)));
    const above = Math.log(Math.max(LEAST, survival(value)));
    return total + (2 * i + 1) * below + (2 * (n - i) - 1) * above;
  }, 0);
  return -n - sum / n;
}

/** p of A² of `n` values against the normal distribution of their own mean and standard deviation, of divisor n − 1 (D'Agostino and Stephens 1986). */
export function normalProbability(statistic: number, n: number): number {
  const a = statistic * (1 + 0.75 / n + 2.25 / (n * n));
  // The last polynomial turns upwards far outside of where it was fitted.
  if (a >= 13) return 0;
  if (a >= 0.6) return Math.exp(1.2937 - 5.709 * a + 0.0186 * a * a);
  if (a >= 0.34) return Math.exp(0.9177 - 4.279 * a - 1.38 * a * a);
  if (a >= 0.2) return 1 - Math.exp(-8.318 + 42.796 * a - 59.938 * a * a);
  return 1 - Math.exp(-13.436 + 101.14 * a - 223.73 * a * a);
}
