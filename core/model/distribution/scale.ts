/**
 * The sample standard deviation of normal values as a share of the true one, s = √(χ²/degrees). Mixtures over it are integrated in
 * v = log s, where the trapezoidal rule converges faster than any power of its step.
 */
import { stirlingError } from "./gamma-function.ts";
import { goldenSection } from "./golden-section.ts";

/** log of the density of v = log s, and a step that resolves it. */
export interface Scale {
  readonly logDensity: (v: number) => number;
  readonly step: number;
}

/** Degrees of freedom > 0. */
export function scaleOf(degrees: number): Scale {
  const peak = Math.log(degrees / Math.PI) / 2 - stirlingError(degrees / 2);
  return {
    logDensity: (v) => peak - (degrees / 2) * (Math.expm1(2 * v) - 2 * v),
    step: 0.4 / Math.sqrt(2 * degrees + 9),
  };
}

/** What a term below exp(−DEPTH) of the largest one can change is beyond the last digit. */
const DEPTH = 42;

/** Where the density of v is not lost beside its largest value. */
export function reachOf(degrees: number, depth = DEPTH): readonly [low: number, high: number] {
  // (degrees/2)·(exp(2v) − 1 − 2v) is at least degrees·v² on the right, and degrees·(−v − ½) on the left.
  return [-(depth / degrees) - 0.5 - Math.sqrt(depth / degrees), Math.min(Math.sqrt(depth / degrees), 1 + Math.log1p(depth / degrees))];
}

/** The trapezoidal sum of exp(logTerm(v)) for a function with one peak, from the peak outwards. NaN where that takes too many steps. */
export function integralOfPeak(logTerm: (v: number) => number, low: number, high: number, step: number): number {
  const top = peakOf(logTerm, low, high);
  const atTop = logTerm(top);
  if (atTop === -Infinity) return 0;
  let sum = Math.exp(atTop);
  for (const direction of [-step, step]) {
    for (let k = 1; ; k++) {
      if (k > MOST_STEPS) return Number.NaN;
      const here = logTerm(top + k * direction);
      // NaN ends it too, and reaches the sum.
      if (here < atTop - DEPTH) break;
      sum += Math.exp(here);
      if (Number.isNaN(sum)) return sum;
    }
  }
  return sum * step;
}

const MOST_STEPS = 50_000;

/** Golden section; the peak need not be found sharply. */
function peakOf(value: (v: number) => number, low: number, high: number): number {
  const [a, b] = goldenSection(value, low, high, 1e-6);
  return (a + b) / 2;
}
