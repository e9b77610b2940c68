/** What limits of several variables say of each of them, for who is to approve them. */
import type { Limits } from "../spc/index.ts";

export interface ShownVariable {
  readonly tag: string;
  readonly unit: string | null;
  readonly mean: number;
  /** Standard deviation of single vectors. */
  readonly sigma: number;
}

/** Null of limits of one variable. */
export function shownVariables({ parameters: { variables, vectors } }: Limits): readonly ShownVariable[] | null {
  if (variables === undefined || vectors === undefined) return null;
  const { mean, covariance } = vectors;
  return variables.map((one, i) => ({ ...one, mean: mean[i] ?? 0, sigma: Math.sqrt(covariance[i]?.[i] ?? 0) }));
}
