import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Value } from "typebox/value";
import type { Sample } from "../../../core/connect/sample/index.ts";
import {
  LineCalculator,
  oeeLine,
  OEE_LINE,
  OEE_LINE_DATA,
  type OeeLine,
  type OeeLineData,
  type OeeLineEvent,
  LINE_DEFAULTS,
} from "../../../core/operate/line/index.ts";
import {
  arrivals,
  detections,
  feed,
  latest,
  MINUTE,
  packing,
  sample,
  shuffled,
  statedOf,
  stream,
  T0,
  truth,
} from "../../support/line-streams.ts";
import { at, inARow, LINE, lineOf, modelOf, PACKING } from "../../support/packing-line.ts";

const RUNS = { numRuns: 1000 };

const lost = (data: OeeLineData): number => data.stations.reduce((sum, { lost_ms }) => sum + lost_ms, 0);
const sum = (events: readonly OeeLineEvent[], field: keyof OeeLineData): number =>
  events.reduce((total, { data }) => total + Number(data[field]), 0);
const lostTo = (events: readonly OeeLineEvent[], station: string): number =>
  events.reduce((total, { data }) => total + (data.stations.find((one) => one.station === station)?.lost_ms ?? 0), 0);

/** An hour of machines that run without a stop: `made` and `bad` units each. */
function hour(
  of: Readonly<Record<string, { readonly made: number; readonly bad?: number; readonly down?: number }>>,
  product = "small",
): Sample[] {
  const to = T0 + 60 * MINUTE;
  return Object.entries(of).flatMap(([station, { made, bad = 0, down = 0 }]) => [
    ...Array.from({ length: 61 }, (_, i) => sample(station, "beat", T0 + i * MINUTE, i)),
    sample(station, "product", T0, product),
    sample(station, "processed", T0, 0),
    sample(station, "defective", T0, 0),
    sample(station, "state", T0, 6),
    ...(down === 0 ? [] : [sample(station, "state", to - down * MINUTE, 9)]),
    sample(station, "processed", to, made),
    sample(station, "defective", to, bad),
  ]);
}

const beat = (station: string, minute: number): Sample => sample(station, "beat", T0 + minute * MINUTE, minute);
const close = (actual: number, expected: number): void => assert.ok(Math.abs(actual - expected) <= 1e-12, `${actual} is not ${expected}`);
const bottleneck = (events: readonly OeeLineEvent[]): number => sum(events, "ideal_good_ms") / sum(events, "planned_ms");
const weighted = (events: readonly OeeLineEvent[], over: keyof OeeLineData = "weighted_planned_ms"): number =>
  sum(events, "weighted_ideal_good_ms") / sum(events, over);
/** Two machines in a row with these ideal cycle times for `p`. */
const row = (seconds: readonly number[], constraint: string): OeeLine => {
  const names = seconds.map((_, i) => `m${i + 1}`);
  const model = modelOf(`constraint: ${constraint}`, inARow(...names));
  const cycles = Object.fromEntries(seconds.map((cycle, i) => [at(`m${i + 1}`), cycle]));
  const products = new Map([["p", { id: "p", idealCycleSeconds: cycles }]]);
  const result = oeeLine({ ...model, products }, LINE, { ...LINE_DEFAULTS, microStopMs: 0, silenceMs: 60_000 });
  if ("fault" in result) throw new Error(result.fault);
  return result;
};
const over = (line: OeeLine, samples: readonly Sample[]): OeeLineEvent[] =>
  statedOf(line, samples).filter(({ start }) => start < T0 + 60 * MINUTE);

