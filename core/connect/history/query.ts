/**
 * The query tree that boards, history nodes and reports share. It is compiled to InfluxQL (for InfluxDB and for
 * Grafana) and to SQL (for the embedded historian); nobody parses either language.
 */

import { IANAZone } from "luxon";
import type { Conversion } from "../units/index.ts";

export type Aggregate = "sum" | "mean" | "min" | "max" | "last" | "first" | "count";

export interface FieldColumn {
  readonly as: string;
  readonly field: string;
  /** Absent: the rows themselves. A query has either only bare columns or only aggregates and ratios. */
  readonly aggregate?: Aggregate;
  /** The column's numbers in another unit: `value * factor + offset`. Not for counts, and for sums without an offset. */
  readonly conversion?: Conversion;
}

/** numerator / denominator of two aggregated fields; null where the denominator is not positive. Percentages are never averaged. */
export interface RatioColumn {
  readonly as: string;
  readonly numerator: Term;
  readonly denominator: Term;
  /** The quotient in another unit, e.g. 1000 for Wh from kWh; without an offset. */
  readonly conversion?: Conversion;
}

/**
 * Aggregated fields less others, e.g. what is left of planned time. Null where one that it adds is null; one that it takes
 * away and that was never stored is 0.
 */
export interface BalanceColumn {
  readonly as: string;
  readonly plus: readonly Term[];
  readonly less: readonly Term[];
  /** In another unit; without an offset. */
  readonly conversion?: Conversion;
}

/** One aggregated field. Ratios and balances are made of them; equal terms are computed once. */
export interface Term {
  readonly field: string;
  readonly aggregate: Aggregate;
}

export type Column = FieldColumn | RatioColumn | BalanceColumn;

export interface TagFilter {
  readonly tag: string;
  readonly in: readonly string[];
  /** In a Grafana board: the dashboard variable whose selected values take the place of `in`. */
  readonly variable?: string;
  /** With `variable`: what stands before and after each of its values in the tag. */
  readonly around?: Around;
}

export interface Around {
  readonly before: string;
  readonly after: string;
}

export interface Query {
  readonly measurement: string;
  /** Milliseconds UTC, [from, to). */
  readonly from: number;
  readonly to: number;
  readonly columns: readonly Column[];
  readonly where?: readonly TagFilter[];
  /**
   * Time buckets of `everyMs` up to one day, aligned to `offsetMs` after midnight in `zone` (UTC by default). A local
   * day is a day of the calendar: 23 or 25 hours long where the clocks change. A row's time is the start of its bucket.
   */
  readonly bucket?: { readonly everyMs: number; readonly offsetMs?: number; readonly zone?: string };
  /** One series per distinct combination of these tags. */
  readonly by?: readonly string[];
  /**
   * Only with buckets: what becomes of a bucket without data. `previous` repeats the last value of the column, never a
   * ratio that was not estimable. Default `none`: no row.
   */
  readonly fill?: "none" | "null" | "previous";
  /**
   * For derived rows: only the latest revision of each (series, start) counts. Starts are told apart, and reported, in
   * steps of `atomMs`: the length of the stored atoms (60 000 for OEE), or 1. `from` is rounded down to such a step.
   * Every revision states all its fields, and its own number in `rev`.
   */
  readonly latestRevision?: { readonly atomMs: number };
  readonly order?: "asc" | "desc";
  /** Rows per series. */
  readonly limit?: number;
}

export interface Series {
  readonly tags: Readonly<Record<string, string>>;
  /** `[time in ms, ...one value per column]`; for a query without buckets and with aggregates, time is `from`. */
  readonly rows: readonly (readonly [time: number, ...values: (number | string | boolean | null)[]])[];
}

export interface QueryResult {
  readonly columns: readonly string[];
  readonly series: readonly Series[];
}

const DAY_MS = 86_400_000;
/** More buckets than any board can show; a guard against a query that would fill the memory. */
const MAX_BUCKETS = 100_000;
const AGGREGATES: ReadonlySet<string> = new Set<Aggregate>(["sum", "mean", "min", "max", "last", "first", "count"]);

