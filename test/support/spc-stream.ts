/** Samples of a filler, the definitions of its charts and versions of their limits, for tests of charts at work. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sample, SampleValue } from "../../core/connect/sample/index.ts";
import { type Charted, type ChartDefinition, GovernedChart } from "../../core/model/charting/index.ts";
import type { LimitsVersion } from "../../core/model/limits/index.ts";
import { type ChartKind, isLimits, type Limits, limitsOf, ruleSet } from "../../core/model/spc/index.ts";

export const ASSET = "acme.galway.bottling.line01.filler01";
export const [WEIGHT, PRODUCT, BEAT] = [`${ASSET}._filler_v1.fill_weight`, `${ASSET}._filler_v1.product`, `${ASSET}._filler_v1.heartbeat`];
export const [MADE, SCRAP] = [`${ASSET}._filler_v1.processed_count`, `${ASSET}._filler_v1.defective_count`];
export const T0 = Date.UTC(2026, 2, 10, 9);
export const MINUTE = 60_000;
export const RULES = ruleSet("nelson", ["N1", "N2"]);

export function limits(kind: ChartKind, centre: number, sigma = 1, size?: number): Limits {
  const given = limitsOf(kind, { centre, sigma, ...(size === undefined ? {} : { parameters: { size } }) });
  assert.ok(isLimits(given));
  return given;
}

export const INDIVIDUALS: ChartDefinition = {
  asset: ASSET,
  chart: "fill-weight",
  kinds: ["i", "mr"],
  source: { from: "values", tag: WEIGHT, subgrouping: { by: "count", size: 1, everyMs: 0 } },
  unit: "g",
  circumstances: { product: PRODUCT },
  heartbeat: BEAT,
  latenessMs: 10_000,
  spanMs: 0,
  given: { limits: limits("i", 500, 2), spread: limits("mr", 500, 2), rules: RULES },
  reactionPlan: "Check valve, then call quality",
};
export const SCRAP_SHARE: ChartDefinition = {
  ...INDIVIDUALS,
  chart: "scrap",
  kinds: ["p"],
  source: { from: "counters", count: { tag: SCRAP, maximum: 99_999 }, size: { tag: MADE, maximum: 99_999 }, everyMs: MINUTE },
  unit: null,
  circumstances: {},
  given: { limits: limits("p", 0.02), spread: null, rules: RULES },
};

export const sample = (tag: string, at: number, value: SampleValue, quality: Sample["quality"] = "Good"): Sample => ({
  tag,
  value,
  quality,
  timestamp: T0 + at,
});
export const weights = (...values: number[]): Sample[] => values.map((value, i) => sample(WEIGHT, i * 1_000, value));
export const end = (at: number): Sample => sample(BEAT, at, 1);

export function xbar(size: number, everyMs = 0, spanMs = 0): ChartDefinition {
  const subgrouping = { by: "count", size, everyMs } as const;
  return { ...INDIVIDUALS, kinds: ["xbar", "r"], source: { from: "values", tag: WEIGHT, subgrouping }, spanMs, given: null };
}

export function version(number: number, from: number, judging: Limits, scope = {}): LimitsVersion {
  const deed = { by: "quinn", at: T0, comment: "x" };
  return {
    asset: ASSET,
    chart: "fill-weight",
    version: number,
    scope,
    limits: judging,
    spread: null,
    rules: RULES,
    baseline: null,
    status: "approved",
    proposed: deed,
    decided: deed,
    effective_from: T0 + from,
    retired: null,
    effective_to: null,
    review: null,
  };
}

export function joined(parts: readonly Charted[]): Charted {
  return { points: parts.flatMap((p) => p.points), events: parts.flatMap((p) => p.events), rejects: parts.flatMap((p) => p.rejects) };
}

export function pushed(definition: ChartDefinition, samples: readonly Sample[], versions: readonly LimitsVersion[] = []): Charted {
  return new GovernedChart(definition, versions).push(samples);
}

export const anySample = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ tag: fc.constant(WEIGHT), at: fc.nat(300_000), value: fc.double({ min: 490, max: 510, noNaN: true }) }),
  },
  { weight: 1, arbitrary: fc.record({ tag: fc.constant(PRODUCT), at: fc.nat(300_000), value: fc.constantFrom("still", "lemon") }) },
  { weight: 2, arbitrary: fc.record({ tag: fc.constantFrom(MADE, SCRAP), at: fc.nat(300_000), value: fc.nat(99_999) }) },
  { weight: 1, arbitrary: fc.record({ tag: fc.constant(BEAT), at: fc.nat(300_000), value: fc.constant(1) }) },
);
export const anyHistory = fc
  .uniqueArray(anySample, { minLength: 1, maxLength: 80, selector: ({ tag, at }) => `${tag} ${at}` })
  .map((all) => all.toSorted((a, b) => a.at - b.at).map(({ tag, at, value }) => sample(tag, at, value)));
export const definitions = fc.constantFrom<ChartDefinition>(
  INDIVIDUALS,
  { ...xbar(3), given: { limits: limits("xbar", 500, 2, 3), spread: limits("r", 500, 2, 3), rules: RULES } },
  { ...xbar(2, 20_000, 9_000), given: { limits: limits("xbar", 500, 2, 2), spread: null, rules: RULES } },
  SCRAP_SHARE,
  {
    ...SCRAP_SHARE,
    kinds: ["c"],
    source: { from: "counters", count: { tag: SCRAP }, size: null, everyMs: 30_000 },
    given: { limits: limits("c", 40), spread: null, rules: RULES },
  },
);
export const versions = [version(1, 100_000, limits("i", 501)), version(2, 0, limits("i", 499), { product: "lemon" })];
export const last = sample(BEAT, 400_000, 1);
