/** What boards ask of the stored energy atoms. Numerators and denominators are summed over the latest revisions, then divided. */
import type { Column, Query, TagFilter } from "../../connect/history/index.ts";
import { BUCKETS, MINUTE } from "../oee/index.ts";
import { bucketField } from "./atom-event.ts";

export interface EnergyQueryScope {
  /** Milliseconds UTC, [from, to). */
  readonly from: number;
  readonly to: number;
  /** Equipment paths; all when empty. */
  readonly assets?: readonly string[];
  /** IANA zone of the site, and how long after its midnight the production day begins. */
  readonly zone?: string;
  readonly dayStartMs?: number;
}

const DAY = 86_400_000;

const sum = (field: string): Column => ({ as: field, field, aggregate: "sum" });
const ratio = (as: string, numerator: string, denominator: string): Column => ({
  as,
  numerator: { field: numerator, aggregate: "sum" },
  denominator: { field: denominator, aggregate: "sum" },
});

const FIGURES: readonly Column[] = [
  ratio("kw", "placed_kwh", "metered_h"),
  ratio("kwh_per_unit", "active_kwh", "good"),
  // For reading: a bottle takes a thousandth of a kWh.
  { ...ratio("wh_per_unit", "active_kwh", "good"), conversion: { factor: 1_000, offset: 0 } },
  ratio("g_per_unit", "co2e_g", "good"),
  ratio("g_per_kwh", "co2e_g", "active_kwh"),
  ratio("tan_phi", "reactive_kvarh", "active_kwh"),
  // Base load: what the machine draws while nothing is planned.
  ratio("base_kw", "not_planned_kwh", "not_planned_h"),
  ...["active_kwh", "reactive_kvarh", "co2e_g", "without_factor_kwh", "unplaced_kwh", "good"].map(sum),
];

/** Energy, emissions, both per good unit and mean power over the whole window, one series per asset. */
export function energyFigures(scope: EnergyQueryScope): Query {
  return { ...base(scope), columns: FIGURES, by: ["asset"] };
}

/** As `energyFigures`, one row per production day, one series per asset and shift. A shift that crosses midnight stays whole. */
export function energyByShift(scope: EnergyQueryScope): Query {
  return { ...energyFigures(scope), bucket: productionDay(scope), by: ["asset", "shift"], fill: "none", order: "asc" };
}

/** As `energyFigures`, one series per asset and order. */
export function energyByOrder(scope: EnergyQueryScope): Query {
  return { ...energyFigures(scope), by: ["asset", "order"] };
}

/** Columns `<bucket>_kwh` and `<bucket>_kw`: what went into each use of time, and the mean power while it lasted. */
export function energyByBucket(scope: EnergyQueryScope): Query {
  const columns = BUCKETS.flatMap((bucket) => {
    const [kwh, hours] = [bucketField(bucket, "kwh"), bucketField(bucket, "h")];
    return [sum(kwh), ratio(kwh.replace(/h$/, ""), kwh, hours)];
  });
  return { ...base(scope), columns: [...columns, sum("active_kwh"), sum("unplaced_kwh")], by: ["asset"] };
}

/** Mean power in kW per bucket of time, one series per asset. */
export function powerOverTime(scope: EnergyQueryScope & { readonly everyMs: number }): Query {
  return { ...base(scope), columns: [ratio("kw", "placed_kwh", "metered_h")], bucket: { everyMs: scope.everyMs }, by: ["asset"] };
}

/**
 * Columns `demand_kw`, of all assets of the scope together in each quarter of an hour on the clock, and `limit_kw`, the
 * highest limit among them.
 */
export function quarterHourDemand(scope: EnergyQueryScope): Query {
  const zone = scope.zone === undefined ? {} : { zone: scope.zone };
  const columns: Column[] = [
    { as: "demand_kw", field: "quarter_hour_kw", aggregate: "sum" },
    { as: "limit_kw", field: "demand_limit_kw", aggregate: "max" },
  ];
  return { ...base(scope), columns, bucket: { everyMs: 15 * MINUTE, ...zone }, fill: "none", order: "asc" };
}

function base({ from, to, assets = [] }: EnergyQueryScope): Omit<Query, "columns"> {
  const where: TagFilter[] = assets.length === 0 ? [] : [{ tag: "asset", in: assets }];
  return { measurement: "energy", from, to, where, latestRevision: { atomMs: MINUTE } };
}

function productionDay({ zone, dayStartMs }: EnergyQueryScope): NonNullable<Query["bucket"]> {
  return { everyMs: DAY, ...(dayStartMs === undefined ? {} : { offsetMs: dayStartMs }), ...(zone === undefined ? {} : { zone }) };
}
