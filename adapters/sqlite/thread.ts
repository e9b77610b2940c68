/**
 * All SQLite runs in one worker thread, so that no commit ever blocks Node-RED's event loop.
 * A store is a class of synchronous methods over `DatabaseSync`; `SqliteThread.open` gives its asynchronous twin.
 */
import { Worker } from "node:worker_threads";
import type { StoreKind, StoreOf, StoreOptions } from "./stores.ts";

/** The same methods, asynchronous. */
export type Remote<S> = {
  [K in keyof S as S[K] extends (...args: never[]) => unknown ? K : never]: S[K] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<R>
    : never;
};

export interface ThreadRequest {
  readonly id: number;
  readonly store: number;
  readonly method: string;
  readonly args: readonly unknown[];
}
export interface ThreadReply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly code?: string };
}

export class SqliteThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #nextId = 1;
  #dead: Error | undefined;

  constructor() {
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    this.#worker = new Worker(new URL(`./worker.${extension}`, import.meta.url));
    this.#worker.on("message", (reply: ThreadReply) => this.#settle(reply));
    this.#worker.on("error", (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on("exit", () => this.#fail(new Error("The SQLite thread has ended.")));
    this.#worker.unref();
  }

  /** Opens (creating if missing) one store file. */
  async open<K extends StoreKind>(kind: K, file: string, options: StoreOptions<K>): Promise<Remote<StoreOf<K>>> {
    const store = (await this.#call(0, "open", [kind, file, options])) as number;
    return new Proxy({} as Remote<StoreOf<K>>, {
      get: (_target, method) => {
        if (typeof method !== "string" || method === "then") return undefined;
        return (...args: unknown[]) => this.#call(store, method, args);
      },
    });
  }

  async end(): Promise<void> {
    this.#dead ??= new Error("The SQLite thread was closed.");
    await this.#worker.terminate();
  }

  #call(store: number, method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, store, method, args } satisfies ThreadRequest);
    });
  }

  #settle(reply: ThreadReply): void {
    const call = this.#waiting.get(reply.id);
    if (!call) return;
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (reply.error) call.reject(Object.assign(new Error(reply.error.message), { name: reply.error.name, code: reply.error.code }));
    else call.resolve(reply.result);
  }

  #fail(error: Error): void {
    this.#dead ??= error;
    for (const call of this.#waiting.values()) call.reject(this.#dead);
    this.#waiting.clear();
  }
}
