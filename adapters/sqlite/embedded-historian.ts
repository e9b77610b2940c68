/** The Historian port over the embedded history file: a plant without InfluxDB, and the default after installation. */
import {
  HistorianUnavailable,
  type Historian,
  type LineBatch,
  type Query,
  type QueryResult,
  type Retention,
  type TagRange,
  type WriteReport,
} from "../../core/connect/history/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import type { HistoryStore, HistoryStoreOptions } from "./history-store.ts";
import { reviveError } from "./queue.ts";
import type { Remote, SqliteThread } from "./thread.ts";

export class EmbeddedHistorian implements Historian {
  readonly title = "embedded historian";
  readonly #store: Remote<HistoryStore>;

  /** `store`: `await thread.open("history", file, {})`. */
  constructor(store: Remote<HistoryStore>) {
    this.#store = store;
  }

  /**
   * Give it a thread of its own: long reads must not delay the queue. Throws `StorageDamaged` (the file was moved aside:
   * open again for a new one) or `StorageUnavailable`.
   */
  static async open(thread: SqliteThread, file: string, options: HistoryStoreOptions): Promise<EmbeddedHistorian> {
    try {
      return new EmbeddedHistorian(await thread.open("history", file, options));
    } catch (error) {
      throw reviveError(error);
    }
  }

  /** Opening the store has created the tables already. */
  async prepare(): Promise<void> {}

  write(batch: LineBatch): Promise<WriteReport> {
    return named(this.#store.write(batch));
  }

  query(query: Query): Promise<QueryResult> {
    return named(this.#store.query(query));
  }

  readSamples(range: TagRange): Promise<Sample[]> {
    return named(this.#store.readSamples(range));
  }

  async enforceRetention(retention: Retention, now: number): Promise<{ readonly deletedBefore: number | null }> {
    let deletedBefore: number | null = null;
    for (;;) {
      const step = await named(this.#store.retentionStep(retention, now));
      if (step.deletedBefore !== null) deletedBefore = Math.max(deletedBefore ?? step.deletedBefore, step.deletedBefore);
      if (!step.more) return { deletedBefore };
    }
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

const PASSING = new Set(["HistorianUnavailable", "ThreadEnded"]);

/** Errors lose their class between threads; the port promises it. */
async function named<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    // A thread that has ended is opened again by its owner; until then nothing may be lost.
    if (error instanceof Error && PASSING.has(error.name)) throw new HistorianUnavailable(error.message, { cause: error });
    throw error;
  }
}
