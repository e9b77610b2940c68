/** Beta, F and Student's t distribution. */
import { type Distribution, distribution, UNDEFINED } from "./distribution.ts";
import { stirlingError } from "./gamma-function.ts";
import { betaKernel, incompleteBeta } from "./incomplete-beta.ts";
import { increasingRoot } from "./root.ts";

/** Shapes > 0, at least one of them up to 1e8. */
export function beta(a: number, b: number): Distribution {
  if (!(a > 0 && a < Infinity && b > 0 && b < Infinity)) return UNDEFINED;
  return distribution({
    support: [0, 1],
    cdf: (x) => incompleteBeta(a, b, x, 1 - x).lower,
    survival: (x) => incompleteBeta(a, b, x, 1 - x).upper,
    density: (x) => (x === 0 ? atEdge(a, b) : x === 1 ? atEdge(b, a) : betaKernel(a, b, x, 1 - x) / x / (1 - x)),
    quantile: (p, q) => 1 / (1 + Math.exp(-logitQuantile(a, b, p, q))),
  });
}

/** The density at an edge where the shape is `near`. */
function atEdge(near: number, far: number): number {
  if (near === 1) return far;
  return near < 1 ? Infinity : 0;
}

/** Ratio of two mean squares; degrees of freedom of numerator and denominator > 0. */
export function fisherF(numerator: number, denominator: number): Distribution {
  const [a, b] = [numerator / 2, denominator / 2];
  if (!(a > 0 && a < Infinity && b > 0 && b < Infinity)) return UNDEFINED;
  const odds = (f: number): readonly [number, number] => {
    const ratio = (f * a) / b;
    return [1 / (1 + 1 / ratio), 1 / (1 + ratio)];
  };
  return distribution({
    support: [0, Infinity],
    cdf: (f) => incompleteBeta(a, b, ...odds(f)).lower,
    survival: (f) => incompleteBeta(a, b, ...odds(f)).upper,
    density: (f) => (f === 0 ? (atEdge(a, b) * a) / b : betaKernel(a, b, ...odds(f)) / f),
    quantile: (p, q) => (b / a) * Math.exp(logitQuantile(a, b, p, q)),
  });
}

/** Degrees of freedom > 0, not necessarily whole. */
export function studentT(degrees: number): Distribution {
  const [a, b] = [degrees / 2, 0.5];
  if (!(a > 0 && a < Infinity)) return UNDEFINED;
  const tail = (t: number): number => {
    const ratio = (t * t) / degrees;
    return incompleteBeta(a, b, 1 / (1 + ratio), 1 / (1 + 1 / ratio)).lower / 2;
  };
  // Γ(a + ½)/Γ(a), of which Stirling's formula leaves only small numbers.
  const ratioOfGammas = Math.exp(a * Math.log1p(b / a) - b + stirlingError(a + b) - stirlingError(a)) * Math.sqrt(a);
  const peak = ratioOfGammas / Math.sqrt(Math.PI * degrees);
  const below = (t: number): number => (t < 0 ? tail(t) : t > 0 ? 1 - tail(t) : t === 0 ? 0.5 : Number.NaN);
  return distribution({
    support: [-Infinity, Infinity],
    cdf: below,
    survival: (t) => below(-t),
    density: (t) => peak * Math.exp(-(a + b) * Math.log1p((t * t) / degrees)),
    quantile: (p, q) => {
      if (p === q) return 0;
      const size = Math.sqrt(degrees) * Math.exp(-logitQuantile(a, b, 2 * Math.min(p, q), Math.abs(p - q)) / 2);
      return p < q ? -size : size;
    },
  });
}

/** log(x/(1 − x)) of the quantile: straightens both tails for Newton's steps and keeps x and 1 − x apart. */
function logitQuantile(a: number, b: number, p: number, q: number): number {
  const at = (u: number): readonly [number, number] => {
    const [x, y] = [1 / (1 + Math.exp(-u)), 1 / (1 + Math.exp(u))];
    const { lower, upper } = incompleteBeta(a, b, x, y);
    const kernel = betaKernel(a, b, x, y);
    return p < q ? [Math.log(lower / p), kernel / lower] : [-Math.log(upper / q), kernel / upper];
  };
  return increasingRoot(at, -745, 745, Math.log(a / b));
}
