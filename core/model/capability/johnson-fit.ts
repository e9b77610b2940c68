/** Johnson's distributions from four percentiles. Slifker and Shapiro, Technometrics 22 (1980) 239. */
import { andersonDarling, type Distribution, type JohnsonParameters, johnsonSB, johnsonSU, normalCdf } from "../distribution/index.ts";
import { percentile } from "./empirical.ts";

export interface JohnsonFit {
  readonly bounded: boolean;
  readonly parameters: JohnsonParameters;
  readonly distribution: Distribution;
}

/** Normal scores whose percentiles, and those of three times as much, are tried; far scores need more values than there are. */
const SCORES = [0.3, 0.4, 0.5, 0.524, 0.6, 0.7, 0.8];

/** The fit that lies nearest to the values, which are in rising order; undefined where none holds them all. */
export function johnsonOf(sorted: readonly number[]): JohnsonFit | undefined {
  let best: JohnsonFit | undefined;
  let least = Infinity;
  for (const score of SCORES) {
    const [a, b, c, d] = [-3, -1, 1, 3].map((times) => percentile(sorted, normalCdf(times * score))) as [number, number, number, number];
    const one = johnsonFrom(score, a, b, c, d);
    if (one === undefined) continue;
    const distance = andersonDarling(sorted, one.distribution);
    if (distance < least) [best, least] = [one, distance];
  }
  return best;
}

/** From the percentiles of the normal scores −3z, −z, z and 3z. */
export function johnsonFrom(z: number, farBelow: number, below: number, above: number, farAbove: number): JohnsonFit | undefined {
  const p = above - below;
  const m = (farAbove - above) / p;
  const n = (below - farBelow) / p;
  const middle = (above + below) / 2;
  const product = m * n;
  const bounded = product < 1;
  const parameters = bounded ? boundedFrom(z, p, 1 / m, 1 / n, middle) : unboundedFrom(z, p, m, n, middle);
  if (!(p > 0 && Object.values(parameters).every(Number.isFinite) && parameters.delta > 0 && parameters.scale > 0)) return undefined;
  return { bounded, parameters, distribution: bounded ? johnsonSB(parameters) : johnsonSU(parameters) };
}

/** Spreads m and n of the outer percentiles in units of the inner one, p. */
function unboundedFrom(z: number, p: number, m: number, n: number, middle: number): JohnsonParameters {
  const root = Math.sqrt(m * n - 1);
  const delta = (2 * z) / Math.acosh((m + n) / 2);
  return {
    gamma: delta * Math.asinh((n - m) / (2 * root)),
    delta,
    location: middle + (p * (n - m)) / (2 * (m + n - 2)),
    scale: (2 * p * root) / ((m + n - 2) * Math.sqrt(m + n + 2)),
  };
}

/** Inverse spreads: of the inner one in units of each outer one. */
function boundedFrom(z: number, p: number, overM: number, overN: number, middle: number): JohnsonParameters {
  const both = (1 + overM) * (1 + overN);
  const excess = overM * overN - 1;
  const delta = z / Math.acosh(Math.sqrt(both) / 2);
  const scale = (p * Math.sqrt((both - 2) ** 2 - 4)) / excess;
  return {
    gamma: delta * Math.asinh(((overN - overM) * Math.sqrt(both - 4)) / (2 * excess)),
    delta,
    location: middle - scale / 2 + (p * (overN - overM)) / (2 * excess),
    scale,
  };
}
