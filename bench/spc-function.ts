/**
 * What a function node does without Twinline: it keeps the last values and asks simple questions of them at every message, with
 * plain array functions. The same eight rules on single values, and mean and deviation of a window.
 */

/** One hit per rule that the last value completes; `z` holds the last 15 values or more, the latest at its end. */
export function plainNelson(z: readonly number[]): number {
  const last = (n: number): readonly number[] | undefined => (z.length < n ? undefined : z.slice(-n));
  const every = (n: number, test: (value: number, i: number, all: readonly number[]) => boolean): boolean => last(n)?.every(test) ?? false;
  const now = z.at(-1) ?? 0;
  const count = (n: number, line: number, side: number): boolean =>
    now * side > line && (last(n)?.filter((one) => one * side > line).length ?? 0) >= n - 1;
  let hits = 0;
  if (Math.abs(now) > 3) hits |= 1;
  if (every(9, (one) => one > 0) || every(9, (one) => one < 0)) hits |= 2;
  if (every(6, (one, i, all) => i === 0 || one > (all[i - 1] ?? 0)) || every(6, (one, i, all) => i === 0 || one < (all[i - 1] ?? 0)))
    hits |= 4;
  if (every(14, (one, i, all) => i < 2 || (one - (all[i - 1] ?? 0)) * ((all[i - 1] ?? 0) - (all[i - 2] ?? 0)) < 0)) hits |= 8;
  if (count(3, 2, 1) || count(3, 2, -1)) hits |= 16;
  if (count(5, 1, 1) || count(5, 1, -1)) hits |= 32;
  if (every(15, (one) => Math.abs(one) <= 1)) hits |= 64;
  const eight = last(8);
  if (eight?.every((one) => Math.abs(one) > 1) && eight.some((one) => one > 0) && eight.some((one) => one < 0)) hits |= 128;
  return hits;
}

export function plainSd(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
