/** The stores that the SQLite thread can open. A new store is one entry here. */
import { QueueStore, type QueueStoreOptions } from "./queue-store.ts";
import { LedgerStore, type LedgerStoreOptions } from "./ledger-store.ts";
import { HistoryStore, type HistoryStoreOptions } from "./history-store.ts";

interface Stores {
  queue: { store: QueueStore; options: QueueStoreOptions };
  ledger: { store: LedgerStore; options: LedgerStoreOptions };
  history: { store: HistoryStore; options: HistoryStoreOptions };
}
export type StoreKind = keyof Stores;
export type StoreOf<K extends StoreKind> = Stores[K]["store"];
export type StoreOptions<K extends StoreKind> = Stores[K]["options"];

const open: { [K in StoreKind]: (file: string, options: StoreOptions<K>) => StoreOf<K> } = {
  queue: (file, options) => new QueueStore(file, options),
  ledger: (file, options) => new LedgerStore(file, options),
  history: (file, options) => new HistoryStore(file, options),
};

export function openStore<K extends StoreKind>(kind: K, file: string, options: StoreOptions<K>): StoreOf<K> {
  return open[kind](file, options);
}
