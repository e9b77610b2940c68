/** The logarithm of the gamma function, and the two pieces from which densities of large parameters are made without cancellation. */

const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

/** B₂ₖ / (2k·(2k − 1)): Stirling's series. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156];
/** From here on the series above is exact to the last digit. */
const LARGE = 12;

/** log Γ(x) for x > 0, absolute error 1e-14 of the larger of 1 and the result; NaN elsewhere. */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  if (x === Infinity) return Infinity;
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingError(x);
}

/** What Stirling's formula for log Γ(x) leaves out: log Γ(x) − (x − ½)·log x + x − ½·log 2π; x > 0. */
export function stirlingError(x: number): number {
  let shifted = 0;
  let at = x;
  for (; at < LARGE; at++) shifted += (at + 0.5) * Math.log1p(1 / at) - 1;
  const inverse = 1 / at;
  const square = inverse * inverse;
  let sum = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum * square + (STIRLING[k] as number);
  return shifted + sum * inverse;
}

/** Half the deviance of x from its mean: x·log(x/mean) + mean − x, to full relative accuracy where x is near the mean (Loader 2000). */
export function halfDeviance(x: number, mean: number): number {
  const v = (x - mean) / (x + mean);
  if (x === 0) return mean;
  if (Math.abs(v) > 0.1) return x * Math.log(x / mean) + mean - x;
  // log(x/mean) is 2·artanh(v), and its first term cancels mean − x.
  let odd = 0;
  let power = v * v * v;
  for (let k = 3; Math.abs(power) > 1e-18 * v * v; k += 2) {
    odd += power / k;
    power *= v * v;
  }
  return (x + mean) * (v * v + (1 + v) * odd);
}

/** The derivative of log Γ at x > 0, absolute error 1e-14 of the larger of 1 and the result; NaN elsewhere. */
export function digamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  let shifted = 0;
  let at = x;
  for (; at < LARGE; at++) shifted -= 1 / at;
  const square = 1 / (at * at);
  let sum = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum * square + (2 * k + 1) * (STIRLING[k] as number);
  return shifted + Math.log(at) - 0.5 / at - sum * square;
}
