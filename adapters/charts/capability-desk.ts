/** Capability of what a chart charts, over a range of recorded values; the chart must vouch for them, or it is refused. A person may record it. */
import {
  capability,
  type ControlEvidence,
  isRefusal,
  type Sigma,
  type Specification,
  withinSigma,
} from "../../core/model/capability/index.ts";
import type { Person } from "../../core/govern/identity/index.ts";
import {
  type CapabilityAnswer,
  capabilityData,
  type ChartDeed,
  type ChartDefinition,
  estimationOf,
  histogramOf,
  inScope,
  recordedCapability,
  type RecordedCapability,
  recordingFault,
  type ShownSignal,
  SPC_CAPABILITY,
  versionsFor,
} from "../../core/model/charting/index.ts";
import { chartPath, limitsInForce, type LimitsVersion, reviewLimits, type TimedSubgroup } from "../../core/model/limits/index.ts";
import { CHARTS, estimateLimits, type SigmaEstimator } from "../../core/model/spc/index.ts";
import { type Answer, refused } from "../shared-screen/index.ts";
import type { DeployedChart } from "./deployed.ts";
import type { ChartPorts } from "./ports.ts";
import type { Readings } from "./readings.ts";

type Recorded = Extract<ChartDeed, { readonly action: "record-capability" }>;
type Asked = Omit<Extract<ChartDeed, { readonly action: "capability" }>, "action">;

export interface CapabilityGround extends Pick<ChartPorts, "model" | "now"> {
  readonly readings: Readings;
  readonly versions: readonly LimitsVersion[];
  readonly signals: readonly ShownSignal[];
}

const LONGEST_MS = 31 * 24 * 3_600_000;
const CONFIDENCE = 0.95;
const MOST_RECORDED = 20;

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

/**
 * The study computed here once more, as a statement under the person's name. What is refused is no study that anybody could
 * stand for. 202 with the progress while values are being read: send it again.
 */
export async function recordCapability(
  person: Person,
  { id, made: _made, comment, action: _action, ...asked }: Recorded,
  one: DeployedChart,
  ground: CapabilityGround & Pick<ChartPorts, "state" | "ledger"> & { readonly unit: string | null },
): Promise<Answer> {
  const { asset, chart, given } = one.chart.definition;
  const fault = recordingFault(asset, person);
  if (fault !== undefined) return refused(403, "REFUSED", fault);
  const path = chartPath(one.chart.definition);
  const before = (await recordedCapabilities(ground.ledger(), path)).find((known) => known.id === id);
  if (before !== undefined) return { status: 200, body: before };
  const answer = await stateCapability(asked, one, ground);
  if (answer.status !== 200) return answer;
  const body = answer.body as CapabilityAnswer;
  if (body.refused !== null) return refused(422, "NOT_STATED", body.refused);
  const { from, to, scope } = asked;
  const limits_version = inForce(one.chart, scope, ground)?.version ?? (given === null ? null : 0);
  const data = capabilityData({ id, asset, chart, from, to, scope, unit: ground.unit, limits_version, comment }, body.stated);
  const at = ground.now();
  const statement = { kind: SPC_CAPABILITY, asset: path, start: at, end: at, data };
  const { entries, rejects } = await ground.state([statement], { author: person.name, reason: comment });
  const [recorded] = entries.flatMap((entry) => recordedCapability(entry) ?? []);
  if (recorded !== undefined) return { status: 200, body: recorded };
  return refused(503, rejects[0]?.code ?? "INTERNAL", rejects[0]?.message ?? "The study was not recorded.");
}

/** The newest first. */
export async function recordedCapabilities(ledger: ReturnType<ChartPorts["ledger"]>, path: string): Promise<RecordedCapability[]> {
  const entries = await ledger.latest({ kind: SPC_CAPABILITY, asset: path, limit: MOST_RECORDED, newest: true });
  return entries.flatMap((entry) => recordedCapability(entry) ?? []).toReversed();
}

function specification({ lower, upper, target }: Asked): Specification {
  return { ...(lower === null ? {} : { lower }), ...(upper === null ? {} : { upper }), ...(target === null ? {} : { target }) };
}

/** As the chart estimates it, with the degrees of freedom of its estimator. */
function withinOf({ chart, request }: DeployedChart, subgroups: readonly TimedSubgroup[], ground: CapabilityGround): Sigma | null {
  const bare = subgroups.map(({ subgroup }) => subgroup);
  const phase1 = estimateLimits(chart.definition.kinds[0], bare, estimationOf(ground.model(), request, chart.definition));
  if ("reject" in phase1) return null;
  const { sigma, baseline } = phase1.limits;
  const estimator = baseline?.estimator ?? null;
  if (estimator === null) return { value: sigma, estimator: "chart", degrees: null };
  const refused = new Set(baseline?.refused);
  const sizes = bare.flatMap(({ values = [] }, i) => (refused.has(i) ? [] : [values.filter((value) => value !== null).length]));
  return withinSigma(sigma, estimator as SigmaEstimator, sizes);
}

function inForce(
  { definition, circumstances }: DeployedChart["chart"],
  scope: Asked["scope"],
  { versions, now }: CapabilityGround,
): LimitsVersion | undefined {
  return limitsInForce(versionsFor(definition, versions), { ...circumstances, ...scope }, now());
}

/** Signals under the limits in force that nobody has closed with a cause; null where no limits are in force. */
function evidenceOf(
  { chart }: DeployedChart,
  values: { readonly subgroups: readonly TimedSubgroup[]; readonly restarts: readonly number[]; readonly asked: Asked },
  ground: CapabilityGround,
): ControlEvidence | null {
  const { definition } = chart;
  const { from, to, scope } = values.asked;
  const version = inForce(chart, scope, ground);
  const judged = version ?? definition.given;
  if (judged === null) return null;
  const { onlyAfter } = reviewLimits(null, judged, values.subgroups, { from, to }, values.restarts);
  const explained = ground.signals.filter(({ closed }) => closed !== null);
  const open = onlyAfter.filter(({ at }) => !explained.some(({ start, end }) => at >= start && at < (end ?? Number.POSITIVE_INFINITY)));
  return { chart: `${definition.chart}, version ${version?.version ?? 0}`, signals: open.length };
}
