/** The capability of what a chart charts, as people see it; what is asked of a product comes from its properties. */
import type { Product } from "../../connect/model/index.ts";
import type { Said } from "../../connect/sample/index.ts";
import type { Capability, ComparedFit, Method, ProbabilityPlot, RefusalCode, Specification } from "../capability/index.ts";
import type { ReviewedSignal } from "../limits/index.ts";
import type { Distribution } from "../distribution/index.ts";

export interface Histogram {
  /** Lower end of the first class, and the width of each. */
  readonly from: number;
  readonly width: number;
  readonly counts: readonly number[];
  /** How many values the distribution puts into each class; null without one. */
  readonly expected: readonly number[] | null;
}

export interface CapabilityView {
  readonly refused: null;
  readonly stated: Pick<
    Capability,
    "n" | "mean" | "overall" | "specification" | "model" | "fit" | "indices" | "observed" | "expected" | "expectedWithin" | "warnings"
  > & {
    readonly within: Capability["overall"] | null;
    readonly confidence: number;
    /** Of values that are not normal; null where they are. */
    readonly method: Method | null;
  };
  readonly histogram: Histogram;
  /** Of the chosen distribution; null of measured percentiles, which have none. */
  readonly probability: ProbabilityPlot | null;
  /** Which distributions come near, the nearest first; of evenly spaced values where there are many. */
  readonly fits: readonly ComparedFit[];
}

/** `refused`: why nothing is stated; `signals`: those that want a cause first. */
export interface CapabilityRefused {
  readonly refused: Said;
  readonly code: RefusalCode;
  readonly signals: readonly ReviewedSignal[];
}

export type CapabilityAnswer = CapabilityView | CapabilityRefused;

const MOST_CLASSES = 40;

/** About √n classes over all values, of which there is at least one, and what a distribution says of each class. */
export function histogramOf(values: readonly number[], distribution: Distribution | null): Histogram {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [from, to] = [Math.min(from, value), Math.max(to, value)];
  const classes = Math.min(MOST_CLASSES, Math.max(1, Math.ceil(Math.sqrt(values.length))));
  const width = (to - from) / classes || 1;
  const counts = Array.from({ length: classes }, () => 0);
  for (const value of values) {
    const place = Math.min(classes - 1, Math.floor((value - from) / width));
    counts[place] = (counts[place] ?? 0) + 1;
  }
  const edge = (i: number): number => distribution?.cdf(from + i * width) ?? 0;
  const expected = distribution === null ? null : counts.map((_, i) => values.length * (edge(i + 1) - edge(i)));
  return { from, width, counts, expected };
}

/** `fill_weight_lower`, `fill_weight_upper` and `fill_weight_target` of a product, for the tag `fill_weight`; those that it has. */
export function specificationOf({ properties = {} }: Pick<Product, "properties">, tag: string): Specification {
  const name = tag.split(".").at(-1) ?? tag;
  const fields = (["lower", "upper", "target"] as const).flatMap((side) => {
    const key = `${name}_${side}`;
    const value = Object.hasOwn(properties, key) ? properties[key]?.value : undefined;
    return value === undefined ? [] : [[side, value] as const];
  });
  return Object.fromEntries(fields);
}
