/** Measurements by hand as people make and see them: what they enter, what is due, and what was measured last. */
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { type PlantModel } from "../../connect/model/index.ts";
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import type { Said } from "../../connect/sample/index.ts";
import type { ShownStanding } from "../../govern/identity/index.ts";
import { type Measurement, measurementOf, type SamplingPlan } from "../limits/index.ts";
import { checkSubgroup, CHARTS, isReject, mean, saidOf, type Subgroup } from "../spc/index.ts";
import type { ChartRequest } from "./from-plant.ts";
import type { SamplingRound } from "./sampling-rounds.ts";
import type { ChartView } from "./shown.ts";
import { sayCharting } from "./texts.ts";

const strict = { additionalProperties: false } as const;
const instant = Type.Integer({ minimum: 0, maximum: 9_000_000_000_000 });
const number = Type.Number({ minimum: -1e15, maximum: 1e15 });
/** `by`: the account in whose name the page was open; `made`: when, by the clock of the server. */
const sent = {
  id: Type.String({ pattern: "^[A-Za-z0-9_-]{8,64}$" }),
  made: instant,
  by: Type.Optional(Type.String({ maxLength: 200 })),
  queued: Type.Optional(Type.Literal(true)),
};

const MEASURE_DEED = Type.Union([
  Type.Object(
    {
      action: Type.Literal("measure"),
      ...sent,
      values: Type.Optional(Type.Array(number, { minItems: 1, maxItems: 50 })),
      count: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e12 })),
      size: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e12 })),
      part: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      instrument: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      comment: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
      /** Whoever entered it was asked whether it is right. */
      confirmed: Type.Optional(Type.Literal(true)),
    },
    strict,
  ),
  /** `at` and `target`: instant and id of the measurement. */
  Type.Object(
    {
      action: Type.Literal("withdraw"),
      ...sent,
      at: instant,
      target: Type.String({ maxLength: 64 }),
      reason: Type.String({ minLength: 1, maxLength: 500, pattern: "\\S" }),
    },
    strict,
  ),
]);
export type MeasureDeed = Static<typeof MEASURE_DEED>;
export type Measuring = Extract<MeasureDeed, { readonly action: "measure" }>;
export type Withdrawing = Extract<MeasureDeed, { readonly action: "withdraw" }>;

/** The deed, or a sentence. */
export function readMeasureDeed(body: unknown): MeasureDeed | { readonly fault: Said } {
  return Value.Check(MEASURE_DEED, body) ? body : { fault: sayCharting("noMeasurementSent") };
}

/** What one measurement consists of. */
export interface HandEntry {
  readonly of: "values" | "count" | "count-size";
  /** Values of one measurement; 1 of counts. */
  readonly size: number;
  /** It is said of which product it was. */
  readonly part: boolean;
}

export function handEntryOf({ kinds, size }: Pick<ChartRequest, "kinds" | "size">): HandEntry {
  const shape = CHARTS[kinds[0]].subgroup;
  if (shape === "defectives" || shape === "defects") return { of: "count-size", size: 1, part: false };
  if (shape === "count") return { of: "count", size: 1, part: false };
  return { of: "values", size: shape === "measured" ? size : 1, part: shape === "part" };
}

/** Why the chart cannot take it; undefined where it can. */
export function measuredFault(model: PlantModel, request: ChartRequest, said: Measuring): Said | undefined {
  const entry = handEntryOf(request);
  const { values, count, size, part } = said;
  const own = entry.of === "values" ? [count, size] : entry.of === "count" ? [values, size] : [values];
  if ([...own, ...(entry.part ? [] : [part])].some((one) => one !== undefined)) return sayCharting("otherParts");
  const parts = Object.fromEntries([...model.products.keys()].map((id) => [id, true]));
  const shape = CHARTS[request.kinds[0]].subgroup;
  const checked = checkSubgroup(subgroupSaid(said), { shape, size: shape === "measured" ? entry.size : "varies", parts });
  return isReject(checked) ? saidOf(checked) : undefined;
}

function subgroupSaid({ values, count, size, part }: Pick<Measuring, "values" | "count" | "size" | "part">): Subgroup {
  return {
    ...(values === undefined ? {} : { values }),
    ...(count === undefined ? {} : { count }),
    ...(size === undefined ? {} : { size }),
    ...(part === undefined ? {} : { part }),
  };
}

export interface ShownMeasurement {
  readonly at: number;
  readonly id: string;
  readonly by: string;
  readonly values: readonly number[];
  readonly count: number | null;
  readonly size: number | null;
  readonly part: string | null;
  readonly due: number | null;
  readonly instrument: string | null;
  readonly comment: string | null;
  /** It was made while the server was away. */
  readonly queued: boolean;
  /** Null: it holds. */
  readonly withdrawn: { readonly by: string; readonly reason: string } | null;
  /** Whoever looks at it may take it back. */
  readonly withdraws: boolean;
}

/** With whoever stands at the screen. */
export interface MeasureView extends ShownStanding {
  readonly chart: ChartView;
  readonly entry: HandEntry;
  /** What is being made, as far as the machine says. */
  readonly part: string | null;
  /** What a scale may write behind a number. */
  readonly units: readonly string[];
  readonly plan: SamplingPlan | null;
  /** Null without a plan. */
  readonly round: SamplingRound | null;
  /** The newest first. */
  readonly last: readonly ShownMeasurement[];
}

/** Of a ledger entry; undefined where it is none. `measuredBy`: who made it, where somebody else has taken it back. */
export function shownMeasurement(entry: LedgerEntry, measuredBy = entry.author): Omit<ShownMeasurement, "withdraws"> | undefined {
  const measured = measurementOf(entry);
  if (measured === undefined) return undefined;
  const { at, author, data } = measured;
  return {
    at,
    id: data.id,
    by: measuredBy,
    values: data.values ?? [],
    count: data.count ?? null,
    size: data.size ?? null,
    part: data.part ?? null,
    due: data.due,
    instrument: data.instrument ?? null,
    comment: data.comment ?? null,
    queued: data.queued === true,
    withdrawn: data.withdrawn === undefined ? null : { by: author, reason: data.withdrawn },
  };
}

/** The statistic of a measurement that no limits have judged: its mean, its share or its count. */
export function statisticOf({ data: { values = [], count, size } }: Pick<Measurement, "data">): number | null {
  if (values.length > 0) return mean(values);
  if (count === undefined) return null;
  return size === undefined ? count : count / size;
}
