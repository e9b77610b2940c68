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
  energyAtomOf,
  energyAtoms,
  EnergyCalculator,
  meteredTime,
  share,
} from "../../../core/operate/energy/index.ts";
import { atoms, type Bucket, BUCKETS } from "../../../core/operate/oee/index.ts";
import {
  FACTOR,
  MINUTE,
  T0,
  active,
  allDay,
  arrivals,
  at,
  atomsOf,
  end,
  feed,
  filler,
  idle,
  latest,
  meter,
  plain,
  readingsOf,
  sample,
  shuffled,
  stepsOf,
  stream,
  sum,
  truth,
} from "../../support/energy-streams.ts";

const RUNS = { numRuns: 1000 };

const exact = (all: readonly EnergyAtom[]) => ({ ...sum(all), emitted: 0 });

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
