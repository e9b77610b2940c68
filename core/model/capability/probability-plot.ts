/** A probability plot: measured values in rising order against the quantiles that a distribution has for their ranks. */
import { beta, type Distribution } from "../distribution/index.ts";

export interface PlottedRank {
  readonly value: number;
  /** Median rank after Benard, 0 … 1. */
  readonly p: number;
  /** The quantile of the distribution for it: a value that lies on the fitted line. */
  readonly quantile: number;
  /** Within which a value of this rank lies with the confidence of the plot, if the values come from the distribution. */
  readonly lower: number;
  readonly upper: number;
}

export interface ProbabilityPlot {
  readonly confidence: number;
  /** The lowest and the highest are all there, of those between a choice. */
  readonly points: readonly PlottedRank[];
  /** Quantiles of round probabilities, for the scale. */
  readonly scale: readonly { readonly p: number; readonly quantile: number }[];
}

/** More points are no picture any more; of so many at either end each is drawn, for there the eye looks. */
const MOST_POINTS = 300;
const ENDS = 50;
const ROUND = [0.0001, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999];

/**
 * Of the value of rank `rank` (1, 2, …) among n: (rank − 0.3)/(n + 0.4), Benard and Bos-Levenbach's approximation of the median of
 * its beta distribution.
 */
export function medianRank(rank: number, n: number): number {
  return (rank - 0.3) / (n + 0.4);
}

/**
 * `sorted` in rising order. The band is that of each rank for itself: the share of the distribution below the value of rank i among
 * n has the beta distribution of i and n + 1 − i. Parameters that were estimated from the same values draw the points nearer to the
 * line, so with them the band is wide rather than narrow.
 */
export function probabilityPlot(sorted: readonly number[], distribution: Distribution, confidence = 0.95): ProbabilityPlot {
  const n = sorted.length;
  const tail = (1 - confidence) / 2;
  const points = drawnRanks(n).flatMap((rank) => {
    const p = medianRank(rank, n);
    const [below, above] = [beta(rank, n + 1 - rank), beta(n + 1 - rank, rank)];
    const point = {
      value: sorted[rank - 1] as number,
      p,
      quantile: distribution.quantile(p),
      lower: distribution.quantile(below.quantile(tail)),
      // From the other end, where a share near 1 has its digits.
      upper: distribution.upperQuantile(above.quantile(tail)),
    };
    return Object.values(point).every(Number.isFinite) ? [point] : [];
  });
  const scale = ROUND.filter((p) => p >= medianRank(1, n) && p <= medianRank(n, n)).map((p) => ({ p, quantile: distribution.quantile(p) }));
  return { confidence, points, scale: scale.filter(({ quantile }) => Number.isFinite(quantile)) };
}

function drawnRanks(n: number): number[] {
  if (n <= MOST_POINTS) return Array.from({ length: n }, (_, i) => i + 1);
  const between = MOST_POINTS - 2 * ENDS;
  const step = (n - 2 * ENDS) / (between + 1);
  return [
    ...Array.from({ length: ENDS }, (_, i) => i + 1),
    ...Array.from({ length: between }, (_, i) => ENDS + Math.round((i + 1) * step)),
    ...Array.from({ length: ENDS }, (_, i) => n - ENDS + i + 1),
  ];
}
