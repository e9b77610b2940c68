import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { SqliteQueue } from "../../adapters/sqlite/queue.ts";
import { QueueStore, type QueueStoreOptions } from "../../adapters/sqlite/queue-store.ts";
import { SqliteThread } from "../../adapters/sqlite/thread.ts";
import type { LineBatch } from "../../core/connect/history/index.ts";
import { QueueFull, StorageDamaged, StorageUnavailable } from "../../core/connect/queue/index.ts";
import { MemoryQueue } from "../support/memory-queue.ts";

const WIDE: QueueStoreOptions = { maxBytes: 1e9, maxAgeMs: 1e12, whenFull: "drop-oldest" };
const batchOf = (...lines: string[]): LineBatch => ({ lines: new TextEncoder().encode(lines.join("\n")), count: lines.length });
const textOf = (batches: readonly LineBatch[]): string[] => batches.flatMap((batch) => new TextDecoder().decode(batch.lines).split("\n"));

/** Both answer alike, or both refuse with the same name. */
const same = async (onModel: () => Promise<unknown>, onReal: () => unknown): Promise<void> => {
  const expected = await onModel().catch((error: Error) => error.name);
  let actual: unknown;
  try {
    actual = onReal();
  } catch (error) {
    actual = (error as Error).name;
  }
  assert.deepEqual(actual ?? undefined, expected);
};

