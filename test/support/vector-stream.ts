/** A filler whose fill time follows pressure, as samples of three tags, and the chart of all three, for tests. */
import assert from "node:assert/strict";
import type { Sample } from "../../core/connect/sample/index.ts";
import { type ChartDefinition, subgroupsOf } from "../../core/model/charting/index.ts";
import { type BaselineStudy, type LimitsVersion, studyBaseline } from "../../core/model/limits/index.ts";
import { type ChartKind, DEFAULT_RULE_OPTIONS, type RuleSet } from "../../core/model/spc/index.ts";
import { normalQuantile } from "../../core/model/distribution/index.ts";
import { seeded } from "./spc-charts.ts";
import { ASSET, BEAT, MINUTE, PRODUCT, sample, version } from "./spc-stream.ts";

export const [PRESSURE, TIME, WARM] = ["bowl_pressure", "fill_time", "product_temperature"].map(
  (name) => `${ASSET}._filler_v1.${name}`,
) as [string, string, string];
export const BEYOND: RuleSet = { rules: [{ id: "beyond-limits", test: "limits" }], options: DEFAULT_RULE_OPTIONS };
export const ALPHA = 0.0027;

export const FILLING: ChartDefinition = {
  asset: ASSET,
  chart: "filling",
  kinds: ["t2"],
  source: {
    from: "vectors",
    variables: [
      { tag: PRESSURE, unit: "bar" },
      { tag: TIME, unit: "ms" },
      { tag: WARM, unit: "Cel" },
    ],
    everyMs: MINUTE,
    of: "last",
  },
  unit: null,
  circumstances: { product: PRODUCT },
  heartbeat: BEAT,
  latenessMs: 10_000,
  spanMs: 0,
  given: null,
  reactionPlan: "Look at the valve",
};

/** One vector per minute from minute `from` on, each tag at another second. */
export function asSamples(rows: readonly (readonly number[])[], tags: readonly string[] = [PRESSURE, TIME, WARM], from = 0): Sample[] {
  return rows.flatMap((row, i) => row.map((value, j) => sample(tags[j] ?? "", (from + i) * MINUTE + (j + 1) * 5_000, value)));
}

/** Vectors are judged when their minute is over and late values have had their time. */
export const over = (minute: number): Sample => sample(BEAT, minute * MINUTE + 10_001, 1);

/** Pressure 1.6 bar ± 0.02, and 100 ms less time for each 0.1 bar more; temperature for itself. */
export function filling(seed: number, count: number, shift: readonly number[] = [0, 0, 0]): number[][] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => {
    // Truly normal: sums of uniform values have no tails, and false alarms come from these.
    const [pressure = 0, time = 0, warm = 0] = [0, 1, 2].map(() => normalQuantile(random() + 2 ** -33));
    const row = [1.6 + 0.02 * pressure, 4_000 - 20 * pressure + 4 * time, 6 + 0.3 * warm];
    return row.map((value, i) => value + (shift[i] ?? 0));
  });
}

export function variablesOf({ source }: ChartDefinition) {
  assert.ok(source.from === "vectors");
  return source.variables.map((one) => ({ ...one }));
}

export function study(definition: ChartDefinition, rows: readonly (readonly number[])[], parameters: object = {}): BaselineStudy {
  const tags = variablesOf(definition).map(({ tag }) => tag);
  const { subgroups } = subgroupsOf(definition, [...asSamples(rows, tags), over(rows.length)]);
  const options = { width: { probability: ALPHA }, rules: BEYOND, parameters: { variables: variablesOf(definition), ...parameters } };
  const found = studyBaseline(definition.kinds, subgroups, [], options);
  assert.ok("limits" in found, JSON.stringify(found));
  return found;
}

/** A version from `rows`, in force from the beginning. */
export function approvedOf(
  kind: ChartKind,
  rows: readonly (readonly number[])[],
  parameters: object = {},
  definition: ChartDefinition = FILLING,
): LimitsVersion {
  const { limits } = study({ ...definition, kinds: [kind] }, rows, parameters);
  return { ...version(1, 0, limits), chart: "filling", rules: BEYOND, unit: null };
}
