/** The range of normal values, in true standard deviations or in independently estimated ones (Tukey). */
import { type Distribution, distribution, UNDEFINED } from "./distribution.ts";
import { normalCdf, normalDensity } from "./normal.ts";
import { bracketedRoot } from "./root.ts";
import { reachOf, scaleOf } from "./scale.ts";

/** Of the normal variable of the smallest value; the integrand is analytic and dies at both ends, so few steps are exact. */
const STEP = 0.125;
const STEPS_EACH_SIDE = 68;
/** The density along the steps, the same for every range. */
const WEIGHTS = Array.from({ length: 2 * STEPS_EACH_SIDE + 1 }, (_, i) => normalDensity((i - STEPS_EACH_SIDE) * STEP) * STEP);
const BELOW = Array.from({ length: 2 * STEPS_EACH_SIDE + 1 }, (_, i) => normalCdf((i - STEPS_EACH_SIDE) * STEP));

/** P(range of `size` standard normal values ≤ w), absolute error below 1e-13; size a whole number of 2 and more, NaN otherwise. */
export function normalRangeCdf(size: number, w: number): number {
  if (!(Number.isInteger(size) && size >= 2) || Number.isNaN(w)) return Number.NaN;
  if (w <= 0) return 0;
  if (w > 2 * STEPS_EACH_SIDE * STEP) return 1;
  let sum = 0;
  for (let i = 0; i < WEIGHTS.length; i++) {
    const z = (i - STEPS_EACH_SIDE) * STEP;
    sum += (WEIGHTS[i] as number) * ((BELOW[i] as number) - normalCdf(z - w)) ** (size - 1);
  }
  return Math.min(1, size * sum);
}

/**
 * Range of `size` ≥ 2 normal values over an independent estimate of their standard deviation with `degrees` > 0 degrees of freedom;
 * Infinity where it is known. Absolute error of a probability below 1e-12.
 */
export function studentizedRange(size: number, degrees: number): Distribution {
  if (!(Number.isInteger(size) && size >= 2 && degrees > 0)) return UNDEFINED;
  const cdf = degrees === Infinity ? (q: number): number => normalRangeCdf(size, q) : mixture(size, degrees);
  return distribution({
    support: [0, Infinity],
    cdf,
    survival: (q) => 1 - cdf(q),
    density: (q) => {
      const h = 1e-3 * Math.max(q, 1e-3);
      return (8 * (cdf(q + h) - cdf(q - h)) - cdf(q + 2 * h) + cdf(q - 2 * h)) / (12 * h);
    },
    quantile: (p) => {
      let high = 4;
      while (cdf(high) < p && high < 1e12) high *= 2;
      return bracketedRoot((q) => cdf(q) - p, 0, high, 1e-14);
    },
  });
}

function mixture(size: number, degrees: number): (q: number) => number {
  const { logDensity, step } = scaleOf(degrees);
  const [low, high] = reachOf(degrees);
  const steps = Math.ceil((high - low) / step);
  const nodes = Array.from({ length: steps + 1 }, (_, i) => low + i * step);
  const terms = nodes.map((v) => [Math.exp(v), Math.exp(logDensity(v)) * step] as const);
  return (q) =>
    Number.isNaN(q)
      ? q
      : Math.min(
          1,
          terms.reduce((sum, [s, weight]) => sum + weight * normalRangeCdf(size, q * s), 0),
        );
}
