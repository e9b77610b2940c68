/** The Historian port: how the twin meets a time-series store. Adapters: `adapters/influxdb`, `adapters/sqlite`. */
import type { Sample } from "../sample/index.ts";
import type { Query, QueryResult } from "./query.ts";

/** One row of a measurement. `time` is milliseconds; the stored instant is `time * 10^6 + revision` nanoseconds. */
export interface Point {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Numbers are floats unless the measurement's schema names the field an integer. */
  readonly fields: Readonly<Record<string, number | string | boolean>>;
  readonly time: number;
  readonly revision?: number;
}

/** Points in line protocol (UTF-8, nanosecond precision, "\n" between lines): the form in which they are queued and sent. */
export interface LineBatch {
  readonly lines: Uint8Array;
  readonly count: number;
}

export interface WriteReport {
  readonly written: number;
  /** Lines the store will never take; they become dead letters. */
  readonly refused: readonly { readonly line: string; readonly reason: string }[];
}

export interface TagRange {
  readonly tags: readonly { readonly id: string; readonly type?: string }[];
  /** Milliseconds UTC, [from, to). */
  readonly from: number;
  readonly to: number;
  /** Also return the last sample before `from` of each tag (carry-in). */
  readonly carryIn?: boolean;
}

export interface Retention {
  /** Oldest raw telemetry kept, in days; null keeps everything. */
  readonly rawDays: number | null;
  /** Upper bound of the store on disk in bytes; null for none. */
  readonly maxBytes: number | null;
  /** Refuse to write when the file system has fewer free bytes than this. */
  readonly minFreeBytes: number;
}

/** Thrown for everything that is worth trying again: network, 5xx, 408, 429, disk guard. Anything else is a fault. */
export class HistorianUnavailable extends Error {
  override readonly name = "HistorianUnavailable";
  constructor(message: string, options?: { cause?: unknown; retryAfterMs?: number }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterMs = options?.retryAfterMs;
  }
  readonly retryAfterMs: number | undefined;
}

export interface Historian {
  /** For people: `InfluxDB 1.6.7 at http://127.0.0.1:8086` or `embedded historian`. */
  readonly title: string;
  /** Creates what is missing (database, tables); safe to call again. */
  prepare(): Promise<void>;
  /** Idempotent: the same line written twice is one point. Throws `HistorianUnavailable` when it should be tried again. */
  write(batch: LineBatch): Promise<WriteReport>;
  query(query: Query): Promise<QueryResult>;
  /** Samples in time order per tag, exactly what `write` of their points left behind. */
  readSamples(range: TagRange): Promise<Sample[]>;
  enforceRetention(retention: Retention, now: number): Promise<{ readonly deletedBefore: number | null }>;
  close(): Promise<void>;
}
