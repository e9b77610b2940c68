/** Charts of the machines of a plant: what somebody asks for, with the tags that the plant model has for it. */
import {
  type Binding,
  boundEquipment,
  type PlantModel,
  roleTag,
  type TagDefinition,
  tagNamed,
  tagsOf as tagsOfAsset,
} from "../../connect/model/index.ts";
import { parseUnit } from "../../connect/units/index.ts";
import type { Judged, SamplingPlan } from "../limits/index.ts";
import {
  type BaselineOptions,
  CHARTS,
  type ChartKind,
  type ChartParameters,
  geometricMedian,
  isLimits,
  limitsOf,
  type LimitWidth,
  MOST_CHARTED,
  rootOfIntervals,
  type RuleSet,
  type SigmaEstimator,
  type SubgroupShape,
} from "../spc/index.ts";
import type { ChartDefinition, ChartSource, CounterTag } from "./definition.ts";

/** What is charted, in words that hold for every machine that it is bound to. */
export interface ChartRequest {
  readonly chart: string;
  readonly kinds: readonly [ChartKind, ChartKind?];
  /** Name of the tag within the machine, as in `fill_weight`; for counted kinds the counter of defects. Empty: measured by hand. */
  readonly tag: string;
  /** Charts of several variables: their tags by name, instead of `tag`, and what of each is taken in an interval. */
  readonly vectors?: { readonly tags: readonly string[]; readonly of: "last" | "mean" };
  /** Counted kinds: the counter of inspected units; empty: the machine's count of processed ones. */
  readonly sizeTag: string;
  /** Values of a subgroup; of several variables its vectors. */
  readonly size: number;
  /** One subgroup per interval, ms; 0: one after the other. By hand: from one measurement to the next; 0: whenever somebody likes. */
  readonly everyMs: number;
  /** By hand: how much later a measurement still is in time, ms; null: a quarter of the interval. */
  readonly graceMs: number | null;
  /** By hand: unit of the values; empty: none. */
  readonly unit: string;
  /** A change of product begins a new stage. */
  readonly byProduct: boolean;
  /** Names of further tags that do. */
  readonly recipeTag: string;
  readonly stageTag: string;
  readonly latenessMs: number;
  readonly spanMs: number;
  readonly rules: RuleSet;
  /** Limits that somebody gives; null: those that were approved. */
  readonly given: { readonly centre: number; readonly sigma: number } | null;
  readonly width: LimitWidth;
  readonly parameters: Pick<Partial<ChartParameters>, "lambda" | "asymptotic" | "k" | "h" | "headStart" | "afterSignal" | "window">;
  /** By name; null: that which is usual for the kind. */
  readonly estimator: SigmaEstimator | null;
  /** Short runs: the property of a product that is its nominal value, as in `net_weight`. */
  readonly nominal: string;
  /** Z charts: the property that is the standard deviation of a product, as in `net_weight_sigma`. */
  readonly nominalSigma: string;
  readonly reactionPlan: string;
}

export interface BoundCharts {
  readonly charts: readonly ChartDefinition[];
  /** A sentence for each machine that cannot have the chart. */
  readonly faults: readonly string[];
}

/** The chart on every bound machine that has what it needs. */
export function chartsOf(model: PlantModel, binding: Binding, request: ChartRequest): BoundCharts {
  const charts: ChartDefinition[] = [];
  const faults: string[] = [];
  for (const { path } of boundEquipment(model, binding)) {
    const chart = chartOf(model, path, request);
    if (typeof chart === "string") faults.push(chart);
    else charts.push(chart);
  }
  return { charts, faults };
}

function chartOf(model: PlantModel, asset: string, request: ChartRequest): ChartDefinition | string {
  const { kinds, chart, latenessMs, spanMs, reactionPlan } = request;
  const source = sourceOf(model, asset, request);
  if (typeof source === "string") return source;
  const given = givenOf(model, request);
  if (typeof given === "string") return `${asset}: ${given}`;
  const short = CHARTS[kinds[0]].subgroup === "part";
  const product = request.byProduct || short ? roleTag(model, asset, "product") : undefined;
  if (short && product === undefined) return `${asset} does not say which product it makes; give it a tag with the role product.`;
  const [recipe, stage] = [request.recipeTag, request.stageTag].map((name) => (name === "" ? undefined : tagOr(model, asset, name)));
  const unknown = [recipe, stage].find((tag) => typeof tag === "string");
  if (typeof unknown === "string") return unknown;
  const circumstances = {
    ...(product === undefined ? {} : { product }),
    ...(typeof recipe === "object" ? { recipe: recipe.id } : {}),
    ...(typeof stage === "object" ? { stage: stage.id } : {}),
  };
  const heartbeat = roleTag(model, asset, "heartbeat") ?? null;
  return {
    asset,
    chart,
    kinds,
    source,
    unit: unitOf(model, source, request),
    circumstances,
    heartbeat,
    latenessMs,
    spanMs,
    given,
    reactionPlan: reactionPlan === "" ? null : reactionPlan,
  };
}

