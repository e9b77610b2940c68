/**
 * The embedded historian's file, synchronous; it runs inside the SQLite thread (`embedded-historian.ts` is its
 * asynchronous face). One table per measurement, keyed by (series, t ms, rev), one column per field.
 */
import type { DatabaseSync } from "node:sqlite";
import {
  cutLine,
  fieldType,
  type FieldType,
  HistorianUnavailable,
  type LineBatch,
  parseFields,
  parseInstant,
  parseKey,
  type Query,
  type QueryResult,
  type Retention,
  seriesKey,
  splitLines,
  type TagRange,
  type WriteReport,
} from "../../core/connect/history/index.ts";
import { StorageUnavailable } from "../../core/connect/queue/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { guardFreeSpace, openDatabase, storageError, transaction } from "./database.ts";
import { HISTORY_SHAPE, HistorySchema, type Table } from "./history-schema.ts";
import { runQuery } from "./history-query.ts";
import { readSamples } from "./history-samples.ts";
import { retentionStep, type RetentionStep } from "./history-retention.ts";

export interface HistoryStoreOptions {
  /** Refuse to write when the file system has fewer free bytes than this (default 256 MiB). */
  readonly minFreeBytes?: number;
}

const DEFAULT_MIN_FREE_BYTES = 268_435_456;
type Value = number | string | boolean;

export class HistoryStore {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #schema: HistorySchema;
  #minFreeBytes: number;

  /** Throws with a sentence for people when the file is damaged (it is moved aside), foreign or newer. */
  constructor(file: string, options: HistoryStoreOptions) {
    this.#file = file;
    this.#minFreeBytes = options.minFreeBytes ?? DEFAULT_MIN_FREE_BYTES;
    this.#database = openDatabase(file, HISTORY_SHAPE);
    this.#schema = new HistorySchema(this.#database);
  }

  /** One transaction. Idempotent; where a row exists already, the fields of the later line win. */
  write(batch: LineBatch): WriteReport {
    const refused: { line: string; reason: string }[] = [];
    let written = 0;
    this.#change(() => {
      guardFreeSpace(this.#file, this.#minFreeBytes);
      for (const line of splitLines(batch.lines)) {
        const reason = this.#writeLine(line);
        if (reason === undefined) written++;
        else refused.push({ line, reason });
      }
    });
    return { written, refused };
  }

  query(query: Query): QueryResult {
    return runQuery(this.#database, this.#schema, query);
  }

  readSamples(range: TagRange): Sample[] {
    return readSamples(this.#database, this.#schema, range);
  }

  /** Deletes a bounded piece, so that other work gets its turn; call again while `more`. */
  retentionStep(retention: Retention, now: number): RetentionStep {
    this.#minFreeBytes = retention.minFreeBytes;
    const step = this.#change(() => retentionStep(this.#database, this.#schema, retention, now));
    this.#database.exec("PRAGMA incremental_vacuum(4000)");
    return step;
  }

  close(): void {
    this.#database.close();
  }

  #writeLine(line: string): string | undefined {
    const parts = cutLine(line);
    if (!parts) return "A line is: series key, space, fields, space, timestamp.";
    const fields = parseFields(parts.fields);
    if (typeof fields === "string") return fields;
    const instant = parseInstant(parts.instant);
    if (!instant) return "The timestamp is not an integer number of nanoseconds.";
    const series = this.#schema.seriesByKey(parts.key) ?? this.#newSeries(parts.key);
    if (typeof series === "string") return series;
    const names = Object.keys(fields);
    const values: (number | string)[] = [];
    for (const name of names) {
      const value = fields[name] as Value;
      const conflict = this.#fieldConflict(series.table, name, value);
      if (conflict !== undefined) return conflict;
      values.push(typeof value === "boolean" ? Number(value) : value);
    }
    series.table.insert(names).run(series.id, instant.time, instant.revision, ...values);
    return undefined;
  }

  #newSeries(key: string) {
    const parsed = parseKey(key);
    if (typeof parsed === "string") return parsed;
    const canonical = seriesKey(parsed.measurement, parsed.tags);
    if (typeof canonical !== "string") return canonical.message;
    return this.#schema.addSeries(canonical, parsed.measurement, parsed.tags);
  }

  #fieldConflict(table: Table, name: string, value: Value): string | undefined {
    const expected = table.typeOf(name);
    if (expected === undefined) return this.#schema.addField(table, name, fieldType(table.measurement, name) ?? kindOf(value));
    const fits = kindOf(value) === (expected === "integer" ? "float" : expected) && (expected !== "integer" || Number.isInteger(value));
    return fits ? undefined : `Field type conflict: ${name} of ${table.measurement} is ${expected}, not ${kindOf(value)}.`;
  }

  /** All or nothing. What passes (disk full, file in use) becomes `HistorianUnavailable`. */
  #change<T>(work: () => T): T {
    try {
      return transaction(this.#database, work);
    } catch (error) {
      this.#schema.reload();
      const known = storageError(error, this.#file);
      if (!(known instanceof StorageUnavailable)) throw known;
      throw new HistorianUnavailable(known.message, { cause: error, retryAfterMs: 30_000 });
    }
  }
}

function kindOf(value: Value): FieldType {
  if (typeof value === "number") return "float";
  return typeof value === "string" ? "string" : "boolean";
}
