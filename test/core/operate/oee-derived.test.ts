import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sample } from "../../../core/connect/sample/index.ts";
import {
  type CalculatorState,
  OeeCalculator,
  type OeeAtomEvent,
  type OeeMachine,
  DEFAULT_TIME_OPTIONS,
  PACKML_TIME_MODEL,
  type Reading,
  Readings,
  type SampleReader,
} from "../../../core/operate/oee/index.ts";
import { countedStates } from "../../../core/operate/oee/counted-states.ts";
import type { StateMap } from "../../../core/operate/state/index.ts";

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 2, 10, 6);
const ASSET = "acme.galway.bottling.line01.press01";
const QUIET = 20_000;
const RUNS = { numRuns: 1000 };

function machine(numbering: StateMap, change: Partial<OeeMachine["rules"]> = {}, tags: Partial<OeeMachine["tags"]> = {}): OeeMachine {
  return {
    asset: ASSET,
    tags: { processed: "count", ...(numbering.profile === "derived" && numbering.from === "speed" ? { state: "speed" } : {}), ...tags },
    numbering,
    rules: {
      timeModel: PACKML_TIME_MODEL,
      microStopMs: 0,
      silenceMs: null,
      idealCycleUs: () => 500_000,
      plannedWindows: (from, to) => [{ start: from, end: to, planned: true, shift: "s", productionDay: "2026-03-10" }],
      ...(numbering.profile === "derived" && numbering.from === "processed" ? { quietMs: numbering.quietMs } : {}),
      ...change,
    },
    options: DEFAULT_TIME_OPTIONS,
    modelRevision: "m1",
  };
}

const COUNTED = { profile: "derived", from: "processed", quietMs: QUIET } as const;
const BY_SPEED = { profile: "derived", from: "speed", above: 10, hysteresis: 4 } as const;

function sample(tag: string, time: number, value: Sample["value"], quality: Sample["quality"] = "Good"): Sample {
  return { tag, value, quality, timestamp: T0 + time };
}

/** Every change of the bucket of time, as [ms since T0, bucket], up to `to`; from one pass over everything. */
function story(of: OeeMachine, samples: readonly Sample[], to: number): unknown[] {
  const calculator = new OeeCalculator(of, { latenessMs: 0 });
  calculator.push(samples);
  const sums: Record<string, number> = {};
  for (const { data } of calculator.tick(T0 + to))
    for (const [name, ms] of [
      ["run", data.producing_ms],
      ["micro", data.micro_ms],
      ["stop", data.stop_ms],
      ["unknown", data.unknown_ms],
    ] as const)
      sums[name] = (sums[name] ?? 0) + ms;
  return Object.entries(sums).filter(([, ms]) => ms > 0);
}

/** Samples of half an hour or so: counts that come, rest, reset and get lost; speeds that cross and hover. */
const stream = fc
  .array(
    fc.record({
      wait: fc.oneof(
        fc.integer({ min: 1, max: 9_000 }),
        fc.constantFrom(QUIET - 1, QUIET, QUIET + 1, MINUTE),
        fc.integer({ min: 10_000, max: 90_000 }),
      ),
      what: fc.oneof(
        {
          weight: 4,
          arbitrary: fc.record({ tag: fc.constant("count"), value: fc.constantFrom("up", "up", "up", "same", "reset", "zero", "wrong") }),
        },
        { weight: 3, arbitrary: fc.record({ tag: fc.constant("speed"), value: fc.constantFrom(0, 6, 8, 10, 12, 30, "wrong") }) },
        { weight: 1, arbitrary: fc.record({ tag: fc.constantFrom("count", "speed"), value: fc.constant("lost") }) },
        { weight: 1, arbitrary: fc.record({ tag: fc.constant("beat"), value: fc.constant(1) }) },
      ),
    }),
    { minLength: 1, maxLength: 50 },
  )
  .map((steps) => {
    let time = 0;
    let count = 0;
    const samples: Sample[] = [sample("count", 0, 0), sample("beat", 0, 0)];
    for (const { wait, what } of steps) {
      time += wait;
      if (what.value === "lost") samples.push(sample(what.tag, time, null, "Bad"));
      else if (what.value === "wrong") samples.push(sample(what.tag, time, "12 units"));
      else if (what.tag === "count") {
        count = what.value === "up" ? count + 3 : what.value === "reset" ? 1 : what.value === "zero" ? 0 : count;
        samples.push(sample("count", time, count));
      } else samples.push(sample(what.tag, time, what.value));
    }
    return [...samples, sample("beat", time + MINUTE, 1)];
  });

