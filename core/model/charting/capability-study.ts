/** The capability of recorded values: the chart must vouch for them, or it is refused. */
import {
  capability,
  comparedFits,
  type ControlEvidence,
  distributionOf,
  isRefusal,
  type Method,
  type ModelName,
  type Sigma,
  type Specification,
  withinSigma,
} from "../capability/index.ts";
import { type ChartScope, type Judged, reviewLimits, type TimedSubgroup } from "../limits/index.ts";
import { type BaselineOptions, estimateLimits, type SigmaEstimator } from "../spc/index.ts";
import { type CapabilityAnswer, histogramOf } from "./capability-view.ts";
import type { ChartDefinition } from "./definition.ts";
import { inScope, type RecordedSubgroups } from "./recorded-subgroups.ts";

export interface CapabilityAsked {
  /** Of the values, ms UTC, [from, to). */
  readonly from: number;
  readonly to: number;
  readonly scope: ChartScope;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly target: number | null;
  /** Of which distribution the values are; absent: the normal one. */
  readonly model?: ModelName;
  /** For every other distribution; absent: by percentiles. */
  readonly method?: Method;
}

/** What a study rests on beside the values; plain data. */
export interface CapabilityGround {
  /** How the chart estimates its limits. */
  readonly estimation: BaselineOptions;
  /** The limits under which the chart vouches for the values, and their version; null: there are none. */
  readonly judged: (Judged & { readonly version: number }) | null;
  /** Signals that people closed with a cause, ms UTC; `end` null: it lasts. */
  readonly explained: readonly { readonly start: number; readonly end: number | null }[];
}

const CONFIDENCE = 0.95;
/** More values tell distributions apart no better, and take long. */
const MOST_COMPARED = 20_000;

export function statedCapability(
  definition: ChartDefinition,
  recorded: RecordedSubgroups,
  asked: CapabilityAsked,
  ground: CapabilityGround,
): CapabilityAnswer {
  const { subgroups, restarts } = inScope(recorded, asked.scope);
  const values = subgroups.flatMap(({ subgroup }) => (subgroup.values ?? []).filter((value) => value !== null));
  const within = withinOf(definition, subgroups, ground.estimation);
  const control = evidenceOf(definition, { subgroups, restarts }, asked, ground);
  const { model = "normal", method = "percentile" } = asked;
  const options = { within, control, confidence: CONFIDENCE, model, method };
  const found = capability(values, specificationOf(asked), options);
  if (isRefusal(found)) return { refused: found.message };
  const { options: _options, ...stated } = found;
  return {
    refused: null,
    stated: { ...stated, within, confidence: CONFIDENCE, method: model === "normal" ? null : method },
    histogram: histogramOf(values, distributionOf(found.model)),
    fits: comparedFits(everyNth(values)),
  };
}

function everyNth(values: readonly number[]): readonly number[] {
  const every = Math.ceil(values.length / MOST_COMPARED);
  return every === 1 ? values : values.filter((_, i) => i % every === 0);
}

function specificationOf({ lower, upper, target }: CapabilityAsked): Specification {
  return { ...(lower === null ? {} : { lower }), ...(upper === null ? {} : { upper }), ...(target === null ? {} : { target }) };
}

/** As the chart estimates it, with the degrees of freedom of its estimator. */
function withinOf({ kinds }: ChartDefinition, subgroups: readonly TimedSubgroup[], estimation: BaselineOptions): Sigma | null {
  const bare = subgroups.map(({ subgroup }) => subgroup);
  const phase1 = estimateLimits(kinds[0], bare, estimation);
  if ("reject" in phase1) return null;
  const { sigma, baseline } = phase1.limits;
  const estimator = baseline?.estimator ?? null;
  if (estimator === null) return { value: sigma, estimator: "chart", degrees: null };
  const refused = new Set(baseline?.refused);
  const sizes = bare.flatMap(({ values = [] }, i) => (refused.has(i) ? [] : [values.filter((value) => value !== null).length]));
  return withinSigma(sigma, estimator as SigmaEstimator, sizes);
}

/** Signals under the limits in force that nobody has closed with a cause; null where no limits are in force. */
function evidenceOf(
  { chart }: ChartDefinition,
  { subgroups, restarts }: { readonly subgroups: readonly TimedSubgroup[]; readonly restarts: readonly number[] },
  { from, to }: CapabilityAsked,
  { judged, explained }: CapabilityGround,
): ControlEvidence | null {
  if (judged === null) return null;
  const { onlyAfter } = reviewLimits(null, judged, subgroups, { from, to }, restarts);
  const open = onlyAfter.filter(({ at }) => !explained.some(({ start, end }) => at >= start && at < (end ?? Number.POSITIVE_INFINITY)));
  return { chart: `${chart}, version ${judged.version}`, signals: open.length };
}
