import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Value } from "typebox/value";
import type { Sample } from "../../../core/connect/sample/index.ts";
import type { Meanwhile } from "../../../core/operate/minutes/index.ts";
import {
  atomOf,
  type Beyond,
  byHour,
  byShift,
  Corrections,
  counterStep,
  OEE_ATOM_DATA,
  OeeCalculator,
  ratios,
  readerWithout,
  sumMeasures,
  timeElements,
} from "../../../core/operate/oee/index.ts";
import {
  arrivals,
  ASSET,
  atomsOf,
  feed,
  latest,
  line,
  machine,
  MINUTE,
  reader,
  sample,
  shuffled,
  sum,
  T0,
  truth,
} from "../../support/oee-line.ts";

const RUNS = { numRuns: 1000 };

describe("OEE atoms", () => {
  it("count every unit once: across unknown time, and through resets and declared roll-overs", () => {
    const samples = [
      sample("heartbeat", T0, 0),
      sample("product", T0, "still"),
      sample("processed_count", T0, 65_000),
      sample("processed_count", T0 + 1, null, "Bad"),
      sample("state", T0 + 1, null, "Bad"),
      sample("processed_count", T0 + 500_000, 65_530),
      sample("processed_count", T0 + 600_000, 10), // rolls over at 65 535: 16 units
      sample("processed_count", T0 + 700_000, 3), // reset: 3 units
    ];
    const all = atomsOf(samples, T0, T0 + 720_000);
    assert.equal(sum(all).total, 530 + 16 + 3);
    assert.equal(sum(all).ms.unknown, 720_000);
    assert.equal(counterStep(100, 5, 65_535), 5);
    assert.equal(counterStep(65_535, 0, 65_535), 1);
  });

  it("a reading at the instant of a product change belongs to the new product, any other to the atom it closes", () => {
    const samples = [
      sample("product", T0, "still"),
      sample("processed_count", T0, 0),
      sample("processed_count", T0 + MINUTE, 7),
      sample("processed_count", T0 + 90_000, 9),
      sample("product", T0 + 90_000, "lemon"),
    ];
    const totals = atomsOf(samples, T0, T0 + 2 * MINUTE).map((atom) => [atom.start - T0, atom.product, atom.measures.total]);
    assert.deepEqual(totals, [
      [0, "still", 7],
      [60_000, "still", 0],
      [90_000, "lemon", 2],
    ]);
  });

  it("a micro-stop is judged by its full length, also where a window or an atom cuts it", () => {
    const run = [0, 20_000, 40_000, 60_000, 80_000, 100_000, 120_000, 140_000].map((t) => sample("heartbeat", T0 + t, t));
    const samples = [...run, sample("state", T0, 6), sample("state", T0 + 50_000, 11), sample("state", T0 + 139_000, 6)];
    assert.equal(sum(atomsOf(samples, T0 + MINUTE, T0 + 2 * MINUTE)).ms.micro, MINUTE); // 89 s in all: below 90 s
    const longer = [...run, sample("state", T0, 6), sample("state", T0 + 50_000, 11), sample("state", T0 + 140_000, 6)];
    assert.equal(sum(atomsOf(longer, T0 + MINUTE, T0 + 2 * MINUTE)).ms.hold, MINUTE); // 90 s is not shorter than 90 s
  });

  it("silence, an unreadable state and a lost connection are unknown, never running", () => {
    const of = machine({ microStopMs: 0 });
    const silent = [
      sample("heartbeat", T0, 0),
      sample("state", T0, 6),
      sample("heartbeat", T0 + 60_000, 1),
      sample("heartbeat", T0 + 121_000, 2),
    ];
    assert.equal(sum(atomsOf(silent, T0, T0 + 121_000, of)).ms.run, 60_000);
    assert.equal(sum(atomsOf(silent, T0, T0 + 121_000, of)).ms.unknown, 61_000);
    const { rejects } = new OeeCalculator(of).push([sample("state", T0, 99)]);
    assert.equal(rejects[0]?.code, "UNKNOWN_STATE");
    assert.equal(sum(atomsOf([sample("heartbeat", T0, 0), sample("state", T0, 99)], T0, T0 + 1, of)).ms.unknown, 1);
  });

  it("unit mode decides over state: changeover is set-up, maintenance is planned down, an unnamed mode is unknown", () => {
    for (const [mode, bucket] of [
      [4, "setup"],
      [2, "plannedDown"],
      [1, "run"],
      [9, "unknown"],
    ] as const) {
      const samples = [
        sample("heartbeat", T0, 0),
        sample("heartbeat", T0 + 1000, 1),
        sample("state", T0, 6),
        sample("unit_mode", T0, mode),
      ];
      assert.equal(sum(atomsOf(samples, T0, T0 + 1000)).ms[bucket], 1000, bucket);
    }
  });

  it("zero denominators and products without an ideal cycle give null; performance above 1 is not clamped", () => {
    assert.deepEqual(
      Object.values(ratios(sum([]))),
      Array.from({ length: 9 }, () => null),
    );
    const fast = [
      sample("heartbeat", T0, 0),
      sample("state", T0, 6),
      sample("product", T0, "still"),
      sample("processed_count", T0, 0),
      sample("processed_count", T0 + MINUTE, 240),
    ];
    assert.equal(ratios(sum(atomsOf(fast, T0, T0 + MINUTE))).performance, 2);
    const unrated = fast.map((one) => (one.value === "still" ? { ...one, value: "unrated" } : one));
    const got = ratios(sum(atomsOf(unrated, T0, T0 + MINUTE)));
    assert.deepEqual([got.availability, got.performance, got.oee, got.qualityByCount], [1, null, null, 1]);
  });
});