/** Charts of what counters say. */
const COUNTED: ReadonlySet<SubgroupShape> = new Set<SubgroupShape>(["defectives", "defects", "count", "units", "interval"]);

function sourceOf(model: PlantModel, asset: string, request: ChartRequest): ChartSource | string {
  const { kinds, tag: name, vectors, sizeTag, size, everyMs } = request;
  if (vectors !== undefined) return vectorsOf(model, asset, vectors, request);
  if (name === "") {
    const unit = parseUnit(request.unit === "" ? "1" : request.unit);
    return "problem" in unit ? `${asset}: ${unit.problem}` : { from: "hand", plan: planOf(request) };
  }
  const tag = tagOr(model, asset, name);
  if (typeof tag === "string") return tag;
  if (!isNumber(tag)) return noNumber(tag);
  const shape = CHARTS[kinds[0]].subgroup;
  if (!COUNTED.has(shape))
    return {
      from: "values",
      tag: tag.id,
      subgrouping: { by: "count", size: shape === "measured" || shape === "spread" ? size : 1, everyMs },
    };
  if (shape === "interval") return { from: "events", count: counter(tag), size: null };
  if (everyMs <= 0 && shape !== "units") return `${asset}: A chart of counts needs the interval of which it counts.`;
  if (shape === "count") return { from: "counters", count: counter(tag), size: null, everyMs };
  const inspected = sizeTag === "" ? roleTag(model, asset, "processed") : sizeTag;
  const other = inspected === undefined ? undefined : (model.tags.get(inspected) ?? tagOr(model, asset, inspected));
  if (other === undefined) return `${asset} has no counter of inspected units; name its tag, or give the machine the role processed.`;
  if (typeof other === "string") return other;
  const counters = { count: counter(tag), size: counter(other) };
  return shape === "units" ? { from: "events", ...counters } : { from: "counters", ...counters, everyMs };
}

function vectorsOf(
  model: PlantModel,
  asset: string,
  { tags, of }: NonNullable<ChartRequest["vectors"]>,
  { everyMs, size }: Pick<ChartRequest, "everyMs" | "size">,
): ChartSource | string {
  if (tags.length < 2 || tags.length > MOST_CHARTED)
    return `${asset}: A chart of several variables has 2 to ${MOST_CHARTED} tags, not ${tags.length}.`;
  if (everyMs <= 0) return `${asset}: Values of several tags belong together by the interval in which they come; give it.`;
  const variables: { tag: string; unit: string | null }[] = [];
  for (const name of tags) {
    const tag = tagOr(model, asset, name);
    if (typeof tag === "string") return tag;
    if (!isNumber(tag)) return noNumber(tag);
    if (variables.some((one) => one.tag === tag.id)) return `${asset}: ${name} is named twice.`;
    variables.push({ tag: tag.id, unit: tag.unit ?? null });
  }
  return { from: "vectors", variables, everyMs, of, ...(size > 1 ? { size } : {}) };
}

function isNumber({ type }: TagDefinition): boolean {
  return type === "float" || type === "int";
}

function noNumber({ id }: TagDefinition): string {
  return `${id} is no number; a chart needs a float or an int.`;
}

/** Of what is charted; null of counts and of several variables, which have one each; hours between two events. */
function unitOf(model: PlantModel, source: ChartSource, { unit }: Pick<ChartRequest, "unit">): string | null {
  if (source.from === "hand") return unit === "" ? null : unit;
  if (source.from === "events" && source.size === null) return "h";
  return (source.from === "values" ? model.tags.get(source.tag)?.unit : undefined) ?? null;
}

