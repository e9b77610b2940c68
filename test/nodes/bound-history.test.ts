import assert from "node:assert/strict";
import { reject, type Reject } from "../../core/connect/sample/index.ts";
import type { Correction } from "../../core/operate/oee/index.ts";
import type { TwinMessage, TwinNode } from "../../nodes/kit/node.ts";
import { catchUp } from "../../nodes/operate/bound/catch-up.ts";
import { CorrectionLoop } from "../../nodes/operate/bound/correction-loop.ts";
import { HeldMessages } from "../../nodes/operate/bound/held-messages.ts";
import type { RecordedSamples } from "../../nodes/operate/bound/recorded.ts";
import { FakeTiming } from "../support/fake-timing.ts";

const MINUTE = 60_000;
const STRETCH = { from: 0, to: 60_000 };
const LATE: Correction = { asset: "acme.filler01", beyond: { stretches: [STRETCH], begin: 0, samples: [] } };

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
});

/** Payloads in the order in which they were taken, after the word for what comes before them. */
function holding(): { readonly held: HeldMessages; readonly taken: unknown[]; readonly timing: FakeTiming } {
  const [taken, timing]: [unknown[], FakeTiming] = [[], new FakeTiming()];
  const held = new HeldMessages({ first: () => taken.push("missed"), take: ({ payload }: TwinMessage) => taken.push(payload) });
  held.goOnInTime({ after: (ms, job) => void timing.after(ms, job) });
  return { held, taken, timing };
}

describe("messages held at the start of a bound node", () => {
  it("come in their order after what was missed, once, and then none has to wait", async () => {
    const { held, taken, timing } = holding();
    assert.deepEqual([held.hold({ payload: 1 }), held.hold({ payload: [2, 3] }), held.holding, taken], [true, true, true, []]);
    held.goOn();
    assert.deepEqual(taken, ["missed", 1, [2, 3]]);
    assert.deepEqual([held.hold({ payload: 4 }), held.holding], [false, false]);
    held.goOn();
    await timing.advance(10 * MINUTE);
    assert.equal(taken.length, 3);
  });

  it("are held no more when the first of them is taken", () => {
    const seen: boolean[] = [];
    const held = new HeldMessages({ first: () => seen.push(held.holding), take: () => seen.push(held.holding) });
    held.hold({ payload: 1 });
    held.goOn();
    assert.deepEqual(seen, [false, false]);
  });

  it("do not wait for longer than five minutes", async () => {
    const { held, taken, timing } = holding();
    held.hold({ payload: 1 });
    await timing.advance(5 * MINUTE - 1);
    assert.deepEqual(taken, []);
    await timing.advance(1);
    assert.deepEqual(taken, ["missed", 1]);
  });

  it("do not wait beyond 50,000 samples, whatever the number of messages", () => {
    const { held, taken } = holding();
    const many = Array.from({ length: 49_999 }, () => 0);
    held.hold({ payload: many });
    assert.deepEqual(taken, []);
    assert.equal(held.hold({ payload: 1 }), true, "the last one too is taken in its order");
    assert.deepEqual(taken, ["missed", many, 1]);
  });

  it("leave no timer where nothing had to wait", () => {
    const held = new HeldMessages({ first: () => undefined, take: () => undefined });
    held.goOn();
    held.goOnInTime({ after: () => assert.fail("a timer") });
  });
});
