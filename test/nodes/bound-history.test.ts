import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { EmbeddedHistorian } from "../../adapters/sqlite/embedded-historian.ts";
import { sharedThread } from "../../adapters/sqlite/thread.ts";
import { HistorianUnavailable, joinLines } from "../../core/connect/history/index.ts";
import { reject, type Reject, type Sample } from "../../core/connect/sample/index.ts";
import type { Correction, SampleReader } from "../../core/operate/oee/index.ts";
import { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import type { TwinNode } from "../../nodes/kit/node.ts";
import { catchUp } from "../../nodes/operate/bound/catch-up.ts";
import { CorrectionLoop } from "../../nodes/operate/bound/correction-loop.ts";
import type { RecordedSamples } from "../../nodes/operate/bound/recorded.ts";

const STRETCH = { from: 0, to: 60_000 };
const LATE: Correction = { asset: "acme.filler01", beyond: { stretches: [STRETCH], begin: 0, samples: [] } };

const QUIET = { inMemoryFrom: null, recompute: async () => ({ events: [], rejects: [] }) };
const BROKEN = { inMemoryFrom: null, recompute: () => Promise.reject(new Error("broken")) };

interface Bench {
  readonly node: TwinNode;
  readonly recorded: RecordedSamples;
  readonly rejects: Reject[];
  readonly later: (() => unknown)[];
  drained: boolean;
}

/** A node whose timers a test fires, and a historian whose queue is `drained` when a test says so. */
function bench(): Bench {
  const [rejects, later]: [Reject[], (() => unknown)[]] = [[], []];
  const node = {
    closing: new AbortController().signal,
    now: () => 0,
    guard:
      (job: (...args: never[]) => unknown) =>
      (...args: never[]) =>
        void job(...args),
    after: (_ms: number, job: () => unknown) => void later.push(job),
    reject: (all: readonly Reject[]) => void rejects.push(...all),
    send: () => undefined,
    status: () => undefined,
    text: (key: string) => key,
  } as unknown as TwinNode;
  const recorded = { flush: async () => made.drained, stats: async () => ({ deletedBefore: null }) } as unknown as RecordedSamples;
  const made: Bench = { node, recorded, rejects, later, drained: true };
  return made;
}

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Lets the node try again until something is done. */
async function until(made: Bench, done: () => boolean): Promise<boolean> {
  const deadline = Date.now() + 10_000;
  for (; !done() && Date.now() < deadline; await turns()) for (const job of made.later.splice(0)) await job();
  return done();
}

describe("what bound nodes read back", () => {
  it("is not read for a correction before the historian has everything that was accepted", async () => {
    const made = bench();
    made.drained = false;
    let recomputed = 0;
    const recompute = async () => ({ events: [], rejects: [], counted: (recomputed += 1) });
    const calculatorOf = () => ({ inMemoryFrom: null, recompute });
    const loop = new CorrectionLoop(made.node, { recorded: made.recorded, read: async () => [], calculatorOf }, [LATE]);
    loop.run();
    await turns();
    assert.deepEqual([recomputed, loop.state().length], [0, 1], "it waits, also over a restart");
    made.drained = true;
    for (const job of made.later.splice(0)) job();
    await turns();
    assert.deepEqual([recomputed, loop.state().length], [1, 0]);
  });

  it("says that a correction failed, also one that carries no samples", async () => {
    const made = bench();
    const { recorded } = made;
    new CorrectionLoop(made.node, { recorded, read: async () => [], calculatorOf: () => BROKEN }, [LATE]).run();
    await turns();
    const input = { asset: LATE.asset, stretches: [STRETCH] };
    assert.deepEqual(made.rejects, [reject("INTERNAL", input, { message: "The correction failed: broken" })]);
  });

  it("is not taken for all that was missed before the historian has everything that was accepted", async () => {
    const made = bench();
    made.drained = false;
    let done = 0;
    const ports = { recorded: made.recorded, read: async () => [], take: () => undefined, done: () => void (done += 1) };
    await catchUp(made.node, { ...ports, sources: () => [{ watermark: 0, tags: ["a"] }] });
    assert.deepEqual([done, made.later.length], [0, 1]);
    made.drained = true;
    await made.later[0]?.();
    assert.equal(done, 1);
  });

  it("waits for a historian that is away, however often it has to ask", async () => {
    const made = bench();
    made.drained = false;
    let done = 0;
    const ports = { recorded: made.recorded, read: async () => [], take: () => undefined, done: () => void (done += 1) };
    await catchUp(made.node, { ...ports, sources: () => [] });
    for (let tries = 0; tries < 50; tries += 1) await made.later.shift()?.();
    assert.deepEqual([done, made.later.length], [0, 1]);
  });

  it("is asked for with one mark over all tries, and with another for what came meanwhile, which is a correction of its own", async () => {
    const made = bench();
    const marks: unknown[] = [];
    const recorded: RecordedSamples = {
      ...made.recorded,
      flush: async (_timeoutMs, since) => {
        marks.push(since);
        return marks.length !== 1;
      },
    };
    const loop = new CorrectionLoop(made.node, { recorded, read: async () => [], calculatorOf: () => QUIET }, [LATE]);
    loop.run();
    await turns();
    assert.ok(loop.accepts(LATE.asset, LATE.beyond));
    assert.equal(loop.state().length, 2);
    await made.later.shift()?.();
    await turns();
    assert.deepEqual([marks.length, marks[0] === marks[1], marks[1] === marks[2]], [3, true, false]);
  });
});

const TAG = "acme.galway.bottling.line01.filler01._raw.fill_weight";
const START = 1_700_000_000_000;
const samples = (from: number, to: number): Sample[] =>
  Array.from({ length: to - from }, (_, index) => ({ tag: TAG, value: from + index, quality: "Good", timestamp: START + from + index }));
const times = (from: number, to: number): number[] => samples(from, to).map(({ timestamp }) => timestamp);

describe("what bound nodes read back from a queue that is never empty", () => {
  const write = Reflect.get(EmbeddedHistorian.prototype, "write");
  let directory: string;
  let service: HistorianService;
  /** Writes that the historian takes before it is away. */
  let taken: number;

  async function open(): Promise<void> {
    const queue = { maxBytes: 1e8, maxAgeMs: 1e12, whenFull: "refuse" as const };
    const settings = { directory, queue, minFreeBytes: 0, seriesOf: () => ({ site: "galway", line: "line01" }), asset: "acme.galway" };
    service = await HistorianService.open(settings, { rawDays: null, maxBytes: null, minFreeBytes: 0 }, () => undefined);
  }

  beforeEach(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "twinline-flush-"));
    taken = Number.POSITIVE_INFINITY;
    let other = 0;
    // With each write more is accepted, as from a line that is as fast as its historian.
    EmbeddedHistorian.prototype.write = async function (batch) {
      other += 1;
      await service.queue.append([joinLines([`telemetry,asset=other,signal=_raw.a v=1,q=192i ${other}000000`])], Date.now());
      if (taken <= 0) throw new HistorianUnavailable("away");
      taken -= 1;
      return write.call(this, batch);
    };
    await open();
  });
  afterEach(async () => {
    EmbeddedHistorian.prototype.write = write;
    await service.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** The service with little patience. */
  const recorded = (): RecordedSamples => ({
    historian: service.historian,
    ledger: service.ledger,
    subscribe: () => () => undefined,
    flush: (_timeoutMs, since) => service.flush(50, since),
    stats: () => service.stats(),
  });
  const read: SampleReader = (range) => service.historian.readSamples(range);
  const all = { tags: [{ id: TAG }], from: START, to: START + 1e6, carryIn: true } as const;

  const attempts = async (): Promise<number> => (await service.stats()).forwarder.failures;

  it("is everything that was accepted before, for a correction and at a start, once each, over an absence and a restart", async () => {
    const made = bench();
    const seen: number[][] = [];
    const recompute = async (): Promise<{ events: []; rejects: [] }> => {
      seen.push((await read(all)).map(({ timestamp }) => timestamp));
      return { events: [], rejects: [] };
    };
    const loop = (from: readonly Correction[]): CorrectionLoop =>
      new CorrectionLoop(made.node, { recorded: recorded(), read, calculatorOf: () => ({ inMemoryFrom: null, recompute }) }, from);
    taken = 0;
    await service.record(samples(0, 100));
    const waiting = loop([LATE]);
    waiting.run();
    while (made.later.length === 0) await turns();
    assert.deepEqual([seen, waiting.state().length], [[], 1], "the historian is away");
    made.later.length = 0;
    await service.close();

    taken = Number.POSITIVE_INFINITY;
    await open();
    void service.record(samples(100, 3_000));
    loop(waiting.state()).run();
    assert.ok(await until(made, () => seen.length > 0), "the correction waits for what came after");
    assert.deepEqual(seen, [times(0, 3_000)]);

    void service.record(samples(3_000, 4_000));
    const missed: number[] = [];
    let done = false;
    const take = (some: readonly Sample[]): void => void missed.push(...some.map(({ timestamp }) => timestamp));
    const node = { ...made.node, now: () => START + 1e6 };
    const ports = { recorded: recorded(), read, take, done: () => void (done = true) };
    await catchUp(node, { ...ports, sources: () => [{ watermark: START, tags: [TAG] }] });
    assert.ok(await until(made, () => done), "the start waits for what came after");
    assert.deepEqual(missed, times(0, 4_000));
    assert.ok((await service.stats()).queue.points > 0, "and the queue is not empty");
  });

  it("is waited for with a mark that asking again does not move: a queue longer than the patience is passed all the same", async () => {
    taken = 0;
    await service.record(samples(0, 5_000));
    const since = {};
    while ((await attempts()) === 0) await turns();
    const before = await attempts();
    assert.equal(await service.flush(1, since), false);
    while ((await attempts()) === before) await turns();
    await service.record(samples(5_000, 25_000));
    // One write of 5,000 points, and one for what writes that failed had put behind them.
    taken = 2;
    const deadline = Date.now() + 10_000;
    let passed = false;
    while (!passed && Date.now() < deadline) passed = await service.flush(50, since);
    assert.deepEqual([passed, await service.flush(50)], [true, false], "only what came after still waits");
  });

  it("is waited for once more where the storage was opened again in between", async () => {
    taken = 0;
    await service.record(samples(0, 100));
    const since = {};
    assert.equal(await service.flush(1, since), false);
    await sharedThread("spine").end();
    await service.tend();
    taken = Number.POSITIVE_INFINITY;
    assert.equal(await service.flush(10_000, since), true);
    assert.equal((await read(all)).length, 100);
  });
});
