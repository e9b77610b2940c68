import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Value } from "typebox/value";
import type { Sample } from "../../../core/connect/sample/index.ts";
import {
  activeEnergy,
  addEnergy,
  blockStart,
  ENERGY_ATOM_DATA,
  type EnergyAtom,
  type EnergyAtomEvent,
  energyAtomOf,
  energyAtoms,
  EnergyCalculator,
  type EnergyMeter,
  EnergyReadings,
  meteredTime,
  registerStep,
  share,
  sumEnergy,
} from "../../../core/operate/energy/index.ts";
import {
  atoms,
  type Bucket,
  BUCKETS,
  DEFAULT_TIME_OPTIONS,
  PACKML_TIME_MODEL,
  type PlannedWindow,
  type SampleReader,
} from "../../../core/operate/oee/index.ts";

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 2, 10, 6);
const ASSET = "acme.galway.bottling.line01.filler01";
const FACTOR = "acme.galway._raw.grid_factor";
const MODULUS = 1_000;
const RUNS = { numRuns: 1000 };

/** Shifts of 50 minutes with a 7-minute break that begins and ends off the minute. */
function plannedWindows(from: number, to: number): PlannedWindow[] {
  const shift = 50 * MINUTE;
  const windows: PlannedWindow[] = [];
  for (let start = Math.floor(from / shift) * shift; start < to; start += shift) {
    const name = `s${(start / shift) % 3}`;
    const pause = [start + 20 * MINUTE + 12_345, start + 27 * MINUTE + 12_345] as const;
    const of = { shift: name, productionDay: new Date(start).toISOString().slice(0, 10) };
    windows.push({ start, end: pause[0], planned: true, ...of }, { start: pause[0], end: pause[1], planned: false, ...of });
    windows.push({ start: pause[1], end: start + shift, planned: true, ...of });
  }
  return windows;
}

function meter(change: Partial<EnergyMeter["rules"]> = {}, windows = plannedWindows): EnergyMeter {
  const tag = (name: string) => `${ASSET}._filler_v1.${name}`;
  const rules = {
    timeModel: PACKML_TIME_MODEL,
    microStopMs: 90_000,
    silenceMs: 60_000,
    processedMax: 65_535,
    idealCycleUs: () => 500_000,
    plannedWindows: windows,
  };
  return {
    asset: ASSET,
    tags: { active: tag("active_energy"), reactive: tag("reactive_energy"), factor: FACTOR },
    units: { active: "kW.h", reactive: "kV.A{reactive}.h", factor: "g/(kW.h)" },
    machine: {
      asset: ASSET,
      tags: {
        state: tag("state"),
        mode: tag("unit_mode"),
        processed: tag("processed_count"),
        defective: tag("defective_count"),
        product: tag("product"),
        order: tag("order"),
        heartbeat: tag("heartbeat"),
      },
      numbering: { profile: "packml-opcua" },
      modeNames: { 1: "Production", 2: "Maintenance", 4: "Changeover" },
      rules,
      options: DEFAULT_TIME_OPTIONS,
      modelRevision: "m1",
    },
    rules: {
      machine: rules,
      gapMs: 5 * MINUTE,
      activeModulus: MODULUS * 1_000_000,
      factors: null,
      factorHoldMs: 20 * MINUTE,
      ...change,
    },
    demandMs: 15 * MINUTE,
    zone: "Europe/Dublin",
    modelRevision: "m1",
  };
}

const filler = meter();
/** Everything planned, one shift, no factor needed. */
const plain = meter({ machine: { ...filler.rules.machine, plannedWindows: allDay } }, allDay);
function allDay(from: number, to: number): PlannedWindow[] {
  return [{ start: from, end: to, planned: true, shift: "early", productionDay: "2026-03-10" }];
}

function idle(from: number, to: number): PlannedWindow[] {
  return allDay(from, to).map((one) => ({ ...one, planned: false }));
}

function sample(name: string, timestamp: number, value: Sample["value"], quality: Sample["quality"] = "Good"): Sample {
  return { tag: name === "factor" ? FACTOR : `${ASSET}._filler_v1.${name}`, value, quality, timestamp };
}

