/** Regularized incomplete gamma function. */
import { halfDeviance, stirlingError } from "./gamma-function.ts";

/** A probability and what it leaves, each to its own relative accuracy. */
export interface Tails {
  readonly lower: number;
  readonly upper: number;
}

export const NO_TAILS: Tails = { lower: Number.NaN, upper: Number.NaN };

/** Enough for parameters of 1e8, whose sums are about 9·√parameter long; beyond it the answer is NaN, never a wait. */
export const MOST_TERMS = 200_000;
const TINY = 1e-300;
const EPSILON = 1e-16;

/**
 * P(a, x) and Q(a, x) for shape a > 0 and x ≥ 0, relative error about 1e-13, far in the tails 1e-12; NaN elsewhere and beyond a shape of
 * 1e8. Of shapes below 0.01 with x below ½ the upper tail is exact to 1e-15 of 1, not of itself.
 */
export function incompleteGamma(a: number, x: number): Tails {
  if (!(a > 0 && a < Infinity && x >= 0)) return NO_TAILS;
  if (x === 0) return { lower: 0, upper: 1 };
  if (x === Infinity) return { lower: 1, upper: 0 };
  if (x < a + 1) {
    const lower = bySeries(a, x);
    // Small shapes leave their upper tail to cancellation, which the fraction avoids as soon as it converges.
    return { lower, upper: x > 0.5 && lower > 0.9 ? byFraction(a, x) : 1 - lower };
  }
  const upper = byFraction(a, x);
  return { lower: 1 - upper, upper };
}

/** xᵃ·e⁻ˣ/Γ(a), from pieces that stay small. */
export function gammaKernel(a: number, x: number): number {
  return Math.sqrt(a / (2 * Math.PI)) * Math.exp(-stirlingError(a) - halfDeviance(a, x));
}

function bySeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let k = 1; k <= MOST_TERMS; k++) {
    term *= x / (a + k);
    sum += term;
    if (term < sum * EPSILON) return Math.min(1, gammaKernel(a, x) * sum);
  }
  return Number.NaN;
}

/** Legendre's continued fraction of the upper tail, by the modified Lentz algorithm. */
function byFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / (b || TINY);
  let value = d;
  for (let k = 1; k <= MOST_TERMS; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = 1 / (numerator * d + b || TINY);
    c = b + numerator / c || TINY;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < EPSILON * 4) return Math.min(1, gammaKernel(a, x) * value);
  }
  return Number.NaN;
}
