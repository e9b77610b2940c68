/** The event `fill.weight.v1`: the packages of one product in one hour or shift, as they travel to the ledger and to the measurement `fill`. */
import { type Static, Type } from "typebox";
import type { TwinEvent } from "../../connect/event/index.ts";
import { NONE } from "../../operate/oee/index.ts";
import { meetsRules } from "./batch.ts";
import { type FillDefinition, fillPath, type FillTerms } from "./definition.ts";
import type { Interval } from "./intervals.ts";
import type { Packages } from "./packages.ts";
import { CHECK_YOUR_REGULATION } from "./rules.ts";

export const FILL_WEIGHT = "fill.weight.v1";

/** Grams in a kg, millilitres in a litre. */
const THOUSAND = 1_000;
const DIGITS = 12;

const content = (description: string) => Type.Number({ description: `${description}, in \`unit\`.` });
const total = (description: string) => Type.Number({ description: `${description}, kg or L.` });
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const count = (description: string) => Type.Integer({ minimum: 0, description });

/**
 * Numbers become float fields of the measurement; `product`, `shift` and `weight` its tags. Over several: giveaway per package is
 * Σ `giveaway_total` / Σ `packages`, its share Σ `giveaway_total` / Σ `nominal_total`.
 */
export const FILL_WEIGHT_DATA = Type.Object(
  {
    asset: Type.String({ description: "The machine." }),
    weight: Type.String({ description: "Name of the tag of the weights within it." }),
    tag: Type.String(),
    product: Type.String({ description: "~ for none." }),
    shift: Type.String({ description: "Shift of the calendar; ~ for none." }),
    production_day: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "Local date of the production day." }),
    unit: Type.Union([Type.Literal("g"), Type.Literal("mL")]),
    packages: count("Packages; 0: late samples have taken it back."),
    mean: content("Mean content"),
    sd: Type.Union([Type.Number({ minimum: 0 }), Type.Null()], { description: "Sample standard deviation; null of one package." }),
    minimum: content("Smallest content"),
    maximum: content("Largest content"),
    nominal: content("Nominal content"),
    tolerable_negative_error: content("TNE"),
    t1: content("Nominal − TNE"),
    t2: content("Nominal − 2·TNE"),
    tare: content("Taken from every weight"),
    below_t1: count("Packages below T1, those below T2 among them."),
    below_t2: count("Packages below T2."),
    giveaway: content("Mean − nominal, per package; negative where customers give"),
    giveaway_share: Type.Number({ description: "Giveaway over nominal content." }),
    giveaway_total: total("Giveaway of all packages"),
    nominal_total: total("Nominal content of all packages"),
    giveaway_cost: Type.Optional(Type.Number({ description: "In the currency of the price." })),
    meets: Type.Object({ mean: Type.Boolean(), t1: Type.Boolean(), t2: Type.Boolean() }, { additionalProperties: false }),
    rules: Type.Object(
      {
        error_from: Type.Union([Type.Literal("given"), Type.Literal("product"), Type.Literal("table")]),
        below_t1_share: share("Let pass below T1."),
        below_t2_share: share("Let pass below T2."),
      },
      { additionalProperties: false },
    ),
    note: Type.String(),
  },
  { additionalProperties: false },
);

export type FillWeightData = Static<typeof FILL_WEIGHT_DATA>;
export type FillWeightEvent = TwinEvent<FillWeightData>;

/** Packages of one product in a row. */
export interface Part {
  readonly interval: Interval;
  /** That of its interval, or when the product came, or the first package that was ever seen. */
  readonly start: number;
  readonly product: string | null;
  readonly terms: FillTerms;
  readonly packages: Packages;
}

export interface Figures {
  readonly mean: number;
  readonly sd: number | null;
  readonly giveaway: number;
  readonly giveawayShare: number;
  /** kg or L. */
  readonly giveawayTotal: number;
  readonly giveawayCost: number | null;
}

/** To twelve digits: more say nothing of a scale. Without packages nothing is given away. */
export function figuresOf({ terms: { limits, price }, packages }: Pick<Part, "terms" | "packages">): Figures {
  const { n, mean, variance, giveaway, giveawayTotal } = packages;
  if (n === 0)
    return { mean: limits.nominal, sd: null, giveaway: 0, giveawayShare: 0, giveawayTotal: 0, giveawayCost: price === null ? null : 0 };
  return {
    mean: rounded(mean),
    sd: n > 1 ? rounded(Math.sqrt(variance)) : null,
    giveaway: rounded(giveaway),
    giveawayShare: rounded(giveaway / limits.nominal),
    giveawayTotal: rounded(giveawayTotal / THOUSAND),
    giveawayCost: price === null ? null : rounded((giveawayTotal / THOUSAND) * price),
  };
}

/** Its evidence depends on nothing but the part, so that stating it again is the same statement. */
export function fillWeightEvent(definition: FillDefinition, part: Part, end: number): FillWeightEvent {
  const { asset, name, tag, unit, rules, latenessMs, modelRevision } = definition;
  const { start, product, interval, packages, terms } = part;
  const { nominal, tolerableNegativeError, t1, t2 } = terms.limits;
  const { n, belowT1, belowT2, minimum, maximum } = packages;
  const { mean, sd, giveaway, giveawayShare, giveawayTotal, giveawayCost } = figuresOf(part);
  return {
    kind: FILL_WEIGHT,
    asset: fillPath(definition),
    start,
    end,
    revision: 1,
    data: {
      asset,
      weight: name,
      tag,
      product: product ?? NONE,
      shift: interval.shift,
      production_day: interval.productionDay,
      unit,
      packages: n,
      mean,
      sd,
      minimum,
      maximum,
      nominal,
      tolerable_negative_error: tolerableNegativeError,
      t1,
      t2,
      tare: terms.tare,
      below_t1: belowT1,
      below_t2: belowT2,
      giveaway,
      giveaway_share: giveawayShare,
      giveaway_total: giveawayTotal,
      nominal_total: rounded((nominal * n) / THOUSAND),
      ...(giveawayCost === null ? {} : { giveaway_cost: giveawayCost }),
      meets: meetsRules({ mean, nominal, n, belowT1, belowT2 }, rules),
      rules: { error_from: terms.errorFrom, below_t1_share: rules.belowT1Share, below_t2_share: rules.belowT2Share },
      note: CHECK_YOUR_REGULATION,
    },
    evidence: { watermark: end + latenessMs, model: modelRevision },
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
