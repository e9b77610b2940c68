/** Gamma and chi-square distribution. */
import { type Distribution, distribution, UNDEFINED } from "./distribution.ts";
import { logGamma } from "./gamma-function.ts";
import { gammaKernel, incompleteGamma } from "./incomplete-gamma.ts";
import { increasingRoot } from "./root.ts";

/** exp of these are the ends of the doubles. */
const SMALLEST_LOG = -745;
const LARGEST_LOG = 709;

/** Shape and scale > 0; shape up to 1e8. */
export function gamma(shape: number, scale = 1): Distribution {
  if (!(shape > 0 && shape < Infinity && scale > 0 && scale < Infinity)) return UNDEFINED;
  return distribution({
    support: [0, Infinity],
    cdf: (x) => incompleteGamma(shape, x / scale).lower,
    survival: (x) => incompleteGamma(shape, x / scale).upper,
    density: (x) => (x === 0 ? atZero(shape) : gammaKernel(shape, x / scale) / (x / scale)) / scale,
    quantile: (p, q) => scale * standardQuantile(shape, p, q),
  });
}

/** Sum of `degrees` squared standard normals; degrees of freedom > 0, not necessarily whole. */
export function chiSquare(degrees: number): Distribution {
  return gamma(degrees / 2, 2);
}

function atZero(shape: number): number {
  if (shape === 1) return 1;
  return shape < 1 ? Infinity : 0;
}

/** In log x the logarithm of either tail is nearly straight where the tail is small, so Newton's steps reach any magnitude. */
function standardQuantile(shape: number, p: number, q: number): number {
  const at = (u: number): readonly [number, number] => {
    const x = Math.exp(u);
    const { lower, upper } = incompleteGamma(shape, x);
    const kernel = gammaKernel(shape, x);
    return p < q ? [Math.log(lower / p), kernel / lower] : [-Math.log(upper / q), kernel / upper];
  };
  const start = Math.min(Math.log(shape), (Math.log(p) + logGamma(shape + 1)) / shape);
  return Math.exp(increasingRoot(at, SMALLEST_LOG, LARGEST_LOG, start));
}
