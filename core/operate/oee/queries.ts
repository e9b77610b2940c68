/** What boards ask of the stored atoms. Numerators and denominators are summed over the latest revisions, then divided. */
import type { Aggregate, Column, Query, TagFilter, Term } from "../../connect/history/index.ts";
import { MINUTE } from "../minutes/index.ts";

export interface OeeQueryScope {
  /** Milliseconds UTC, [from, to). */
  readonly from: number;
  readonly to: number;
  /** Equipment paths; all when empty. */
  readonly assets?: readonly string[];
  /** IANA zone of the site, and how long after its midnight the production day begins. */
  readonly zone?: string;
  readonly dayStartMs?: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Columns `oee`, `availability`, `performance`, `quality`, `total`, `good`, `scrap`, one row per clock hour, one series per asset. */
export function oeeByHour(scope: OeeQueryScope): Query {
  const zone = scope.zone === undefined ? {} : { zone: scope.zone };
  return { ...base(scope), columns: [...RATIOS, ...COUNTS], bucket: { everyMs: HOUR, ...zone }, by: ["asset"], fill: "none", order: "asc" };
}

/** As `oeeByHour`, one row per production day, one series per asset and shift. A shift that crosses midnight stays whole. */
export function oeeByShift(scope: OeeQueryScope): Query {
  return {
    ...base(scope),
    columns: [...RATIOS, ...COUNTS],
    bucket: productionDay(scope),
    by: ["asset", "shift"],
    fill: "none",
    order: "asc",
  };
}

/** As `oeeByHour`, one row per series over the whole window, one series per asset and order. Time without an order has none. */
export function oeeByOrder(scope: OeeQueryScope): Query {
  return { ...base(scope), columns: ALL, by: ["asset", "order"] };
}

/** As `oeeByOrder`, one series per asset and product. */
export function oeeByProduct(scope: OeeQueryScope): Query {
  return { ...base(scope), columns: ALL, by: ["asset", "product"] };
}

/** One row per asset over the `minutes` before `to`, a whole minute. */
export function oeeRolling({ to, ...scope }: Omit<OeeQueryScope, "from">, minutes: number): Query {
  return { ...base({ ...scope, from: to - minutes * MINUTE, to }), columns: ALL, by: ["asset"] };
}

/** Ratios, counts and milliseconds per bucket over the whole window, one series per asset. */
export function oeeFigures(scope: OeeQueryScope): Query {
  return { ...base(scope), columns: [...RATIOS, ...COUNTS, ...LOSSES], by: ["asset"] };
}

/** Milliseconds lost or used per bucket over the whole window, one series per asset. */
export function lossesByBucket(scope: OeeQueryScope): Query {
  return { ...base(scope), columns: LOSSES, by: ["asset"] };
}

/**
 * From planned time to fully productive time over the whole window, one series per asset. Columns `planned_ms`, less
 * `setup_ms`, `no_order_ms`, `failure_ms`, `hold_ms`, `stop_ms`, `external_ms` and `otherwise_ms` (what an option counts as
 * planned besides these, or leaves out of them) is `production_ms`; less `micro_ms` and `speed_ms` is `ideal_total_ms`; less
 * `defects_ms` is `ideal_good_ms`.
 */
export function lossWaterfall(scope: OeeQueryScope): Query {
  return { ...base(scope), columns: WATERFALL, by: ["asset"] };
}

/** Ratios, counts and losses of one shift so far: `from` is its start, `to` its end or now. One series per asset. */
export function currentShift(scope: OeeQueryScope & { readonly shift: string }): Query {
  const { where = [], ...rest } = base(scope);
  return { ...rest, where: [...where, { tag: "shift", in: [scope.shift] }], columns: [...RATIOS, ...COUNTS, ...LOSSES], by: ["asset"] };
}

function base({ from, to, assets = [] }: OeeQueryScope): Omit<Query, "columns"> {
  const where: TagFilter[] = assets.length === 0 ? [] : [{ tag: "asset", in: assets }];
  return { measurement: "oee", from, to, where, latestRevision: { atomMs: MINUTE } };
}

function productionDay({ zone, dayStartMs }: OeeQueryScope): NonNullable<Query["bucket"]> {
  return { everyMs: DAY, ...(dayStartMs === undefined ? {} : { offsetMs: dayStartMs }), ...(zone === undefined ? {} : { zone }) };
}

const SUM: Aggregate = "sum";

function ratio(as: string, numerator: string, denominator: string): Column {
  return { as, numerator: { field: numerator, aggregate: SUM }, denominator: { field: denominator, aggregate: SUM } };
}

function sum(field: string, as = field): Column {
  return { as, field, aggregate: SUM };
}

const RATIOS: readonly Column[] = [
  ratio("oee", "ideal_good_ms", "planned_ms"),
  ratio("availability", "run_ms", "planned_ms"),
  ratio("performance", "ideal_total_ms", "run_ms"),
  ratio("quality", "ideal_good_ms", "ideal_total_ms"),
];

/** Times in milliseconds per event; null where none began. Definitions: `KPIS`. */
const RELIABILITY: readonly Column[] = [
  ratio("mtbf_ms", "processing_ms", "failures"),
  ratio("mttr_ms", "failure_ms", "failures"),
  sum("stops"),
  sum("failures"),
  sum("micro_stops"),
];

const COUNTS: readonly Column[] = [sum("total"), sum("good"), sum("scrap")];
const SHARES: readonly Column[] = [ratio("scrap_ratio", "scrap", "total"), ratio("rework_ratio", "rework", "total")];
const ALL: readonly Column[] = [...RATIOS, ...COUNTS, ...SHARES, ...RELIABILITY];

const term = (field: string): Term => ({ field, aggregate: SUM });
const STANDING = ["setup_ms", "no_order_ms", "failure_ms", "hold_ms", "stop_ms", "external_ms"] as const;
const WATERFALL: readonly Column[] = [
  sum("planned_ms"),
  ...STANDING.map((field) => sum(field)),
  { as: "otherwise_ms", plus: [term("planned_ms")], less: [...STANDING, "producing_ms", "micro_ms"].map(term) },
  { as: "production_ms", plus: [term("producing_ms"), term("micro_ms")], less: [] },
  sum("micro_ms"),
  { as: "speed_ms", plus: [term("producing_ms")], less: [term("ideal_total_ms")] },
  sum("ideal_total_ms"),
  { as: "defects_ms", plus: [term("ideal_total_ms")], less: [term("ideal_good_ms")] },
  sum("ideal_good_ms"),
];

const LOSSES: readonly Column[] = [
  sum("producing_ms"),
  sum("micro_ms"),
  sum("external_ms"),
  sum("stop_ms"),
  sum("hold_ms"),
  sum("failure_ms"),
  sum("setup_ms"),
  sum("planned_down_ms"),
  sum("no_order_ms"),
  sum("not_planned_ms"),
  sum("unknown_ms"),
];
