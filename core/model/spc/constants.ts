/**
 * Constants of control charts for subgroups of n normal values, exact instead of rounded to the printed tables: a d2 of three
 * decimals moves limits in the fourth digit.
 */
import { MEAN_RANGE, MEDIAN_RANGE, SD_RANGE } from "./constants-table.ts";
import { relativeRange } from "./relative-range.ts";

/** Factors of ISO 7870-2 and ASTM E2587 by their usual letters; lower ones are 0 where they would be negative. */
export interface ControlConstants {
  readonly n: number;
  readonly d2: number;
  readonly d3: number;
  /** Median of the relative range. */
  readonly d4: number;
  readonly c4: number;
  readonly c5: number;
  readonly A: number;
  readonly A2: number;
  readonly A3: number;
  readonly B3: number;
  readonly B4: number;
  readonly B5: number;
  readonly B6: number;
  readonly D1: number;
  readonly D2: number;
  readonly D3: number;
  readonly D4: number;
  readonly E2: number;
}

/** Ranges of larger subgroups say little; use the standard deviation. Also bounds what one integral costs. */
export const LARGEST_RANGE_SIZE = 1000;
/** Beyond this n the series of the gamma ratio is exact to the last digit. */
const SERIES_FROM = 101;

const computed = new Map<number, { readonly d2: number; readonly d3: number; readonly d4: number }>();
const c4s: number[] = [Number.NaN, Number.NaN, Math.sqrt(2 / Math.PI)];

/** Mean of the range of n values over σ. NaN unless n is an integer of 2 … 1000. */
export function d2(n: number): number {
  return MEAN_RANGE[n - 2] ?? rangeOf(n).d2;
}

/** Standard deviation of the range of n values over σ. */
export function d3(n: number): number {
  return SD_RANGE[n - 2] ?? rangeOf(n).d3;
}

/** Median of the range of n values over σ. */
export function d4(n: number): number {
  return MEDIAN_RANGE[n - 2] ?? rangeOf(n).d4;
}

/** Mean of the sample standard deviation of n values over σ, √(2/(n−1)) Γ(n/2)/Γ((n−1)/2); any integer n ≥ 2, else NaN. */
export function c4(n: number): number {
  if (!Number.isInteger(n) || n < 2) return Number.NaN;
  if (n > SERIES_FROM) return gammaRatio((n - 1) / 2);
  // c4(n) c4(n+1) = √((n−1)/n), which needs no gamma function.
  for (let m = c4s.length - 1; m < n; m += 1) c4s.push(Math.sqrt((m - 1) / m) / (c4s[m] as number));
  return c4s[n] as number;
}

/** Standard deviation of the sample standard deviation of n values over σ. */
export function c5(n: number): number {
  // 1 − c4² loses digits where c4 is near 1; (1 − c4)(1 + c4) loses one rounding less.
  const c = c4(n);
  return Math.sqrt((1 - c) * (1 + c));
}

/** All of them for subgroups of n; throws `RangeError` unless n is an integer of 2 … 1000. */
export function controlConstants(n: number): ControlConstants {
  if (!Number.isInteger(n) || n < 2 || n > LARGEST_RANGE_SIZE)
    throw new RangeError(`Control chart constants are for subgroups of 2 to ${LARGEST_RANGE_SIZE} values, not ${n}.`);
  const [mean, spread, c, e] = [d2(n), d3(n), c4(n), c5(n)];
  const root = Math.sqrt(n);
  return {
    n,
    d2: mean,
    d3: spread,
    d4: d4(n),
    c4: c,
    c5: e,
    A: 3 / root,
    A2: 3 / (mean * root),
    A3: 3 / (c * root),
    B3: Math.max(0, 1 - (3 * e) / c),
    B4: 1 + (3 * e) / c,
    B5: Math.max(0, c - 3 * e),
    B6: c + 3 * e,
    D1: Math.max(0, mean - 3 * spread),
    D2: mean + 3 * spread,
    D3: Math.max(0, 1 - (3 * spread) / mean),
    D4: 1 + (3 * spread) / mean,
    E2: 3 / mean,
  };
}

function rangeOf(n: number): { readonly d2: number; readonly d3: number; readonly d4: number } {
  if (!Number.isInteger(n) || n < 2 || n > LARGEST_RANGE_SIZE) return { d2: Number.NaN, d3: Number.NaN, d4: Number.NaN };
  const known = computed.get(n) ?? relativeRange(n);
  computed.set(n, known);
  return known;
}

/** Γ(x + ½) / (Γ(x) √x) for large x. */
function gammaRatio(x: number): number {
  const y = 1 / x;
  return 1 + y * (-1 / 8 + y * (1 / 128 + y * (5 / 1024 + y * (-21 / 32_768 + y * (-399 / 262_144 + (y * 869) / 4_194_304)))));
}