const beatsFrom = (from: number) => Array.from({ length: 200 }, (_, i) => sample("heartbeat", from + i * 20_000, i));

describe("OeeCalculator", () => {
  it("also when corrections wait together for an absent historian, and those that found no room are sent again", async () => {
    let [held, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(arrivals, fc.nat(6), async (arrival, room) => {
        const calculator = new OeeCalculator(line);
        // Few at a time, the last third of them late: so that much waits.
        const batches = shuffled({ ...arrival, size: Math.ceil(arrival.size / 4) });
        const away = Math.floor((2 * batches.length) / 3);
        const events = await feed(calculator, batches.slice(0, away));
        const resumed = OeeCalculator.restore(line, {}, calculator.state(5 * MINUTE));
        const corrections = new Corrections({ corrections: 3, samples: room });
        const accepts = (beyond: Beyond): boolean => corrections.add(ASSET, beyond);
        const meanwhile: Meanwhile = (...besides) => corrections.meanwhile(ASSET, ...besides);
        const again: Sample[] = [];
        for (const batch of batches.slice(away)) {
          const pushed = resumed.push(batch, { accepts, meanwhile });
          events.push(...pushed.events, ...resumed.tick(resumed.dataTime ?? 0));
          again.push(...pushed.rejects.filter(({ code }) => code === "QUEUE_FULL").map(({ input }) => input as Sample));
        }
        const taken = reader(arrival.samples.filter((one) => !again.includes(one)));
        const recorded = readerWithout(taken, () => corrections.others());
        for (let next = corrections.next(); next !== undefined; next = corrections.next()) {
          held += 1;
          events.push(...(await resumed.recompute(next.beyond, recorded, null)).events);
          corrections.settled(true);
        }
        refused += again.length;
        const { events: late, beyond } = resumed.push(again);
        events.push(...late);
        if (beyond !== null) events.push(...(await resumed.recompute(beyond, reader(arrival.samples), null)).events);
        assert.deepEqual(latest(events), truth(arrival.samples, resumed.watermark ?? 0));
      }),
      RUNS,
    );
    assert.ok(held > 100 && refused > 100, `${held} corrections waited, ${refused} samples found no room`);
  });

  it("the running sums equal the sums of the latest atoms of that hour and shift", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (arrival) => {
        const calculator = new OeeCalculator(line);
        const events = await feed(calculator, shuffled(arrival));
        const { running } = calculator;
        if (running === null) return;
        const rows = [...latest(events)].map(([key, data]) => atomOf({ start: Number(key.split("/")[0]), end: 0, data } as never));
        assert.deepEqual(byHour(rows).find((hour) => hour.key === running.hour.key)?.measures, running.hour.measures);
        assert.deepEqual(byShift(rows).find((shift) => shift.key === running.shift.key)?.measures, running.shift.measures);
      }),
      { numRuns: 300 },
    );
  });

  it("stating the last minutes again after a restart repeats the same statements", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (arrival) => {
        const calculator = new OeeCalculator(line);
        const events = await feed(calculator, shuffled(arrival));
        const again = calculator.restate(120 * MINUTE);
        const last = new Map(events.filter((event) => event.end !== event.start).map((event) => [event.start, event]));
        for (const event of again) assert.deepEqual(event, last.get(event.start));
        assert.deepEqual(latest(again), latest(events));
      }),
      { numRuns: 200 },
    );
  });

  it("a late sample states exactly the minutes it changes, as revision 2", async () => {
    const beats = Array.from({ length: 31 }, (_, i) => sample("heartbeat", T0 + i * 20_000, i));
    const calculator = new OeeCalculator(machine({ microStopMs: 0 }));
    const events = await feed(calculator, [[sample("state", T0, 6), sample("product", T0, "still"), ...beats]]);
    assert.equal(events.length, 9);
    assert.ok(events.every((event) => event.revision === 1));
    const late = calculator.push([sample("state", T0 + 130_000, 9), sample("state", T0 + 190_000, 6)]);
    assert.deepEqual(
      late.events.map((event) => [(event.start - T0) / MINUTE, event.revision, event.data.failure_ms]),
      [
        [2, 2, 50_000],
        [3, 2, 10_000],
      ],
    );
    const again = calculator.push([sample("state", T0 + 130_000, 9)]);
    assert.deepEqual([again.events, again.duplicates], [[], 1]);
    const other = calculator.push([sample("state", T0 + 130_000, 6)]);
    assert.deepEqual([other.events, other.rejects[0]?.code], [[], "DUPLICATE_TIMESTAMP"]);
  });

  it("a late product change withdraws what was stated of the other product, so that sums stay right", async () => {
    const beats = Array.from({ length: 31 }, (_, i) => sample("heartbeat", T0 + i * 20_000, i));
    const counts = Array.from({ length: 31 }, (_, i) => sample("processed_count", T0 + i * 20_000, i * 10));
    const calculator = new OeeCalculator(line);
    const recorded = [
      sample("state", T0, 6),
      sample("product", T0, "still"),
      sample("product", T0 + 330_000, "lemon"),
      ...beats,
      ...counts,
    ];
    const events = await feed(calculator, [recorded]);
    assert.ok(events.some((event) => event.start === T0 + 330_000));
    // The product had changed earlier, at 1 min 40 s: the cut at 5 min 30 s goes away, and minutes 2 to 5 carry another product.
    events.push(...(await feed(calculator, [[sample("product", T0 + 100_000, "lemon")]])));
    const withdrawn = events
      .filter((event) => event.end === event.start)
      .map((event) => [event.start - T0, event.data.product, event.revision]);
    assert.deepEqual(
      withdrawn.map(([start]) => start).toSorted((a, b) => Number(a) - Number(b)),
      [120_000, 180_000, 240_000, 300_000, 330_000],
    );
    const total = [...latest(events).values()].reduce<number>((all, row) => all + (row as { total: number }).total, 0);
    assert.equal(total, 10 * 27);
  });

  it("refuses, with the date, what lies before the oldest raw sample that is kept", async () => {
    const full = new OeeCalculator(line);
    await feed(full, [[sample("state", T0, 6), ...beatsFrom(T0)]]);
    const calculator = OeeCalculator.restore(line, {}, full.state(5 * MINUTE));
    const { beyond, events } = calculator.push([sample("state", T0 + MINUTE, 9)]);
    assert.ok(beyond !== null);
    assert.equal(beyond.stretches[0]?.from, T0);
    assert.ok(events.every((event) => event.start >= (calculator.state().floor ?? 0)));
    const { rejects } = await calculator.recompute(beyond, reader([]), T0 + 10 * MINUTE);
    assert.equal(rejects[0]?.code, "ANCIENT_TIMESTAMP");
    assert.match(rejects[0]?.message ?? "", /2026-03-10T06:10:00.000Z/);
  });

  it("a minute inside a stop that may still become a micro-stop waits until that is known", () => {
    const calculator = new OeeCalculator(line);
    calculator.push([
      sample("heartbeat", T0, 0),
      sample("state", T0, 6),
      sample("state", T0 + 50_000, 11),
      sample("heartbeat", T0 + 100_000, 1),
    ]);
    assert.deepEqual(calculator.tick(T0 + 100_000), []);
    calculator.push([sample("state", T0 + 139_999, 6)]);
    const events = calculator.tick(T0 + 139_999);
    assert.deepEqual(
      events.map((event) => [event.revision, event.data.micro_ms]),
      [
        [1, 10_000],
        [1, 60_000],
      ],
    );
  });

  it("memory stays bounded by the horizon, and old samples before it are not needed", () => {
    const calculator = new OeeCalculator(line, { horizonMs: 60 * MINUTE });
    calculator.push([sample("state", T0, 6), sample("product", T0, "still")]);
    let size = 0;
    for (let hour = 0; hour < 30; hour += 1) {
      const from = T0 + hour * 60 * MINUTE;
      calculator.push(Array.from({ length: 3600 }, (_, i) => sample("processed_count", from + i * 1000, (hour * 3600 + i) % 65_536)));
      calculator.push(Array.from({ length: 720 }, (_, i) => sample("heartbeat", from + i * 5000, i)));
      calculator.tick(from + 60 * MINUTE);
      size = Math.max(size, calculator.state().readings.processed.times.length);
    }
    assert.ok(size <= 2 * 3600 + 600, `${size} counts kept`);
    assert.equal(timeElements(calculator.running?.hour.measures ?? sumMeasures([])).window, 59 * MINUTE);
  });

  it("refuses what no counter, clock or state can be, and goes on", () => {
    const calculator = new OeeCalculator(line);
    const bad: [string, unknown, number][] = [
      ["processed_count", -1, T0],
      ["processed_count", 1.5, T0],
      ["processed_count", 65_536, T0],
      ["processed_count", "12", T0],
      ["processed_count", Number.NaN, T0],
      ["product", 7, T0],
      ["state", "__proto__", T0],
      ["unit_mode", 99, T0],
      ["heartbeat", 1, T0 + 0.5],
      ["heartbeat", 1, Number.NaN],
      ["heartbeat", 1, T0 + 3_600_000],
    ];
    const { rejects } = calculator.push(
      bad.map(([name, value, time]) => sample(name, time, value as never)),
      { latest: T0 + 1000 },
    );
    assert.deepEqual(
      rejects.map((one) => one.code),
      [
        "OUT_OF_RANGE",
        "WRONG_TYPE",
        "OUT_OF_RANGE",
        "WRONG_TYPE",
        "WRONG_TYPE",
        "WRONG_TYPE",
        "UNKNOWN_STATE",
        "UNKNOWN_STATE",
        "BAD_TIMESTAMP",
        "BAD_TIMESTAMP",
        "FUTURE_TIMESTAMP",
      ],
    );
    assert.ok(rejects.every((one) => one.tag !== undefined && one.message.length > 20));
  });

  it("every event matches its schema and gives its atom back exactly", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (arrival) => {
        for (const event of await feed(new OeeCalculator(line), shuffled(arrival))) {
          assert.ok(Value.Check(OEE_ATOM_DATA, event.data), JSON.stringify(event.data));
          assert.equal(event.kind, "oee.atom.v1");
          const { options, rules } = line;
          const back = sumMeasures([atomOf(event).measures]);
          assert.equal(timeElements(back, options).pbt, event.data.planned_ms);
          assert.equal(back.idealTotalUs, event.data.total * (rules.idealCycleUs(event.data.product, event.start) ?? 0));
        }
      }),
      { numRuns: 100 },
    );
  });
});
