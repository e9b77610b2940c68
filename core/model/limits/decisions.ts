/** What people do about limits. Each function gives the next revision of a version, or the sentence that says why not. */
import type { Reject, Said } from "../../connect/sample/index.ts";
import { covers, hasRole, type Person } from "../../govern/identity/index.ts";
import { CHART_PAIRS, isLimits, type Limits, readLimits, readRuleSet, saidOf } from "../spc/index.ts";
import { type ChartScope, sameScope } from "./scope.ts";
import { type LimitsTextKey, sayLimits } from "./texts.ts";
import { CHART_NAME, type LimitsReview, type LimitsVersion, VERSION_LIMITS } from "./version.ts";

export type Decided = { readonly version: LimitsVersion } | { readonly fault: Said };

export interface Proposal {
  readonly asset: string;
  readonly chart: string;
  readonly scope: ChartScope;
  /** UCUM code of what is charted; null: it has none. */
  readonly unit: string | null;
  readonly limits: unknown;
  /** Null or absent for a chart that stands alone. */
  readonly spread?: unknown;
  readonly rules: unknown;
  readonly baseline: LimitsVersion["baseline"];
  readonly comment: string;
}

export interface Circumstances {
  readonly person: Person;
  /** ms UTC. */
  readonly now: number;
}

export interface ApprovalRules {
  /** A version is approved by somebody else than who proposed it. */
  readonly secondPerson: boolean;
}

const NAME = new RegExp(CHART_NAME);

/** A new version of a chart, numbered after those that it has. It judges nothing until somebody approves it. */
export function propose(input: Proposal, known: readonly LimitsVersion[], { person, now }: Circumstances): Decided {
  const refusal = mayNot(person, input.asset, ["engineer", "quality"], "proposeRole") ?? commentFault(input.comment);
  if (refusal !== undefined) return { fault: refusal };
  if (!NAME.test(input.chart)) return { fault: sayLimits("chartName") };
  const limits = readLimits(input.limits);
  if (!isLimits(limits)) return { fault: saidOf(limits) };
  const spread = input.spread === undefined || input.spread === null ? null : readLimits(input.spread);
  if (spread !== null && !isLimits(spread)) return { fault: saidOf(spread) };
  if (!isPair(limits, spread)) return { fault: sayLimits("noPair", { level: limits.kind, spread: spread?.kind ?? "" }) };
  const rules = readRuleSet(input.rules);
  if ("code" in rules) return { fault: ruleFault(rules) };
  const fault = baselineFault(input.baseline);
  if (fault !== undefined) return { fault };
  return {
    version: {
      asset: input.asset,
      chart: input.chart,
      version: Math.max(0, ...known.map(({ version }) => version)) + 1,
      scope: input.scope,
      unit: input.unit,
      limits,
      spread,
      rules,
      baseline: input.baseline,
      status: "proposed",
      proposed: { by: person.name, at: now, comment: input.comment },
      decided: null,
      effective_from: null,
      retired: null,
      effective_to: null,
      review: null,
    },
  };
}

export interface Approval {
  readonly comment: string;
  /** Source time from which on it holds. */
  readonly effectiveFrom: number;
  /** What was looked at before; a version that judges something was never approved unseen. */
  readonly review: LimitsReview;
}

export function approve(proposed: LimitsVersion, input: Approval, { person, now }: Circumstances, rules: ApprovalRules): Decided {
  const refusal = mayNot(person, proposed.asset, ["quality", "supervisor"], "approveRole") ?? commentFault(input.comment);
  if (refusal !== undefined) return { fault: refusal };
  if (proposed.status !== "proposed") return { fault: sayLimits("decidedAlready", { version: proposed.version, status: proposed.status }) };
  if (rules.secondPerson && proposed.proposed.by === person.name)
    return { fault: sayLimits("ownProposal", { person: person.label, version: proposed.version }) };
  if (!Number.isSafeInteger(input.effectiveFrom) || input.effectiveFrom < 0) return { fault: sayLimits("instantWhole") };
  if (input.review.to < input.review.from) return { fault: sayLimits("reviewBackwards") };
  const decided = { by: person.name, at: now, comment: input.comment };
  return { version: { ...proposed, status: "approved", decided, effective_from: input.effectiveFrom, review: input.review } };
}

