/** Johnson's distributions: a normal variable z = gamma + delta·f((x − location)/scale), f being arsinh (SU) or log(y/(1 − y)) (SB). */
import { type Distribution, distribution, UNDEFINED } from "./distribution.ts";
import { normal } from "./normal.ts";

export interface JohnsonParameters {
  readonly gamma: number;
  /** > 0. */
  readonly delta: number;
  readonly location: number;
  /** > 0; of SB the width of the support. */
  readonly scale: number;
}

const STANDARD = normal();

/** Unbounded. */
export function johnsonSU(parameters: JohnsonParameters): Distribution {
  return johnson(parameters, Infinity, {
    z: Math.asinh,
    slope: (y) => 1 / Math.hypot(y, 1),
    inverse: Math.sinh,
  });
}

/** Bounded by location and location + scale. */
export function johnsonSB(parameters: JohnsonParameters): Distribution {
  return johnson(parameters, 1, {
    z: (y) => Math.log(y / (1 - y)),
    slope: (y) => 1 / (y * (1 - y)),
    inverse: (z) => 1 / (1 + Math.exp(-z)),
  });
}

interface Shape {
  readonly z: (y: number) => number;
  readonly slope: (y: number) => number;
  readonly inverse: (z: number) => number;
}

function johnson({ gamma, delta, location, scale }: JohnsonParameters, width: number, { z, slope, inverse }: Shape): Distribution {
  if (!(Number.isFinite(gamma) && Number.isFinite(location) && delta > 0 && delta < Infinity && scale > 0 && scale < Infinity))
    return UNDEFINED;
  const y = (x: number): number => (x - location) / scale;
  const normalOf = (x: number): number => gamma + delta * z(y(x));
  return distribution({
    support: width === 1 ? [location, location + scale] : [-Infinity, Infinity],
    cdf: (x) => STANDARD.cdf(normalOf(x)),
    survival: (x) => STANDARD.survival(normalOf(x)),
    density: (x) => (width === 1 && (y(x) <= 0 || y(x) >= 1) ? 0 : (STANDARD.density(normalOf(x)) * delta * slope(y(x))) / scale),
    quantile: (p, q) => location + scale * inverse(((p < q ? STANDARD.quantile(p) : STANDARD.upperQuantile(q)) - gamma) / delta),
  });
}
