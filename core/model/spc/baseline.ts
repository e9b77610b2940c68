/** Phase I: limits from a baseline. What is left out needs a cause, which whoever freezes the limits records. */
import { type Reject, reject, type Said } from "../../connect/sample/index.ts";
import { type AssumptionWarning, assumptionWarnings } from "./assumptions.ts";
import { type ChartPoint, ControlChart } from "./chart.ts";
import { CHARTS, type Estimate } from "./charts/index.ts";
import {
  type ChartKind,
  type ChartParameters,
  DEFAULT_PARAMETERS,
  isLimits,
  type Limits,
  limitsOf,
  type LimitWidth,
  SIZED,
  THREE_SIGMA,
} from "./limits.ts";
import { DEFAULT_RULES, type RuleSet } from "./rules.ts";
import type { SigmaEstimator } from "./sigma.ts";
import { type CheckedSubgroup, checkSubgroup, isReject, type Subgroup } from "./subgroup.ts";
import { saidOf, saySpc } from "./texts.ts";

export interface BaselineOptions {
  /** How σ is estimated; each kind has a default. */
  readonly sigma?: SigmaEstimator;
  readonly width?: LimitWidth;
  /** `size` of measured subgroups: that of most of them unless told otherwise; `varies` must be said. */
  readonly parameters?: Partial<ChartParameters>;
  /** Places in the baseline, from 0, that do not count. */
  readonly exclude?: readonly number[];
  /** Places before which a value could not be used: a missing point to the rules. */
  readonly gaps?: readonly number[];
  /** For the signals of the baseline itself. */
  readonly rules?: RuleSet;
}

export interface Phase1 {
  readonly limits: Limits;
  /** The whole baseline against these limits, excluded points too; null where nothing could be plotted. */
  readonly points: readonly (ChartPoint | null)[];
  readonly rejects: readonly { readonly at: number; readonly reject: Reject }[];
  /** Why these limits may not mean what they say. */
  readonly warnings: readonly AssumptionWarning[];
}

/** Bounds what one estimate costs. */
const MOST_SUBGROUPS = 100_000;

/** Limits estimated from a baseline, or the reason why it does not give any. */
export function estimateLimits(
  kind: ChartKind,
  baseline: readonly Subgroup[],
  options: BaselineOptions = {},
): Phase1 | { readonly reject: Reject } {
  if (baseline.length > MOST_SUBGROUPS)
    return refuse("TOO_LARGE", kind, saySpc("baselineTooLarge", { most: MOST_SUBGROUPS, n: baseline.length }));
  const { estimate, least, phase1, sigmas, subgroup: shape } = CHARTS[kind];
  const excluded = new Set(options.exclude);
  const parameters: ChartParameters = { size: sizeOf(kind, baseline, excluded), ...DEFAULT_PARAMETERS[kind], ...options.parameters };
  const { size, parts, variables } = parameters;
  if (options.sigma !== undefined && !accepts(kind, options.sigma, size, baseline))
    return refuse(
      "BAD_LIMITS",
      options.sigma,
      saySpc("otherEstimator", { kind, sigma: options.sigma, choice: sigmas.join(", ") || "nothing" }),
    );
  const rejects: { at: number; reject: Reject }[] = [];
  const taken: (CheckedSubgroup | null)[] = [];
  for (const [at, subgroup] of baseline.entries()) {
    const demands = { shape, size, ...(parts === undefined ? {} : { parts }), ...(variables === undefined ? {} : { variables }) };
    const checked = checkSubgroup(subgroup, demands);
    if (isReject(checked)) rejects.push({ at, reject: checked });
    else taken.push(excluded.has(at) ? null : checked);
  }
  const used = taken.filter((one) => one !== null);
  if (used.length < least) return refuse("TOO_FEW", kind, tooFew({ used: used.length, kind, least }, rejects));
  const width = options.width ?? THREE_SIGMA;
  const estimated = estimate(taken, { parameters, width, ...(options.sigma === undefined ? {} : { sigma: options.sigma }) });
  if ("reject" in estimated) return estimated;
  if (!(estimated.sigma > 0) || !Number.isFinite(estimated.sigma)) return refuse("NO_VARIATION", kind, saySpc("noVariation"));
  const limits = limitsOf(kind, {
    centre: estimated.centre,
    sigma: estimated.sigma,
    parameters: { ...parameters, ...estimated.parameters },
    width,
    baseline: summary(used, estimated, baseline, excluded, rejects),
  });
  if (!isLimits(limits)) return { reject: limits };
  const points = pointsOf(phase1?.(limits) ?? limits, baseline, options);
  const kept = points.filter((point, at) => point !== null && !excluded.has(at));
  return { limits, points, rejects, warnings: [...warningsOf(kind, kept), ...(estimated.warnings ?? [])] };
}

