/** The figures of a shift that a plant's own sheet may hold, and what Twinline says of them. */
import type { Column } from "../../connect/history/index.ts";

/** `ratio`: a fraction; `minutes` and `units` as they are named. */
export type FigureKind = "ratio" | "minutes" | "units";

/** Sums over the atoms of one shift, in milliseconds and units. */
export type ShiftSums = Readonly<Record<(typeof SUMMED)[number], number>>;

const SUMMED = [
  "planned_ms",
  "run_ms",
  "down_ms",
  "external_ms",
  "setup_ms",
  "unknown_ms",
  "total",
  "good",
  "scrap",
  "unrated",
  "ideal_total_ms",
  "ideal_good_ms",
] as const;

export const SUM_COLUMNS: readonly Column[] = SUMMED.map((field) => ({ as: field, field, aggregate: "sum" }));

export function sumsOf(values: readonly unknown[]): ShiftSums {
  return Object.fromEntries(SUMMED.map((field, at) => [field, Number(values[at] ?? 0)])) as ShiftSums;
}

interface Figure {
  readonly kind: FigureKind;
  /** Null where a denominator is zero, or a product without an ideal cycle time makes it not estimable. */
  readonly of: (sums: ShiftSums) => number | null;
  /** How it comes about, in minutes and units. */
  readonly because: (sums: ShiftSums) => string;
}

/** The column names of a sheet. */
export const FIGURES = {
  oee: ratio("ideal_good_ms", "planned_ms", "ideal time of the good units", "planned", true),
  availability: ratio("run_ms", "planned_ms", "running", "planned", false),
  performance: ratio("ideal_total_ms", "run_ms", "ideal time of all units", "running", true),
  quality: ratio("ideal_good_ms", "ideal_total_ms", "ideal time of the good units", "ideal time of all units", true),
  planned_min: minutes("planned_ms", "without breaks, planned stops and unknown time"),
  run_min: minutes("run_ms", "producing and micro-stops"),
  down_min: minutes("down_ms", "stops of the machine's own; starved and blocked time is apart"),
  external_min: minutes("external_ms", "starved or blocked"),
  setup_min: minutes("setup_ms", "set-up and changeover"),
  unknown_min: minutes("unknown_ms", "no usable state"),
  total: units("total"),
  good: units("good"),
  scrap: units("scrap"),
} as const satisfies Readonly<Record<string, Figure>>;

export type FigureName = keyof typeof FIGURES;

function ratio(above: keyof ShiftSums, below: keyof ShiftSums, aboveText: string, belowText: string, rated: boolean): Figure {
  return {
    kind: "ratio",
    of: (sums) => (sums[below] <= 0 || (rated && sums.unrated > 0) ? null : sums[above] / sums[below]),
    because: (sums) =>
      rated && sums.unrated > 0
        ? `not estimable: ${sums.unrated} units of products without an ideal cycle time`
        : `${inMinutes(sums[above])} ${aboveText} / ${inMinutes(sums[below])} ${belowText}`,
  };
}

function minutes(field: keyof ShiftSums, text: string): Figure {
  return { kind: "minutes", of: (sums) => sums[field] / 60_000, because: () => text };
}

function units(field: keyof ShiftSums): Figure {
  return { kind: "units", of: (sums) => sums[field], because: ({ total, good, scrap }) => `${total} made = ${good} good + ${scrap} scrap` };
}

function inMinutes(ms: number): string {
  return `${(ms / 60_000).toFixed(1)} min`;
}