describe("SQLite queue", () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "twinline-queue-"));
    file = join(directory, "queue.sqlite");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  describe("in its thread", () => {
    let thread: SqliteThread;
    beforeEach(() => {
      thread = new SqliteThread();
    });
    afterEach(() => thread.end());

    it("gives batches back first in, first out, and keeps them until they are acknowledged", async () => {
      const queue = await SqliteQueue.open(thread, file, WIDE);
      await queue.append([batchOf("a v=1 1", "a v=2 2"), batchOf("b v=1 1")], 10);
      await queue.append([batchOf("c v=1 1")], 20);
      const first = await queue.peek(3);
      assert.deepEqual(textOf(first), ["a v=1 1", "a v=2 2", "b v=1 1"]);
      assert.deepEqual(textOf(await queue.peek(3)), textOf(first));
      await queue.acknowledge(first.at(-1)?.id ?? 0);
      assert.deepEqual(textOf(await queue.peek(100)), ["c v=1 1"]);
      const { bytes: _bytes, ...stats } = await queue.stats();
      assert.deepEqual(stats, { batches: 1, points: 1, oldest: 20, letters: 0, appended: 4, acknowledged: 3, dropped: 0, dead: 0 });
    });

    it("gives one batch even when it alone exceeds the points asked for", async () => {
      const queue = await SqliteQueue.open(thread, file, WIDE);
      await queue.append([batchOf("a v=1 1", "a v=2 2"), batchOf("b v=1 1")], 1);
      assert.equal((await queue.peek(1)).length, 1);
    });

    it("gives no more bytes than asked for, and still one batch that alone is larger", async () => {
      const queue = await SqliteQueue.open(thread, file, WIDE);
      const text = "x".repeat(21_000);
      await queue.append([batchOf(text), batchOf(text), batchOf("a v=1 1")], 1);
      assert.equal((await queue.peek(5_000, 42_000)).length, 2);
      assert.equal((await queue.peek(5_000, 41_999)).length, 1);
      assert.equal((await queue.peek(5_000, 1)).length, 1);
    });

    it("keeps batches, dead letters and counters across a restart, and never uses an id again", async () => {
      let queue = await SqliteQueue.open(thread, file, WIDE);
      assert.equal(await queue.newest(), 0);
      await queue.append([batchOf("a v=1 1")], 1);
      const id = (await queue.peek(1))[0]?.id ?? 0;
      await queue.bury([{ line: "bad", reason: "type conflict" }], 2);
      await queue.acknowledge(id);
      const before = await queue.stats();
      await queue.close();
      queue = await SqliteQueue.open(thread, file, WIDE);
      assert.deepEqual(await queue.stats(), before);
      assert.equal(await queue.newest(), id, "also of what has left the queue");
      await queue.append([batchOf("b v=1 1")], 3);
      assert.ok(((await queue.peek(1))[0]?.id ?? 0) > id);
      assert.equal(await queue.newest(), (await queue.peek(1))[0]?.id);
    });

    it("sends only a view's own bytes, not the buffer it looks into", async () => {
      const queue = await SqliteQueue.open(thread, file, WIDE);
      const wide = new TextEncoder().encode("xxxa v=1 1yyy");
      await queue.append([{ lines: wide.subarray(3, 10), count: 1 }], 1);
      assert.deepEqual(textOf(await queue.peek(1)), ["a v=1 1"]);
      assert.equal(wide.length, 13, "the caller keeps its buffer");
    });

    it("refuses with QueueFull at its size and takes data again after acknowledgement", async () => {
      const queue = await SqliteQueue.open(thread, file, { ...WIDE, maxBytes: 20, whenFull: "refuse" });
      await queue.append([batchOf("0123456789")], 1);
      await assert.rejects(queue.append([batchOf("0123456789a")], 2), QueueFull);
      await queue.acknowledge((await queue.peek(1))[0]?.id ?? 0);
      await queue.append([batchOf("0123456789a")], 3);
      assert.equal((await queue.stats()).appended, 2);
    });

    it("refuses by age under `refuse`: the oldest is kept, new data waits", async () => {
      const queue = await SqliteQueue.open(thread, file, { ...WIDE, maxAgeMs: 100, whenFull: "refuse" });
      await queue.append([batchOf("a v=1 1")], 0);
      await queue.append([batchOf("b v=1 1")], 100);
      await assert.rejects(queue.append([batchOf("c v=1 1")], 101), QueueFull);
      assert.equal((await queue.stats()).dropped, 0);
    });

    it("drops the oldest by size and by age, counts the points and reports each drop until told that it is known", async () => {
      const queue = await SqliteQueue.open(thread, file, { ...WIDE, maxBytes: 20, maxAgeMs: 1_000 });
      await queue.append([batchOf("aaaa", "aaaa")], 1);
      await queue.append([batchOf("bbbb")], 2);
      await queue.append([batchOf("0123456789")], 3);
      await queue.append([batchOf("cccc")], 2_000);
      const drops = await queue.drops();
      assert.deepEqual(drops, [
        { id: 1, reason: "bytes", points: 2, oldest: 1, newest: 1 },
        { id: 2, reason: "age", points: 2, oldest: 2, newest: 3 },
      ]);
      await queue.append([batchOf("dddd")], 9_000);
      assert.deepEqual(await queue.drops(), [...drops, { id: 3, reason: "age", points: 1, oldest: 2_000, newest: 2_000 }]);
      await queue.dropsReported(2);
      assert.deepEqual(
        (await queue.drops()).map((drop) => drop.id),
        [3],
      );
      const stats = await queue.stats();
      assert.equal(stats.appended, stats.acknowledged + stats.dropped + stats.points);
      assert.equal(stats.dropped, 5);
    });

    it("refuses what can never fit, and stores nothing of it", async () => {
      const queue = await SqliteQueue.open(thread, file, { ...WIDE, maxBytes: 8 });
      await queue.append([batchOf("aaaa")], 1);
      await assert.rejects(queue.append([batchOf("bbbb"), batchOf("ccccc")], 2), QueueFull);
      assert.deepEqual(textOf(await queue.peek(9)), ["aaaa"]);
    });

    it("keeps one dead letter per line and reason with first time, last time and number of times", async () => {
      const queue = await SqliteQueue.open(thread, file, WIDE);
      await queue.bury(
        [
          { line: "x", reason: "r1" },
          { line: "x", reason: "r2" },
        ],
        5,
      );
      await queue.bury([{ line: "x", reason: "r1" }], 9);
      assert.deepEqual(await queue.deadLetters(10), [
        { id: 1, line: "x", reason: "r1", firstSeen: 5, lastSeen: 9, times: 2 },
        { id: 2, line: "x", reason: "r2", firstSeen: 5, lastSeen: 5, times: 1 },
      ]);
      assert.equal((await queue.stats()).dead, 2);
    });

    it("replays dead letters at the tail and discards those that are given up", async () => {
      const queue = await SqliteQueue.open(thread, file, WIDE);
      await queue.append([batchOf("live v=1 1")], 1);
      await queue.bury(
        ["a", "b", "c"].map((line) => ({ line, reason: "r" })),
        2,
      );
      assert.equal(await queue.replay([1, 3, 99], 3), 2);
      assert.deepEqual(textOf(await queue.peek(9)), ["live v=1 1", "a", "c"]);
      assert.equal(await queue.discard([2, 99]), 1);
      assert.deepEqual(await queue.deadLetters(9), []);
    });

    it("bounds dead letters, and the drop is counted", async () => {
      const queue = await SqliteQueue.open(thread, file, { ...WIDE, maxDeadLetters: 2 });
      await queue.bury(
        ["a", "b", "c"].map((line, index) => ({ line, reason: `r${index}` })),
        7,
      );
      assert.deepEqual(
        (await queue.deadLetters(9)).map((letter) => letter.line),
        ["b", "c"],
      );
      assert.deepEqual(await queue.drops(), [{ id: 1, reason: "dead-letters", points: 1, oldest: 7, newest: 7 }]);
    });

    it("shares a file that is opened again before it was closed, under the newer limits", async () => {
      const old = await SqliteQueue.open(thread, file, WIDE);
      await old.append([batchOf("aaaa")], 1);
      const next = await SqliteQueue.open(thread, file, { ...WIDE, maxBytes: 5, whenFull: "refuse" });
      await old.close();
      assert.deepEqual(textOf(await next.peek(1)), ["aaaa"]);
      await assert.rejects(next.append([batchOf("bbbb")], 2), QueueFull);
      await assert.rejects(old.peek(1), /closed/);
    });

    it("says that another process has the file", async () => {
      const other = new SqliteThread();
      try {
        await SqliteQueue.open(thread, file, WIDE);
        await assert.rejects(
          SqliteQueue.open(other, file, WIDE),
          (error) => error instanceof StorageUnavailable && error.code === "IN_USE",
        );
      } finally {
        await other.end();
      }
    });

    it("answers DISK_FULL at the end of the space, keeps what it has, and works again when there is room", async () => {
      const queue = await SqliteQueue.open(thread, file, { ...WIDE, maxFileBytes: 600_000 });
      const big: LineBatch = { lines: new Uint8Array(100_000).fill(97), count: 1 };
      let stored = 0;
      await assert.rejects(
        async () => {
          for (; stored < 20; stored += 1) await queue.append([big], stored);
        },
        (error) => error instanceof StorageUnavailable && error.code === "DISK_FULL" && /Free disk space/.test(error.message),
      );
      assert.ok(stored > 1 && stored < 7);
      assert.equal((await queue.stats()).points, stored);
      await queue.acknowledge((await queue.peek(1))[0]?.id ?? 0);
      await queue.append([big], 99);
      assert.equal((await queue.stats()).points, stored);
    });

    it("stops writing at the free-space guard, but still drains", async () => {
      const queue = await SqliteQueue.open(thread, file, WIDE);
      await queue.append([batchOf("a v=1 1")], 1);
      const guarded = await SqliteQueue.open(thread, file, { ...WIDE, minFreeBytes: Number.MAX_SAFE_INTEGER });
      await assert.rejects(
        guarded.append([batchOf("b v=1 1")], 2),
        (error) => error instanceof StorageUnavailable && error.code === "DISK_FULL",
      );
      await guarded.acknowledge((await guarded.peek(1))[0]?.id ?? 0);
      assert.equal((await guarded.stats()).points, 0);
    });

    it("moves a damaged file aside with a message that says where, and starts a new one", async () => {
      writeFileSync(file, "this is not a database, whatever it says on the tin".repeat(100));
      await assert.rejects(
        SqliteQueue.open(thread, file, WIDE),
        (error) => error instanceof StorageDamaged && error.message.includes(`${file}.damaged-1`),
      );
      assert.ok(existsSync(`${file}.damaged-1`));
      const queue = await SqliteQueue.open(thread, file, WIDE);
      assert.equal((await queue.stats()).points, 0);
    });

    it("checks the integrity after a crash: a torn page is found and the file moved aside", async () => {
      const queue = await SqliteQueue.open(thread, file, WIDE);
      for (let round = 0; round < 20; round += 1) await queue.append([{ lines: new Uint8Array(50_000).fill(97), count: 1 }], round);
      await queue.close();
      const torn = new Uint8Array(statSync(file).size).fill(0x5a, 16_384 * 3);
      torn.set(readFileSync(file).subarray(0, 16_384 * 3));
      writeFileSync(file, torn);
      // A write-ahead log left behind is the sign of an unclean end.
      writeFileSync(`${file}-wal`, "x");
      await assert.rejects(SqliteQueue.open(thread, file, WIDE), StorageDamaged);
      assert.equal(readdirSync(directory).filter((name) => name.includes("damaged")).length > 0, true);
    });

    it("refuses a file of a newer schema or of another kind instead of guessing", async () => {
      await (await SqliteQueue.open(thread, file, WIDE)).close();
      const newer = join(directory, "newer.sqlite");
      copyFileSync(file, newer);
      for (const [path, pragma, complaint] of [
        [newer, "PRAGMA user_version=99", /schema version 99/],
        [file, "PRAGMA application_id=7", /not a queue/],
      ] as const) {
        const database = new DatabaseSync(path);
        database.exec(pragma);
        database.close();
        await assert.rejects(SqliteQueue.open(thread, path, WIDE), complaint);
      }
    });

    it("fails every waiting and every later call when the thread ends", async () => {
      const queue = await SqliteQueue.open(thread, file, WIDE);
      const waiting = Promise.allSettled([queue.append([batchOf("a v=1 1")], 1), queue.stats()]);
      await thread.end();
      for (const call of await waiting) assert.equal(call.status === "rejected" && (call.reason as Error).name, "ThreadEnded");
      await assert.rejects(queue.peek(1), { name: "ThreadEnded" });
      assert.equal(thread.alive, false);
    });
  });

  it("behaves like the queue in memory, whatever the order of calls (property)", async () => {
    const lines = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 4 });
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant("append" as const), batches: fc.array(lines, { maxLength: 3 }), pause: fc.nat(40) }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("deliver" as const), points: fc.nat(8), bytes: fc.nat(60), take: fc.nat(3) }) },
      fc.record({ do: fc.constant("bury" as const), lines, reason: fc.constantFrom("r1", "r2") }),
      fc.record({ do: fc.constant("replay" as const), ids: fc.array(fc.nat(6), { maxLength: 3 }).map((ids) => [...new Set(ids)]) }),
      fc.record({ do: fc.constant("drops" as const) }),
      fc.record({ do: fc.constant("reopen" as const) }),
    );
    const limits = fc.record({
      maxBytes: fc.constantFrom(30, 100, 1e6),
      maxAgeMs: fc.constantFrom(50, 1e9),
      whenFull: fc.constantFrom("drop-oldest" as const, "refuse" as const),
    });
    let serial = 0;
    await fc.assert(
      fc.asyncProperty(limits, fc.array(step, { maxLength: 25 }), async (options, steps) => {
        const path = join(directory, `model-${serial++}.sqlite`);
        const model = new MemoryQueue(options);
        let real = new QueueStore(path, { ...options, synchronous: "NORMAL" });
        let now = 1_000;
        for (const action of steps) {
          if (action.do === "append") {
            now += action.pause;
            const batches = action.batches.map((texts) => batchOf(...texts));
            await same(
              () => model.append(batches, now),
              () => real.append(batches, now),
            );
          } else if (action.do === "deliver") {
            const found = await model.peek(action.points, action.bytes);
            assert.deepEqual(textOf(real.peek(action.points, action.bytes)), textOf(found));
            const upTo = found[Math.min(action.take, found.length - 1)]?.id ?? 0;
            await same(
              () => model.acknowledge(upTo),
              () => real.acknowledge(upTo),
            );
          } else if (action.do === "bury") {
            const letters = action.lines.map((line) => ({ line, reason: action.reason }));
            await same(
              () => model.bury(letters, now),
              () => real.bury(letters, now),
            );
          } else if (action.do === "replay") {
            await same(
              () => model.replay(action.ids, now),
              () => real.replay(action.ids, now),
            );
          } else if (action.do === "drops") {
            const upTo = (await model.drops())[0]?.id ?? 0;
            await same(
              () => model.drops(),
              () => real.drops().map((drop) => ({ ...drop })),
            );
            await model.dropsReported(upTo);
            real.dropsReported(upTo);
          } else {
            real.close();
            real = new QueueStore(path, { ...options, synchronous: "NORMAL" });
          }
          await same(
            () => model.stats(),
            () => real.stats(),
          );
          assert.equal(real.newest(), await model.newest());
          await same(
            () => model.deadLetters(99),
            () => real.deadLetters(99).map((letter) => ({ ...letter })),
          );
        }
        real.close();
      }),
      { numRuns: 60 },
    );
  });
});