function tooFew(values: Readonly<Record<string, string | number>>, rejects: readonly { readonly reject: Reject }[]): Said {
  const [first] = rejects;
  if (first === undefined) return saySpc("tooFewSubgroups", values);
  return saySpc("tooFewTaken", { ...values, refused: rejects.length, first: saidOf(first.reject) });
}

/** Ranges and sums are correlated by the way they are made, so there only their number tells something. */
function warningsOf(kind: ChartKind, points: readonly (ChartPoint | null)[]): AssumptionWarning[] {
  const { rules, subgroup } = CHARTS[kind];
  const singles = subgroup === "individual" || subgroup === "part" || subgroup === "interval";
  const z = points.flatMap((point) => (point === null ? [] : [point.z]));
  return assumptionWarnings(z, { independent: rules !== "limits", normal: singles && rules === "all", wanted: singles ? 100 : 25 });
}

function summary(
  used: readonly CheckedSubgroup[],
  { estimator }: Estimate,
  baseline: readonly Subgroup[],
  excluded: ReadonlySet<number>,
  rejects: readonly { readonly at: number }[],
): NonNullable<Limits["baseline"]> {
  return {
    subgroups: used.length,
    units: used.reduce((sum, { n }) => sum + n, 0),
    estimator: estimator ?? null,
    excluded: [...baseline.keys()].filter((at) => excluded.has(at)),
    refused: rejects.map(({ at }) => at),
  };
}

function pointsOf(
  limits: Limits,
  baseline: readonly Subgroup[],
  { rules = DEFAULT_RULES, gaps }: Pick<BaselineOptions, "rules" | "gaps">,
): (ChartPoint | null)[] {
  const chart = new ControlChart(limits, rules);
  const after = new Set(gaps);
  return baseline.map((subgroup, at) => {
    if (after.has(at)) chart.missing();
    const taken = chart.take(subgroup);
    return "point" in taken ? taken.point : null;
  });
}

/**
 * Counts bring their size along; measured subgroups that are not of the size of most are leftovers unless sizes may vary, also where
 * the first is one. Of two sizes that are equally frequent the larger is the whole one.
 */
function sizeOf(kind: ChartKind, baseline: readonly Subgroup[], excluded: ReadonlySet<number>): number | "varies" {
  if (!SIZED.has(kind)) return 1;
  const { subgroup: shape } = CHARTS[kind];
  if (shape !== "measured" && shape !== "spread" && shape !== "vector") return "varies";
  const times = new Map<number, number>();
  for (const [at, subgroup] of baseline.entries()) {
    const checked = excluded.has(at) ? null : checkSubgroup(subgroup, { shape, size: "varies" });
    if (checked === null || isReject(checked)) continue;
    const size = subgroup.values?.length ?? 0;
    times.set(size, (times.get(size) ?? 0) + 1);
  }
  const [most] = [...times].toSorted(([a, n], [b, m]) => m - n || b - a);
  return most === undefined ? "varies" : most[0];
}

/** Subgroups of one value are estimated as single values are. */
function accepts(kind: ChartKind, sigma: SigmaEstimator, size: number | "varies", baseline: readonly Subgroup[]): boolean {
  const { sigmas, subgroup } = CHARTS[kind];
  const alone = size === 1 || (size === "varies" && baseline.every(({ values }) => values?.length === 1));
  return (subgroup === "measured" && alone ? CHARTS.i.sigmas : sigmas).includes(sigma);
}

function refuse(code: "TOO_LARGE" | "BAD_LIMITS" | "TOO_FEW" | "NO_VARIATION", input: unknown, said: Said): { readonly reject: Reject } {
  return { reject: reject(code, input, said) };
}
