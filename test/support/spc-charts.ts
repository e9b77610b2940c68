/** Limits, subgroups and random numbers for tests of control charts. */
import assert from "node:assert/strict";
import {
  type BaselineOptions,
  type ChartKind,
  CHARTS,
  estimateLimits,
  isLimits,
  type Limits,
  limitsOf,
  type Phase1,
  type Subgroup,
  type RuleEngine,
} from "../../core/model/spc/index.ts";

export function given(kind: ChartKind, values: Parameters<typeof limitsOf>[1]): Limits {
  const limits = limitsOf(kind, values);
  assert.ok(isLimits(limits), JSON.stringify(limits));
  return limits;
}

export function estimated(kind: ChartKind, baseline: readonly Subgroup[], options: BaselineOptions = {}): Phase1 {
  const found = estimateLimits(kind, baseline, options);
  assert.ok("limits" in found, JSON.stringify(found));
  return found;
}

export function singles(values: readonly number[]): Subgroup[] {
  return values.map((value) => ({ values: [value] }));
}

/** What an engine finds in points one after another, by limits at ± 3 σ; what is no finite number is a missing point. */
export function hitsOf(engine: RuleEngine, z: readonly number[]): number[] {
  return z.map((one) => {
    if (Number.isFinite(one)) return engine.update(one, one > 3 ? 1 : one < -3 ? -1 : 0);
    engine.missing();
    return 0;
  });
}

/** Uniform in [0, 1), the same for the same seed (xorshift128). */
export function seeded(seed: number): () => number {
  const state = new Uint32Array([seed ^ 0x9e3779b9, seed * 747_796_405 + 1, 0x6c078965 ^ seed, 0xdeadbeef]);
  const next = (): number => {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const t = d ^ (d << 11);
    const fresh = (a ^ (a >>> 19) ^ t ^ (t >>> 8)) >>> 0;
    state.set([fresh, a, b, c]);
    return fresh / 4_294_967_296;
  };
  for (let i = 0; i < 32; i += 1) next();
  return next;
}

/** About normal: twelve uniform values. */
export function noise(random: () => number): number {
  let sum = -6;
  for (let i = 0; i < 12; i += 1) sum += random();
  return sum;
}

/** 0 … most. */
function whole(most: number, random: () => number): number {
  return Math.floor(random() * (most + 1));
}

/** Limits of every kind of chart, and a subgroup as it takes them, from a few random numbers. */
export function exampleOf(kind: ChartKind): { readonly limits: Limits; readonly subgroup: (random: () => number) => Subgroup } {
  const parts = { a: { nominal: 10, sigma: 0.5 }, b: { nominal: 20, sigma: 1 } };
  const covariance = [
    [1.25, 2, 0],
    [2, 5, 0],
    [0, 0, 2.25],
  ];
  const variables = ["a", "b", "c"].map((tag) => ({ tag, unit: null }));
  const vectors = { variables, vectors: { mean: [10, 20, 30], covariance, m: 100, limit: 14 } };
  switch (CHARTS[kind].subgroup) {
    case "individual":
      return { limits: given(kind, { centre: 10, sigma: 0.5 }), subgroup: (random) => ({ values: [10 + 0.6 * noise(random)] }) };
    case "measured":
    case "spread":
      return {
        limits: given(kind, { centre: 10, sigma: 0.5 }),
        subgroup: (random) => ({ values: Array.from({ length: 2 + whole(4, random) }, () => 10.1 + 0.6 * noise(random)) }),
      };
    case "defectives":
      return { limits: given(kind, { centre: 0.1 }), subgroup: (random) => ({ count: whole(12, random), size: 50 + whole(30, random) }) };
    case "defects":
    case "ratio":
      return { limits: given(kind, { centre: 2 }), subgroup: (random) => ({ count: whole(25, random), size: 1 + random() * 10 }) };
    case "count":
      return { limits: given(kind, { centre: 6 }), subgroup: (random) => ({ count: whole(16, random) }) };
    case "units":
      return { limits: given(kind, { centre: 20, parameters: { median: 14 } }), subgroup: (random) => ({ values: [whole(90, random)] }) };
    case "interval":
      return { limits: given(kind, { centre: 2, sigma: 0.5 }), subgroup: (random) => ({ values: [random() * 60] }) };
    case "vector":
      return {
        limits: given(kind, { centre: 3, sigma: Math.sqrt(6), width: { probability: 0.0027 }, parameters: { size: 3, ...vectors } }),
        subgroup: (random) => {
          const common = noise(random);
          return { values: [10 + common + 0.5 * noise(random), 20 + 2 * common + noise(random), 30 + 1.5 * noise(random)] };
        },
      };
    default:
      return {
        limits: given(kind, { centre: 0, sigma: kind.startsWith("z") ? 1 : 0.5, parameters: { parts } }),
        subgroup: (random) =>
          random() < 0.5 ? { values: [10 + 0.6 * noise(random)], part: "a" } : { values: [20 + 0.6 * noise(random)], part: "b" },
      };
  }
}
