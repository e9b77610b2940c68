/** What a panel makes of the answers to its questions: columns of further ranges, the largest of several, running shares. */
import type { QueryResult, Series } from "../../connect/history/index.ts";
import type { DataPanel } from "./spec.ts";

type Row = Series["rows"][number];

/** `over` answers the question over a further range; undefined where that is a shift and none is planned. */
export function derived(panel: DataPanel, main: QueryResult, over: (as: string) => QueryResult | undefined): QueryResult {
  const { alsoOver = [], largest, cumulative } = panel;
  const joined = alsoOver.reduce((result, { as }) => withRange(result, main.columns, as, over(as)), main);
  const named = largest ? withLargest(joined, largest) : joined;
  return cumulative ? largestFirst(named, cumulative) : named;
}

/** One row per series of either, those of `more` with the columns `<column>@<as>`; null where one has no such series. */
function withRange(result: QueryResult, columns: readonly string[], as: string, more: QueryResult | undefined): QueryResult {
  const nothing = columns.map(() => null);
  const rows = new Map((more?.series ?? []).map(({ tags, rows }) => [JSON.stringify(tags), { tags, row: rows.at(-1) }] as const));
  const series = result.series.map(({ tags, rows: own }): Series => {
    const key = JSON.stringify(tags);
    const cells = rows.get(key)?.row?.slice(1) ?? nothing;
    rows.delete(key);
    return { tags, rows: own.map((row): Row => [...row, ...cells]) };
  });
  const before = result.columns.map(() => null);
  for (const { tags, row } of rows.values()) if (row) series.push({ tags, rows: [[row[0], ...before, ...row.slice(1)]] });
  return { columns: [...result.columns, ...columns.map((column) => `${column}@${as}`)], series };
}

function withLargest(result: QueryResult, { as, of }: NonNullable<DataPanel["largest"]>): QueryResult {
  const places = of.map((column) => [column, result.columns.indexOf(column) + 1] as const);
  const name = (row: Row): string | null => {
    const known = places.map(([column, at]) => ({ column, value: row[at] })).filter(({ value }) => typeof value === "number" && value > 0);
    return known.toSorted((a, b) => Number(b.value) - Number(a.value))[0]?.column ?? null;
  };
  const series = result.series.map(({ tags, rows }): Series => ({ tags, rows: rows.map((row): Row => [...row, name(row)]) }));
  return { columns: [...result.columns, as], series };
}

/** Each series with its newest row, the largest of `of` first, and a column with their running share of its sum; null where that is 0. */
function largestFirst(result: QueryResult, { of, as }: NonNullable<DataPanel["cumulative"]>): QueryResult {
  const at = result.columns.indexOf(of) + 1;
  const size = (row: Row | undefined): number => {
    const value = row?.[at];
    return typeof value === "number" ? value : 0;
  };
  const sorted = result.series
    .flatMap(({ tags, rows }) => (size(rows.at(-1)) > 0 ? [{ tags, row: rows.at(-1) as Row }] : []))
    .toSorted((a, b) => size(b.row) - size(a.row));
  const whole = sorted.reduce((sum, { row }) => sum + size(row), 0);
  let sum = 0;
  const series = sorted.map(({ tags, row }): Series => {
    sum += size(row);
    return { tags, rows: [[...row, sum / whole]] };
  });
  return { columns: [...result.columns, as], series };
}
