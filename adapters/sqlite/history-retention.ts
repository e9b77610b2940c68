/** Deletes old raw telemetry by age and by size, piece by piece. Derived rows (OEE, events) are kept. */
import type { DatabaseSync } from "node:sqlite";
import type { Retention } from "../../core/connect/history/index.ts";
import type { HistorySchema, Table } from "./history-schema.ts";

export interface RetentionStep {
  /** True when there is more to delete. */
  readonly more: boolean;
  readonly rows: number;
  /** Raw telemetry before this instant is gone; null when nothing was ever asked to go. */
  readonly deletedBefore: number | null;
}

const DAY_MS = 86_400_000;
const ROWS_PER_STEP = 20_000;
/** By size, the oldest fiftieth of the time span goes at once. */
const SIZE_SLICES = 50;

export function retentionStep(database: DatabaseSync, schema: HistorySchema, retention: Retention, now: number): RetentionStep {
  const table = schema.tableOf("telemetry");
  const byAge = retention.rawDays === null ? null : now - retention.rawDays * DAY_MS;
  const bySize = table && retention.maxBytes !== null ? sizeCutoff(database, table, retention.maxBytes) : null;
  const cutoff = Math.max(byAge ?? Number.NEGATIVE_INFINITY, bySize ?? Number.NEGATIVE_INFINITY);
  if (!table || cutoff === Number.NEGATIVE_INFINITY) return { more: false, rows: 0, deletedBefore: byAge };
  const rows = deleteBefore(database, table, cutoff);
  return { more: rows >= ROWS_PER_STEP || (bySize !== null && rows > 0), rows, deletedBefore: cutoff };
}

/** The instant before which rows must go because the file is too large; null when it is not. */
function sizeCutoff(database: DatabaseSync, table: Table, maxBytes: number): number | null {
  const pragma = (name: string): number => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0] as number;
  const bytes = (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
  if (bytes <= maxBytes) return null;
  const edges = database.prepare(`SELECT min(t) AS first, max(t) AS last FROM ${table.table} WHERE series = ?`);
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { id } of table.series) {
    const row = edges.get(id) as { first: number | null; last: number | null };
    first = Math.min(first, row.first ?? first);
    last = Math.max(last, row.last ?? last);
  }
  return first < last ? first + Math.ceil((last - first) / SIZE_SLICES) : null;
}

function deleteBefore(database: DatabaseSync, table: Table, cutoff: number): number {
  const bounded = database.prepare(
    `DELETE FROM ${table.table} WHERE series = $series AND t < min($cutoff,
       coalesce((SELECT t FROM ${table.table} WHERE series = $series ORDER BY t LIMIT 1 OFFSET $rows), $cutoff))`,
  );
  let deleted = 0;
  for (const { id } of table.series) {
    if (deleted >= ROWS_PER_STEP) break;
    deleted += Number(bounded.run({ $series: id, $cutoff: cutoff, $rows: ROWS_PER_STEP - deleted }).changes);
  }
  return deleted;
}
