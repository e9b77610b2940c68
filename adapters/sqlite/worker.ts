/** The worker side of `thread.ts`: opens stores and runs their synchronous methods, one request after the other. */
import { resolve } from "node:path";
import type { ThreadRequest } from "../threads/remote-thread.ts";
import { callMethod, type Methods, serve } from "../threads/serve.ts";
import { openStore, type StoreKind } from "./stores.ts";

interface OpenFile {
  readonly key: string;
  readonly store: Methods;
  holders: number;
}

const files = new Map<string, OpenFile>();
const handles = new Map<number, OpenFile>();
let lastHandle = 0;

function open(kind: StoreKind, file: string, options: never): number {
  lastHandle += 1;
  const key = file === ":memory:" ? `${kind} ${file} ${lastHandle}` : `${kind} ${resolve(file)}`;
  let opened = files.get(key);
  if (opened) opened.store["configure"]?.(options);
  else opened = { key, store: openStore(kind, file, options) as unknown as Methods, holders: 0 };
  opened.holders += 1;
  files.set(key, opened);
  handles.set(lastHandle, opened);
  return lastHandle;
}

function close(handle: number, opened: OpenFile): unknown {
  handles.delete(handle);
  opened.holders -= 1;
  if (opened.holders > 0) return undefined;
  files.delete(opened.key);
  return opened.store["close"]?.();
}

function run(request: ThreadRequest): unknown {
  if (request.object === 0) {
    const [kind, file, options] = request.args as [StoreKind, string, never];
    return open(kind, file, options);
  }
  const opened = handles.get(request.object);
  if (!opened) throw new Error("This store was closed.");
  return request.method === "close" ? close(request.object, opened) : callMethod(opened.store, request);
}

/** Blobs that a store has just read belong to nobody else: they move to the other thread instead of being copied. */
function transferable(result: unknown): ArrayBuffer[] {
  if (!Array.isArray(result)) return [];
  const found = new Set<ArrayBuffer>();
  for (const row of result as unknown[]) {
    const lines = (row as { lines?: unknown } | null)?.lines;
    if (lines instanceof Uint8Array && lines.buffer instanceof ArrayBuffer && lines.byteLength === lines.buffer.byteLength)
      found.add(lines.buffer);
  }
  return [...found];
}

serve(run, transferable);
