/** Average run lengths of EWMA and CUSUM charts of normal values, from the integral equations that they satisfy. */
import { normalCdf, normalDensity } from "../distribution/index.ts";
import { quadrature, solveLinear } from "./quadrature.ts";

/** Sixty-four points: six digits for λ of 0.02 and more. */
const PANELS = 4;

/**
 * Of an EWMA chart with asymptotic limits at ± `width` σ of the EWMA; `shift` in σ of the plotted mean (Crowder 1987). Exact limits
 * signal a little sooner.
 */
export function ewmaArl(lambda: number, width: number, shift = 0): number {
  const h = width * Math.sqrt(lambda / (2 - lambda));
  const { x, weight } = quadrature(-h, h, PANELS);
  const kernel = (from: number, to: number): number => normalDensity((to - (1 - lambda) * from) / lambda - shift) / lambda;
  const lengths = solveLinear(
    x.map((from, i) => x.map((to, j) => (i === j ? 1 : 0) - (weight[j] as number) * kernel(from, to))),
    x.map(() => 1),
  );
  return lengths.reduce((sum, length, j) => sum + (weight[j] as number) * length * kernel(0, x[j] as number), 1);
}

/** Of a two-sided CUSUM chart; `shift` in σ of the plotted mean (Page 1954; Lucas and Crosier 1982 for the head start). */
export function cusumArl(k: number, h: number, shift = 0, headStart = 0): number {
  const [high, low] = [oneSided(k, h, shift, headStart), oneSided(k, h, -shift, headStart)];
  return (high.started * low.zero + low.started * high.zero - high.zero * low.zero) / (high.zero + low.zero);
}

/** From zero, and from the head start. */
function oneSided(k: number, h: number, shift: number, headStart: number): { readonly zero: number; readonly started: number } {
  const { x, weight } = quadrature(0, h, PANELS);
  const from = [0, ...x];
  const to = (u: number): number[] => [
    normalCdf(k - shift - u),
    ...x.map((y, j) => (weight[j] as number) * normalDensity(y + k - shift - u)),
  ];
  const lengths = solveLinear(
    from.map((u, i) => to(u).map((p, j) => (i === j ? 1 : 0) - p)),
    from.map(() => 1),
  );
  const started = to(headStart).reduce((sum, p, j) => sum + p * (lengths[j] as number), 1);
  return { zero: lengths[0] as number, started };
}
