/**
 * All SQLite runs in worker threads, so that no commit ever blocks Node-RED's event loop.
 * A store is a class of synchronous methods over `DatabaseSync`; `SqliteThread.open` gives its asynchronous twin.
 * Opening a file that is still open shares the store, so that a redeploy may open before the old node has closed.
 */
import { Worker, type ResourceLimits } from "node:worker_threads";
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

/** The thread has ended (closed, crashed or out of memory): every waiting and every later call gets this. */
export class ThreadEnded extends Error {
  override readonly name = "ThreadEnded";
}

export class SqliteThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #nextId = 1;
  #dead: Error | undefined;

  constructor(options?: { readonly resourceLimits?: ResourceLimits }) {
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    this.#worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), options);
    this.#worker.on("message", (reply: ThreadReply) => this.#settle(reply));
    this.#worker.on("messageerror", (error) =>
      this.#fail(new ThreadEnded(`The SQLite thread sent something unreadable: ${error.message}`)),
    );
    this.#worker.on("error", (error) =>
      this.#fail(new ThreadEnded(`The SQLite thread crashed: ${error instanceof Error ? error.message : String(error)}`)),
    );
    this.#worker.on("exit", () => this.#fail(new ThreadEnded("The SQLite thread has ended.")));
    this.#worker.unref();
  }

  /** False once the thread has ended; open a new one then. */
  get alive(): boolean {
    return this.#dead === undefined;
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
    this.#fail(new ThreadEnded("The SQLite thread was closed."));
    await this.#worker.terminate();
  }

  #call(store: number, method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#worker.postMessage({ id, store, method, args } satisfies ThreadRequest);
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(id, { resolve, reject });
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

  #fail(error: ThreadEnded): void {
    this.#dead ??= error;
    for (const call of this.#waiting.values()) call.reject(this.#dead);
    this.#waiting.clear();
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
