/** Noncentral t distribution: the exact law of a capability index of one side. */
import { type Distribution, distribution, UNDEFINED } from "./distribution.ts";
import { logNormalCdf, normalDensity } from "./normal.ts";
import { bracketedRoot } from "./root.ts";
import { integralOfPeak, reachOf, scaleOf } from "./scale.ts";

/**
 * A normal variable of mean `noncentrality` over √(χ²/degrees). Degrees of freedom > 0; NaN where the sum would have too many terms:
 * |noncentrality| beyond 450 for 1 degree of freedom, beyond 10 000 for 24.
 */
export function noncentralT(degrees: number, noncentrality: number): Distribution {
  if (!(degrees > 0 && degrees < Infinity && Number.isFinite(noncentrality))) return UNDEFINED;
  const cdf = (t: number): number => tailOf(degrees, noncentrality, t);
  const survival = (t: number): number => tailOf(degrees, -noncentrality, -t);
  return distribution({
    support: [-Infinity, Infinity],
    cdf: (t) => Math.min(1, cdf(t)),
    survival: (t) => Math.min(1, survival(t)),
    density: (t) => densityOf(degrees, noncentrality, t),
    quantile: (p, q) => {
      const excess = p < q ? (t: number): number => cdf(t) - p : (t: number): number => q - survival(t);
      return widened(excess, noncentrality, 1 + Math.abs(noncentrality) / Math.sqrt(degrees));
    },
  });
}

/** The noncentrality of which `t` is the quantile of p: the confidence limit of a mean in standard deviations. */
export function noncentralityOf(degrees: number, t: number, p: number): number {
  if (!(degrees > 0 && degrees < Infinity && Number.isFinite(t) && p > 0 && p < 1)) return Number.NaN;
  return widened((delta) => p - tailOf(degrees, delta, t), t, 1 + Math.abs(t) / Math.sqrt(degrees));
}

/** P(T ≤ t): the normal tail at t·s − noncentrality, averaged over s. All terms are positive, so a small result keeps its digits. */
function tailOf(degrees: number, noncentrality: number, t: number): number {
  if (Number.isNaN(t)) return t;
  const { logDensity, step } = scaleOf(degrees);
  const logTerm = (v: number): number => logDensity(v) + logNormalCdf(t * Math.exp(v) - noncentrality);
  // A small tail may have its peak far from the bulk of s.
  const [low, high] = reachOf(degrees, 800);
  return integralOfPeak(logTerm, low, high, Math.min(step, 0.4 / (Math.abs(noncentrality) + 3)));
}

function densityOf(degrees: number, noncentrality: number, t: number): number {
  if (Number.isNaN(t)) return t;
  const { logDensity, step } = scaleOf(degrees);
  const logTerm = (v: number): number => logDensity(v) + v - (t * Math.exp(v) - noncentrality) ** 2 / 2;
  const [low, high] = reachOf(degrees, 800);
  return integralOfPeak(logTerm, low, high, Math.min(step, 0.4 / (Math.abs(noncentrality) + 3))) * normalDensity(0);
}

/** The root of an increasing function, in a bracket that grows from `center` by doubling. */
function widened(value: (x: number) => number, center: number, width: number): number {
  let [low, high] = [center - width, center + width];
  for (let step = width; value(low) > 0; step *= 2) {
    if (step > 1e300) return Number.NaN;
    high = low;
    low -= step;
  }
  for (let step = width; value(high) < 0; step *= 2) {
    if (step > 1e300) return Number.NaN;
    low = high;
    high += step;
  }
  return bracketedRoot(value, low, high);
}
