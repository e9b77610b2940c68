/** What limits would have said of the last days, beside those in force: nobody approves a version unseen. */
import { ControlChart, type Limits, type RuleSet } from "../spc/index.ts";
import type { TimedSubgroup } from "./baseline-study.ts";
import type { ChartPart, LimitsReview } from "./version.ts";

/** How far back a review looks. */
export const REVIEW_MS = 7 * 24 * 3_600_000;

export interface Judged {
  readonly limits: Limits;
  readonly spread: Limits | null;
  readonly rules: RuleSet;
}

export interface ReviewedSignal {
  readonly at: number;
  /** Ids of the rules that the point completes, on either chart. */
  readonly rules: readonly string[];
  /** Those of the pair that signal. */
  readonly parts: readonly ChartPart[];
}

export interface Review {
  readonly summary: LimitsReview;
  readonly onlyBefore: readonly ReviewedSignal[];
  readonly onlyAfter: readonly ReviewedSignal[];
  readonly both: readonly ReviewedSignal[];
}

/** `subgroups` in order of time, all of one scope; each `restart` is a source time at which a new stage began. */
export function reviewLimits(
  before: Judged | null,
  after: Judged,
  subgroups: readonly TimedSubgroup[],
  window: { readonly from: number; readonly to: number },
  restarts: readonly number[] = [],
): Review {
  const inside = subgroups.filter(({ at }) => at >= window.from && at < window.to);
  const was = before === null ? null : signalsOf(before, inside, restarts).signals;
  const { signals: is, judged } = signalsOf(after, inside, restarts);
  const onlyBefore = [...(was ?? [])].filter(([at]) => !is.has(at)).map(([, one]) => one);
  const [both, onlyAfter] = [
    [...is].filter(([at]) => was?.has(at)).map(([, one]) => one),
    [...is].filter(([at]) => !was?.has(at)).map(([, one]) => one),
  ];
  const summary = {
    ...window,
    subgroups: judged,
    signals_before: was?.size ?? null,
    signals_after: is.size,
    only_before: onlyBefore.length,
    only_after: onlyAfter.length,
  };
  return { summary, onlyBefore, onlyAfter, both };
}

function signalsOf(
  { limits, spread, rules }: Judged,
  subgroups: readonly TimedSubgroup[],
  restarts: readonly number[],
): { readonly signals: ReadonlyMap<number, ReviewedSignal>; readonly judged: number } {
  const charts = [limits, ...(spread === null ? [] : [spread])].map((one) => new ControlChart(one, rules));
  const ahead = restarts.toSorted((a, b) => a - b);
  const found = new Map<number, ReviewedSignal>();
  let judged = 0;
  for (const { at, subgroup, gap } of subgroups) {
    while ((ahead[0] ?? Number.POSITIVE_INFINITY) <= at) {
      for (const chart of charts) chart.restart();
      ahead.shift();
    }
    const hits = charts.map((chart, i) => {
      if (gap === true) chart.missing();
      const taken = chart.take(subgroup);
      if (i === 0 && "point" in taken) judged += 1;
      return "point" in taken && taken.point !== null ? taken.point.hits.map(({ id }) => id) : [];
    });
    const parts = (["level", "spread"] as const).filter((_, i) => (hits[i]?.length ?? 0) > 0);
    if (parts.length > 0) found.set(at, { at, rules: [...new Set(hits.flat())], parts });
  }
  return { signals: found, judged };
}