/** A recorded stream of about 40 minutes with registers that rise, reset and roll over, factors, orders, silences, lost connections. */
const stream = fc
  .array(
    fc.record({
      wait: fc.oneof(
        fc.integer({ min: 1, max: 9_000 }),
        fc.integer({ min: 10_000, max: 200_000 }),
        fc.constant(MINUTE),
        fc.constant(400_000),
      ),
      what: fc.oneof(
        { weight: 2, arbitrary: fc.record({ name: fc.constant("state"), value: fc.constantFrom(6, 6, 6, 11, 9, 5, 2, 99) }) },
        {
          weight: 4,
          arbitrary: fc.record({
            name: fc.constant("active_energy"),
            value: fc.integer({ min: 0, max: 9_999_999 }).map((n) => n / 10_000),
          }),
        },
        {
          weight: 1,
          arbitrary: fc.record({ name: fc.constant("reactive_energy"), value: fc.integer({ min: 0, max: 9_999 }).map((n) => n / 10) }),
        },
        { weight: 1, arbitrary: fc.record({ name: fc.constant("factor"), value: fc.integer({ min: 0, max: 900 }) }) },
        { weight: 1, arbitrary: fc.record({ name: fc.constant("order"), value: fc.constantFrom("A1", "A2", "A3") }) },
        { weight: 1, arbitrary: fc.record({ name: fc.constant("processed_count"), value: fc.integer({ min: 0, max: 65_535 }) }) },
        { weight: 1, arbitrary: fc.record({ name: fc.constant("product"), value: fc.constantFrom("still", "lemon") }) },
        { weight: 1, arbitrary: fc.record({ name: fc.constant("unit_mode"), value: fc.constantFrom(1, 1, 2, 4) }) },
        { weight: 2, arbitrary: fc.record({ name: fc.constant("heartbeat"), value: fc.nat(65_535) }) },
        { weight: 1, arbitrary: fc.constant({ name: "lost", value: null }) },
      ),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let time = T0;
    const samples: Sample[] = [sample("heartbeat", T0, 0)];
    for (const { wait, what } of steps) {
      time += wait;
      if (what.name !== "lost") samples.push(sample(what.name, time, what.value));
      else for (const name of ["state", "active_energy", "factor", "order", "heartbeat"]) samples.push(sample(name, time, null, "Bad"));
    }
    samples.push(sample("heartbeat", time + MINUTE, 1));
    return samples;
  });

function active(value: Sample["value"], unit?: string): Sample {
  return { ...sample("active_energy", T0, value), ...(unit === undefined ? {} : { unit }) };
}

function at<T>(list: readonly T[], index: number): T {
  return list[index] ?? assert.fail(`nothing at ${index}`);
}

const end = (samples: readonly Sample[]): number => Math.max(...samples.map((one) => one.timestamp));

function readingsOf(samples: readonly Sample[], of = filler): EnergyReadings {
  const calculator = new EnergyCalculator(of);
  calculator.push(samples);
  return new EnergyReadings(of.rules.machine.silenceMs, calculator.state().readings);
}

function atomsOf(samples: readonly Sample[], from: number, to: number, of = filler): EnergyAtom[] {
  return energyAtoms(readingsOf(samples, of), from, to, of.rules);
}

const sum = (all: readonly EnergyAtom[]) => sumEnergy(all.map(({ measures }) => measures));

/** Whole steps between the good readings of the active register, by hand. */
function stepsOf(samples: readonly Sample[]): { readonly begin: number; readonly end: number; readonly step: number }[] {
  const readings = samples.filter(({ tag, quality }) => tag.endsWith(".active_energy") && quality === "Good");
  return readings.slice(1).map((one, i) => {
    const before = at(readings, i);
    const step = registerStep(Math.round(Number(before.value) * 1e6), Math.round(Number(one.value) * 1e6), MODULUS * 1e6);
    return { begin: before.timestamp, end: one.timestamp, step };
  });
}

/** What a store holds: the last statement per series and start, without withdrawn rows. */
function latest(events: readonly EnergyAtomEvent[]): Map<string, unknown> {
  const rows = new Map<string, EnergyAtomEvent>();
  for (const event of events) rows.set(`${event.start}/${event.data.product}/${event.data.order}/${event.data.shift}`, event);
  return new Map(
    [...rows]
      .filter(([, event]) => event.end !== event.start)
      .map(([key, event]) => [key, { end: event.end, ...event.data }] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function truth(samples: readonly Sample[], watermark: number): Map<string, unknown> {
  const calculator = new EnergyCalculator(filler);
  calculator.push(samples);
  return latest(calculator.tick(end(samples) + 10 * MINUTE).filter((event) => event.start < watermark));
}

function reader(recorded: readonly Sample[]): SampleReader {
  return ({ tags, from, to }) => {
    const result = tags.flatMap(({ id }) => {
      const of = recorded.filter((one) => one.tag === id).toSorted((a, b) => a.timestamp - b.timestamp);
      return [...of.filter((one) => one.timestamp < from).slice(-1), ...of.filter((one) => one.timestamp >= from && one.timestamp < to)];
    });
    return Promise.resolve(result);
  };
}

interface Arrival {
  readonly samples: Sample[];
  readonly delays: number[];
  readonly size: number;
}
const arrivals = fc.record({
  samples: stream,
  delays: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000_000 })), { minLength: 310, maxLength: 310 }),
  size: fc.integer({ min: 1, max: 20 }),
});

