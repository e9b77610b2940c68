/**
 * All SQLite runs in worker threads, so that no commit ever blocks Node-RED's event loop.
 * A store is a class of synchronous methods over `DatabaseSync`; `SqliteThread.open` gives its asynchronous twin.
 * Opening a file that is still open shares the store, so that a redeploy may open before the old node has closed.
 */
import type { ResourceLimits } from "node:worker_threads";
import { type Remote, RemoteThread } from "../threads/remote-thread.ts";
import type { StoreKind, StoreOf, StoreOptions } from "./stores.ts";

export { type Remote, ThreadEnded } from "../threads/remote-thread.ts";

export class SqliteThread extends RemoteThread {
  constructor(options?: { readonly resourceLimits?: ResourceLimits }) {
    super(new URL("./worker", import.meta.url), "SQLite", options);
  }

  /** Opens (creating if missing) one store file. */
  open<K extends StoreKind>(kind: K, file: string, options: StoreOptions<K>): Promise<Remote<StoreOf<K>>> {
    return this.openRemote([kind, file, options]);
  }
}

const shared = new Map<string, SqliteThread>();

/**
 * The thread of this process for one purpose, shared by all nodes; a new one when the last has ended. The spine (queue
 * and ledger) has one, the embedded history another, so that a long query never delays a commit.
 */
export function sharedThread(purpose: "spine" | "history"): SqliteThread {
  const known = shared.get(purpose);
  if (known?.alive) return known;
  const thread = new SqliteThread();
  shared.set(purpose, thread);
  return thread;
}