const MACHINES = [COUNTED, BY_SPEED].flatMap((numbering) => [
  machine(numbering),
  machine(numbering, { microStopMs: 45_000 }),
  machine(numbering, { microStopMs: 45_000, silenceMs: MINUTE }, { heartbeat: "beat" }),
]);

function latest(events: readonly OeeAtomEvent[]): unknown {
  const rows = new Map(events.map((event) => [event.start, event] as const));
  return [...rows.values()]
    .filter(({ start, end }) => end !== start)
    .toSorted((a, b) => a.start - b.start)
    .map(({ start, end, data }) => ({ start, end, data }));
}

function reader(recorded: readonly Sample[]): SampleReader {
  return ({ tags, from, to }) =>
    Promise.resolve(
      tags.flatMap(({ id }) => {
        const of = recorded.filter((one) => one.tag === id).toSorted((a, b) => a.timestamp - b.timestamp);
        return [...of.filter((one) => one.timestamp < from).slice(-1), ...of.filter((one) => one.timestamp >= from && one.timestamp < to)];
      }),
    );
}

function end(samples: readonly Sample[]): number {
  return Math.max(...samples.map((one) => one.timestamp));
}

describe("a state from counts", () => {
  const of = machine(COUNTED);

  it("runs while counts come, and a stop begins at the last count", () => {
    const samples = [0, 10, 20, 30, 90, 100].map((s) => sample("count", s * 1000, s));
    // 0–30 runs; the gap to 90 is too long, so 30–90 stands still; 90–100 runs; after 100 nothing is counted any more.
    assert.deepEqual(story(of, samples, 120_001), [
      ["run", 40_000],
      ["stop", 80_000],
    ]);
  });

  it("a gap of exactly the quiet time still runs; one millisecond more stands still from its beginning", () => {
    const until = (ms: number) => story(of, [sample("count", 0, 0), sample("count", ms, 1), sample("count", MINUTE, 1)], MINUTE + QUIET);
    assert.deepEqual(until(QUIET), [
      ["run", QUIET],
      ["stop", MINUTE - QUIET],
    ]);
    assert.deepEqual(until(QUIET + 1), [["stop", MINUTE]]);
  });

  it("a count that is repeated is no count; a reset to a unit made is one, a reset to 0 is none", () => {
    const third = (value: number) =>
      story(
        of,
        [sample("count", 0, 7), sample("count", 20_000, 8), sample("count", 40_000, value), sample("count", MINUTE, 9)],
        MINUTE + 1,
      );
    assert.deepEqual(third(8), [
      ["run", 20_000],
      ["stop", 40_000],
    ]);
    assert.deepEqual(third(1), [["run", MINUTE]]);
    assert.deepEqual(third(0), third(8));
  });

  it("while the count cannot be read, time is unknown: never running, and no stop either", () => {
    const lost = [sample("count", 0, 0), sample("count", 10_000, 1), sample("count", 15_000, null, "Bad"), sample("count", MINUTE, 9)];
    assert.deepEqual(story(of, lost, 2 * MINUTE), [
      ["run", 15_000],
      ["stop", MINUTE],
      ["unknown", 45_000],
    ]);
    const unreadable = lost.map((one) => (one.quality === "Bad" ? sample("count", 15_000, "many") : one));
    assert.deepEqual(story(of, unreadable, 2 * MINUTE), story(of, lost, 2 * MINUTE));
    const { rejects } = new OeeCalculator(of).push(unreadable);
    assert.deepEqual(
      rejects.map(({ code }) => code),
      ["WRONG_TYPE"],
    );
  });

  it("does not state a minute while a count may still come in time", () => {
    const calculator = new OeeCalculator(machine(COUNTED, {}, { heartbeat: "beat" }), { latenessMs: 0 });
    const push = (...samples: Sample[]) => {
      const { events } = calculator.push(samples);
      return [...events, ...calculator.tick(calculator.dataTime ?? 0)].map(({ start, revision, data }) => [
        start - T0,
        revision,
        data.stop_ms,
      ]);
    };
    assert.deepEqual(
      push(sample("beat", 0, 0), sample("count", 0, 0), sample("count", 15_000, 1), sample("count", 30_000, 2), sample("count", 50_000, 3)),
      [],
    );
    assert.deepEqual(push(sample("beat", 65_000, 1)), []);
    assert.deepEqual(push(sample("beat", 70_000, 2)), [], "exactly the quiet time: a count may still come");
    assert.deepEqual(push(sample("beat", 70_001, 3)), [[0, 1, 10_000]], "the stop began at the last count");
  });

  it("is what its definition says, at every instant, whatever came when", () => {
    const row = fc.record({ time: fc.integer({ min: 0, max: 60 }), kind: fc.constantFrom("up", "up", "same", "lost") });
    fc.assert(
      fc.property(fc.uniqueArray(row, { selector: ({ time }) => time, maxLength: 25 }), fc.integer({ min: 0, max: 60 }), (rows, from) => {
        const quietMs = 5;
        const inOrder = rows.toSorted((a, b) => a.time - b.time);
        let count = 0;
        const readings = new Readings(null);
        const counts: { time: number; up: boolean }[] = [];
        const ready = inOrder.map(({ time, kind }): Reading => {
          if (kind === "lost") return { role: "state", time, value: null, seen: false };
          if (kind === "up") count += 1;
          counts.push({ time, up: kind === "up" });
          return { role: "processed", time, value: count, seen: true };
        });
        for (const reading of ready.toReversed()) readings.insert(reading);
        const losses = inOrder.filter(({ kind }) => kind === "lost").map(({ time }) => time);
        const states = countedStates(readings, from, 61, { quietMs });
        for (let t = from; t < 61; t += 1) assert.equal(states.value(states.at(t)) ?? null, defined(t, counts, losses, quietMs), `at ${t}`);
      }),
      RUNS,
    );
  });
});

