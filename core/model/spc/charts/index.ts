/** Every kind of chart, as one table. */
import type { ChartKind } from "../limits.ts";
import { ATTRIBUTES } from "./attributes.ts";
import type { ChartDeclaration } from "./declaration.ts";
import { MEMORY } from "./memory.ts";
import { RARE } from "./rare.ts";
import { SHORT_RUN } from "./short-run.ts";
import { VARIABLES } from "./variables.ts";
import { VECTOR_CHARTS } from "./vectors.ts";

export { geometricMedian, rootOfIntervals } from "./rare.ts";
export type { IndependentPoints, NotEstimable } from "./in-control.ts";
export type { Blame, ChartDeclaration, CusumSides, Estimate, Point, RuleScope, Stream } from "./declaration.ts";

export const CHARTS: Readonly<Record<ChartKind, ChartDeclaration>> = {
  ...VARIABLES,
  ...ATTRIBUTES,
  ...MEMORY,
  ...SHORT_RUN,
  ...RARE,
  ...VECTOR_CHARTS,
};

/** Charts that people draw as one: what happens to the level, and what to the spread. */
export const CHART_PAIRS = {
  "I-MR": ["i", "mr"],
  "Xbar-R": ["xbar", "r"],
  "Xbar-S": ["xbar", "s"],
  "DNOM-MR": ["dnom", "dnom-mr"],
  "Z-MR": ["z", "z-mr"],
} as const satisfies Readonly<Record<string, readonly ChartKind[]>>;
export type ChartPair = keyof typeof CHART_PAIRS;
