/** What people do about limits. Each function gives the next revision of a version, or the sentence that says why not. */
import { covers, hasRole, type Person } from "../../govern/identity/index.ts";
import { CHART_PAIRS, isLimits, type Limits, readLimits, readRuleSet } from "../spc/index.ts";
import { type ChartScope, sameScope } from "./scope.ts";
import { CHART_NAME, type LimitsReview, type LimitsVersion, VERSION_LIMITS } from "./version.ts";

export type Decided = { readonly version: LimitsVersion } | { readonly fault: string };

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
  const refusal = mayNot(person, input.asset, ["engineer", "quality"], "propose limits") ?? commentFault(input.comment);
  if (refusal !== undefined) return { fault: refusal };
  if (!NAME.test(input.chart)) return { fault: "The name of a chart is 1 to 64 letters, digits, _ and -, and does not begin with _." };
  const limits = readLimits(input.limits);
  if (!isLimits(limits)) return { fault: limits.message };
  const spread = input.spread === undefined || input.spread === null ? null : readLimits(input.spread);
  if (spread !== null && !isLimits(spread)) return { fault: spread.message };
  if (!isPair(limits, spread)) return { fault: `A ${limits.kind} chart and a ${spread?.kind} chart do not go together.` };
  const rules = readRuleSet(input.rules);
  if ("code" in rules) return { fault: rules.message };
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
  const refusal = mayNot(person, proposed.asset, ["quality", "supervisor"], "approve limits") ?? commentFault(input.comment);
  if (refusal !== undefined) return { fault: refusal };
  if (proposed.status !== "proposed") return { fault: `Version ${proposed.version} is ${proposed.status} already; propose a new one.` };
  if (rules.secondPerson && proposed.proposed.by === person.name)
    return { fault: `${person.label} proposed version ${proposed.version}; somebody else approves it.` };
  if (!Number.isSafeInteger(input.effectiveFrom) || input.effectiveFrom < 0)
    return { fault: "The instant from which the limits hold is a whole number of ms UTC." };
  if (input.review.to < input.review.from) return { fault: "The review ends before it begins." };
  const decided = { by: person.name, at: now, comment: input.comment };
  return { version: { ...proposed, status: "approved", decided, effective_from: input.effectiveFrom, review: input.review } };
}

export function rejectVersion(proposed: LimitsVersion, comment: string, { person, now }: Circumstances): Decided {
  const refusal = mayNot(person, proposed.asset, ["quality", "supervisor"], "reject limits") ?? commentFault(comment);
  if (refusal !== undefined) return { fault: refusal };
  if (proposed.status !== "proposed") return { fault: `Version ${proposed.version} is ${proposed.status} already.` };
  return { version: { ...proposed, status: "rejected", decided: { by: person.name, at: now, comment } } };
}

/** From `effectiveTo` on the version judges nothing any more; what it judged before stays as it was. */
export function retire(
  version: LimitsVersion,
  input: { readonly comment: string; readonly effectiveTo: number },
  { person, now }: Circumstances,
): Decided {
  const refusal = mayNot(person, version.asset, ["quality", "supervisor"], "retire limits") ?? commentFault(input.comment);
  if (refusal !== undefined) return { fault: refusal };
  if (version.status !== "approved" || version.effective_from === null)
    return { fault: `Version ${version.version} is ${version.status}; only an approved one can be retired.` };
  if (!Number.isSafeInteger(input.effectiveTo) || input.effectiveTo < version.effective_from)
    return { fault: "A version cannot end before it came into effect." };
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

function mayNot(person: Person, asset: string, roles: Parameters<typeof hasRole>[1][], what: string): string | undefined {
  if (!covers(person, asset)) return `${person.label} has no part in ${asset}.`;
  return hasRole(person, ...roles) ? undefined : `To ${what} one needs the role ${roles.join(" or ")}.`;
}

function commentFault(comment: string): string | undefined {
  const length = comment.trim().length;
  if (length === 0) return "Say why; the next person who looks at these limits will ask.";
  return comment.length > VERSION_LIMITS.commentChars ? `A comment has at most ${VERSION_LIMITS.commentChars} characters.` : undefined;
}

function isPair(limits: Limits, spread: Limits | null): boolean {
  return spread === null || Object.values(CHART_PAIRS).some(([level, other]) => level === limits.kind && other === spread.kind);
}

function baselineFault(baseline: LimitsVersion["baseline"]): string | undefined {
  if (baseline === null) return undefined;
  if (baseline.to < baseline.from) return "The baseline ends before it begins.";
  const stray = baseline.excluded.find(({ at }) => at < baseline.from || at > baseline.to);
  if (stray !== undefined) return "A subgroup that is left out lies outside the baseline.";
  if (baseline.excluded.length > VERSION_LIMITS.exclusions)
    return `More than ${VERSION_LIMITS.exclusions} subgroups are left out: choose another baseline.`;
  const groundless = baseline.excluded.find(({ cause }) => cause.trim() === "");
  return groundless === undefined ? undefined : "A subgroup is left out only for a cause that was found; name it.";
}