/** What is wrong with a query, in one sentence; undefined when it can be run. */
export function queryFault(query: Query): string | undefined {
  const names = [query.measurement, ...query.columns.flatMap(namesOf), ...(query.by ?? []), ...(query.where ?? []).map((f) => f.tag)];
  const bad = names.find((name) => name === "" || /\p{Cc}/u.test(name));
  if (bad !== undefined) return `${JSON.stringify(bad)} is not a name of a measurement, field or tag.`;
  if (query.columns.length === 0) return "The query selects no column.";
  if (new Set(query.columns.map((c) => c.as)).size < query.columns.length) return "Two columns have the same name.";
  const aggregated = query.columns.filter(isAggregated).length;
  if (aggregated !== 0 && aggregated !== query.columns.length) return "A query has either only bare columns or only aggregates and ratios.";
  if (query.columns.some((column) => "plus" in column && column.plus.length === 0)) return "A balance adds at least one field.";
  const unknown = query.columns.flatMap(termsOf).find((term) => !AGGREGATES.has(term.aggregate));
  if (unknown) return `There is no aggregate ${unknown.aggregate}.`;
  const unconvertible = query.columns.map(conversionFault).find((fault) => fault !== undefined);
  if (unconvertible !== undefined) return unconvertible;
  if (!Number.isInteger(query.from) || !Number.isInteger(query.to)) return "from and to are integer ms UTC.";
  if (query.from > query.to) return "from lies after to.";
  if (query.limit !== undefined && !(Number.isInteger(query.limit) && query.limit > 0)) return "limit is a positive integer.";
  return bucketFault(query, aggregated > 0);
}

function conversionFault(column: Column): string | undefined {
  const { conversion } = column;
  if (conversion === undefined) return undefined;
  if (!(conversion.factor > 0 && Number.isFinite(conversion.factor) && Number.isFinite(conversion.offset)))
    return `${column.as} is converted by a positive factor and a finite offset.`;
  return convertible(column, conversion)
    ? undefined
    : `${column.as} cannot be converted: a count has no unit, and a sum, balance or ratio takes no offset.`;
}

/** True for a column whose values a conversion applies to as a whole. */
export function convertible(column: Column, { offset }: Conversion): boolean {
  if (!("field" in column)) return offset === 0;
  return column.aggregate !== "count" && (column.aggregate !== "sum" || offset === 0);
}

function bucketFault(query: Query, aggregated: boolean): string | undefined {
  const { bucket, latestRevision } = query;
  if (latestRevision && !(Number.isInteger(latestRevision.atomMs) && latestRevision.atomMs > 0)) return "atomMs is a positive integer.";
  if (!bucket) return query.fill && query.fill !== "none" ? "fill needs buckets." : undefined;
  if (!aggregated) return "Buckets need aggregates.";
  const { everyMs, offsetMs = 0, zone } = bucket;
  if (!Number.isInteger(everyMs) || everyMs < 1 || everyMs > DAY_MS) return "everyMs is an integer from 1 ms to one day.";
  if (!Number.isInteger(offsetMs) || Math.abs(offsetMs) >= DAY_MS) return "offsetMs is an integer of less than a day.";
  if (zone !== undefined && !IANAZone.isValidZone(zone)) return `There is no time zone ${zone}.`;
  if (zone !== undefined && zone !== "UTC" && DAY_MS % everyMs !== 0) return "Buckets in a zone divide the day without remainder.";
  if ((query.to - query.from) / everyMs > MAX_BUCKETS) return `The query has more than ${MAX_BUCKETS} buckets; widen everyMs.`;
  if (latestRevision && (everyMs % latestRevision.atomMs !== 0 || offsetMs % latestRevision.atomMs !== 0)) {
    return "Buckets of atoms are multiples of atomMs.";
  }
  return undefined;
}

function namesOf(column: Column): string[] {
  return [column.as, ...fieldsOf(column)];
}

function isAggregated(column: Column): boolean {
  return !("field" in column) || column.aggregate !== undefined;
}

export function termsOf(column: Column): Term[] {
  if ("numerator" in column) return [column.numerator, column.denominator];
  if ("plus" in column) return [...column.plus, ...column.less];
  return column.aggregate === undefined ? [] : [{ field: column.field, aggregate: column.aggregate }];
}

/** The distinct terms of a query in order of first use; empty for a query of bare columns. */
export function distinctTerms(query: Query): Term[] {
  const found = new Map<string, Term>();
  for (const term of query.columns.flatMap(termsOf)) {
    const key = termKey(term);
    if (!found.has(key)) found.set(key, { field: term.field, aggregate: term.aggregate });
  }
  return [...found.values()];
}

export function termKey(term: Term): string {
  return `${term.aggregate}(${term.field})`;
}

/** The fields of a query in order of first use. */
export function distinctFields(query: Query): string[] {
  return [...new Set(query.columns.flatMap(fieldsOf))];
}

function fieldsOf(column: Column): string[] {
  return "field" in column ? [column.field] : termsOf(column).map(({ field }) => field);
}
