/** The last steps of every query, the same for all stores: buckets without data, ratios, other units, order and limit. */
import { bucketRuns, bucketStarts } from "./buckets.ts";
import { inShownUnit } from "../units/linear.ts";
import { type Column, distinctTerms, type Query, type QueryResult, type Series, termKey, termsOf } from "./query.ts";

export type Cell = number | string | boolean | null;

/** What a store computed: one value per distinct term (null: no data), only for buckets with data. */
export interface TermSeries {
  readonly tags: Readonly<Record<string, string>>;
  readonly rows: ReadonlyMap<number, readonly Cell[]>;
}

/** The result of an aggregating query from its terms. */
export function resultOfTerms(query: Query, found: readonly TermSeries[]): QueryResult {
  const keys = distinctTerms(query).map(termKey);
  const series: Series[] = [];
  for (const { tags, rows } of found) {
    const filled = fill(query, keys, rows);
    if (filled.length > 0) series.push({ tags, rows: filled.map(([time, cells]) => [time, ...columnsOf(query, keys, cells)] as const) });
  }
  return ordered(query, series);
}

/** The result of the rows themselves, complete and ascending. */
export function resultOfRows(query: Query, series: readonly Series[]): QueryResult {
  if (query.columns.every((column) => column.conversion === undefined)) return ordered(query, series);
  const converted = (row: Series["rows"][number]): Series["rows"][number] => {
    const [time, ...cells] = row;
    return [time, ...query.columns.map((column, i) => convertedCell(column, cells[i] ?? null))];
  };
  return ordered(
    query,
    series.map(({ tags, rows }) => ({ tags, rows: rows.map(converted) })),
  );
}

/** Sorts series by their tags, rows by order, and cuts at the limit. */
function ordered(query: Query, series: readonly Series[]): QueryResult {
  const sorted = [...series].sort((a, b) => compare(seriesName(query, a), seriesName(query, b)));
  const cut = sorted.map(({ tags, rows }) => {
    const inOrder = query.order === "desc" ? rows.toReversed() : rows;
    return { tags, rows: query.limit === undefined ? inOrder : inOrder.slice(0, query.limit) };
  });
  return { columns: query.columns.map((column) => column.as), series: cut };
}

/** The tags of a query's result: one value per `by`, "" where a row has no such tag. */
export function groupTags(query: Query, tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries((query.by ?? []).map((tag) => [tag, Object.hasOwn(tags, tag) ? (tags[tag] ?? "") : ""]));
}

/** True when a row with these tags passes the filters of the query. */
export function passes(query: Query, tags: Readonly<Record<string, string>>): boolean {
  return (query.where ?? []).every((filter) => Object.hasOwn(tags, filter.tag) && filter.in.includes(tags[filter.tag] ?? ""));
}

function seriesName(query: Query, series: Series): string {
  return JSON.stringify((query.by ?? []).map((tag) => series.tags[tag] ?? ""));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function fill(query: Query, keys: readonly string[], rows: ReadonlyMap<number, readonly Cell[]>): (readonly [number, readonly Cell[]])[] {
  const known = [...rows].filter(([, cells]) => cells.some((cell) => cell !== null)).sort(([a], [b]) => a - b);
  const mode = query.fill ?? "none";
  if (!query.bucket || mode === "none" || known.length === 0) return known.map(([time, cells]) => [time, countsAsZero(keys, cells)]);
  const byTime = new Map(known);
  let previous: readonly Cell[] = keys.map(() => null);
  return bucketStarts(bucketRuns(query)).map((time) => {
    let cells: readonly Cell[] = byTime.get(time) ?? keys.map(() => null);
    if (mode === "previous") {
      const before = previous;
      cells = cells.map((cell, i) => cell ?? before[i] ?? null);
      previous = cells;
    }
    return [time, countsAsZero(keys, cells)];
  });
}

function countsAsZero(keys: readonly string[], cells: readonly Cell[]): Cell[] {
  return cells.map((cell, i) => (cell === null && keys[i]?.startsWith("count(") ? 0 : cell));
}

function columnsOf(query: Query, keys: readonly string[], cells: readonly Cell[]): Cell[] {
  return query.columns.map((column) => columnValue(column, keys, cells));
}

function columnValue(column: Column, keys: readonly string[], cells: readonly Cell[]): Cell {
  const values = termsOf(column).map((term) => cells[keys.indexOf(termKey(term))] ?? null);
  const [first, second] = values;
  if ("field" in column) return convertedCell(column, first ?? null);
  if ("plus" in column) return convertedCell(column, balance(values, column.plus.length));
  if (typeof first !== "number" || typeof second !== "number" || !(second > 0)) return null;
  return convertedCell(column, first / second);
}

/** The first `added` cells less the others. */
function balance(cells: readonly Cell[], added: number): number | null {
  let sum = 0;
  for (const [index, cell] of cells.entries()) {
    if (typeof cell === "number") sum += index < added ? cell : -cell;
    else if (index < added) return null;
  }
  return sum;
}

function convertedCell(column: Column, cell: Cell): Cell {
  if (typeof cell !== "number" || column.conversion === undefined) return cell;
  return inShownUnit(cell, column.conversion);
}