export function rejectVersion(proposed: LimitsVersion, comment: string, { person, now }: Circumstances): Decided {
  const refusal = mayNot(person, proposed.asset, ["quality", "supervisor"], "rejectRole") ?? commentFault(comment);
  if (refusal !== undefined) return { fault: refusal };
  if (proposed.status !== "proposed") return { fault: sayLimits("notProposed", { version: proposed.version, status: proposed.status }) };
  return { version: { ...proposed, status: "rejected", decided: { by: person.name, at: now, comment } } };
}

/** From `effectiveTo` on the version judges nothing any more; what it judged before stays as it was. */
export function retire(
  version: LimitsVersion,
  input: { readonly comment: string; readonly effectiveTo: number },
  { person, now }: Circumstances,
): Decided {
  const refusal = mayNot(person, version.asset, ["quality", "supervisor"], "retireRole") ?? commentFault(input.comment);
  if (refusal !== undefined) return { fault: refusal };
  if (version.status !== "approved" || version.effective_from === null)
    return { fault: sayLimits("notApproved", { version: version.version, status: version.status }) };
  if (!Number.isSafeInteger(input.effectiveTo) || input.effectiveTo < version.effective_from) return { fault: sayLimits("endTooEarly") };
  const retired = { by: person.name, at: now, comment: input.comment };
  return { version: { ...version, status: "retired", retired, effective_to: input.effectiveTo } };
}

/** Versions of the same scope that are approved and that an approval from `from` on would take the place of. */
export function replacedBy(version: LimitsVersion, from: number, known: readonly LimitsVersion[]): LimitsVersion[] {
  return known.filter(
    (other) =>
      other.version !== version.version &&
      other.status === "approved" &&
      sameScope(other.scope, version.scope) &&
      (other.effective_from ?? Number.POSITIVE_INFINITY) <= from,
  );
}

function mayNot(person: Person, asset: string, roles: Parameters<typeof hasRole>[1][], owed: LimitsTextKey): Said | undefined {
  if (!covers(person, asset)) return sayLimits("noPart", { person: person.label, asset });
  return hasRole(person, ...roles) ? undefined : sayLimits(owed);
}

function commentFault(comment: string): Said | undefined {
  if (comment.trim() === "") return sayLimits("whyOwed");
  return comment.length > VERSION_LIMITS.commentChars ? sayLimits("whyTooLong", { most: VERSION_LIMITS.commentChars }) : undefined;
}

/** A rule that is none is a matter of who wrote it; the English sentence says which. */
function ruleFault({ message }: Reject): Said {
  return { ...sayLimits("unfitRules"), message };
}

function isPair(limits: Limits, spread: Limits | null): boolean {
  return spread === null || Object.values(CHART_PAIRS).some(([level, other]) => level === limits.kind && other === spread.kind);
}

function baselineFault(baseline: LimitsVersion["baseline"]): Said | undefined {
  if (baseline === null) return undefined;
  if (baseline.to < baseline.from) return sayLimits("baselineBackwards");
  const stray = baseline.excluded.find(({ at }) => at < baseline.from || at > baseline.to);
  if (stray !== undefined) return sayLimits("outsideBaseline");
  if (baseline.excluded.length > VERSION_LIMITS.exclusions) return sayLimits("tooManyLeftOut", { most: VERSION_LIMITS.exclusions });
  const groundless = baseline.excluded.find(({ cause }) => cause.trim() === "");
  return groundless === undefined ? undefined : sayLimits("causeOwed");
}
