/** Density of the noncentral χ² distribution. */
import { logGamma } from "./gamma-function.ts";

const MOST_TERMS = 100_000;

/** At x > 0, degrees of freedom > 0, noncentrality ≥ 0, NaN elsewhere: a mixture of central densities, from its largest term outwards. */
export function noncentralChiSquareDensity(degrees: number, noncentrality: number, x: number): number {
  if (!(degrees > 0 && noncentrality >= 0 && x > 0 && degrees + noncentrality + x < Infinity)) return Number.NaN;
  const [half, shape, u] = [noncentrality / 2, degrees / 2, x / 2];
  // Term k is Poisson's of k times the gamma density of shape + k; the ratio of neighbours is half·u/(k·(shape + k − 1)).
  const product = half * u;
  const middle = Math.floor((1 - shape + Math.sqrt((shape - 1) ** 2 + 4 * product)) / 2);
  const start = Math.max(0, Math.min(middle, MOST_TERMS));
  const logTerm =
    -half -
    u +
    (start === 0 ? 0 : start * Math.log(half) - logGamma(start + 1)) +
    (shape + start - 1) * Math.log(u) -
    logGamma(shape + start);
  let sum = 1;
  for (let k = start, term = 1; k > 0 && term > 1e-17 * sum; k--) {
    term *= (k * (shape + k - 1)) / product;
    sum += term;
  }
  for (let k = start + 1, term = 1; term > 1e-17 * sum && k < start + MOST_TERMS; k++) {
    term *= product / (k * (shape + k - 1));
    sum += term;
  }
  return (Math.exp(logTerm) * sum) / 2;
}
