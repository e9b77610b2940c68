/** Upper control limits of Hotelling's T² for a false alarm rate per point. T² has no lower limit. */
import { beta, chiSquare, fisherF } from "../../distribution/index.ts";
import type { MultivariateBaseline } from "./baseline.ts";

export interface HotellingLimit {
  readonly value: number;
  readonly law: "beta" | "F" | "chi-square";
  /** False where no exact law is known and that of a known covariance stands in: true only for many observations. */
  readonly exact: boolean;
  readonly phase: 1 | 2;
  /** Wanted rate of false alarms per point. */
  readonly alpha: number;
}

/** For the observations that the baseline was made of (Tracy, Young and Mason 1992). NaN where alpha is no rate. */
export function phaseOneLimit({ by, mean: { length: p }, m, n }: MultivariateBaseline, alpha: number): HotellingLimit {
  if (by === "sample") return limit(((m - 1) ** 2 / m) * beta(p / 2, (m - p - 1) / 2).upperQuantile(alpha), "beta", 1, alpha);
  if (by === "pooled within subgroups") return limit(ofSubgroups(p, m, n, m - 1, alpha), "F", 1, alpha);
  return chiSquareLimit(p, by, 1, alpha);
}

/** For later observations. */
export function phaseTwoLimit({ by, mean: { length: p }, m, n }: MultivariateBaseline, alpha: number): HotellingLimit {
  if (by === "sample") return limit(((p * (m + 1) * (m - 1)) / (m * m - m * p)) * fisherF(p, m - p).upperQuantile(alpha), "F", 2, alpha);
  if (by === "pooled within subgroups") return limit(ofSubgroups(p, m, n, m + 1, alpha), "F", 2, alpha);
  return chiSquareLimit(p, by, 2, alpha);
}

/** Of later observations, of a limit: the share beyond it, over all baselines of this length. */
export function phaseTwoRate({ by, mean: { length: p }, m, n }: MultivariateBaseline, value: number): number {
  if (by === "sample") return fisherF(p, m - p).survival((value * (m * m - m * p)) / (p * (m + 1) * (m - 1)));
  const free = m * n - m - p + 1;
  if (by === "pooled within subgroups") return fisherF(p, free).survival((value * free) / (p * (m + 1) * (n - 1)));
  return chiSquare(p).survival(value);
}

function ofSubgroups(p: number, m: number, n: number, factor: number, alpha: number): number {
  const free = m * n - m - p + 1;
  return ((p * factor * (n - 1)) / free) * fisherF(p, free).upperQuantile(alpha);
}

function chiSquareLimit(p: number, by: MultivariateBaseline["by"], phase: 1 | 2, alpha: number): HotellingLimit {
  return { ...limit(chiSquare(p).upperQuantile(alpha), "chi-square", phase, alpha), exact: by === "given" };
}

function limit(value: number, law: HotellingLimit["law"], phase: 1 | 2, alpha: number): HotellingLimit {
  return { value, law, exact: true, phase, alpha };
}
