/** The Queue port on SQLite: the asynchronous face of `QueueStore` in the SQLite thread. */
import type { LineBatch } from "../../core/connect/history/index.ts";
import {
  QueueFull,
  StorageDamaged,
  StorageUnavailable,
  type DeadLetter,
  type Queue,
  type QueuedBatch,
  type QueueDrop,
  type QueueStats,
} from "../../core/connect/queue/index.ts";
import type { QueueStore, QueueStoreOptions } from "./queue-store.ts";
import type { Remote, SqliteThread } from "./thread.ts";

/** Errors cross a thread as name and message; here they become instances of their class again. */
export function reviveError(error: unknown): unknown {
  const { name, message, code } = error as { name?: string; message?: string; code?: StorageUnavailable["code"] };
  if (name === "QueueFull") return new QueueFull(message);
  if (name === "StorageUnavailable") return new StorageUnavailable(message ?? "", code ?? "DISK_FAULT");
  if (name === "StorageDamaged") return new StorageDamaged(message);
  return error;
}

async function revived<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw reviveError(error);
  }
}

/** A view of a larger buffer would be sent with all of that buffer. */
function compact(batch: LineBatch): LineBatch {
  const { lines, count } = batch;
  return { lines: lines.byteLength === lines.buffer.byteLength ? lines : lines.slice(), count };
}

export class SqliteQueue implements Queue {
  readonly #store: Remote<QueueStore>;

  private constructor(store: Remote<QueueStore>) {
    this.#store = store;
  }

  /** Throws `StorageDamaged` (the file was moved aside: open again for a new one) or `StorageUnavailable`. */
  static async open(thread: SqliteThread, file: string, options: QueueStoreOptions): Promise<SqliteQueue> {
    return new SqliteQueue(await revived(thread.open("queue", file, options)));
  }

  append(batches: readonly LineBatch[], now: number): Promise<void> {
    return revived(this.#store.append(batches.map(compact), now));
  }
  peek(maxPoints: number, maxBytes?: number): Promise<readonly QueuedBatch[]> {
    return revived(this.#store.peek(maxPoints, maxBytes));
  }
  newest(): Promise<number> {
    return revived(this.#store.newest());
  }
  acknowledge(upToId: number): Promise<void> {
    return revived(this.#store.acknowledge(upToId));
  }
  bury(letters: readonly { readonly line: string; readonly reason: string }[], now: number): Promise<void> {
    return revived(this.#store.bury(letters, now));
  }
  deadLetters(limit: number): Promise<readonly DeadLetter[]> {
    return revived(this.#store.deadLetters(limit));
  }
  replay(ids: readonly number[], now: number): Promise<number> {
    return revived(this.#store.replay(ids, now));
  }
  discard(ids: readonly number[]): Promise<number> {
    return revived(this.#store.discard(ids));
  }
  drops(): Promise<readonly QueueDrop[]> {
    return revived(this.#store.drops());
  }
  dropsReported(upToId: number): Promise<void> {
    return revived(this.#store.dropsReported(upToId));
  }
  stats(): Promise<QueueStats> {
    return revived(this.#store.stats());
  }
  close(): Promise<void> {
    return revived(this.#store.close());
  }
}
