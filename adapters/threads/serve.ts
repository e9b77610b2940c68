/** The worker side of `remote-thread.ts`: runs what is asked, one request after the other, and says what went wrong. */
import { parentPort } from "node:worker_threads";
import type { ThreadReply, ThreadRequest } from "./remote-thread.ts";

export type Methods = Record<string, (...args: readonly unknown[]) => unknown>;

/** `run` answers a request or throws; `transferable` names buffers of an answer that belong to nobody else: they move instead of being copied. */
export function serve(run: (request: ThreadRequest) => unknown, transferable: (result: unknown) => ArrayBuffer[] = () => []): void {
  const port = parentPort;
  if (!port) throw new Error("This runs only as a worker thread.");
  port.on("message", (request: ThreadRequest) => {
    try {
      const result = run(request);
      port.postMessage({ id: request.id, result } satisfies ThreadReply, transferable(result));
    } catch (error) {
      port.postMessage(errorReply(request.id, error));
    }
  });
}

/** Calls a method of an object, as a request asks. */
export function callMethod(object: Methods, { method, args }: Pick<ThreadRequest, "method" | "args">): unknown {
  const found = object[method];
  if (typeof found !== "function") throw new TypeError(`No such method: ${method}`);
  return found.apply(object, args as unknown[]);
}

function errorReply(id: number, error: unknown): ThreadReply {
  const { name, message, code } = (error instanceof Error ? error : new Error(String(error))) as Error & { code?: string };
  return { id, error: { name, message, ...(code === undefined ? {} : { code }) } };
}
