/** What all distributions have in common. Hostile input (NaN, a probability outside [0, 1], a parameter that makes none) gives NaN. */

export interface Distribution {
  /** P(X ≤ x). */
  readonly cdf: (x: number) => number;
  /** P(X > x), with its own digits where it is small. */
  readonly survival: (x: number) => number;
  /** The density at x; of a discrete distribution the probability of x. */
  readonly density: (x: number) => number;
  /** The smallest x with P(X ≤ x) ≥ p. */
  readonly quantile: (p: number) => number;
  /** The quantile of 1 − q, with the digits of a small q. */
  readonly upperQuantile: (q: number) => number;
}

/** How a distribution is made; quantiles are asked for with 0 < p < 1 and q = 1 − p, the smaller of the two being exact. */
export interface Maker {
  readonly support: readonly [low: number, high: number];
  readonly cdf: (x: number) => number;
  readonly survival: (x: number) => number;
  readonly density: (x: number) => number;
  readonly quantile: (p: number, q: number) => number;
}

/** What parameters outside their range make: every answer is NaN. */
export const UNDEFINED: Distribution = {
  cdf: () => Number.NaN,
  survival: () => Number.NaN,
  density: () => Number.NaN,
  quantile: () => Number.NaN,
  upperQuantile: () => Number.NaN,
};

/** Asks the maker only where it has something to say. */
export function distribution({ support: [low, high], cdf, survival, density, quantile }: Maker): Distribution {
  const inverse = (p: number, q: number): number => {
    if (!(p >= 0 && q >= 0)) return Number.NaN;
    if (p === 0) return low;
    return q === 0 ? high : quantile(p, q);
  };
  return {
    cdf: (x) => (x < low ? 0 : x >= high ? 1 : cdf(x)),
    survival: (x) => (x < low ? 1 : x >= high ? 0 : survival(x)),
    density: (x) => (x < low || x > high || Math.abs(x) === Infinity ? 0 : density(x)),
    quantile: (p) => inverse(p, 1 - p),
    upperQuantile: (q) => inverse(1 - q, q),
  };
}
