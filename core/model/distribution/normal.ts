/** Normal and lognormal distribution. */
import { type Distribution, distribution, UNDEFINED } from "./distribution.ts";
import { erfc, gaussian } from "./error-function.ts";

const ROOT_TWO = Math.SQRT2;
const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

/** Φ(z), relative error below 1e-14 to z = −37. */
export const normalCdf = (z: number): number => erfc(-z / ROOT_TWO) / 2;

/** φ(z). */
export const normalDensity = (z: number): number => gaussian(z / ROOT_TWO) / ROOT_TWO_PI;

/** Φ⁻¹(p), full accuracy for every p; −∞ and ∞ at 0 and 1, NaN outside. */
export function normalQuantile(p: number): number {
  return standard(p, 1 - p);
}

function standard(p: number, q: number): number {
  if (!(p >= 0 && q >= 0)) return Number.NaN;
  if (p >= q) return p === q ? 0 : -standard(q, p);
  if (p === 0) return -Infinity;
  // Abramowitz and Stegun 26.2.23 is right to 4.5e-4; each Halley step triples the digits, the third one is for the far tail.
  const t = Math.sqrt(-2 * Math.log(p));
  let z = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 3; step++) {
    const newton = (normalCdf(z) - p) / normalDensity(z);
    if (Number.isFinite(newton)) z -= newton / (1 + (z * newton) / 2);
  }
  return z;
}

/** Mean and standard deviation `sd` > 0. */
export function normal(mean = 0, sd = 1): Distribution {
  if (!(Number.isFinite(mean) && sd > 0 && sd < Infinity)) return UNDEFINED;
  return distribution({
    support: [-Infinity, Infinity],
    cdf: (x) => normalCdf((x - mean) / sd),
    survival: (x) => normalCdf((mean - x) / sd),
    density: (x) => normalDensity((x - mean) / sd) / sd,
    quantile: (p, q) => mean + sd * standard(p, q),
  });
}

/** exp of a normal variable: mean and standard deviation are those of the logarithm. */
export function lognormal(meanLog = 0, sdLog = 1): Distribution {
  const logarithm = normal(meanLog, sdLog);
  if (logarithm === UNDEFINED) return UNDEFINED;
  return distribution({
    support: [0, Infinity],
    cdf: (x) => logarithm.cdf(Math.log(x)),
    survival: (x) => logarithm.survival(Math.log(x)),
    density: (x) => (x === 0 ? 0 : logarithm.density(Math.log(x)) / x),
    quantile: (p, q) => Math.exp(meanLog + sdLog * standard(p, q)),
  });
}

/** log Φ(z), also where Φ(z) itself is too small for a double. */
export function logNormalCdf(z: number): number {
  if (z > -30) return Math.log(normalCdf(z));
  // Laplace's continued fraction of Mills' ratio; at 30 five levels are exact.
  let below = -z;
  for (let k = 6; k > 0; k--) below = -z + k / below;
  return (-z * z) / 2 - Math.log(below * ROOT_TWO_PI);
}
