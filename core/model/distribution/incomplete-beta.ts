/** Regularized incomplete beta function. */
import { halfDeviance, stirlingError } from "./gamma-function.ts";
import { MOST_TERMS, NO_TAILS, type Tails } from "./incomplete-gamma.ts";

const TINY = 1e-300;
const EPSILON = 4e-16;

/**
 * I_x(a, b) and 1 − I_x(a, b) for a, b > 0, relative error about 1e-13; NaN elsewhere and where a and b are both beyond 1e8.
 * `y` is 1 − x and comes along, because of an x near 1 nothing else would be left of it.
 */
export function incompleteBeta(a: number, b: number, x: number, y: number): Tails {
  if (!(a > 0 && b > 0 && a < Infinity && b < Infinity && x >= 0 && y >= 0)) return NO_TAILS;
  if (x === 0) return { lower: 0, upper: 1 };
  if (y === 0) return { lower: 1, upper: 0 };
  // The fraction converges fast on the side of the mean that it is chosen for.
  if (x * (a + b) <= a) {
    const lower = byFraction(a, b, x, y);
    return { lower, upper: 1 - lower };
  }
  const upper = byFraction(b, a, y, x);
  return { lower: 1 - upper, upper };
}

/** xᵃ·yᵇ/B(a, b), from pieces that stay small. */
export function betaKernel(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  const error = stirlingError(n) - stirlingError(a) - stirlingError(b);
  return Math.sqrt((a * b) / n / (2 * Math.PI)) * Math.exp(error - halfDeviance(a, n * x) - halfDeviance(b, n * y));
}

/** The even part of the continued fraction of DLMF 8.17.22, by the modified Lentz algorithm. */
function byFraction(a: number, b: number, x: number, y: number): number {
  // The distance from the mean, from the smaller of x and y: of large a and b it is what little remains.
  const distance = x > y ? (a + b) * y - b : a - (a + b) * x;
  let value = (a * (distance + 1)) / (a + 1);
  let c = value;
  let d = 0;
  for (let m = 1; m <= MOST_TERMS; m++) {
    const before = a + 2 * m - 1;
    const share = (m * (b - m) * x) / before;
    const numerator = ((a + m - 1) * (a + b + m - 1) * x * share) / before;
    const denominator = m + share + ((a + m) * (distance + 1 + m * (1 + y))) / (a + 2 * m + 1);
    d = 1 / (denominator + numerator * d || TINY);
    c = denominator + numerator / c || TINY;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < EPSILON) return Math.min(1, betaKernel(a, b, x, y) / value);
  }
  return Number.NaN;
}
