import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { TwinEvent } from "../../core/connect/event/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { EnergyCalculator, type EnergyAtomEvent } from "../../core/operate/energy/index.ts";
import { LineCalculator, type OeeLineEvent } from "../../core/operate/line/index.ts";
import type { Meanwhile } from "../../core/operate/minutes/index.ts";
import {
  type Beyond,
  type Correction,
  type OeeAtomEvent,
  OeeCalculator,
  type PushBounds,
  readerWithout,
  type SampleReader,
} from "../../core/operate/oee/index.ts";
import type { TwinNode } from "../../nodes/kit/node.ts";
import { CorrectionLoop, type Recomputing } from "../../nodes/operate/bound/correction-loop.ts";
import type { RecordedSamples } from "../../nodes/operate/bound/recorded.ts";
import * as energy from "../support/energy-streams.ts";
import * as lines from "../support/line-streams.ts";
import * as oee from "../support/oee-line.ts";

const { ASSET, MINUTE, sample, T0 } = oee;

async function turns(): Promise<void> {
  for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The loop of a node whose timers a test fires, over a restart too; what it sends comes into `events`. */
class Waiting {
  readonly events: unknown[];
  readonly marks = new Set<object>();
  /** Whether the historian has what was accepted before this mark was first asked for. */
  passed: (mark: object) => boolean = () => false;
  readonly #calculator: Recomputing;
  readonly #read: SampleReader;
  #later: (() => unknown)[] = [];
  #loop: CorrectionLoop;

  constructor(calculator: Recomputing, read: SampleReader, events: unknown[]) {
    this.#calculator = calculator;
    this.#read = read;
    this.events = events;
    this.#loop = this.#started([]);
  }

  readonly accepts = (beyond: Beyond): boolean => this.#loop.accepts(ASSET, beyond);
  readonly meanwhile: Meanwhile = (...besides) => this.#loop.meanwhile(ASSET, ...besides);

  get state(): readonly Correction[] {
    return this.#loop.state();
  }

  async run(): Promise<void> {
    this.#loop.run();
    await turns();
  }

  restart(): void {
    this.#loop = this.#started(JSON.parse(JSON.stringify(this.state)) as Correction[]);
  }

  async again(): Promise<void> {
    for (const job of this.#later.splice(0)) job();
    await turns();
  }

  async finish(): Promise<void> {
    this.passed = () => true;
    await this.run();
    while (this.state.length > 0) await this.again();
  }

  #started(from: readonly Correction[]): CorrectionLoop {
    this.#later = [];
    const node = {
      closing: new AbortController().signal,
      guard: (job: () => unknown) => () => void job(),
      after: (_ms: number, job: () => unknown) => void this.#later.push(job),
      reject: (rejects: readonly unknown[]) => assert.deepEqual(rejects, []),
      send: (message: { readonly events?: { readonly payload: readonly TwinEvent[] } }) =>
        this.events.push(...(message.events?.payload ?? [])),
    } as unknown as TwinNode;
    const recorded = {
      flush: async (_ms: number, mark: object) => this.passed(mark) && this.marks.add(mark).size > 0,
      stats: async () => ({ deletedBefore: null }),
    } as unknown as RecordedSamples;
    return new CorrectionLoop(node, { recorded, read: this.#read, calculatorOf: () => this.#calculator }, from);
  }
}

interface Calculator<E> extends Recomputing {
  readonly dataTime: number | null;
  readonly watermark: number | null;
  push(samples: readonly Sample[], bounds: PushBounds): { readonly events: readonly E[] };
  tick(dataTime: number): readonly E[];
}

/** Takes these batches while the historian is away, then it comes back; answers how many corrections waited in the end. */
async function waited<E>(
  calculator: Calculator<E>,
  batches: readonly (readonly Sample[])[],
  read: SampleReader,
  events: E[],
  restartAt: number,
): Promise<number> {
  const waiting = new Waiting(calculator, read, events);
  for (const [i, batch] of batches.entries()) {
    events.push(...calculator.push(batch, waiting).events, ...calculator.tick(calculator.dataTime ?? 0));
    if (i === restartAt) waiting.restart();
    await waiting.run();
  }
  const { length } = waiting.state;
  await waiting.finish();
  return length;
}

function meter(name: string, at: number): Sample {
  return energy.sample(name === "beat" ? "heartbeat" : name, T0 + at, name === "state" ? 6 : at);
}

describe("corrections that overlap and wait apart", () => {
  /** Ten minutes of a machine that is silent for 100 s: either of two late beats ends the silence. */
  const beats = Array.from({ length: 600 }, (_, i) => i).filter((i) => i < 15 || i > 18);
  const base = [sample("state", T0, 6), sample("product", T0, "still"), ...beats.map((i) => sample("heartbeat", T0 + i * 20_000, i))];
  const late = [sample("heartbeat", T0 + 330_000, 1001), sample("heartbeat", T0 + 331_000, 1002)];

  async function silent(): Promise<{ recorded: Sample[]; events: OeeAtomEvent[]; calculator: OeeCalculator; waiting: Waiting }> {
    const before = new OeeCalculator(oee.line);
    const recorded: Sample[] = [];
    const events = await oee.feed(before, [base], recorded);
    const calculator = OeeCalculator.restore(oee.line, {}, before.state(5 * MINUTE));
    return { recorded, events, calculator, waiting: new Waiting(calculator, oee.reader(recorded), events) };
  }

  for (const restarted of [false, true])
    it(`end like one${restarted ? ", also when both were saved and restored" : ""}`, async () => {
      const { recorded, events, calculator, waiting } = await silent();
      for (const one of late) {
        recorded.push(one);
        calculator.push([one], waiting);
        await waiting.run();
      }
      assert.equal(waiting.state.length, 2);
      if (restarted) waiting.restart();
      await waiting.finish();
      assert.deepEqual(oee.latest(events), oee.truth([...base, ...late], calculator.watermark ?? 0));
    });

  it("end like one where the historian has samples before the machine is told of them", async () => {
    const { recorded, events, calculator, waiting } = await silent();
    waiting.passed = () => true;
    const samples = [...late, sample("heartbeat", T0 + 332_000, 1003)];
    recorded.push(...samples);
    for (const one of samples) {
      calculator.push([one], { accepts: waiting.accepts });
      await waiting.run();
    }
    await waiting.finish();
    assert.deepEqual(oee.latest(events), oee.truth([...base, ...samples], calculator.watermark ?? 0));
  });

  it("end like one in energy", async () => {
    const ofMeter = [meter("state", 0), ...beats.flatMap((i) => [meter("beat", i * 20_000), meter("active_energy", i * 20_000)])];
    const meterLate = [meter("beat", 330_000), meter("beat", 331_000)];
    const before = new EnergyCalculator(energy.plain);
    const events = await energy.feed(before, [ofMeter]);
    const calculator = new EnergyCalculator(energy.plain, {}, before.state(5 * MINUTE));
    const all = [...ofMeter, ...meterLate];
    assert.equal(await waited<EnergyAtomEvent>(calculator, [[], ...meterLate.map((one) => [one])], energy.reader(all), events, -1), 2);
    const { watermark } = calculator;
    assert.deepEqual(energy.latest(events), energy.truth(all, watermark ?? 0, new EnergyCalculator(energy.plain)));
  });

  it("end like one in a line", async () => {
    const line = lines.packing("any");
    const others = ["packer1", "packer2", "palletizer"];
    const ofLine = beats.flatMap((i) => others.map((one) => lines.sample(one, "beat", T0 + i * 20_000, i)));
    for (const one of ["feeder", ...others]) ofLine.push(lines.sample(one, "state", T0, 6));
    ofLine.push(...beats.map((i) => lines.sample("feeder", "beat", T0 + i * 20_000, i)));
    const lineLate = [330_000, 331_000].map((at) => lines.sample("feeder", "beat", T0 + at, at));
    const first = new LineCalculator(line);
    const stated = await lines.feed(first, [ofLine]);
    const resumed = LineCalculator.restore(line, {}, first.state(5 * MINUTE));
    const everything = [...ofLine, ...lineLate];
    assert.equal(await waited<OeeLineEvent>(resumed, [[], ...lineLate.map((one) => [one])], lines.reader(everything), stated, -1), 2);
    assert.deepEqual(lines.latest(stated), lines.truth(line, everything, resumed.watermark ?? 0));
  });

  it("do not starve while late samples keep coming: each is made at its own mark, and what comes meanwhile is one more", async () => {
    const stream = Array.from({ length: 20 }, (_, i) => sample("heartbeat", T0 + 330_000 + i, i));
    const { recorded, events, calculator, waiting } = await silent();
    const asked = new Map<object, number>();
    waiting.passed = (mark) => {
      asked.set(mark, (asked.get(mark) ?? 0) + 1);
      return (asked.get(mark) ?? 0) > 3;
    };
    const most: number[] = [];
    for (const one of stream) {
      recorded.push(one);
      calculator.push([one], waiting);
      await waiting.run();
      await waiting.again();
      most.push(waiting.state.length);
    }
    assert.deepEqual([Math.max(...most), waiting.marks.size >= 4], [2, true], `${waiting.marks.size} were made meanwhile`);
    await waiting.finish();
    assert.deepEqual(oee.latest(events), oee.truth([...base, ...stream], calculator.watermark ?? 0));
  });

  const RUNS = { numRuns: 100, endOnFailure: true };
  /** Mostly few samples at a time, the last third of them while the historian is away: then several wait in a third of all cases. */
  const few = fc.integer({ min: 1, max: 3 });
  const sizes = fc.oneof(few, few, few, fc.integer({ min: 1, max: 20 }));

  it("end in the same OEE, whatever comes late and in which order, over a restart", async () => {
    let apart = 0;
    const property = fc.asyncProperty(oee.arrivals, sizes, fc.nat(20), async (arrival, size, restartAt) => {
      const batches = oee.shuffled({ ...arrival, size });
      const away = Math.floor((2 * batches.length) / 3);
      const before = new OeeCalculator(oee.line);
      const events = await oee.feed(before, batches.slice(0, away));
      const calculator = OeeCalculator.restore(oee.line, {}, before.state(MINUTE));
      apart += (await waited<OeeAtomEvent>(calculator, batches.slice(away), oee.reader(arrival.samples), events, restartAt)) > 1 ? 1 : 0;
      assert.deepEqual(oee.latest(events), oee.truth(arrival.samples, calculator.watermark ?? 0));
    });
    await fc.assert(property, RUNS);
    assert.ok(apart > 5, `${apart} times there were several`);
  });

  it("end in the same energy", async () => {
    let apart = 0;
    const property = fc.asyncProperty(energy.arrivals, sizes, fc.nat(20), async (arrival, size, restartAt) => {
      const batches = energy.shuffled({ ...arrival, size });
      const away = Math.floor((2 * batches.length) / 3);
      const before = new EnergyCalculator(energy.filler);
      const events = await energy.feed(before, batches.slice(0, away));
      const calculator = new EnergyCalculator(energy.filler, {}, before.state(MINUTE));
      const read = energy.reader(arrival.samples);
      apart += (await waited<EnergyAtomEvent>(calculator, batches.slice(away), read, events, restartAt)) > 1 ? 1 : 0;
      assert.deepEqual(energy.latest(events), energy.truth(arrival.samples, calculator.watermark ?? 0));
    });
    await fc.assert(property, RUNS);
    assert.ok(apart > 5, `${apart} times there were several`);
  });

  it("end in the same minutes of a line", async () => {
    let apart = 0;
    const property = fc.asyncProperty(lines.arrivals, sizes, fc.nat(20), async (arrival, size, restartAt) => {
      const batches = lines.shuffled({ ...arrival, size });
      const away = Math.floor((2 * batches.length) / 3);
      const before = new LineCalculator(arrival.line);
      const events = await lines.feed(before, batches.slice(0, away));
      const calculator = LineCalculator.restore(arrival.line, {}, before.state(5 * MINUTE));
      const read = lines.reader(arrival.samples);
      apart += (await waited<OeeLineEvent>(calculator, batches.slice(away), read, events, restartAt)) > 1 ? 1 : 0;
      assert.deepEqual(lines.latest(events), lines.truth(arrival.line, arrival.samples, calculator.watermark ?? 0));
    });
    await fc.assert(property, RUNS);
    assert.ok(apart > 5, `${apart} times there were several`);
  });
});

describe("what a correction reads without the samples of others", () => {
  it("is what the historian would answer if it did not have them, however many lie one behind the other", async () => {
    const instants = fc.uniqueArray(fc.nat(400), { maxLength: 40 }).map((all) => all.map((at) => sample("state", T0 + at * 20_000, at)));
    const property = fc.asyncProperty(instants, instants, fc.nat(400), fc.nat(60), async (kept, out, from, length) => {
      const range = {
        tags: [{ id: oee.line.tags.state ?? "" }],
        from: T0 + from * 20_000,
        to: T0 + (from + length) * 20_000,
        carryIn: true as const,
      };
      const left = kept.filter(({ timestamp }) => !out.some((one) => one.timestamp === timestamp));
      const found = await readerWithout(oee.reader([...left, ...out]), () => out)(range);
      const inOrder = found.toSorted((a, b) => a.timestamp - b.timestamp);
      assert.deepEqual(inOrder, await oee.reader(left)(range));
    });
    await fc.assert(property, { numRuns: 500 });
  });
});
