/** Weibull distribution with location 0. */
import { type Distribution, distribution, UNDEFINED } from "./distribution.ts";

/** P(X > x) = exp(−(x/scale)^shape); both parameters > 0. */
export function weibull(shape: number, scale = 1): Distribution {
  if (!(shape > 0 && shape < Infinity && scale > 0 && scale < Infinity)) return UNDEFINED;
  const hazard = (x: number): number => (x / scale) ** shape;
  return distribution({
    support: [0, Infinity],
    cdf: (x) => -Math.expm1(-hazard(x)),
    survival: (x) => Math.exp(-hazard(x)),
    density: (x) => (shape / scale) * (x / scale) ** (shape - 1) * Math.exp(-hazard(x)),
    quantile: (p, q) => scale * (p < q ? -Math.log1p(-p) : -Math.log(q)) ** (1 / shape),
  });
}
