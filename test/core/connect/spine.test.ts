import assert from "node:assert/strict";
import * as fc from "fast-check";
import { HistorianUnavailable, joinLines, splitLines, type Historian } from "../../../core/connect/history/index.ts";
import { QueueFull, StorageUnavailable, type Queue } from "../../../core/connect/queue/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { backoffMs, Forwarder, OutboxProjector, Recorder, reportDrops, rowOf, Spine } from "../../../core/connect/spine/index.ts";
import { FakeTiming } from "../../support/fake-timing.ts";
import { Faults } from "../../support/faulty.ts";
import { MemoryHistorian } from "../../support/memory-historian.ts";
import { MemoryLedger } from "../../support/memory-ledger.ts";
import { MemoryQueue } from "../../support/memory-queue.ts";

const BY = { author: "node:test", reason: "test" };
const seriesOf = (): { site: string; line: string } => ({ site: "galway", line: "line01" });
const sample = (timestamp: number, value: Sample["value"] = timestamp, name = "fill_weight"): Sample => ({
  tag: `acme.galway.bottling.line01.filler01._raw.${name}`,
  value,
  quality: value === null ? "Bad" : "Good",
  timestamp,
});
const atom = (
  start: number,
  run_ms = 1,
): { kind: string; asset: string; start: number; end: number; data: Record<string, string | number> } => ({
  kind: "oee.atom.v1",
  asset: "acme.galway.bottling.line01.filler01",
  start,
  end: start + 60_000,
  data: { run_ms, product: "P1", shift: "early" },
});
const linesIn = async (queue: Queue): Promise<string[]> => (await queue.peek(1e9)).flatMap((batch) => splitLines(batch.lines));

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Whether something happens in so many turns of the event loop. */
async function within(work: Promise<unknown>, turns = 200): Promise<boolean> {
  const end = { reached: false };
  void work.finally(() => {
    end.reached = true;
  });
  for (let at = 0; !end.reached && at < turns; at += 1) await turn();
  return end.reached;
}

