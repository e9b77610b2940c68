export type QueueStoreOptions = Record<string, never>;
export class QueueStore {
  constructor(_file: string, _options: QueueStoreOptions) {
    throw new Error("not built yet");
  }
}