function shuffled({ samples, delays, size }: Arrival): Sample[][] {
  const order = samples.map((one, i) => ({ one, at: one.timestamp + (delays[i] ?? 0) })).toSorted((a, b) => a.at - b.at);
  return Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.slice(i * size, (i + 1) * size).map(({ one }) => one));
}

async function feed(
  calculator: EnergyCalculator,
  batches: readonly (readonly Sample[])[],
  recorded: Sample[] = [],
): Promise<EnergyAtomEvent[]> {
  const events: EnergyAtomEvent[] = [];
  for (const batch of batches) {
    recorded.push(...batch);
    const pushed = calculator.push(batch);
    events.push(...pushed.events);
    if (pushed.beyond !== null) events.push(...(await calculator.recompute(pushed.beyond, reader(recorded), null)).events);
    events.push(...calculator.tick(calculator.dataTime ?? 0));
  }
  return events;
}

describe("energy atoms", () => {
  it("add up to the difference of the register exactly, however long the window, the gaps and the buckets", () => {
    fc.assert(
      fc.property(stream, (samples) => {
        const all = stepsOf(samples);
        const whole = sum(atomsOf(samples, T0, end(samples)));
        assert.equal(
          activeEnergy(whole),
          all.reduce((total, { step }) => total + step, 0),
        );
        const gaps = all.filter((one) => one.end - one.begin > filler.rules.gapMs);
        assert.equal(
          whole.unplaced,
          gaps.reduce((total, { step }) => total + step, 0),
        );
      }),
      RUNS,
    );
  });

  it("are additive: a window split anywhere has the same sums of energy, time and units", () => {
    fc.assert(
      fc.property(stream, fc.double({ min: 0, max: 1, noNaN: true }), (samples, part) => {
        const to = end(samples) + 1;
        const split = Math.round(T0 + part * (to - T0));
        const exact = (all: readonly EnergyAtom[]) => ({ ...sum(all), emitted: 0 });
        const [first, second] = [atomsOf(samples, T0, split), atomsOf(samples, split, to)];
        assert.deepEqual(addEnergy(exact(first), exact(second)), exact(atomsOf(samples, T0, to)));
        // Emissions are whole µg per part: a split moves each by less than one.
        const whole = sum(atomsOf(samples, T0, to)).emitted;
        assert.ok(Math.abs(sum(first).emitted + sum(second).emitted - whole) <= 2, `${sum(first).emitted + sum(second).emitted} ${whole}`);
      }),
      RUNS,
    );
  });

  it("share a step in whole units that add up to it, whatever the division", () => {
    fc.assert(
      fc.property(
        fc.nat(1_000_000_000),
        fc.integer({ min: 1, max: 900_000 }),
        fc.array(fc.nat(900_000), { maxLength: 20 }),
        (step, length, cuts) => {
          const edges = [0, ...cuts.filter((cut) => cut < length).toSorted((a, b) => a - b), length];
          const parts = edges.slice(1).map((edge, i) => share(step, 0, length, edges[i] as number, edge));
          assert.ok(parts.every((part) => Number.isInteger(part) && part >= 0));
          assert.equal(
            parts.reduce((total, part) => total + part, 0),
            step,
          );
        },
      ),
      RUNS,
    );
  });

  it("lay energy over the machine's own time, also within a minute", () => {
    const samples = [
      sample("heartbeat", T0, 0),
      sample("heartbeat", T0 + MINUTE, 1),
      sample("state", T0, 6),
      sample("active_energy", T0, 10),
      sample("active_energy", T0 + 20_000, 10.06),
      sample("state", T0 + 20_000, 9),
      sample("active_energy", T0 + MINUTE, 10.07),
    ];
    const of = meter({ machine: { ...plain.rules.machine, microStopMs: 0 } }, allDay);
    const { active, metered } = sum(atomsOf(samples, T0, T0 + MINUTE, of));
    assert.deepEqual([active.run, active.failure], [60_000, 10_000]);
    assert.deepEqual([metered.run, metered.failure], [20_000, 40_000]);
  });

  it("keep base load apart: whatever the machine does in a break is not planned", () => {
    const samples = [
      sample("heartbeat", T0, 0),
      sample("state", T0, 6),
      sample("active_energy", T0, 1),
      sample("active_energy", T0 + MINUTE, 1.5),
    ];
    const of = meter({ machine: { ...filler.rules.machine, plannedWindows: idle } });
    assert.equal(sum(atomsOf(samples, T0, T0 + MINUTE, of)).active.notPlanned, 500_000);
  });

  it("charge each part with the factor of its time, and say what has none", () => {
    const registers = [0, 10, 30, 60, 65].map((kWh, minute) => sample("active_energy", T0 + minute * MINUTE, kWh));
    const factors = [420, 350, 180, 500].map((grams, minute) => sample("factor", T0 + minute * MINUTE, grams));
    const samples = [sample("heartbeat", T0, 0), ...registers, ...factors];
    const whole = sum(atomsOf(samples, T0, T0 + 4 * MINUTE, plain));
    assert.equal(whole.emitted / 1e6, 19_100);
    const late = sum(atomsOf([...samples.filter(({ tag }) => tag !== FACTOR), at(factors, 2)], T0, T0 + 4 * MINUTE, plain));
    assert.deepEqual([late.unfactored, late.emitted], [30_000_000, 35 * 180 * 1e6]);
    const short = meter({ machine: plain.rules.machine, factorHoldMs: 90_000 });
    const expired = sum(atomsOf([...samples.filter(({ tag }) => tag !== FACTOR), at(factors, 0)], T0, T0 + 4 * MINUTE, short));
    assert.deepEqual([expired.unfactored, expired.emitted], [45_000_000, 20 * 420 * 1e6]);
  });

  it("are cut where the order changes, each with its energy and its units", () => {
    const samples = [
      sample("heartbeat", T0, 0),
      sample("order", T0, "A1"),
      sample("order", T0 + 30_000, "A2"),
      sample("active_energy", T0, 0),
      sample("active_energy", T0 + MINUTE, 6),
      sample("processed_count", T0, 0),
      sample("processed_count", T0 + 10_000, 20),
      sample("processed_count", T0 + 50_000, 70),
    ];
    const rows = atomsOf(samples, T0, T0 + MINUTE, plain).map(({ order, measures }) => [order, activeEnergy(measures), measures.total]);
    assert.deepEqual(rows, [
      ["A1", 3_000_000, 20],
      ["A2", 3_000_000, 50],
    ]);
  });

  it("count energy across a silence of the meter whole and without a bucket, so that it makes no peak", () => {
    const samples = [
      sample("heartbeat", T0, 0),
      sample("active_energy", T0, 100),
      sample("active_energy", T0 + 5 * MINUTE, 101),
      sample("active_energy", T0 + 10 * MINUTE + 1, 103),
    ];
    const all = atomsOf(samples, T0, T0 + 11 * MINUTE, plain);
    const whole = sum(all);
    assert.deepEqual([activeEnergy(whole), whole.unplaced, meteredTime(whole)], [3_000_000, 2_000_000, 5 * MINUTE]);
    assert.equal(all.find(({ measures }) => measures.unplaced > 0)?.start, T0 + 10 * MINUTE);
  });

  it("leave out a step that no machine of this size could have used: a reading gone back, or another meter", () => {
    const of = meter({ machine: plain.rules.machine, highestPower: 50_000_000 });
    const samples = [1_000, 999.9, 999.95, 4_200, 4_200.05].map((kWh, i) => sample("active_energy", T0 + i * 10_000, kWh));
    const whole = sum(atomsOf([sample("heartbeat", T0, 0), ...samples], T0, T0 + MINUTE, of));
    assert.deepEqual([activeEnergy(whole), whole.implausible], [100_000, 2]);
  });

  it("travel as events that keep their schema and give the atom back exactly", () => {
    fc.assert(
      fc.property(stream, (samples) => {
        const calculator = new EnergyCalculator(filler);
        calculator.push(samples);
        for (const event of calculator.tick(end(samples) + 10 * MINUTE)) {
          assert.ok(Value.Check(ENERGY_ATOM_DATA, event.data), JSON.stringify([...Value.Errors(ENERGY_ATOM_DATA, event.data)][0]));
          const atom = energyAtomOf(event);
          const [again] = atomsOf(samples, atom.start, atom.end);
          assert.deepEqual(atom, again);
        }
      }),
    );
  });

  it("have the buckets, the cuts and the units of the machine's OEE, with orders tracked too", () => {
    fc.assert(
      fc.property(stream, fc.boolean(), (samples, tracksOrders) => {
        const machine = { ...filler.rules.machine, tracksOrders };
        const of = meter({ machine });
        const to = T0 + Math.floor((end(samples) - T0) / MINUTE) * MINUTE;
        const registers = Array.from({ length: (to - T0) / MINUTE + 1 }, (_, i) => sample("active_energy", T0 + i * MINUTE, i / 10));
        const others = samples.filter(({ tag }) => !tag.endsWith(".active_energy"));
        const readings = readingsOf([...others, ...registers], of);
        const oee = atoms(readings.machine, T0, to, machine);
        const own = energyAtoms(readings, T0, to, of.rules);
        assert.deepEqual(
          own.map(({ start, end: until, order, product, shift, measures }) => [
            start,
            until,
            order,
            product,
            shift,
            measures.metered,
            measures.total,
          ]),
          oee.map(({ start, end: until, order, product, shift, measures }) => [
            start,
            until,
            order,
            product,
            shift,
            measures.ms,
            measures.total,
          ]),
        );
      }),
      RUNS,
    );
  });
});