/** The state at `t` by the definition, one instant at a time. */
function defined(t: number, counts: readonly { time: number; up: boolean }[], losses: readonly number[], quietMs: number): string | null {
  const lost = losses.filter((time) => time <= t).at(-1) ?? Number.NEGATIVE_INFINITY;
  const again = losses.find((time) => time > t) ?? Number.POSITIVE_INFINITY;
  const [first, ...watched] = counts.filter(({ time }) => time > lost && time < again);
  if (first === undefined || first.time > t) return null;
  const before = watched.filter(({ time, up }) => up && time <= t).at(-1)?.time ?? first.time;
  const after = watched.find(({ time, up }) => up && time > t)?.time ?? again;
  return after - before <= quietMs ? "Execute" : "Stopped";
}

describe("a state from a speed", () => {
  const of = machine(BY_SPEED);

  it("holds between the thresholds, and is unknown while the speed cannot be read", () => {
    const samples = [
      sample("speed", 0, 8), // between: nothing is known yet
      sample("speed", 10_000, 20),
      sample("speed", 20_000, 7), // between: still running
      sample("speed", 30_000, 6),
      sample("speed", 40_000, 9), // between: still stopped
      sample("speed", 50_000, null, "Bad"),
      sample("speed", 55_000, 9), // between, and what it was is not known
      sample("speed", MINUTE, 11),
    ];
    assert.deepEqual(story(of, samples, 2 * MINUTE), [
      ["run", 20_000 + MINUTE],
      ["stop", 20_000],
      ["unknown", 20_000],
    ]);
    assert.deepEqual(
      new OeeCalculator(of).push([sample("speed", 0, "fast")]).rejects.map(({ code }) => code),
      ["UNKNOWN_STATE"],
    );
  });
});

