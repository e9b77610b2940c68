/** The capability of recorded values: the chart must vouch for them, or it is refused. */
import {
  capability,
  comparedFits,
  distributionOf,
  isRefusal,
  type Method,
  type ModelName,
  probabilityPlot,
  refuse,
  type Refusal,
  type Sigma,
  type Specification,
  withinSigma,
} from "../capability/index.ts";
import {
  type ChartPart,
  type ChartScope,
  type Exclusion as Explained,
  type Judged,
  MOVING_RANGES,
  type ReviewedSignal,
  reviewLimits,
  type TimedSubgroup,
} from "../limits/index.ts";
import { type BaselineOptions, estimateLimits, type SigmaEstimator } from "../spc/index.ts";
import { type CapabilityAnswer, type CapabilityRefused, histogramOf } from "./capability-view.ts";
import { type ChartDefinition, isShortRun } from "./definition.ts";
import { inScope, newest, productsOf, type RecordedSubgroups } from "./recorded-subgroups.ts";

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
  /** Causes that somebody gives for signals of the values; a record keeps them. */
  readonly explained?: readonly Explained[];
  /** Only so many subgroups, the newest; absent: all. */
  readonly last?: number;
}

/** What a study rests on beside the values; plain data. */
export interface CapabilityGround {
  /** How the chart estimates its limits. */
  readonly estimation: BaselineOptions;
  /** The limits under which the chart vouches for the values, and their version; null: there are none. */
  readonly judged: (Judged & { readonly version: number }) | null;
  /** Signals that people closed with a cause, ms UTC; `end` null: it lasts. */
  readonly closed: readonly { readonly start: number; readonly end: number | null; readonly part: ChartPart }[];
  /** Points that the baseline of these limits was made without, as their cause was found. */
  readonly leftOut: readonly number[];
}

/** More signals than these are no list that anybody works through. */
const MOST_LISTED = 100;

const CONFIDENCE = 0.95;
/** More values tell distributions apart no better, and take long. */
const MOST_COMPARED = 20_000;

export function statedCapability(
  definition: ChartDefinition,
  all: RecordedSubgroups,
  asked: CapabilityAsked,
  ground: CapabilityGround,
): CapabilityAnswer {
  if (asked.explained?.some(({ cause }) => cause.trim() === "")) return withheld(refuse("NO_CAUSE"));
  const recorded = newest(all, asked.last);
  const { subgroups, restarts } = inScope(recorded, asked.scope);
  const products = asked.scope.product === undefined ? productsOf(recorded) : [];
  if (products.length > 1) return withheld(refuse("SEVERAL_PRODUCTS", { products: products.join(", ") }));
  const values = subgroups.flatMap(({ subgroup }) => (subgroup.values ?? []).filter((value) => value !== null));
  // Who looks at no chart does not know that the variation within is all that there is.
  const within = ground.judged === null ? null : withinOf(definition, subgroups, ground.estimation);
  const stages = isShortRun(definition) ? [] : restarts;
  const open = ground.judged === null ? [] : openSignals(ground.judged, { subgroups, restarts: stages }, asked, ground);
  const control = ground.judged && { chart: `${definition.chart}, version ${ground.judged.version}`, signals: open.length };
  const { model = "normal", method = "percentile" } = asked;
  const options = { within, control, confidence: CONFIDENCE, model, method };
  const found = capability(values, specificationOf(asked), options);
  if (isRefusal(found)) return withheld(found, open.slice(0, MOST_LISTED));
  const { options: _options, ...stated } = found;
  const distribution = distributionOf(found.model);
  return {
    refused: null,
    stated: { ...stated, within, confidence: CONFIDENCE, method: model === "normal" ? null : method },
    histogram: histogramOf(values, distribution),
    probability:
      distribution === null
        ? null
        : probabilityPlot(
            values.toSorted((a, b) => a - b),
            distribution,
            CONFIDENCE,
          ),
    fits: comparedFits(everyNth(values)),
  };
}

/** An answer without figures. */
export function withheld({ refused: code, message, says }: Refusal, signals: readonly ReviewedSignal[] = []): CapabilityRefused {
  return { refused: { message, says }, code, signals };
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

/** Signals under these limits to which nobody has given a cause. */
function openSignals(
  judged: Judged,
  { subgroups, restarts }: { readonly subgroups: readonly TimedSubgroup[]; readonly restarts: readonly number[] },
  { from, to, explained = [] }: CapabilityAsked,
  { closed, leftOut }: CapabilityGround,
): readonly ReviewedSignal[] {
  const known = new Set([...leftOut, ...explained.map(({ at }) => at)]);
  const isClosed = (at: number, part: ChartPart): boolean =>
    closed.some((one) => one.part === part && at >= one.start && at < (one.end ?? Number.POSITIVE_INFINITY));
  const { onlyAfter } = reviewLimits(null, judged, subgroups, { from, to }, restarts);
  const before = new Map(subgroups.map(({ at }, i) => [at, subgroups[i - 1]?.at]));
  // The range from a point whose cause is known says nothing against the next one.
  const follows = (at: number, part: ChartPart): boolean => {
    const kind = (part === "level" ? judged.limits : judged.spread)?.kind;
    return kind !== undefined && MOVING_RANGES.has(kind) && known.has(before.get(at) ?? Number.NaN);
  };
  return onlyAfter.filter(({ at, parts }) => !known.has(at) && !parts.every((part) => isClosed(at, part) || follows(at, part)));
}
