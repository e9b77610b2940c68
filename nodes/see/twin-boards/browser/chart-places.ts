/** What a control chart draws at which instant: its points, and their limits beyond them. */
import type { Drawn } from "./chart-parts.ts";

export interface PlottedPoint extends Drawn {
  readonly at: number;
  readonly sigma: number | null;
  readonly rules: readonly string[];
}

/** A place in the picture; beyond the points themselves, where only their limits hold. */
export type Place = Omit<PlottedPoint, "value"> & { readonly value: number | null };

/** Limits hold on to the end of the picture; those of a single point are drawn all over it, or it would have none. */
export function placesOf(points: readonly PlottedPoint[], { from, to }: { readonly from: number; readonly to: number }): Place[] {
  const [first, last] = [points[0], points.at(-1)];
  const before = first !== undefined && points.length === 1 && from < first.at ? [{ ...first, at: from, value: null, rules: [] }] : [];
  const after = last !== undefined && to > last.at ? [{ ...last, at: to, value: null, rules: [] }] : [];
  return [...before, ...points, ...after];
}
