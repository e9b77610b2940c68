/** Reads samples back from the history file. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { fromRow, splitTag, type TagRange, type TelemetryRow } from "../../core/connect/history/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import type { HistorySchema, Table } from "./history-schema.ts";

/** One answer must fit in memory; longer ranges are read piece by piece. */
const MAX_SAMPLES = 1_000_000;

export function readSamples(database: DatabaseSync, schema: HistorySchema, range: TagRange): Sample[] {
  const table = schema.tableOf("telemetry");
  if (!table) return [];
  const seriesOf = seriesByTag(table);
  const columns = ["v", "s", "q", "sc"].map((field) => `${table.column(field) ?? "NULL"} AS ${field}`).join(", ");
  const select = `SELECT t AS time, ${columns} FROM ${table.table} WHERE series IN (SELECT value FROM json_each(?))`;
  const inside = database.prepare(`${select} AND t >= ? AND t < ? ORDER BY t LIMIT ?`);
  const before = database.prepare(`${select} AND t < ? ORDER BY t DESC LIMIT 1`);
  const samples: Sample[] = [];
  for (const { id, type } of range.tags) {
    const series = JSON.stringify(seriesOf.get(id) ?? []);
    if (range.carryIn) append(samples, id, type, before, [series, range.from]);
    append(samples, id, type, inside, [series, range.from, range.to, MAX_SAMPLES + 1]);
    if (samples.length > MAX_SAMPLES) throw new RangeError(`More than ${MAX_SAMPLES} samples; read a shorter range or fewer tags.`);
  }
  return samples;
}

function append(samples: Sample[], tag: string, type: string | undefined, statement: StatementSync, values: (string | number)[]): void {
  for (const row of statement.iterate(...values)) samples.push(fromRow(tag, row as unknown as TelemetryRow, type));
}

/** Series per canonical tag: more than one where the plant model moved an asset to another line. */
function seriesByTag(table: Table): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { id, tags } of table.series) {
    const tag = `${tags["asset"] ?? ""}.${tags["signal"] ?? ""}`;
    if (!splitTag(tag)) continue;
    const known = found.get(tag);
    if (known) known.push(id);
    else found.set(tag, [id]);
  }
  return found;
}
