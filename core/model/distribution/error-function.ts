/** The error function and its complement, relative error below 1e-14 as far as the result is a normal number (erfc to x = 26). */

/** Where the variable of the series is 0, in x. */
const MIDDLE = 3.75;

/** Chebyshev series of (1 + 2x)·exp(x²)·erfc(x) in (x − MIDDLE)/(x + MIDDLE), x ≥ 0; computed for this file with 50 digits. */
const SCALED_COMPLEMENT = [
  1.1775789345674017, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753, 0.009074997670705066,
  -0.002413163540417608, 0.0004907758365258086, -6.916973302501207e-5, 4.13902798607301e-6, 7.74038306619849e-7, -2.1886401049234397e-7,
  1.076499946567091e-8, 4.521959811218287e-9, -7.754400208831351e-10, -6.318088340886684e-11, 2.86879501093067e-11, 1.9455868545777347e-13,
  -9.65469674843344e-13, 3.25254814814874e-14, 3.3478119482868056e-14, -1.864562880419313e-15, -1.2507950530688648e-15,
  7.418235256624044e-17, 5.068148904796111e-17,
];

/** Below this the power series is short, and erf(x) is not what is left of 1. */
const SMALL = 0.5;
const TWO_BY_ROOT_PI = 2 / Math.sqrt(Math.PI);

/** 2/√π · ∫₀ˣ exp(−t²) dt. */
export function erf(x: number): number {
  if (Math.abs(x) >= SMALL) return x < 0 ? complement(-x) - 1 : 1 - complement(x);
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > Math.abs(sum) * 1e-17; k++) {
    term *= (-x * x) / k;
    sum += term / (2 * k + 1);
  }
  return TWO_BY_ROOT_PI * sum;
}

/** 1 − erf(x), without the loss of digits. */
export function erfc(x: number): number {
  if (Math.abs(x) < SMALL) return 1 - erf(x);
  return x < 0 ? 2 - complement(-x) : complement(x);
}

function complement(x: number): number {
  if (x > 27.3) return 0;
  const twice = (2 * (x - MIDDLE)) / (x + MIDDLE);
  let next = 0;
  let after = 0;
  for (let k = SCALED_COMPLEMENT.length - 1; k > 0; k--) {
    const here = twice * next - after + (SCALED_COMPLEMENT[k] as number);
    after = next;
    next = here;
  }
  const scaled = (twice / 2) * next - after + (SCALED_COMPLEMENT[0] as number);
  return (gaussian(x) * scaled) / (1 + 2 * x);
}

/** exp(−x²). x² is made of two parts, the first exact, or its rounding would be multiplied by x². */
export function gaussian(x: number): number {
  const head = Math.round(x * 1024) / 1024;
  return Math.exp(-head * head) * Math.exp(-(x - head) * (x + head));
}
