/** Capability of what a chart charts, over a range of recorded values; the chart must vouch for them, or it is refused. */
import { capability, type ControlEvidence, isRefusal, type Sigma, type Specification } from "../../core/model/capability/index.ts";
import {
  type CapabilityAnswer,
  type ChartDeed,
  type ChartDefinition,
  estimationOf,
  histogramOf,
  inScope,
  type ShownSignal,
  versionsFor,
} from "../../core/model/charting/index.ts";
import { chartPath, limitsInForce, type LimitsVersion, reviewLimits, type TimedSubgroup } from "../../core/model/limits/index.ts";
import { CHARTS, estimateLimits } from "../../core/model/spc/index.ts";
import type { DeployedChart } from "./deployed.ts";
import { type Answer, type ChartPorts, refused } from "./ports.ts";
import type { Readings } from "./readings.ts";

type Asked = Extract<ChartDeed, { readonly action: "capability" }>;

export interface CapabilityGround extends Pick<ChartPorts, "model" | "now"> {
  readonly readings: Readings;
  readonly versions: readonly LimitsVersion[];
  readonly signals: readonly ShownSignal[];
}

const LONGEST_MS = 31 * 24 * 3_600_000;
const CONFIDENCE = 0.95;

/** Counts have no specification of single values, and values of short runs are of many products. */
export function hasCapability({ kinds }: Pick<ChartDefinition, "kinds">): boolean {
  const shape = CHARTS[kinds[0]].subgroup;
  return shape === "individual" || shape === "measured";
}

/** 202 with the progress while values are being read: ask again. */
export async function stateCapability(asked: Asked, one: DeployedChart, ground: CapabilityGround): Promise<Answer> {
  const { definition } = one.chart;
  const { from, to, scope } = asked;
  if (!hasCapability(definition)) return refused(422, "NOT_MEASURED", "Capability is of measured values; this chart counts.");
  if (from >= to || to - from > LONGEST_MS) return refused(400, "BAD_WINDOW", "The time begins before it ends, at most 31 days later.");
  const read = await ground.readings.read(`${chartPath(definition)} ${from} ${to}`, definition, { from, to });
  if ("progress" in read) return { status: 202, body: read };
  const { subgroups, restarts } = inScope(read.found, scope);
  const values = subgroups.flatMap(({ subgroup }) => (subgroup.values ?? []).filter((value) => value !== null));
  const within = withinOf(one, subgroups, ground);
  const control = evidenceOf(one, { subgroups, restarts, asked }, ground);
  const found = capability(values, specification(asked), { within, control, confidence: CONFIDENCE });
  if (isRefusal(found)) return { status: 200, body: { refused: found.message } satisfies CapabilityAnswer };
  const { n, mean, overall, indices, observed, expected, expectedWithin, warnings } = found;
  const body: CapabilityAnswer = {
    refused: null,
    stated: {
      n,
      mean,
      overall,
      within,
      confidence: CONFIDENCE,
      specification: found.specification,
      indices,
      observed,
      expected,
      expectedWithin,
      warnings,
    },
    histogram: histogramOf(values),
  };
  return { status: 200, body };
}

function specification({ lower, upper, target }: Asked): Specification {
  return { ...(lower === null ? {} : { lower }), ...(upper === null ? {} : { upper }), ...(target === null ? {} : { target }) };
}

/** As the chart estimates it; how sure that is depends on the estimator, so no degrees of freedom are claimed. */
function withinOf({ chart, request }: DeployedChart, subgroups: readonly TimedSubgroup[], ground: CapabilityGround): Sigma | null {
  const bare = subgroups.map(({ subgroup }) => subgroup);
  const phase1 = estimateLimits(chart.definition.kinds[0], bare, estimationOf(ground.model(), request, chart.definition));
  if ("reject" in phase1) return null;
  return { value: phase1.limits.sigma, estimator: phase1.limits.baseline?.estimator ?? "chart", degrees: null };
}

/** Signals under the limits in force that nobody has closed with a cause; null where no limits are in force. */
function evidenceOf(
  { chart }: DeployedChart,
  values: { readonly subgroups: readonly TimedSubgroup[]; readonly restarts: readonly number[]; readonly asked: Asked },
  { versions, signals, now }: CapabilityGround,
): ControlEvidence | null {
  const { definition, circumstances } = chart;
  const { from, to, scope } = values.asked;
  const version = limitsInForce(versionsFor(definition, versions), { ...circumstances, ...scope }, now());
  const judged = version ?? definition.given;
  if (judged === null) return null;
  const { onlyAfter } = reviewLimits(null, judged, values.subgroups, { from, to }, values.restarts);
  const explained = signals.filter(({ closed }) => closed !== null);
  const open = onlyAfter.filter(({ at }) => !explained.some(({ start, end }) => at >= start && at < (end ?? Number.POSITIVE_INFINITY)));
  return { chart: `${definition.chart}, version ${version?.version ?? 0}`, signals: open.length };
}
