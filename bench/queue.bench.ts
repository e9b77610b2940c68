/**
 * Durable enqueue of 83-byte points in batches of 1,000: our queue as it is used (through its thread, synchronous=FULL)
 * beside lmdb and a plain file with fdatasync, in one run on one disk. Each commit is on disk before the next begins.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { open as openFile } from "node:fs/promises";
import path from "node:path";
import { open as openLmdb } from "lmdb";
import { SqliteQueue } from "../adapters/sqlite/queue.ts";
import { SqliteThread } from "../adapters/sqlite/thread.ts";
import { joinLines } from "../core/connect/history/index.ts";
import { benchRow } from "./row.ts";

const POINTS = 1_000;
const BATCHES = 400;
const ROUNDS = 5;

// 82 characters and the newline: the point of the measurements in docs.
const point = (index: number): string => {
  const head = "telemetry,asset=acme.galway.l1.f1,line=l1,signal=_raw.w,site=g v=";
  return `${head}${String(index % 10)},q=192i ${1_700_000_000 + index}`.padEnd(82, "0").slice(0, 82);
};
const batch = joinLines(Array.from({ length: POINTS }, (_, index) => point(index)));

const median = (values: readonly number[]): number => Math.round(values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0);

type Append = () => Promise<unknown>;

async function rate(append: Append): Promise<number> {
  for (let warm = 0; warm < 20; warm += 1) await append();
  const began = performance.now();
  for (let round = 0; round < BATCHES; round += 1) await append();
  return (BATCHES * POINTS * 1_000) / (performance.now() - began);
}

// In the working directory: /tmp may be a file system in memory.
const directory = mkdtempSync(path.join(process.cwd(), ".bench-queue-"));
const thread = new SqliteThread();
try {
  const queue = await SqliteQueue.open(thread, path.join(directory, "queue.sqlite"), {
    maxBytes: 1e11,
    maxAgeMs: 1e12,
    whenFull: "refuse",
  });
  const database = openLmdb<Uint8Array, number>({ path: path.join(directory, "lmdb"), encoding: "binary", compression: false });
  const file = await openFile(path.join(directory, "plain"), "a");
  let key = 0;
  const contenders: Readonly<Record<"queue" | "lmdb" | "file", Append>> = {
    queue: () => queue.append([batch], 1),
    lmdb: async () => {
      await database.put(key++, batch.lines);
      await database.flushed;
    },
    file: async () => {
      await file.write(batch.lines);
      await file.datasync();
    },
  };
  const rates: Record<keyof typeof contenders, number[]> = { queue: [], lmdb: [], file: [] };
  // Round by round, so that a slow moment of the disk hits all of them.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of ["queue", "lmdb", "file"] as const) rates[name].push(await rate(contenders[name]));
  }
  const ours = median(rates.queue);
  const beside = { "lmdb 3.5.6, flushed": median(rates.lmdb), "append + fdatasync": median(rates.file) };
  benchRow({ bench: "queue: durable enqueue, batch 1,000", value: ours, unit: "points/s", beside, bound: 300_000 });
  benchRow({ bench: "queue: beside lmdb", value: ours, unit: "points/s", peer: "lmdb 3.5.6, flushed", peerValue: median(rates.lmdb) });
  benchRow({
    bench: "queue: beside a plain file",
    value: ours,
    unit: "points/s",
    peer: "append + fdatasync",
    peerValue: median(rates.file),
  });
  const drain = await drainRate(queue);
  benchRow({ bench: "queue: read and acknowledge 5,000 at a time", value: drain, unit: "points/s" });
  await queue.close();
  await database.close();
  await file.close();
} finally {
  await thread.end();
  rmSync(directory, { recursive: true, force: true });
}

async function drainRate(queue: SqliteQueue): Promise<number> {
  let points = 0;
  const began = performance.now();
  for (;;) {
    const batches = await queue.peek(5_000);
    const last = batches.at(-1);
    if (!last) return Math.round((points * 1_000) / (performance.now() - began));
    points += batches.reduce((sum, one) => sum + one.count, 0);
    await queue.acknowledge(last.id);
  }
}
