/** What is published of the packages of the running interval. */
import type { Contract, ContractTag } from "../../connect/contract/index.ts";
import type { Sample } from "../../connect/sample/index.ts";
import type { FillDefinition } from "./definition.ts";
import { figuresOf, type Part } from "./event.ts";

const SIGNALS = {
  packages: "int",
  mean: "float",
  sd: "float",
  minimum: "float",
  maximum: "float",
  nominal: "float",
  t1: "float",
  t2: "float",
  below_t1: "int",
  below_t2: "int",
  giveaway: "float",
  giveaway_share: "float",
  giveaway_total: "float",
  giveaway_cost: "float",
} as const satisfies Record<string, ContractTag["type"]>;
export type FillSignal = keyof typeof SIGNALS;

/** What the store holds these tags to, whatever tag is weighed; contents are in g or mL, totals in kg or L. */
export const FILL_CONTRACT: Contract = {
  name: "_fill_v1",
  tags: new Map<string, ContractTag>(Object.entries(SIGNALS).map(([signal, type]) => [`*.${signal}`, { type }])),
};

/** `acme.galway.bottling.line01.filler01._fill_v1.fill_weight.giveaway`. */
export function fillTag({ asset, name }: Pick<FillDefinition, "asset" | "name">, signal: FillSignal): string {
  return `${asset}.${FILL_CONTRACT.name}.${name}.${signal}`;
}

/** The figures of the interval so far, of one package or more. */
export function fillSamples(definition: FillDefinition, part: Part, timestamp: number): Sample[] {
  const { mean, sd, giveaway, giveawayShare, giveawayTotal, giveawayCost } = figuresOf(part);
  const { unit } = definition;
  const { n, minimum, maximum, belowT1, belowT2, limits } = part.packages;
  const values: readonly (readonly [FillSignal, number | null, string])[] = [
    ["packages", n, "1"],
    ["mean", mean, unit],
    ["sd", sd, unit],
    ["minimum", minimum, unit],
    ["maximum", maximum, unit],
    ["nominal", limits.nominal, unit],
    ["t1", limits.t1, unit],
    ["t2", limits.t2, unit],
    ["below_t1", belowT1, "1"],
    ["below_t2", belowT2, "1"],
    ["giveaway", giveaway, unit],
    ["giveaway_share", giveawayShare, "1"],
    ["giveaway_total", giveawayTotal, unit === "g" ? "kg" : "L"],
    ...(giveawayCost === null ? [] : [["giveaway_cost", giveawayCost, "1"] as const]),
  ];
  return values.map(([signal, value, of]) => ({
    tag: fillTag(definition, signal),
    value,
    quality: value === null ? "GoodNoData" : "Good",
    timestamp,
    unit: of,
  }));
}
