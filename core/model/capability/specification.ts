/** What the customer asks for, and how much of what was measured or is expected misses it. */
import type { Distribution } from "../distribution/index.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** In the unit of the values. At least one limit. */
export interface Specification {
  readonly lower?: number;
  readonly upper?: number;
  /** What is aimed at; without it there is no Cpm. */
  readonly target?: number;
}

/** Parts per million outside; null where the side has no limit. */
export interface Ppm {
  readonly below: number | null;
  readonly above: number | null;
  readonly total: number;
}

const MILLION = 1e6;

/** Undefined where all is well. */
export function specificationFault({ lower, upper, target }: Specification): Refusal | undefined {
  if (lower === undefined && upper === undefined) return refuse("NO_LIMITS");
  const given = [lower, upper, target].filter((one) => one !== undefined);
  if (!given.every((one) => Number.isFinite(one))) return refuse("BAD_LIMITS", { seen: `seen ${given.join(", ")}` });
  if (lower !== undefined && upper !== undefined && !(lower < upper)) return refuse("BAD_LIMITS", { seen: `seen ${lower} and ${upper}` });
  return undefined;
}

/** A value on a limit meets it. */
export function observedPpm(values: readonly number[], { lower, upper }: Specification): Ppm {
  const share = (outside: (value: number) => boolean): number => (values.filter(outside).length / values.length) * MILLION;
  return ppm(lower === undefined ? null : share((value) => value < lower), upper === undefined ? null : share((value) => value > upper));
}

export function expectedPpm(distribution: Distribution, { lower, upper }: Specification): Ppm {
  const below = lower === undefined ? null : distribution.cdf(lower) * MILLION;
  return ppm(below, upper === undefined ? null : distribution.survival(upper) * MILLION);
}

function ppm(below: number | null, above: number | null): Ppm {
  return { below, above, total: (below ?? 0) + (above ?? 0) };
}