describe("line OEE", () => {
  it("loses every millisecond of the line's down time to exactly one culprit, whatever the detection", () => {
    fc.assert(
      fc.property(stream, detections, (samples, line) => {
        for (const { start, end: to, data } of statedOf(line, samples)) {
          assert.equal(lost(data), data.line_down_ms);
          assert.ok(data.line_down_ms <= (to ?? start) - start);
        }
      }),
      RUNS,
    );
  });

  it("is down exactly while its constraint waits, or stands still without being set up, planned down or unknown", () => {
    const line = lineOf("constraint: palletizer", PACKING, { microStopMs: 45_000, silenceMs: 10 * MINUTE });
    fc.assert(
      fc.property(stream, (samples) => {
        for (const { data } of statedOf(line, samples))
          assert.equal(data.line_down_ms, data.external_ms + data.stop_ms + data.hold_ms + data.failure_ms + data.micro_ms);
      }),
      RUNS,
    );
  });

  it("fills its minutes: the constraint's time adds up to each to the millisecond, also behind parallel cells", () => {
    fc.assert(
      fc.property(stream, detections, (samples, line) => {
        for (const { start, end: to, data } of statedOf(line, samples)) {
          const planned = data.run_ms + data.external_ms + data.down_ms + data.setup_ms;
          assert.equal(planned + data.planned_down_ms + data.not_planned_ms + data.unknown_ms, (to ?? start) - start);
          assert.ok(Value.Check(OEE_LINE_DATA, data));
        }
      }),
      RUNS,
    );
  });

  it("any order and lateness of arrival ends in the same statements, numbered one after the other", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (arrival) => {
        const { line } = arrival;
        const calculator = new LineCalculator(line);
        const events = await feed(calculator, shuffled(arrival));
        assert.deepEqual(latest(events), truth(line, arrival.samples, calculator.watermark ?? 0));
        const revision = new Map<number, number>();
        for (const event of events) {
          assert.equal(event.revision, (revision.get(event.start) ?? 0) + 1);
          revision.set(event.start, event.revision);
        }
      }),
      RUNS,
    );
  });

  it("also when late samples reach back beyond the memory and the historian must be asked", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (arrival) => {
        const { line } = arrival;
        const batches = shuffled(arrival);
        const half = Math.floor(batches.length / 2);
        const recorded: Sample[] = [];
        const first = new LineCalculator(line);
        const events = await feed(first, batches.slice(0, half), recorded);
        const resumed = LineCalculator.restore(line, {}, first.state(3 * MINUTE));
        events.push(...(await feed(resumed, batches.slice(half), recorded)));
        assert.deepEqual(latest(events), truth(line, arrival.samples, resumed.watermark ?? 0));
      }),
      RUNS,
    );
  });

  it("a snapshot taken anywhere and restored from JSON changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, fc.nat(30), async (arrival, cut) => {
        const { line } = arrival;
        const batches = shuffled(arrival);
        const whole = new LineCalculator(line);
        const expected = await feed(whole, batches);
        const first = new LineCalculator(line);
        const events = await feed(first, batches.slice(0, cut));
        const second = LineCalculator.restore(line, {}, JSON.parse(JSON.stringify(first.state())));
        events.push(...(await feed(second, batches.slice(cut))));
        assert.deepEqual(events, expected);
        assert.deepEqual(second.state(), whole.state());
      }),
      { numRuns: 300 },
    );
  });

  it("a late sample states again exactly the minutes that it changes", () => {
    const line = lineOf("constraint: b", inARow("a", "b", "c"));
    const calm = ["a", "b", "c"].flatMap((one) => [
      sample(one, "state", T0, 6),
      ...Array.from({ length: 121 }, (_, i) => sample(one, "beat", T0 + i * 30_000, i)),
    ]);
    const calculator = new LineCalculator(line);
    calculator.push([
      ...calm,
      sample("b", "state", T0 + 20 * MINUTE, 5),
      sample("b", "blocked", T0 + 20 * MINUTE, true),
      sample("b", "state", T0 + 22 * MINUTE, 6),
    ]);
    const first = calculator.tick();
    assert.equal(lostTo(first, "unknown"), 2 * MINUTE);
    const { events } = calculator.push([sample("c", "state", T0 + 19.5 * MINUTE, 9), sample("c", "state", T0 + 20.5 * MINUTE, 6)]);
    assert.deepEqual(
      events.map(({ start, revision }) => [(start - T0) / MINUTE, revision]),
      [
        [19, 2],
        [20, 2],
        [21, 2],
      ],
    );
    assert.equal(lostTo(events, "c"), 2 * MINUTE, "down itself until 20:30, and within its buffer's delay after that");
  });

  it("waits for the station heard of least lately, but no longer than a silence", () => {
    const line = lineOf("constraint: b", inARow("a", "b"), { silenceMs: 90_000 });
    const calculator = new LineCalculator(line, { latenessMs: 0 });
    calculator.push([beat("a", 0), beat("b", 0), beat("a", 2), beat("b", 1)]);
    assert.deepEqual(
      calculator.tick().map(({ start }) => (start - T0) / MINUTE),
      [0],
    );
    calculator.push([beat("a", 4)]);
    assert.deepEqual(
      calculator.tick().map(({ start }) => (start - T0) / MINUTE),
      [1],
    );
  });

  it("statements of the last hours can be repeated as they were, for a restart", () => {
    const line = packing();
    const calculator = new LineCalculator(line);
    calculator.push(hour({ feeder: { made: 60 }, packer1: { made: 30 }, packer2: { made: 30 }, palletizer: { made: 60 } }));
    const events = calculator.tick();
    assert.deepEqual(calculator.restate(Number.POSITIVE_INFINITY), events);
    assert.ok(
      events.length >= 59 &&
        events.every(({ kind, asset, data }) => kind === OEE_LINE && asset === LINE && Value.Check(OEE_LINE_DATA, data)),
    );
  });

  it("refuses what is no flag, and then knows no side", () => {
    const { rejects } = new LineCalculator(packing()).push([
      sample("feeder", "blocked", T0, 1),
      sample("feeder", "starved", Number.NaN, true),
    ]);
    assert.deepEqual(
      rejects.map(({ code }) => code),
      ["WRONG_TYPE", "BAD_TIMESTAMP"],
    );
  });
});

