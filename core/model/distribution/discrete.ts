/** Binomial and Poisson distribution. */
import { type Distribution, distribution, UNDEFINED } from "./distribution.ts";
import { betaKernel, incompleteBeta } from "./incomplete-beta.ts";
import { gammaKernel, incompleteGamma } from "./incomplete-gamma.ts";

/** A probability that was itself a cdf comes back rounded; this much may be missing. */
const ROUNDING = 1e-14;

/** Successes among `trials` ≥ 0 (whole) of probability 0 ≤ p ≤ 1 each. */
export function binomial(trials: number, p: number): Distribution {
  if (!(Number.isSafeInteger(trials) && trials >= 0 && p >= 0 && p <= 1)) return UNDEFINED;
  const tails = (k: number): { lower: number; upper: number } => incompleteBeta(trials - k, k + 1, 1 - p, p);
  return counted(trials, {
    cdf: (k) => tails(k).lower,
    survival: (k) => tails(k).upper,
    mass: (k) => {
      if (p === 0 || p === 1) return k === p * trials ? 1 : 0;
      if (k === 0 || k === trials) return k === 0 ? Math.exp(trials * Math.log1p(-p)) : p ** trials;
      // xᵃ·yᵇ/B(a, b) at a = k, b = trials − k lacks the factor trials/(a·b).
      return (betaKernel(k, trials - k, p, 1 - p) * trials) / k / (trials - k);
    },
    mean: trials * p,
  });
}

/** Events where `mean` ≥ 0 are expected. */
export function poisson(mean: number): Distribution {
  if (!(mean >= 0 && mean < Infinity)) return UNDEFINED;
  return counted(Infinity, {
    cdf: (k) => incompleteGamma(k + 1, mean).upper,
    survival: (k) => incompleteGamma(k + 1, mean).lower,
    mass: (k) => (mean === 0 ? Number(k === 0) : k === 0 ? Math.exp(-mean) : gammaKernel(k, mean) / k),
    mean,
  });
}

interface Counted {
  readonly cdf: (k: number) => number;
  readonly survival: (k: number) => number;
  readonly mass: (k: number) => number;
  readonly mean: number;
}

function counted(most: number, { cdf, survival, mass, mean }: Counted): Distribution {
  const enough = (k: number, p: number, q: number): boolean => {
    if (k >= most) return true;
    return q < ROUNDING ? survival(k) <= q : cdf(k) >= p * (1 - ROUNDING);
  };
  return distribution({
    support: [0, most],
    cdf: (x) => cdf(Math.floor(x)),
    survival: (x) => survival(Math.floor(x)),
    density: (x) => (Number.isInteger(x) ? mass(x) : Number.isNaN(x) ? x : 0),
    quantile: (p, q) => {
      if (Number.isNaN(cdf(Math.floor(mean)))) return Number.NaN;
      let low = -1;
      let high = Math.floor(mean);
      for (let step = 1; !enough(high, p, q); step *= 2) {
        low = high;
        high = Math.min(most, high + step);
      }
      while (high - low > 1) {
        const middle = Math.floor(low / 2 + high / 2);
        if (enough(middle, p, q)) high = middle;
        else low = middle;
      }
      return high;
    },
  });
}
