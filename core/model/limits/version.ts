/**
 * Versions of control limits: `spc.limits.v1`. A version is one key of the ledger, (kind, path of the chart, instant of the
 * proposal); proposal, approval, rejection and retirement are its revisions, each with author and time. Limits never move by
 * themselves: a chart is judged by the version that was approved for its scope, and by no other.
 */
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import { LIMITS, type Limits, RULE_SET, type RuleSet } from "../spc/index.ts";
import { type ChartScope, matches, SCOPE, specificity } from "./scope.ts";

export const SPC_LIMITS = "spc.limits.v1";

export const VERSION_LIMITS = { commentChars: 1_000, causeChars: 200, exclusions: 1_000 } as const;

/** Letters, digits, `_` and `-`: it becomes the last name of a path. `spread` is the name of the other chart of a pair. */
export const CHART_NAME = "^(?!spread$)[A-Za-z0-9-][A-Za-z0-9_-]{0,63}$";

/** Id of a cause or an action in the plant's list. */
export const CAUSE_CODE = Type.String({ minLength: 1, maxLength: 200, pattern: "^[A-Za-z0-9_-]+$" });

const strict = { additionalProperties: false } as const;
const instant = Type.Integer({ minimum: 0, maximum: 9_000_000_000_000 });
const comment = Type.String({ minLength: 1, maxLength: VERSION_LIMITS.commentChars });
const deed = Type.Object({ by: Type.String({ minLength: 1, maxLength: 200 }), at: instant, comment }, strict);

const BASELINE = Type.Object(
  {
    /** Source times of the first and the last subgroup, both included. */
    from: instant,
    to: instant,
    /** Subgroups that are left out: an assignable cause was found, and somebody stands for it. */
    excluded: Type.Array(
      Type.Object(
        {
          at: instant,
          cause: Type.String({ minLength: 1, maxLength: VERSION_LIMITS.causeChars }),
          code: Type.Optional(CAUSE_CODE),
          /** Who left it out first; absent from versions of before. */
          by: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
        },
        strict,
      ),
      { maxItems: VERSION_LIMITS.exclusions },
    ),
    /** What was looked at for it, ms UTC, [from, to); absent from versions of before. */
    asked: Type.Optional(Type.Object({ from: instant, to: instant }, strict)),
    /** Signals of the baseline itself that nobody gave a cause; absent from versions of before. */
    unexplained: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  strict,
);

const COUNT = Type.Integer({ minimum: 0 });
/** What the last days would have looked like under the version in force and under this one. */
export const REVIEW = Type.Object(
  {
    from: instant,
    to: instant,
    subgroups: COUNT,
    /** Null: no version was in force. */
    signals_before: Type.Union([COUNT, Type.Null()]),
    signals_after: COUNT,
    only_before: COUNT,
    only_after: COUNT,
  },
  strict,
);

export const LIMITS_VERSION = Type.Object(
  {
    asset: Type.String({ description: "Equipment path. The event's own `asset` is this and the chart's name." }),
    chart: Type.String({ pattern: CHART_NAME }),
    /** 1, 2, … of this chart, in order of proposal, whatever the scope. */
    version: Type.Integer({ minimum: 1 }),
    scope: SCOPE,
    /** UCUM code of the values that the limits are of; null: they have none. Absent from versions that did not say it. */
    unit: Type.Optional(Type.Union([Type.String({ maxLength: 100 }), Type.Null()])),
    limits: LIMITS,
    /** Of the chart of the spread, where one goes with it (R, S or MR); it is proposed and approved with the other. */
    spread: Type.Union([LIMITS, Type.Null()]),
    rules: RULE_SET,
    /** Null: the limits were given, not estimated. */
    baseline: Type.Union([BASELINE, Type.Null()]),
    status: Type.Union([Type.Literal("proposed"), Type.Literal("approved"), Type.Literal("rejected"), Type.Literal("retired")]),
    proposed: deed,
    /** Who approved or rejected it. */
    decided: Type.Union([deed, Type.Null()]),
    /** From which source time on it holds; null until it is approved. */
    effective_from: Type.Union([instant, Type.Null()]),
    retired: Type.Union([deed, Type.Null()]),
    /** The first source time for which it no longer holds, when it was retired. */
    effective_to: Type.Union([instant, Type.Null()]),
    review: Type.Union([REVIEW, Type.Null()]),
  },
  strict,
);

export type LimitsReview = Static<typeof REVIEW>;
type Data = Static<typeof LIMITS_VERSION>;
export interface LimitsVersion extends Readonly<Omit<Data, "limits" | "spread" | "rules" | "scope">> {
  readonly limits: Limits;
  readonly spread: Limits | null;
  readonly rules: RuleSet;
  readonly scope: ChartScope;
}

/** Of a pair of charts: the level of the process, or its spread. A chart that stands alone is its level. */
export type ChartPart = "level" | "spread";

/** The ledger's name of a chart: one machine can have two charts that signal in the same millisecond, and so can a pair. */
export function chartPath({
  asset,
  chart,
  part = "level",
}: {
  readonly asset: string;
  readonly chart: string;
  readonly part?: ChartPart;
}): string {
  return part === "level" ? `${asset}.${chart}` : `${asset}.${chart}.${part}`;
}

/** The version that a ledger entry states; undefined where it states none. */
export function versionOf(entry: Pick<LedgerEntry, "kind" | "data">): LimitsVersion | undefined {
  return entry.kind === SPC_LIMITS && Value.Check(LIMITS_VERSION, entry.data) ? entry.data : undefined;
}

/**
 * The version by which a subgroup is judged at `at` in these circumstances; undefined where none was approved. The most
 * specific scope goes first, then the one that came into effect last, then the one proposed last.
 */
export function limitsInForce(versions: readonly LimitsVersion[], circumstances: ChartScope, at: number): LimitsVersion | undefined {
  let best: LimitsVersion | undefined;
  for (const version of versions) {
    const { effective_from: from, effective_to: to } = version;
    if (from === null || at < from || (to !== null && at >= to) || !matches(version.scope, circumstances)) continue;
    if (best === undefined || goesBefore(version, best)) best = version;
  }
  return best;
}

function goesBefore(a: LimitsVersion, b: LimitsVersion): boolean {
  const more = specificity(a.scope) - specificity(b.scope);
  if (more !== 0) return more > 0;
  const later = (a.effective_from ?? 0) - (b.effective_from ?? 0);
  return later !== 0 ? later > 0 : a.version > b.version;
}
