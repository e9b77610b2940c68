/** What a panel knows at a time, and the difference between two such states. */
import type { QueryResult, Series } from "../../connect/history/index.ts";
import type { DataEdge } from "./data-edge.ts";

export type PanelStatus =
  | "ok"
  /** The query answered, but there is nothing in the range. */
  | "empty"
  /** The newest row is older than the panel allows, or the data of the shift that is shown has stopped. */
  | "stale"
  /** No answer; the last data is still shown. */
  | "unreachable"
  | "failed"
  /** The range is a shift, and none is planned. */
  | "no-shift";

export interface PanelResult {
  readonly main: QueryResult;
  readonly limits?: QueryResult;
}

export interface PanelState {
  readonly status: PanelStatus;
  /** Instant up to which there is data, ms UTC. */
  readonly newest: number | null;
  /** When the historian last answered, ms UTC. */
  readonly answeredAt: number | null;
  readonly from: number;
  readonly to: number;
  readonly shift?: string;
  /** How far the data of the line reaches; null when that is not known. */
  readonly edge: DataEdge | null;
  readonly everyMs?: number;
  /** Not all rows are shown: there are more than a panel takes. */
  readonly truncated: boolean;
  readonly result: PanelResult | null;
}

/** Rows that changed or came, per series; rows before `from` are gone. */
export interface Delta {
  readonly from: number;
  readonly series: readonly { readonly tags: Series["tags"]; readonly rows: Series["rows"] }[];
}

const MOST_SERIES = 60;
const MOST_ROWS = 20_000;

/** Cuts a result that is larger than a panel can show; keeps the newest rows. */
export function bounded(result: QueryResult): { readonly result: QueryResult; readonly truncated: boolean } {
  const kept = result.series.slice(0, MOST_SERIES);
  const each = Math.max(1, Math.floor(MOST_ROWS / Math.max(1, kept.length)));
  const truncated = kept.length < result.series.length || kept.some(({ rows }) => rows.length > each);
  if (!truncated) return { result, truncated };
  return { result: { ...result, series: kept.map(({ tags, rows }) => ({ tags, rows: rows.slice(-each) })) }, truncated };
}

/** Rows in time order, the ones that held at `from` first and moved to it. */
export function withCarryIn(main: QueryResult, carried: QueryResult, from: number): QueryResult {
  const before = new Map(carried.series.map(({ tags, rows }) => [JSON.stringify(tags), { tags, row: rows[0] }] as const));
  const series: Series[] = main.series.map(({ tags, rows }) => {
    const key = JSON.stringify(tags);
    const row = before.get(key)?.row;
    before.delete(key);
    return { tags, rows: row && rows[0]?.[0] !== from ? [at(row, from), ...rows] : rows };
  });
  for (const { tags, row } of before.values()) if (row) series.push({ tags, rows: [at(row, from)] });
  return { ...main, series };
}

function at(row: Series["rows"][number], time: number): Series["rows"][number] {
  return [time, ...row.slice(1)] as unknown as Series["rows"][number];
}

/** Rows ascending in time, whatever the query asked for. */
export function ascending(result: QueryResult): QueryResult {
  const series = result.series.map(({ tags, rows }) => {
    const [first, last] = [rows[0], rows.at(-1)];
    return first && last && first[0] > last[0] ? { tags, rows: rows.toReversed() } : { tags, rows };
  });
  return { ...result, series };
}

/** Without the rows after the edge, which only a query that fills its buckets has: nothing is known there. */
export function upTo(edge: DataEdge | null, result: QueryResult): QueryResult {
  if (edge === null) return result;
  return { ...result, series: result.series.map(({ tags, rows }) => ({ tags, rows: rows.filter(([time]) => time <= edge.at) })) };
}

/** Start of the newest row that has a value. */
export function newestRow(result: QueryResult): number | null {
  let newest: number | null = null;
  for (const { rows } of result.series) {
    const row = rows.findLast((candidate) => candidate.slice(1).some((value) => value !== null));
    if (row && (newest === null || row[0] > newest)) newest = row[0];
  }
  return newest;
}

/** How `next` differs from `previous`; undefined when it has to be sent whole. */
export function difference(previous: QueryResult, next: QueryResult, from: number): Delta | undefined {
  if (previous.series.length !== next.series.length || previous.columns.join("\n") !== next.columns.join("\n")) return undefined;
  const changed: Delta["series"][number][] = [];
  for (const [index, { tags, rows }] of next.series.entries()) {
    const old = previous.series[index] as Series;
    if (JSON.stringify(old.tags) !== JSON.stringify(tags)) return undefined;
    const byTime = new Map(old.rows.filter((row) => row[0] >= from).map((row) => [row[0], JSON.stringify(row)]));
    const fresh = rows.filter((row) => {
      const same = byTime.get(row[0]) === JSON.stringify(row);
      byTime.delete(row[0]);
      return !same;
    });
    const twice = new Set(rows.map((row) => row[0])).size < rows.length;
    if (byTime.size > 0 || twice) return undefined;
    if (fresh.length > 0) changed.push({ tags, rows: fresh });
  }
  return { from, series: changed };
}

/** `previous` with a delta applied: the inverse of `difference`. */
export function applied(previous: QueryResult, delta: Delta): QueryResult {
  const series = previous.series.map(({ tags, rows }) => {
    const key = JSON.stringify(tags);
    const change = delta.series.find((candidate) => JSON.stringify(candidate.tags) === key);
    const byTime = new Map(rows.filter((row) => row[0] >= delta.from).map((row) => [row[0], row] as const));
    for (const row of change?.rows ?? []) byTime.set(row[0], row);
    return { tags, rows: [...byTime.values()].toSorted((a, b) => a[0] - b[0]) };
  });
  return { ...previous, series };
}
