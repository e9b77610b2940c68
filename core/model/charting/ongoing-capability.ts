/**
 * Ongoing capability: `capability.v1`, what a chart's process is capable of in one shift, day, week or number of subgroups, stated by
 * the twin itself. It has figures or a refusal with its reason, never both. Late values make the next revision.
 */
import { type Static, Type } from "typebox";
import type { TwinEvent } from "../../connect/event/index.ts";
import { type RefusalCode, REFUSALS, type Specification } from "../capability/index.ts";
import { chartPath } from "../limits/index.ts";
import { CAPABILITY_FIGURES, capabilityFigures } from "./capability-record.ts";
import type { CapabilityAnswer } from "./capability-view.ts";
import type { ChartDefinition } from "./definition.ts";
import { type Period, type PeriodKind, PERIODS } from "./ongoing-periods.ts";

export const ONGOING_CAPABILITY = "capability.v1";

/** Indices that a customer sets a minimum for. */
const MINIMUM_INDICES = ["Ppk", "Cpk", "Pp", "Cp"] as const;

const strict = { additionalProperties: false } as const;
const text = Type.String({ maxLength: 1_000 });
const textOrNone = Type.Union([text, Type.Null()]);
const literals = <const T extends readonly string[]>(all: T) => Type.Unsafe<T[number]>(Type.Union(all.map((one) => Type.Literal(one))));

const MINIMUM = Type.Object(
  {
    index: literals(MINIMUM_INDICES),
    value: Type.Number({ exclusiveMinimum: 0 }),
    /** What must not be below it: the index, or the lower end of its confidence interval. */
    by: literals(["value", "bound"]),
  },
  strict,
);
export type Minimum = Readonly<Static<typeof MINIMUM>>;

export const ONGOING_CAPABILITY_DATA = Type.Object(
  {
    asset: Type.String({ description: "The machine. The event's own `asset` is this, the chart and the period." }),
    chart: Type.String(),
    period: literals(PERIODS),
    from: Type.Union([Type.Integer(), Type.Null()], { description: "Of its values, ms UTC; null: of subgroups there were none." }),
    to: Type.Integer(),
    shift: textOrNone,
    production_day: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" }),
    product: Type.Union([text, Type.Null()], { description: "Null: nothing says what was made, or it was several." }),
    subgroups: Type.Integer({ minimum: 0 }),
    limits_version: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
      description: "Of the limits in force at its end; 0: given in the node; null: none were.",
    }),
    minimum: MINIMUM,
    meets: Type.Union([Type.Boolean(), Type.Null()], { description: "Null: refused, or the index does not exist." }),
    refused: Type.Union([Type.Object({ code: literals(Object.keys(REFUSALS) as RefusalCode[]), message: text }, strict), Type.Null()]),
    figures: Type.Union([Type.Object(CAPABILITY_FIGURES, strict), Type.Null()]),
  },
  strict,
);

export type OngoingCapabilityData = Static<typeof ONGOING_CAPABILITY_DATA>;
export type OngoingCapabilityEvent = TwinEvent<OngoingCapabilityData>;

/** What a period's values were found to be. */
export interface OngoingFinding {
  readonly period: Period;
  readonly from: number | null;
  readonly subgroups: number;
  readonly product: string | null;
  readonly limitsVersion: number | null;
  readonly answer: CapabilityAnswer;
}

/** The last name of the path under which it is stated, so that a shift and a day that begin together are two statements. */
function ongoingPath(of: Pick<ChartDefinition, "asset" | "chart">, kind: PeriodKind): string {
  return `${chartPath(of)}.${kind}`;
}

/** It depends on nothing but what was found, so that stating it again is the same statement. */
export function ongoingEvent(
  { asset, chart, unit }: Pick<ChartDefinition, "asset" | "chart" | "unit">,
  kind: PeriodKind,
  minimum: Minimum,
  { period, from, subgroups, product, limitsVersion, answer }: OngoingFinding,
): OngoingCapabilityEvent {
  const figures = answer.refused === null ? capabilityFigures(unit, answer.stated) : null;
  const data: OngoingCapabilityData = {
    asset,
    chart,
    period: kind,
    from,
    to: period.to,
    shift: period.shift,
    production_day: period.productionDay,
    product,
    subgroups,
    limits_version: limitsVersion,
    minimum: { ...minimum },
    meets: figures === null ? null : meetsMinimum(figures, minimum),
    refused: answer.refused === null ? null : { code: answer.code, message: answer.refused.message },
    figures,
  };
  return { kind: ONGOING_CAPABILITY, asset: ongoingPath({ asset, chart }, kind), start: period.key, end: period.to, revision: 1, data };
}

/** Null where the index does not exist, or has no interval of which there is a lower end. */
function meetsMinimum(figures: Pick<NonNullable<OngoingCapabilityData["figures"]>, "indices">, minimum: Minimum): boolean | null {
  const judged = judgedBy(figures, minimum);
  return judged === null ? null : judged >= minimum.value;
}

/** The number that is held against the minimum. */
export function judgedBy(
  { indices }: Pick<NonNullable<OngoingCapabilityData["figures"]>, "indices">,
  { index, by }: Minimum,
): number | null {
  const found = indices.find(({ name }) => name === index);
  return (by === "value" ? found?.value : found?.interval?.lower) ?? null;
}

/** The product's own specification, and what is given for products without one. */
export function specificationFor(own: Specification, given: Specification): Specification {
  return own.lower === undefined && own.upper === undefined ? given : own;
}