function planOf({ everyMs, graceMs, kinds, size }: ChartRequest): SamplingPlan | null {
  if (everyMs <= 0) return null;
  const many = CHARTS[kinds[0]].subgroup === "measured";
  return { everyMs, size: many ? size : 1, graceMs: Math.min(everyMs, graceMs ?? Math.round(everyMs / 4)) };
}

/** An integer counter starts again from 0 after the maximum of its range. */
function counter({ id, type, range, unit }: TagDefinition): CounterTag {
  return {
    tag: id,
    ...(unit === undefined ? {} : { unit }),
    ...(type === "int" && range?.max !== undefined ? { maximum: range.max } : {}),
  };
}

/** The tag of a machine with this name, or the sentence that says which names there are. */
function tagOr(model: PlantModel, asset: string, name: string): TagDefinition | string {
  const found = tagNamed(model, asset, name);
  if (found !== undefined) return found;
  const names = tagsOfAsset(model, asset).map(({ signal }) => signal.split(".").at(-1));
  return `${asset} has no tag ${JSON.stringify(name)}; it has ${names.slice(0, 20).join(", ") || "none"}.`;
}

function givenOf(model: PlantModel, request: ChartRequest): Judged | null | string {
  const { given, kinds, width, rules, parameters, nominal, nominalSigma } = request;
  if (given === null) return null;
  const known = partsOf(model, request);
  if (CHARTS[kinds[0]].subgroup === "part" && Object.keys(known).length === 0)
    return kinds[0] === "z"
      ? `No product has the numbers ${JSON.stringify(nominal)} and ${JSON.stringify(nominalSigma)} among its properties: its nominal value and its standard deviation.`
      : `No product has the number ${JSON.stringify(nominal)} among its properties, which would be its nominal value.`;
  const [level, spread] = kinds.map((kind) => {
    if (kind === undefined) return null;
    const parts = CHARTS[kind].subgroup === "part" ? { parts: known } : {};
    const { centre, sigma, ...median } = givenAs(kind, given);
    const needed = Object.fromEntries(Object.entries({ ...parameters, ...parts, ...median }).filter(([, value]) => value !== undefined));
    const limits = limitsOf(kind, { centre, sigma, width, parameters: needed });
    return isLimits(limits) ? limits : limits.message;
  });
  if (typeof level === "string") return level;
  if (typeof spread === "string") return spread;
  return level === undefined || level === null ? null : { limits: level, spread: spread ?? null, rules };
}

/** What somebody gives of a kind, as its limits have it: of rare events only the mean, of which the rest follows. */
export function givenAs(
  kind: ChartKind,
  { centre, sigma }: NonNullable<ChartRequest["given"]>,
): { readonly centre: number; readonly sigma: number; readonly median?: number } {
  if (kind === "t" && centre > 0) return rootOfIntervals(centre);
  return kind === "g" ? { centre, sigma, median: geometricMedian(centre) } : { centre, sigma };
}

/** How limits of the chart are estimated from a baseline. */
export function estimationOf(model: PlantModel, request: ChartRequest, { source }: Pick<ChartDefinition, "source">): BaselineOptions {
  const { kinds, width, rules, parameters, estimator } = request;
  const parts = CHARTS[kinds[0]].subgroup === "part" ? { parts: partsOf(model, request) } : {};
  const { variables: charted = [], size: together = 1 } = source.from === "vectors" ? source : {};
  const variables = charted.length === 0 ? {} : { variables: charted.map((one) => ({ ...one })), size: charted.length * together };
  return { width, rules, parameters: { ...parameters, ...parts, ...variables }, ...(estimator === null ? {} : { sigma: estimator }) };
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Each product as a part, with the property that is its nominal value, and of Z charts that of its standard deviation. */
function partsOf(model: PlantModel, { kinds, nominal, nominalSigma }: ChartRequest): Record<string, { nominal: number; sigma?: number }> {
  const parts = [...model.products].flatMap(([id, { properties }]) => {
    const [value, sigma] = [nominal, nominalSigma].map((name) => own(properties, name)?.value);
    if (typeof value !== "number") return [];
    if (kinds[0] !== "z") return [[id, { nominal: value }] as const];
    return typeof sigma === "number" && sigma > 0 ? [[id, { nominal: value, sigma }] as const] : [];
  });
  return Object.fromEntries(parts);
}
