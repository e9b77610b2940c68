import assert from "node:assert/strict";
import * as fc from "fast-check";
import { QueueFull, StorageUnavailable, type Queue } from "../../../core/connect/queue/index.ts";
import { Recorder } from "../../../core/connect/spine/index.ts";
import { FakeTiming } from "../../support/fake-timing.ts";
import { Faults } from "../../support/faulty.ts";
import { MemoryQueue } from "../../support/memory-queue.ts";
import { linesIn, sample, seriesOf, turn, within } from "../../support/spine-samples.ts";

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
