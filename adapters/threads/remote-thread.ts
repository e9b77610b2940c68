/**
 * A worker thread whose objects are used from here as if they were here: a worker script serves classes of synchronous methods
 * (`serve.ts`), `RemoteThread` gives their asynchronous twins. What takes long never blocks Node-RED's event loop that way.
 */
import { type ResourceLimits, Worker } from "node:worker_threads";

/** The same methods, asynchronous. */
export type Remote<S> = {
  [K in keyof S as S[K] extends (...args: never[]) => unknown ? K : never]: S[K] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<R>
    : never;
};

export interface ThreadRequest {
  readonly id: number;
  /** 0: the thread itself, which opens objects. */
  readonly object: number;
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

export class RemoteThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  readonly #label: string;
  #nextId = 1;
  #dead: Error | undefined;

  /** `script`: the worker's, without extension, as `new URL("./worker", import.meta.url)`; `label`: as in "The SQLite thread". */
  constructor(script: URL, label: string, options?: { readonly resourceLimits?: ResourceLimits }) {
    this.#label = label;
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    this.#worker = new Worker(new URL(`${script.href}.${extension}`), options);
    this.#worker.on("message", (reply: ThreadReply) => this.#settle(reply));
    this.#worker.on("messageerror", (error) => this.#fail(`sent something unreadable: ${error.message}`));
    this.#worker.on("error", (error) => this.#fail(`crashed: ${error instanceof Error ? error.message : String(error)}`));
    this.#worker.on("exit", () => this.#fail("has ended."));
    this.#worker.unref();
  }

  /** False once the thread has ended; open a new one then. */
  get alive(): boolean {
    return this.#dead === undefined;
  }

  async end(): Promise<void> {
    this.#fail("was closed.");
    await this.#worker.terminate();
  }

  /** Opens what the worker serves. */
  protected async openRemote<S>(args: readonly unknown[]): Promise<Remote<S>> {
    const object = (await this.#call(0, "open", args)) as number;
    return new Proxy({} as Remote<S>, {
      get: (_target, method) => {
        if (typeof method !== "string" || method === "then") return undefined;
        return (...given: unknown[]) => this.#call(object, method, given);
      },
    });
  }

  #call(object: number, method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#worker.postMessage({ id, object, method, args } satisfies ThreadRequest);
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

  #fail(what: string): void {
    this.#dead ??= new ThreadEnded(`The ${this.#label} thread ${what}`);
    for (const call of this.#waiting.values()) call.reject(this.#dead);
    this.#waiting.clear();
  }
}