/** What is stated live, with a restart after the first batch, must be what one pass over everything states. */
async function agrees(...batches: readonly (readonly Sample[])[]): Promise<void> {
  const of = machine({ profile: "packml-opcua" });
  const options = { latenessMs: 0 };
  let calculator = new OeeCalculator(of, options);
  const events: OeeAtomEvent[] = [];
  for (const [i, batch] of batches.entries()) {
    const pushed = calculator.push(batch);
    events.push(...pushed.events);
    const recorded = batches.slice(0, i + 1).flat();
    if (pushed.beyond !== null) events.push(...(await calculator.recompute(pushed.beyond, reader(recorded), null)).events);
    events.push(...calculator.tick(calculator.dataTime ?? 0));
    if (i === 0) calculator = OeeCalculator.restore(of, options, calculator.state(0));
  }
  const whole = new OeeCalculator(of, options);
  whole.push(batches.flat());
  assert.deepEqual(latest(events), latest(whole.tick(end(batches.flat()))));
}

describe("derived states, live, replayed and recomputed", () => {
  const arrival = stream.chain((samples) =>
    fc.record({
      samples: fc.constant(samples),
      delays: fc.array(fc.integer({ min: 0, max: 1_800_000 }), { minLength: samples.length, maxLength: samples.length }),
      size: fc.integer({ min: 1, max: 12 }),
      of: fc.constantFrom(...MACHINES),
      restart: fc.nat(6),
    }),
  );

  it("are equal after shuffled arrival, also beyond the memory and across restarts", async () => {
    await fc.assert(
      fc.asyncProperty(arrival, async ({ samples, delays, size, of, restart }) => {
        const options = { latenessMs: 10_000, horizonMs: 5 * MINUTE };
        const order = samples.map((one, i) => ({ one, at: one.timestamp + (delays[i] ?? 0) })).toSorted((a, b) => a.at - b.at);
        let calculator = new OeeCalculator(of, options);
        const events: OeeAtomEvent[] = [];
        const recorded: Sample[] = [];
        for (let i = 0; i * size < order.length; i += 1) {
          const batch = order.slice(i * size, (i + 1) * size).map(({ one }) => one);
          recorded.push(...batch);
          const pushed = calculator.push(batch);
          events.push(...pushed.events);
          if (pushed.beyond !== null) events.push(...(await calculator.recompute(pushed.beyond, reader(recorded), null)).events);
          events.push(...calculator.tick(calculator.dataTime ?? 0));
          const saved = JSON.parse(JSON.stringify(calculator.state(MINUTE))) as CalculatorState;
          if (i === restart) calculator = OeeCalculator.restore(of, options, saved);
        }
        events.push(...calculator.tick(end(samples) + 10 * MINUTE));
        const whole = new OeeCalculator(of, options);
        whole.push(samples);
        assert.deepEqual(latest(events), latest(whole.tick(end(samples) + 10 * MINUTE)));
      }),
      RUNS,
    );
  });

  it("a count as high as the one before it is counted where a reset that arrives with it lies between", async () => {
    await agrees(
      [sample("count", 0, 3), sample("count", 10 * MINUTE, 9)],
      [sample("count", 2 * MINUTE, 0), sample("count", 5 * MINUTE, 3)],
    );
  });

  it("a late count corrects the step to the next one, though that is no longer in memory", async () => {
    const first = [sample("count", MINUTE, 3), sample("count", 5 * MINUTE, 9), sample("count", 20 * MINUTE, 12)];
    await agrees(first, [sample("count", 0, 0), sample("count", 21 * MINUTE, 12)]);
  });

  it("a late count takes units from a minute for which it is itself what was known before", async () => {
    const first = [sample("count", 0, 3), sample("count", 300 * MINUTE, 1), sample("count", 320 * MINUTE, 2)];
    await agrees(first, [sample("count", 321 * MINUTE, 2)], [sample("count", 60 * MINUTE, 1)]);
  });

  it("buckets fill every minute, and a machine without usable readings is unknown, not stopped and not running", () => {
    fc.assert(
      fc.property(stream, fc.constantFrom(...MACHINES), (samples, of) => {
        const calculator = new OeeCalculator(of);
        calculator.push(samples.map((one) => (one.tag === "beat" ? one : { ...one, value: null, quality: "Bad" as const })));
        for (const { data } of calculator.tick(end(samples) + MINUTE)) assert.equal(data.unknown_ms, MINUTE);
      }),
    );
  });
});