describe("line OEE by both methods", () => {
  it("a 60 s and a 30 s machine that both make what the slow one can: bottleneck 100 %, by the fastest cycle 50 %, weighted 75 %", () => {
    const samples = hour({ m1: { made: 60 }, m2: { made: 60 } }, "p");
    assert.equal(bottleneck(over(row([60, 30], "m1"), samples)), 1);
    assert.equal(bottleneck(over(row([60, 30], "m2"), samples)), 0.5);
    assert.equal(weighted(over(row([60, 30], "m1"), samples)), 0.75);
  });

  it("three machines weighted: A .9516 P .7529 Q .9592 OEE .6872", () => {
    // Ideal cycles of 10, 45 and 70 s, units and minutes down as published, in 455 minutes.
    const machines = { A: [10, 2240, 50, 32], B: [45, 450, 25, 18], C: [70, 229, 11, 16] } as const;
    const minutes = 455;
    const to = T0 + minutes * MINUTE;
    const samples = Object.values(machines).flatMap(([, made, bad, down], i): Sample[] => {
      const name = `m${i + 1}`;
      return [
        ...Array.from({ length: minutes + 1 }, (_, m) => sample(name, "beat", T0 + m * MINUTE, m)),
        sample(name, "product", T0, "p"),
        sample(name, "processed", T0, 0),
        sample(name, "defective", T0, 0),
        sample(name, "state", T0, 6),
        sample(name, "state", to - down * MINUTE, 9),
        sample(name, "processed", to, made),
        sample(name, "defective", to, bad),
      ];
    });
    const events = statedOf(
      row(
        Object.values(machines).map(([cycle]) => cycle),
        "m1",
      ),
      samples,
    ).filter(({ start }) => start < to);
    const [planned, run] = [sum(events, "weighted_planned_ms"), sum(events, "weighted_run_ms")];
    const total = sum(events, "weighted_ideal_total_ms");
    close(run / planned, 0.9516483516483516);
    close(total / run, 0.7528868360277137);
    close(weighted(events, "weighted_ideal_total_ms"), 0.9591854124062713);
    close(weighted(events), 0.6872405372405372);
  });

  it("counts good units at the end, also what was lost between the constraint and there", () => {
    const events = over(row([60, 30], "m1"), hour({ m1: { made: 60, bad: 3 }, m2: { made: 55, bad: 5 } }, "p"));
    assert.deepEqual([sum(events, "total"), sum(events, "good"), sum(events, "scrap")], [60, 50, 10]);
    assert.equal(bottleneck(events), 50 / 60);
  });

  it("takes the station with the longest ideal cycle for the product as constraint where none is declared", () => {
    const all = { feeder: { made: 10, down: 6 }, packer1: { made: 5 }, packer2: { made: 5 }, palletizer: { made: 10, down: 12 } };
    const line = lineOf("", PACKING);
    const down = (product: string): number => sum(over(line, hour(all, product)), "failure_ms") / MINUTE;
    assert.equal(down("small"), 12, "the palletizer");
    assert.equal(down("large"), 6, "the feeder");
    assert.deepEqual(over(line, hour(all, "large"))[0]?.evidence?.["line"], { constraint: ["feeder"], detection: "constraint" });
  });

  it("parallel cells together are as fast as they all are", () => {
    const line = lineOf("constraint: packer1", PACKING);
    const events = over(
      line,
      hour({ feeder: { made: 60 }, packer1: { made: 30 }, packer2: { made: 30, down: 10 }, palletizer: { made: 60 } }),
    );
    assert.equal(events[0]?.data.ideal_cycle_ms, 500);
    assert.equal(sum(events, "ideal_good_ms"), 60 * 500);
    assert.equal(sum(events, "line_down_ms"), 0, "one of them is enough unless the model says otherwise");
  });
});