describe("blocks of demand", () => {
  it("begin on the clock of the site, where that is off the whole hour too", () => {
    assert.equal(blockStart(T0 + 7 * MINUTE, 15 * MINUTE, "Europe/Dublin"), T0);
    assert.equal(blockStart(T0 + 7 * MINUTE, 60 * MINUTE, "Asia/Kolkata"), T0 - 30 * MINUTE);
    const fold = Date.UTC(2026, 9, 25, 0, 50); // the hour before the clocks go back
    assert.equal(blockStart(fold + 20 * MINUTE, 15 * MINUTE, "Europe/Dublin"), Date.UTC(2026, 9, 25, 1, 0));
  });
});

describe("EnergyCalculator", () => {
  it("any order and lateness of a recorded stream ends in the same latest atoms", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (arrival) => {
        const calculator = new EnergyCalculator(filler);
        const events = await feed(calculator, shuffled(arrival));
        assert.deepEqual(latest(events), truth(arrival.samples, calculator.watermark ?? 0));
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
        const recorded: Sample[] = [];
        const batches = shuffled(arrival);
        const half = Math.floor(batches.length / 2);
        const calculator = new EnergyCalculator(filler);
        const events = await feed(calculator, batches.slice(0, half), recorded);
        const resumed = new EnergyCalculator(filler, {}, calculator.state(5 * MINUTE));
        events.push(...(await feed(resumed, batches.slice(half), recorded)));
        assert.deepEqual(latest(events), truth(arrival.samples, resumed.watermark ?? 0));
      }),
      RUNS,
    );
  });

  it("a snapshot taken anywhere and restored from JSON changes nothing: bit-equal events and figures", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, fc.nat(30), async (arrival, cut) => {
        const batches = shuffled(arrival);
        const whole = new EnergyCalculator(filler);
        const expected = await feed(whole, batches);
        const first = new EnergyCalculator(filler);
        const events = await feed(first, batches.slice(0, cut));
        const second = new EnergyCalculator(filler, {}, JSON.parse(JSON.stringify(first.state())));
        events.push(...(await feed(second, batches.slice(cut))));
        assert.deepEqual(events, expected);
        assert.deepEqual(second.current, whole.current);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps up the figures of the shift, the last whole block and the month's peak, also through corrections", () => {
    const calculator = new EnergyCalculator(plain);
    let kWh = 0;
    const samples: Sample[] = [sample("heartbeat", T0, 0), sample("active_energy", T0, 0)];
    for (let minute = 0; minute < 120; minute += 1) {
      kWh += (minute >= 24 && minute < 36 ? 400 : 100) / 60;
      samples.push(sample("active_energy", T0 + (minute + 1) * MINUTE, Math.round(kWh * 1e6) / 1e6));
    }
    const late = samples.splice(30, 1);
    calculator.push(samples);
    calculator.tick(T0 + 121 * MINUTE);
    calculator.push(late);
    const { kW, demand, monthPeak, shift } = calculator.current ?? assert.fail();
    assert.ok(Math.abs((kW ?? 0) - 100) < 1e-3);
    assert.deepEqual([demand?.start, monthPeak?.start], [T0 + 105 * MINUTE, T0 + 15 * MINUTE]);
    assert.ok(Math.abs((monthPeak?.kW ?? 0) - 220) < 1e-3);
    assert.equal(activeEnergy(shift), 260_000_000);
  });

  it("waits with a minute until the meter has told of it, but no longer than a gap", () => {
    const calculator = new EnergyCalculator(plain);
    calculator.push([sample("heartbeat", T0, 0), sample("active_energy", T0, 1), sample("reactive_energy", T0, 1)]);
    assert.equal(calculator.tick(T0 + 3 * MINUTE).length, 0);
    const [first] = calculator.tick(T0 + 6 * MINUTE + 10_000);
    assert.deepEqual([first?.start, first?.data["metered_h"]], [T0, 0]);
    const told = (minutes: number): number => {
      calculator.push([sample("active_energy", T0 + minutes * MINUTE, minutes)]);
      return calculator.tick(T0 + minutes * MINUTE + 10_000).length;
    };
    assert.equal(told(4), 0, "the reactive register may still tell");
    assert.equal(told(10), 9, "it has been silent for longer than a gap, so nobody waits for it");
  });

  it("refuses a register that is no number, of another unit or below 0, and passes over what has no quality", () => {
    const calculator = new EnergyCalculator(plain);
    const { rejects } = calculator.push([active("much"), active(1, "Cel"), active(-1), active(null)]);
    assert.deepEqual(
      rejects.map(({ code }) => code),
      ["WRONG_TYPE", "WRONG_UNIT", "OUT_OF_RANGE"],
    );
    calculator.push([active(5_000, "W.h")]);
    assert.deepEqual(calculator.state().readings.active.values, [5_000_000]);
    assert.equal(calculator.push([active(6, "kW.h")]).rejects[0]?.code, "DUPLICATE_TIMESTAMP");
  });
});

/** Every bucket that OEE knows is one that energy knows. */
it("energy has a field for each bucket of OEE", () => {
  const names: readonly Bucket[] = BUCKETS;
  for (const bucket of names) {
    const field = bucket.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    assert.ok(Object.hasOwn(ENERGY_ATOM_DATA.properties, `${field}_kwh`) && Object.hasOwn(ENERGY_ATOM_DATA.properties, `${field}_h`));
  }
});
