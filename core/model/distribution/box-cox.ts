/** The distribution whose Box-Cox transform is normal. */
import { type Distribution, distribution, UNDEFINED } from "./distribution.ts";
import { normal } from "./normal.ts";

/** (x^lambda − 1)/lambda, and log x at 0; x > 0. */
export function boxCox(x: number, lambda: number): number {
  const log = Math.log(x);
  return lambda === 0 ? log : Math.expm1(lambda * log) / lambda;
}

/** Positive values whose transform has this mean and standard deviation > 0. Quantiles out of reach of the transform are 0 or Infinity. */
export function boxCoxNormal(lambda: number, mean: number, sd: number): Distribution {
  if (!(Number.isFinite(lambda) && Number.isFinite(mean) && sd > 0 && sd < Infinity)) return UNDEFINED;
  const standard = normal(mean, sd);
  return distribution({
    support: [0, Infinity],
    cdf: (x) => (x === 0 ? 0 : standard.cdf(boxCox(x, lambda))),
    survival: (x) => (x === 0 ? 1 : standard.survival(boxCox(x, lambda))),
    density: (x) => (x === 0 ? 0 : standard.density(boxCox(x, lambda)) * x ** (lambda - 1)),
    quantile: (p, q) => inverse(p < q ? standard.quantile(p) : standard.upperQuantile(q), lambda),
  });
}

function inverse(y: number, lambda: number): number {
  if (lambda === 0) return Math.exp(y);
  const inside = lambda * y;
  if (inside <= -1) return lambda > 0 ? 0 : Infinity;
  return Math.exp(Math.log1p(inside) / lambda);
}
