export type HistoryStoreOptions = Record<string, never>;
export class HistoryStore {
  constructor(_file: string, _options: HistoryStoreOptions) {
    throw new Error("not built yet");
  }
}
