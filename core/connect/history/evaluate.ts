/**
 * What a query means, said in the plainest code: over points in memory, without indexes or plans. The stores are
 * tested against it; it also answers queries over small sets of points that were never stored.
 */
import { bucketRuns, bucketStarts, modulo } from "./buckets.ts";
import type { Point } from "./historian.ts";
import { distinctFields, distinctTerms, type Query, queryFault, type QueryResult, type Series, type Term } from "./query.ts";
import { type Cell, groupTags, passes, resultOfRows, resultOfTerms, type TermSeries } from "./result.ts";

interface Row {
  readonly series: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly time: number;
  readonly revision: number;
  readonly fields: Readonly<Record<string, Cell>>;
}

/** Throws RangeError when the query is not valid (`queryFault` says why beforehand). */
export function evaluate(points: readonly Point[], query: Query): QueryResult {
  const fault = queryFault(query);
  if (fault !== undefined) throw new RangeError(fault);
  const groups = new Map<string, { tags: Record<string, string>; rows: Row[] }>();
  for (const row of selected(points, query)) {
    const tags = groupTags(query, row.tags);
    const name = JSON.stringify(tags);
    const group = groups.get(name) ?? { tags, rows: [] };
    groups.set(name, group);
    group.rows.push(row);
  }
  const terms = distinctTerms(query);
  if (terms.length === 0)
    return resultOfRows(
      query,
      [...groups.values()].map((group) => bareSeries(query, group.tags, group.rows)).filter((s) => s.rows.length > 0),
    );
  return resultOfTerms(
    query,
    [...groups.values()].map((group) => termSeries(query, terms, group.tags, group.rows)),
  );
}

/** The stored rows that the query sees, by time, revision and series. */
function selected(points: readonly Point[], query: Query): Row[] {
  const atomMs = query.latestRevision?.atomMs;
  const from = atomMs === undefined ? query.from : query.from - modulo(query.from, atomMs);
  let rows = stored(points).filter(
    (row) =>
      row.time >= from &&
      row.time < query.to &&
      passes(query, row.tags) &&
      distinctFields(query).some((field) => value(row, field) !== null),
  );
  if (atomMs !== undefined) {
    const latest = new Map<string, Row>();
    for (const row of rows) latest.set(`${row.time - modulo(row.time, atomMs)} ${row.series}`, row);
    rows = [...latest.values()].map((row) => ({ ...row, revision: 0, time: row.time - modulo(row.time, atomMs) }));
  }
  return rows.sort(byTime);
}

/** Points as stores keep them: one row per series and instant; of two values for one field the later write wins. */
function stored(points: readonly Point[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { measurement, tags, time, revision = 0, fields } of points) {
    const series = JSON.stringify([measurement, Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))]);
    const key = `${time} ${revision} ${series}`;
    rows.set(key, { series, tags, time, revision, fields: { ...rows.get(key)?.fields, ...fields } });
  }
  return [...rows.values()].sort(byTime);
}

function byTime(a: Row, b: Row): number {
  return a.time - b.time || a.revision - b.revision || (a.series < b.series ? -1 : 1);
}

function value(row: Row, field: string): Cell {
  return Object.hasOwn(row.fields, field) ? (row.fields[field] ?? null) : null;
}

function bareSeries(query: Query, tags: Record<string, string>, rows: readonly Row[]): Series {
  return { tags, rows: rows.map((row) => [row.time, ...query.columns.map((c) => ("field" in c ? value(row, c.field) : null))] as const) };
}

function termSeries(query: Query, terms: readonly Term[], tags: Record<string, string>, rows: readonly Row[]): TermSeries {
  const starts = query.bucket ? bucketStarts(bucketRuns(query)) : [query.from];
  const buckets = new Map<number, Row[]>();
  for (const row of rows) {
    const start = query.bucket ? (starts.findLast((s) => s <= row.time) ?? query.from) : query.from;
    buckets.set(start, [...(buckets.get(start) ?? []), row]);
  }
  return { tags, rows: new Map([...buckets].map(([start, inside]) => [start, terms.map((term) => aggregate(term, inside))])) };
}

function aggregate(term: Term, rows: readonly Row[]): Cell {
  const known = rows.filter((row) => value(row, term.field) !== null);
  const numbers = known.map((row) => value(row, term.field)).filter((v) => typeof v === "number");
  switch (term.aggregate) {
    case "count":
      return known.length === 0 ? null : known.length;
    case "sum":
      return numbers.length === 0 ? null : numbers.reduce((a, b) => a + b, 0);
    case "mean":
      return numbers.length === 0 ? null : numbers.reduce((a, b) => a + b, 0) / numbers.length;
    case "min":
      return numbers.length === 0 ? null : numbers.reduce((a, b) => Math.min(a, b));
    case "max":
      return numbers.length === 0 ? null : numbers.reduce((a, b) => Math.max(a, b));
    default:
      return edge(known, term);
  }
}

/** The first or last value; of several series at the same instant the greatest number or text, as InfluxDB decides. */
function edge(rows: readonly Row[], term: Term): Cell {
  const row = term.aggregate === "first" ? rows[0] : rows.at(-1);
  if (!row) return null;
  const tied = rows.filter((r) => r.time === row.time && r.revision === row.revision).map((r) => value(r, term.field));
  return tied.reduce((a, b) => (a !== null && b !== null && b > a ? b : a));
}