describe("Recorder", () => {
  let timing: FakeTiming;
  let queue: MemoryQueue;
  beforeEach(() => {
    timing = new FakeTiming();
    queue = new MemoryQueue();
  });
  const recorder = (options?: ConstructorParameters<typeof Recorder>[1], port: Queue = queue): Recorder =>
    new Recorder({ queue: port, timing, seriesOf }, options);

  it("resolves a caller only when its samples are in the queue, at the latest after the window", async () => {
    const target = recorder({ windowMs: 50 });
    let done = false;
    const report = target.record([sample(1), sample(2)]).finally(() => {
      done = true;
    });
    await timing.advance(49);
    assert.equal(done, false);
    assert.equal((await queue.stats()).points, 0);
    await timing.advance(1);
    assert.deepEqual(await report, { stored: 2, duplicates: 0, rejects: [] });
    assert.deepEqual(await linesIn(queue), [
      "telemetry,asset=acme.galway.bottling.line01.filler01,line=line01,signal=_raw.fill_weight,site=galway v=1,q=192i 1000000",
      "telemetry,asset=acme.galway.bottling.line01.filler01,line=line01,signal=_raw.fill_weight,site=galway v=2,q=192i 2000000",
    ]);
  });

  it("appends many callers of one window as one batch, and does not wait once a batch is full", async () => {
    const target = recorder({ groupPoints: 10 });
    const reports = Array.from({ length: 25 }, (_, index) => target.record([sample(index)]));
    await timing.settle();
    assert.equal((await queue.stats()).points, 20, "two full batches went without waiting");
    await timing.advance(50);
    assert.deepEqual(
      (await queue.peek(100)).map((batch) => batch.count),
      [10, 10, 5],
    );
    assert.ok((await Promise.all(reports)).every((report) => report.stored === 1));
  });

  it("drops an identical duplicate and counts it, and rejects another value at the same instant", async () => {
    const target = recorder();
    const report = target.record([sample(1, 5), sample(1, 5), sample(1, 6), sample(1, 5, "torque")]);
    await timing.advance(50);
    const { stored, duplicates, rejects } = await report;
    assert.deepEqual([stored, duplicates], [2, 1]);
    assert.deepEqual(
      rejects.map((one) => [one.code, one.input]),
      [["DUPLICATE_TIMESTAMP", sample(1, 6)]],
    );
    assert.deepEqual(await target.record([sample(1, 5)]), { stored: 0, duplicates: 1, rejects: [] });
    const otherQuality = { ...sample(1, 5), quality: "Uncertain" as const };
    assert.equal((await target.record([otherQuality])).rejects[0]?.code, "DUPLICATE_TIMESTAMP");
  });

  it("takes samples that are stored alike as identical: true and 1, 0 and -0, whatever their reception", async () => {
    const target = recorder();
    void target.record([sample(1, true), sample(2, 0), sample(3, "x".repeat(100))]);
    await timing.advance(50);
    const again = await target.record([sample(1, 1), sample(2, -0), { ...sample(3, "x".repeat(100)), received: 9, historical: true }]);
    assert.deepEqual(again, { stored: 0, duplicates: 3, rejects: [] });
    assert.equal((await target.record([sample(3, `${"x".repeat(99)}y`)])).rejects[0]?.code, "DUPLICATE_TIMESTAMP");
  });

  it("acknowledges a duplicate no sooner than the original is on disk, and fails both when that fails", async () => {
    const target = recorder({}, new Faults([{ atCall: 0, when: "before" }]).around(queue));
    const reports = Promise.all([target.record([sample(1)]), target.record([sample(1)])]);
    await timing.advance(50);
    assert.deepEqual(
      (await reports).map((report) => report.rejects.map((one) => one.code)),
      [["INTERNAL"], ["INTERNAL"]],
    );
    const retry = target.record([sample(1)]);
    await timing.advance(50);
    assert.deepEqual(await retry, { stored: 1, duplicates: 0, rejects: [] }, "what failed may be sent again");
  });

  it("forgets beyond its bound: an older duplicate is written again, which the store takes as the same point", async () => {
    const target = recorder({ recent: { perTag: 3, tags: 2 } });
    const report = target.record([1, 2, 3, 4].map((at) => sample(at)));
    await timing.advance(50);
    await report;
    const again = target.record([sample(1), sample(4)]);
    await timing.advance(50);
    assert.deepEqual(await again, { stored: 1, duplicates: 1, rejects: [] });
  });

  it("says QUEUE_FULL and DISK_FULL with the sentence of the store and the sample itself", async () => {
    for (const [error, code] of [
      [new QueueFull("The queue is at its limit."), "QUEUE_FULL"],
      [new StorageUnavailable("No space left.", "DISK_FULL"), "DISK_FULL"],
      [new Error("thread ended"), "INTERNAL"],
    ] as const) {
      const target = recorder({}, new Faults([{ atCall: 0, when: "before" }], () => error).around(queue));
      const report = target.record([sample(1), sample(2)]);
      await timing.advance(50);
      assert.deepEqual(
        (await report).rejects.map((one) => [one.code, one.message, one.input]),
        [
          [code, error.message, sample(1)],
          [code, error.message, sample(2)],
        ],
      );
    }
  });

  it("refuses new samples while too many wait for a stalled disk, and takes them again afterwards", async () => {
    const stalled = new MemoryQueue();
    let release: (() => void) | undefined;
    const append = stalled.append.bind(stalled);
    stalled.append = async (batches, now) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return append(batches, now);
    };
    const target = recorder({ groupPoints: 5, maxPendingPoints: 10 }, stalled);
    const taken = target.record(Array.from({ length: 10 }, (_, index) => sample(index)));
    await timing.settle();
    const refused = await target.record([sample(99)]);
    assert.deepEqual(
      refused.rejects.map((one) => one.code),
      ["QUEUE_FULL"],
    );
    for (; target.pending > 0; await timing.settle()) release?.();
    assert.equal((await taken).stored, 10);
    const later = target.record([sample(99)]);
    await timing.advance(50);
    release?.();
    assert.equal((await later).stored, 1);
  });

  it("flushes what was taken before the call, though the disk never catches up", async () => {
    const slow = new MemoryQueue();
    const target = recorder({ groupPoints: 2 }, slow);
    const append = slow.append.bind(slow);
    let [at, running] = [1_000, true];
    slow.append = async (batches, now) => {
      await turn();
      if (running) void target.record([sample((at += 1)), sample((at += 1))]);
      return append(batches, now);
    };
    void target.record([sample(1), sample(2), sample(3)]);
    const flushed = await within(target.flush());
    const { pending } = target;
    const { points } = await slow.stats();
    running = false;
    assert.deepEqual([flushed, pending > 0, points >= 3], [true, true, true], "it waits for what came after");
  });

  it("flushes on close and refuses what comes later", async () => {
    const target = recorder();
    const report = target.record([sample(1)]);
    await target.close();
    assert.equal((await report).stored, 1);
    assert.match((await target.record([sample(2)])).rejects[0]?.message ?? "", /closing/);
  });

  it("rejects what is no sample with a code and the field, and records the good ones beside it", async () => {
    const target = recorder();
    const now = timing.now();
    const inputs: readonly (readonly [string, string | undefined, unknown])[] = [
      ["NOT_A_SAMPLE", "payload", null],
      ["NOT_A_SAMPLE", "payload", 5],
      ["NOT_A_SAMPLE", "payload", [sample(1)]],
      ["NOT_A_SAMPLE", "tag", {}],
      ["NOT_A_SAMPLE", "tag", Object.create(sample(1))],
      ["NOT_A_SAMPLE", "value", { ...sample(1), value: {} }],
      ["NOT_A_SAMPLE", "value", { ...sample(1), value: 1n }],
      ["NOT_A_SAMPLE", "value", { ...sample(1), value: null, quality: "Good" }],
      ["NOT_A_SAMPLE", "quality", { ...sample(1), quality: "Fine" }],
      ["NOT_A_SAMPLE", "quality", { ...sample(1), quality: "toString" }],
      ["NOT_FINITE", "value", { ...sample(1), value: Number.NaN }],
      ["BAD_TIMESTAMP", "timestamp", { ...sample(1), timestamp: "2024-01-01" }],
      ["BAD_TIMESTAMP", "timestamp", { ...sample(1), timestamp: 1.5 }],
      ["FUTURE_TIMESTAMP", "timestamp", sample(now + 3_600_001)],
      ["UNKNOWN_TAG", "tag", { ...sample(1), tag: "no contract here" }],
      ["UNKNOWN_TAG", "tag", { ...sample(1), tag: "acme.galway._raw.__proto__" }],
      ["UNKNOWN_TAG", "tag", { ...sample(1), tag: "acme.galway._raw.a b\nc" }],
      ["TOO_LARGE", "s", sample(1, "x".repeat(30_000))],
    ];
    const report = target.record([...inputs.map(([, , input]) => input), sample(7)]);
    await timing.advance(50);
    const { stored, rejects } = await report;
    assert.equal(stored, 1);
    assert.deepEqual(
      rejects.map((one) => [one.code, one.field]),
      inputs.map(([code, field]) => [code, field]),
    );
  });

  it("rejects a status that is no number, also where the tag and instant are known, and records what comes after it", async () => {
    const target = recorder();
    const hostile = { ...sample(1), status: JSON.parse('{"toString":1,"valueOf":1}') as never };
    const report = target.record([sample(1), hostile, sample(2)]);
    await timing.advance(50);
    const { stored, rejects } = await report;
    assert.equal(stored, 2);
    assert.deepEqual(
      rejects.map((one) => [one.code, one.field]),
      [["NOT_A_SAMPLE", "status"]],
    );
  });

  it("never throws and accounts for every input, whatever it is given (property)", async () => {
    const near = fc.record(
      {
        tag: fc.oneof(fc.constant(sample(1).tag), fc.anything()),
        value: fc.anything(),
        quality: fc.oneof(fc.constant("Good"), fc.anything()),
        timestamp: fc.oneof(fc.nat(5), fc.anything()),
        status: fc.anything(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(near, fc.anything({ withNullPrototype: true })), { maxLength: 20 }), async (inputs) => {
        const target = recorder({}, new MemoryQueue());
        const report = target.record(inputs);
        await target.flush();
        const { stored, duplicates, rejects } = await report;
        assert.equal(stored + duplicates + rejects.length, inputs.length);
      }),
    );
  });
});

