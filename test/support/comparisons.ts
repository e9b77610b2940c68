/** How near the figures of a test came to what they are held to: proofs run tests and say it. */

export interface Comparisons {
  readonly count: number;
  /** Of the farthest figure: its deviation as a share of what it may deviate. */
  readonly farthest: number;
}

let count = 0;
let farthest = 0;

/** Whether `got` is within `tolerance` of `expected`. */
export function isWithin(got: number, expected: number, tolerance: number): boolean {
  const deviation = Math.abs(got - expected);
  count += 1;
  farthest = Math.max(farthest, deviation === 0 ? 0 : deviation / tolerance);
  return deviation <= tolerance;
}

/** The comparisons since it was last asked. */
export function comparisonsSince(): Comparisons {
  const all = { count, farthest };
  [count, farthest] = [0, 0];
  return all;
}
