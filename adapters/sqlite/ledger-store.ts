export type LedgerStoreOptions = Record<string, never>;
export class LedgerStore {
  constructor(_file: string, _options: LedgerStoreOptions) {
    throw new Error("not built yet");
  }
}