describe("Forwarder", () => {
  let timing: FakeTiming;
  let queue: MemoryQueue;
  beforeEach(() => {
    timing = new FakeTiming();
    queue = new MemoryQueue();
  });
  const forwarder = (historian: Pick<Historian, "write">): Forwarder => new Forwarder({ queue, historian, timing, random: () => 1 });

  it("writes first in, first out, at most 5 000 points at a time, and acknowledges after the write", async () => {
    const historian = new MemoryHistorian();
    const sizes: number[] = [];
    const lines = Array.from({ length: 12_000 }, (_, index) => `m v=${index} ${index}`);
    for (let at = 0; at < lines.length; at += 1_000) await queue.append([joinLines(lines.slice(at, at + 1_000))], 1);
    const target = forwarder({
      write: async (batch) => {
        sizes.push(batch.count);
        assert.equal((await queue.stats()).acknowledged, historian.received.length, "not acknowledged before it is written");
        return historian.write(batch);
      },
    });
    target.start();
    await target.flush();
    assert.deepEqual(sizes, [5_000, 5_000, 2_000]);
    assert.deepEqual(historian.received, lines);
    assert.equal((await queue.stats()).acknowledged, 12_000);
    assert.deepEqual([target.stats().state, target.stats().forwarded, target.stats().rate], ["idle", 12_000, 1_200]);
    await target.stop();
  });

  it("writes at most 4 MiB at a time where texts make the points large", async () => {
    const historian = new MemoryHistorian();
    const sizes: number[] = [];
    const lines = Array.from({ length: 500 }, (_, index) => `m s="${"x".repeat(21_000)}" ${index}`);
    for (let at = 0; at < lines.length; at += 50) await queue.append([joinLines(lines.slice(at, at + 50))], 1);
    const target = forwarder({
      write: (batch) => {
        sizes.push(batch.lines.byteLength);
        return historian.write(batch);
      },
    });
    target.start();
    await target.flush();
    assert.ok(Math.max(...sizes) <= 4 * 2 ** 20, String(sizes));
    assert.equal(sizes.length, 4, "three batches of 1.05 MB fit one write");
    assert.deepEqual(historian.received, lines);
    await target.stop();
  });

  it("waits 0.25 s, doubling to 30 s, while the historian is away, and goes on where it was", async () => {
    const historian = new MemoryHistorian();
    const attempts: number[] = [];
    let away = true;
    await queue.append([joinLines(["m v=1 1"])], 1);
    const target = forwarder({
      write: (batch) => {
        attempts.push(timing.now());
        return away ? Promise.reject(new HistorianUnavailable("connection refused")) : historian.write(batch);
      },
    });
    target.start();
    await timing.advance(100_000);
    const waits = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    assert.deepEqual(waits, [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    const { state, problem, fault } = target.stats();
    assert.deepEqual({ state, problem, fault }, { state: "away", problem: "connection refused", fault: false });
    target.notify();
    await timing.settle();
    assert.equal(attempts.length, 10, "new data does not shorten the pause");
    away = false;
    await timing.advance(30_000);
    assert.deepEqual(historian.received, ["m v=1 1"]);
    assert.deepEqual([target.stats().state, target.stats().failures], ["idle", 0]);
    await target.stop();
  });

  it("waits as long as the historian asks for", async () => {
    const attempts: number[] = [];
    await queue.append([joinLines(["m v=1 1"])], 1);
    const target = forwarder({
      write: () => {
        attempts.push(timing.now());
        return Promise.reject(new HistorianUnavailable("busy", { retryAfterMs: 7_000 }));
      },
    });
    target.start();
    await timing.advance(7_001);
    assert.equal((attempts[1] ?? 0) - (attempts[0] ?? 0), 7_000);
    await target.stop();
  });

  it("keeps refused lines as dead letters and goes on with the rest", async () => {
    const historian = new MemoryHistorian((line) => (line.startsWith("bad") ? "field type conflict" : undefined));
    await queue.append([joinLines(["m v=1 1", "bad v=1 1", "m v=2 2"])], 1);
    const target = forwarder(historian);
    target.start();
    await target.flush();
    assert.deepEqual([...historian.stored.values()], ["m v=1 1", "m v=2 2"]);
    assert.deepEqual(
      (await queue.deadLetters(9)).map((letter) => [letter.line, letter.reason]),
      [["bad v=1 1", "field type conflict"]],
    );
    assert.deepEqual([target.stats().forwarded, target.stats().refused], [2, 1]);
    await target.stop();
  });

  it("spreads retries: half of the wait is drawn", () => {
    assert.deepEqual([backoffMs(1, () => 0), backoffMs(1, () => 0.999_999), backoffMs(50, () => 0)], [125, 250, 15_000]);
  });

  it("flushes what was appended before the call, though the queue never becomes empty", async () => {
    const historian = new MemoryHistorian();
    const { target, before } = await restless(historian);
    const flushed = await within(target.flush());
    await target.stop();
    assert.ok(flushed, "it waits for what came after");
    for (const line of before) assert.ok(historian.received.includes(line), `${line} was accepted before`);
    assert.deepEqual(historian.firsts, historian.received, "and nothing is written twice");
    assert.ok((await queue.stats()).points > 0, "never empty");
  });

  it("waits for a historian that is away before it has flushed, and never for what came meanwhile", async () => {
    const historian = new MemoryHistorian();
    let [away, flushed] = [true, false];
    const { target, before } = await restless({
      write: (batch) => (away ? Promise.reject(new HistorianUnavailable("refused")) : historian.write(batch)),
    });
    const flush = target.flush().finally(() => (flushed = true));
    await timing.advance(60_000);
    assert.deepEqual([flushed, historian.received], [false, []]);
    away = false;
    target.retry();
    await within(flush);
    await target.stop();
    assert.ok(flushed);
    assert.deepEqual(historian.received.slice(0, before.length), before);
  });

  it("takes what the historian refuses and what the queue drops as flushed", async () => {
    queue = new MemoryQueue({ maxBytes: 20 });
    const historian = new MemoryHistorian((line) => (line.startsWith("bad") ? "field type conflict" : undefined));
    let away = true;
    await queue.append([joinLines(["bad v=1 1"])], 1);
    const target = forwarder({
      write: (batch) => (away ? Promise.reject(new HistorianUnavailable("refused")) : historian.write(batch)),
    });
    target.start();
    const flush = target.flush();
    await timing.settle();
    await queue.append([joinLines(["bad v=2 2"])], 2);
    await queue.append([joinLines(["bad v=3 3"])], 3);
    target.retry();
    assert.ok(await within(flush), "dropped: the first gives way to the third");
    away = false;
    assert.ok(await within(target.flush()), "refused");
    assert.deepEqual([(await queue.stats()).dropped, (await queue.deadLetters(9)).length], [1, 2]);
    await target.stop();
  });

  /** A forwarder behind a queue that gets a batch with each write, as from a line that is as fast as the historian. */
  async function restless(historian: Pick<Historian, "write">): Promise<{ target: Forwarder; before: string[] }> {
    const before = Array.from({ length: 5 }, (_, index) => `m v=${index} ${index}`);
    let at = 1_000;
    const write: Historian["write"] = async (batch) => {
      await turn();
      await queue.append([joinLines([`m v=1 ${(at += 1)}`])], 1);
      return historian.write(batch);
    };
    for (const line of before) await queue.append([joinLines([line])], 1);
    const target = new Forwarder({ queue, historian: { write }, timing, random: () => 1 }, { batchPoints: 1 });
    target.start();
    return { target, before };
  }

  it("does not answer `flush` from a reading that began before the question", async () => {
    const historian = new MemoryHistorian();
    const peek = queue.peek.bind(queue);
    let release: (() => void) | undefined;
    queue.peek = async (points) => {
      const found = await peek(points);
      if (found.length === 0 && !release) {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      return found;
    };
    const target = forwarder(historian);
    target.start();
    await timing.settle();
    await queue.append([joinLines(["m v=1 1"])], 1);
    const flushed = target.flush();
    release?.();
    await flushed;
    assert.deepEqual(historian.received, ["m v=1 1"]);
    await target.stop();
  });
});

describe("OutboxProjector", () => {
  it("flushes what was recorded before the call, though the outbox never becomes empty", async () => {
    const timing = new FakeTiming();
    const queue = new MemoryQueue();
    const ledger = new MemoryLedger();
    const outbox = ledger.outbox.bind(ledger);
    let later = 1_000;
    ledger.outbox = async (limit) => {
      await turn();
      await ledger.record(
        [1, 2, 3].map(() => atom(60_000 * (later += 1))),
        BY,
        1,
      );
      return outbox(Math.min(limit, 3));
    };
    await ledger.record(
      [1, 2, 3, 4, 5].map((minute) => atom(60_000 * minute)),
      BY,
      1,
    );
    const target = new OutboxProjector({ ledger, queue, timing, random: () => 0, seriesOf });
    target.start();
    const flushed = await within(target.flush());
    await target.stop();
    assert.ok(flushed, "it waits for what came after");
    const [first] = await outbox(1);
    assert.ok(first !== undefined && first.id > 5, "what was there before is in the queue, and the outbox never empty");
  });

  it("projects OEE atoms to `oee` and everything else to `event`, at start · 10^6 + revision nanoseconds", async () => {
    const timing = new FakeTiming();
    const queue = new MemoryQueue();
    const ledger = new MemoryLedger();
    await ledger.record([atom(60_000), { ...atom(60_000), data: { run_ms: 2 } }], BY, 1);
    await ledger.record([{ kind: "alarm.v1", asset: "acme.galway", start: 5, end: null, data: { text: 'a "b"' } }], BY, 2);
    const target = new OutboxProjector({ ledger, queue, timing, random: () => 0, seriesOf });
    target.start();
    await target.flush();
    assert.deepEqual(await linesIn(queue), [
      "oee,asset=acme.galway.bottling.line01.filler01,cut=0,line=line01,product=P1,shift=early,site=galway run_ms=1,rev=1i 60000000001",
      "oee,asset=acme.galway.bottling.line01.filler01,cut=0,line=line01,product=~,shift=~,site=galway run_ms=2,rev=2i 60000000002",
      'event,asset=acme.galway,kind=alarm.v1,line=line01,site=galway rev=1i,data="{\\"text\\":\\"a \\\\\\"b\\\\\\"\\"}" 5000001',
    ]);
    assert.deepEqual(await ledger.outbox(9), []);
    await target.stop();
  });

  it("does not let an entry that no historian can hold block those behind it", async () => {
    const timing = new FakeTiming();
    const queue = new MemoryQueue();
    const ledger = new MemoryLedger();
    await ledger.record([{ ...atom(0), data: { product: "ends in \\" } }, atom(60_000)], BY, 1);
    const target = new OutboxProjector({ ledger, queue, timing, random: () => 0, seriesOf });
    target.start();
    await target.flush();
    assert.equal((await linesIn(queue)).length, 1);
    assert.match((await queue.deadLetters(9))[0]?.line ?? "", /ledger entry 1/);
    await target.stop();
  });

  it("points to the ledger where a statement is longer than a text field", () => {
    const data = { text: "x".repeat(30_000) };
    const row = rowOf({ id: 7, kind: "note.v1", asset: "a.b", start: 0, end: 1, revision: 3, data, ...BY, recorded: 0 }, seriesOf);
    assert.deepEqual(row.fields, { rev: 3, end: 1, data: '{"inLedger":7,"characters":30011}' });
  });
});

describe("gaps of the queue", () => {
  it("become one event each, also when the report is repeated", async () => {
    const queue = new MemoryQueue({ maxBytes: 10 });
    const ledger = new MemoryLedger();
    await queue.append([joinLines(["m v=1 1"])], 1_000);
    await queue.append([joinLines(["m v=2 2"])], 2_000);
    const lossy = new Faults([{ atCall: 1, when: "before" }]).around(queue);
    await assert.rejects(reportDrops({ queue: lossy, ledger }, "acme.galway", 3_000));
    assert.equal(await reportDrops({ queue, ledger }, "acme.galway", 3_000), 1);
    assert.equal(await reportDrops({ queue, ledger }, "acme.galway", 3_000), 0);
    assert.deepEqual(
      ledger.entries.map(({ kind, start, end, data }) => ({ kind, start, end, data })),
      [{ kind: "queue.gap.v1", start: 1_000, end: 1_001, data: { drop: 1, reason: "bytes", points: 1 } }],
    );
  });
});

/** A caller sends samples and statements, sends again whatever came back, and flushes. */
async function run(faults: Faults): Promise<{ historian: MemoryHistorian; queue: MemoryQueue; ledger: MemoryLedger }> {
  const timing = new FakeTiming();
  const queue = new MemoryQueue();
  const ledger = new MemoryLedger();
  const historian = new MemoryHistorian();
  const spine = new Spine(
    {
      queue: faults.around(queue),
      ledger: faults.around(ledger),
      historian: faults.around(historian) as unknown as Historian,
      timing,
      random: () => 0.5,
      seriesOf,
      asset: "acme.galway",
    },
    { groupPoints: 3 },
  );
  spine.start();
  const finish = async <T>(work: Promise<T>): Promise<T> => {
    const end = { reached: false };
    void work.finally(() => {
      end.reached = true;
    });
    for (let turn = 0; !end.reached && turn < 200; turn += 1) await timing.advance(1_000);
    assert.ok(end.reached, "the spine hangs");
    return work;
  };
  for (let round = 0; round < 4; round += 1) {
    let left: unknown[] = [0, 1, 2, 3, 4].map((index) => sample(1_000 * round + index));
    for (let attempt = 0; left.length > 0 && attempt < 5; attempt += 1) {
      left = (await finish(spine.record(left))).rejects.map((one) => one.input);
    }
    let stated: unknown[] = [atom(60_000 * round, 1), atom(60_000 * round, 2)];
    for (let attempt = 0; stated.length > 0 && attempt < 5; attempt += 1) {
      stated = (await finish(spine.state(stated, BY))).rejects.map((one) => one.input);
    }
    assert.deepEqual([left, stated], [[], []]);
  }
  await finish(spine.flush());
  await finish(spine.stop());
  return { historian, queue, ledger };
}

async function holds(faults: Faults): Promise<void> {
  const { historian, queue, ledger } = await run(faults);
  const telemetry = historian.firsts.filter((line) => line.startsWith("telemetry"));
  const instants = telemetry.map((line) => Number(line.slice(line.lastIndexOf(" ") + 1)) / 1e6);
  const produced = [0, 1, 2, 3].flatMap((round) => [0, 1, 2, 3, 4].map((index) => 1_000 * round + index));
  assert.deepEqual(instants, produced, "produced = stored, in order");
  const rows = [...historian.stored.values()].filter((line) => line.startsWith("oee"));
  assert.equal(rows.length, ledger.entries.length, "every entry is one row");
  assert.equal(historian.stored.size, produced.length + ledger.entries.length, "nothing else is stored");
  for (const { start } of ledger.entries) {
    const data = (await ledger.revisions("oee.atom.v1", atom(0).asset, start)).at(-1)?.data;
    assert.equal(data?.["run_ms"], 2, "the last statement is the latest revision");
  }
  const { points, dropped } = await queue.stats();
  assert.deepEqual({ points, dropped }, { points: 0, dropped: 0 });
}

describe("Spine", () => {
  it("records the good statements beside malformed ones, and only what was checked of them", async () => {
    const ledger = new MemoryLedger();
    const queue = new MemoryQueue();
    const historian = new MemoryHistorian() as unknown as Historian;
    const spine = new Spine({ queue, ledger, historian, timing: new FakeTiming(), random: () => 0, seriesOf, asset: "acme.galway" });
    const alive = { ...atom(0), revision: 9, callback: () => 1 };
    const { entries, rejects } = await spine.state([alive, { ...atom(1), start: "now" }, atom(60_000)], BY);
    assert.deepEqual(
      entries.map((entry) => [entry.start, entry.revision, "callback" in entry]),
      [
        [0, 1, false],
        [60_000, 1, false],
      ],
    );
    assert.deepEqual(
      rejects.map((one) => [one.code, one.field]),
      [["BAD_EVENT", "start"]],
    );
    const lost = await new Spine({
      queue,
      ledger: new Faults([{ atCall: 0, when: "before" }], () => new StorageUnavailable("No space left.", "DISK_FULL")).around(ledger),
      historian,
      timing: new FakeTiming(),
      random: () => 0,
      seriesOf,
      asset: "acme.galway",
    }).state([alive], BY);
    assert.deepEqual(
      lost.rejects.map((one) => [one.code, one.input]),
      [["DISK_FULL", alive]],
    );
  });

  it("stores what was produced, once and in order", async () => {
    await holds(new Faults([]));
  });

  it("keeps that under one failure at every single call of queue, ledger and historian, before and after its effect", async function () {
    this.timeout(60_000);
    const whole = new Faults([]);
    await run(whole);
    assert.ok(whole.calls > 40, `${whole.calls} calls`);
    for (let atCall = 0; atCall < whole.calls; atCall += 1) {
      for (const when of ["before", "after"] as const) {
        const faults = new Faults([{ atCall, when }]);
        await holds(faults);
        assert.equal(faults.hit, 1, `call ${atCall} was made`);
      }
    }
  });

  it("keeps that under any number of failures (property)", async function () {
    this.timeout(60_000);
    const fault = fc.record({ atCall: fc.nat(120), when: fc.constantFrom("before" as const, "after" as const) });
    const errors = fc.constantFrom(new HistorianUnavailable("away"), new StorageUnavailable("full", "DISK_FULL"), new Error("?"));
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 12 }), errors, (faults, error) => holds(new Faults(faults, () => error))),
      { numRuns: 40 },
    );
  });
});
