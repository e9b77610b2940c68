/** What a reader of a stated capability must know beside the figures. */
import { type Said, saidBy } from "../../connect/sample/index.ts";
import type { Index } from "./indices.ts";
import type { CapabilityOptions } from "./options.ts";
import type { Specification } from "./specification.ts";

export const WARNINGS = {
  NO_CHART: "No control chart vouches for these values. The figures describe them and promise nothing about the next ones.",
  POOR_FIT: "The values do not look as if they came from this distribution (Anderson-Darling, p < 0.05). Look at the histogram.",
  FEW_FOR_PERCENTILES: "Measured percentiles of 0.135 % need 1000 values and more; here the extremes decide.",
  FEW_VALUES: "Fewer than 100 values: look at the intervals, they are wide.",
  COARSE: "The values take fewer than 5 different sizes: the gauge does not resolve the variation.",
  TARGET_OFF_MIDDLE: "The target is not the middle of the limits; Cpm and Ppm treat a deviation to either side alike.",
  NO_INTERVAL: "Intervals are stated for normal values only. The figures are as uncertain as their number of values makes them.",
  BEYOND_SUPPORT: "The distribution ends before a limit, so nothing is expected beyond it, and that side has no index.",
} as const;

const say = saidBy(WARNINGS);

export interface Warning extends Said {
  readonly code: keyof typeof WARNINGS;
}

/** How far values lie from their distribution, after Anderson and Darling. */
export interface GoodnessOfFit {
  /** A². */
  readonly statistic: number;
  /** That a sample of such a distribution, with its parameters estimated, lies as far off or farther; null where no formula is known. */
  readonly p: number | null;
}

/** As many sizes as a range needs to be more than one or two steps of the gauge. */
const FEWEST_SIZES = 5;
const ENOUGH = 100;
const ENOUGH_FOR_PERCENTILES = 1000;

export interface Judged {
  /** Values in rising order. */
  readonly sorted: readonly number[];
  readonly specification: Specification;
  readonly options: CapabilityOptions;
  readonly fit: GoodnessOfFit | null;
  readonly indices: readonly Index[];
}

export function warningsOf({ sorted, specification: { lower, upper, target }, options, fit, indices }: Judged): Warning[] {
  const found: (keyof typeof WARNINGS)[] = [];
  if (options.control === null) found.push("NO_CHART");
  if (fit?.p !== undefined && fit.p !== null && fit.p < 0.05) found.push("POOR_FIT");
  if (options.model === "empirical" && sorted.length < ENOUGH_FOR_PERCENTILES) found.push("FEW_FOR_PERCENTILES");
  if (sorted.length < ENOUGH) found.push("FEW_VALUES");
  if (new Set(sorted).size < FEWEST_SIZES) found.push("COARSE");
  if (target !== undefined && lower !== undefined && upper !== undefined) {
    const middle = lower / 2 + upper / 2;
    if (Math.abs(target - middle) > 1e-9 * (upper - lower)) found.push("TARGET_OFF_MIDDLE");
  }
  if (options.model !== "normal") {
    found.push("NO_INTERVAL");
    const sides = Number(lower !== undefined) + Number(upper !== undefined);
    if (indices.length < (sides === 2 ? 4 : 2)) found.push("BEYOND_SUPPORT");
  }
  return found.map((code) => ({ code, ...say(code) }));
}
