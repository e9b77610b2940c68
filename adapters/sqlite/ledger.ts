/** The Ledger port on SQLite: the asynchronous face of `LedgerStore` in the SQLite thread. */
import {
  LedgerRefusal,
  type Authorship,
  type Ledger,
  type LedgerEntry,
  type LedgerFilter,
  type Statement,
} from "../../core/connect/ledger/index.ts";
import { entryOf } from "./ledger-row.ts";
import type { LedgerStore, LedgerStoreOptions } from "./ledger-store.ts";
import { reviveError } from "./queue.ts";
import type { Remote, SqliteThread } from "./thread.ts";

async function revived<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const { name, message } = error as Error;
    // What cannot even be sent to the thread (functions, sockets) is no statement either.
    if (name === "LedgerRefusal" || name === "DataCloneError") throw new LedgerRefusal(message);
    throw reviveError(error);
  }
}

export class SqliteLedger implements Ledger {
  readonly #store: Remote<LedgerStore>;

  private constructor(store: Remote<LedgerStore>) {
    this.#store = store;
  }

  /** Throws `StorageDamaged` (the file was moved aside) or `StorageUnavailable`. */
  static async open(thread: SqliteThread, file: string, options: LedgerStoreOptions = {}): Promise<SqliteLedger> {
    return new SqliteLedger(await revived(thread.open("ledger", file, options)));
  }

  record(statements: readonly Statement[], by: Authorship, now: number): Promise<readonly (LedgerEntry & { readonly fresh: boolean })[]> {
    return revived(this.#store.record(statements, by, now));
  }
  async latest(filter: LedgerFilter): Promise<readonly LedgerEntry[]> {
    return (await revived(this.#store.latestRows(filter))).map(entryOf);
  }
  revisions(kind: string, asset: string, start: number): Promise<readonly LedgerEntry[]> {
    return revived(this.#store.revisions(kind, asset, start));
  }
  outbox(limit: number): Promise<readonly LedgerEntry[]> {
    return revived(this.#store.outbox(limit));
  }
  projected(upToId: number): Promise<void> {
    return revived(this.#store.projected(upToId));
  }
  newest(): Promise<number> {
    return revived(this.#store.newest());
  }
  close(): Promise<void> {
    return revived(this.#store.close());
  }
}
