/** The worker side of `thread.ts`: opens stores and runs their synchronous methods, one request after the other. */
import { parentPort } from "node:worker_threads";
import { openStore, type StoreKind } from "./stores.ts";
import type { ThreadReply, ThreadRequest } from "./thread.ts";

const port = parentPort;
if (!port) throw new Error("adapters/sqlite/worker runs only as a worker thread.");

const stores = new Map<number, Record<string, (...args: readonly unknown[]) => unknown>>();

function run(request: ThreadRequest): unknown {
  if (request.store === 0) {
    const [kind, file, options] = request.args as [StoreKind, string, never];
    const handle = stores.size + 1;
    stores.set(handle, openStore(kind, file, options) as never);
    return handle;
  }
  const store = stores.get(request.store);
  const method = store?.[request.method];
  if (!store || typeof method !== "function") throw new TypeError(`No such store method: ${request.method}`);
  return method.apply(store, request.args as unknown[]);
}

port.on("message", (request: ThreadRequest) => {
  let reply: ThreadReply;
  try {
    reply = { id: request.id, result: run(request) };
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string };
    reply = { id: request.id, error: { name, message, ...(code === undefined ? {} : { code }) } };
  }
  port.postMessage(reply);
});
