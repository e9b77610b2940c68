/** The queries of a panel for a range and chosen values. */
import { type Around, bucketRuns, type Query, type TagFilter } from "../../connect/history/index.ts";
import { bucketLength, type Range } from "./range.ts";
import type { Beside, DataPanel, Scope } from "./spec.ts";

const DEFAULT_POINTS = 300;

export interface PanelQueries {
  readonly main: Query;
  /** What held before the range began: the last row of each series. */
  readonly carryIn?: Query;
  readonly limits?: Query;
  /** The same question over more ranges, and what their columns are called. */
  readonly also: readonly { readonly query: Query; readonly as: string }[];
  /** Those of held values begin as long before the range as one may have been said. */
  readonly beside: readonly Beside[];
}

/** The range of each of a panel's further questions; null where it is a shift and none is planned. */
export type FurtherRanges = Readonly<Record<string, Range | null>>;

export type Choices = Readonly<Record<string, string>>;

export function scopeOf(panel: DataPanel, range: Range, choices: Choices): Scope {
  return {
    from: range.from,
    to: range.to,
    everyMs: bucketLength(range.to - range.from, panel.maxPoints ?? DEFAULT_POINTS, panel.leastEveryMs),
    chosen: (variable, tag, around?: Around): TagFilter => {
      const value = Object.hasOwn(choices, variable) ? choices[variable] : undefined;
      if (value === undefined) throw new RangeError(`The board has no variable ${variable}.`);
      if (around === undefined) return { tag, in: [value], variable };
      return { tag, in: [`${around.before}${value}${around.after}`], variable, around };
    },
  };
}

export function compile(panel: DataPanel, range: Range, choices: Choices, further: FurtherRanges = {}): PanelQueries {
  const scope = scopeOf(panel, range, choices);
  const also = (panel.alsoOver ?? []).flatMap(({ as, range: name }) => {
    const over = further[name];
    return over ? [{ as, query: wholeBuckets(panel.query(scopeOf(panel, over, choices))) }] : [];
  });
  const main = wholeBuckets(panel.query(scope));
  const beside = panel.beside?.(scope) ?? [];
  return {
    main,
    also,
    beside: beside.map((one) => ({ ...one, query: { ...one.query, from: one.query.from - (one.heldMs ?? 0) } })),
    ...(panel.carryInMs === undefined ? {} : { carryIn: carryIn(main, panel.carryInMs) }),
    ...(panel.limitsBy ? { limits: wholeBuckets(panel.limitsBy.query(scope)) } : {}),
  };
}

/** The first bucket is shown whole, so that a moving range does not change it at each refresh. */
function wholeBuckets(query: Query): Query {
  const first = bucketRuns(query)[0];
  return first === undefined ? query : { ...query, from: first.start };
}

function carryIn({ fill: _fill, ...query }: Query, beforeMs: number): Query {
  return { ...query, from: query.from - beforeMs, to: query.from, order: "desc", limit: 1 };
}
