/** Phase I: a baseline is collected, its signals are looked at one by one, and only what has a cause is left out. */
import { type Reject, reject, type Said } from "../../connect/sample/index.ts";
import {
  type AssumptionWarning,
  type BaselineOptions,
  type ChartKind,
  type ChartPoint,
  estimateLimits,
  type Limits,
  type Subgroup,
} from "../spc/index.ts";
import type { FoundCause } from "./causes.ts";
import { sayLimits } from "./texts.ts";
import type { LimitsVersion } from "./version.ts";

/** A subgroup with the source time of its last value, ms UTC. */
export interface TimedSubgroup {
  readonly at: number;
  readonly subgroup: Subgroup;
  /** A value between the subgroup before and this one could not be used: to patterns a missing point. */
  readonly gap?: true;
}

export interface Exclusion extends FoundCause {
  readonly at: number;
  /** Who left it out; absent where that is who asks. */
  readonly by?: string | undefined;
}

export interface BaselineStudy {
  readonly limits: Limits;
  readonly spread: Limits | null;
  /** One per subgroup; null where nothing is plotted. Those left out are judged by the limits of the others. */
  readonly points: readonly (ChartPoint | null)[];
  /** Of the chart of the spread; empty without one. */
  readonly spreadPoints: readonly (ChartPoint | null)[];
  /** Source times of subgroups that break a rule of either chart and are not left out: each needs a cause, or stays in. */
  readonly signals: readonly number[];
  readonly rejects: readonly { readonly at: number; readonly reject: Reject }[];
  /** Why the limits of the level may not mean what they say. */
  readonly warnings: readonly AssumptionWarning[];
  /** As a version records it. */
  readonly baseline: NonNullable<LimitsVersion["baseline"]>;
}

/** Limits from a baseline without what was left out for a cause, or why it gives none. `subgroups` in order of time. */
export function studyBaseline(
  [kind, spreadKind]: readonly [ChartKind, ChartKind?],
  subgroups: readonly TimedSubgroup[],
  exclusions: readonly Exclusion[],
  options: Omit<BaselineOptions, "exclude" | "gaps"> = {},
): BaselineStudy | { readonly reject: Reject } {
  const places = new Map(subgroups.map(({ at }, place) => [at, place]));
  if (places.size < subgroups.length) return refuse(sayLimits("sameTime"));
  const unordered = subgroups.some(({ at }, i) => i > 0 && at < (subgroups[i - 1] as TimedSubgroup).at);
  if (unordered) return refuse(sayLimits("notInOrder"));
  const exclude: number[] = [];
  for (const { at, cause } of exclusions) {
    const place = places.get(at);
    if (place === undefined) return refuse(sayLimits("noneToLeaveOut", { time: new Date(at).toISOString() }));
    if (cause.trim() === "") return refuse(sayLimits("causeOwed"));
    exclude.push(place);
  }
  const bare = subgroups.map(({ subgroup }) => subgroup);
  const gaps = subgroups.flatMap(({ gap }, place) => (gap === true ? [place] : []));
  const phase1 = estimateLimits(kind, bare, { ...options, exclude, gaps });
  if ("reject" in phase1) return phase1;
  const other = spreadKind === undefined ? null : estimateLimits(spreadKind, bare, { ...options, exclude, gaps });
  if (other !== null && "reject" in other) return other;
  const { limits, points, rejects, warnings } = phase1;
  const spreadPoints = other?.points ?? [];
  const left = new Set(exclude);
  const breaks = (i: number): boolean =>
    breaksRule(kind, points, i, left) || (spreadKind !== undefined && breaksRule(spreadKind, spreadPoints, i, left));
  const signals = subgroups.filter((_, i) => !left.has(i) && breaks(i)).map(({ at }) => at);
  return {
    limits,
    spread: other?.limits ?? null,
    points,
    spreadPoints,
    signals,
    rejects: rejects.map(({ at, reject: why }) => ({ at: (subgroups[at] as TimedSubgroup).at, reject: why })),
    warnings,
    baseline: {
      from: subgroups[0]?.at ?? 0,
      to: subgroups.at(-1)?.at ?? 0,
      excluded: exclusions.map(({ at, cause, code, by }) => ({
        at,
        cause,
        ...(code === undefined ? {} : { code }),
        ...(by === undefined ? {} : { by }),
      })),
      unexplained: signals.length,
    },
  };
}

/** The range from a point that is left out to the next one says nothing against the next. */
export const MOVING_RANGES: ReadonlySet<ChartKind> = new Set<ChartKind>(["mr", "dnom-mr", "z-mr"]);

function breaksRule(kind: ChartKind, points: readonly (ChartPoint | null)[], i: number, left: ReadonlySet<number>): boolean {
  if ((points[i]?.hits.length ?? 0) === 0) return false;
  return !MOVING_RANGES.has(kind) || !left.has(i - 1);
}

function refuse(said: Said): { readonly reject: Reject } {
  return { reject: reject("BAD_LIMITS", null, { ...said, field: "baseline" }) };
}
