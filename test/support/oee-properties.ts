/** What must hold of OEE for any machine and any stream: few cases in `npm test`, many in long campaigns and proofs. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sample } from "../../core/connect/sample/index.ts";
import {
  type AssignedStretch,
  atoms,
  type Beyond,
  BUCKETS,
  byHour,
  byOrder,
  byProduct,
  byShift,
  Corrections,
  MACHINE_BUCKETS,
  type OeeAtomEvent,
  OeeCalculator,
  ratios,
  sixBigLosses,
  sumMeasures,
  timeElements,
  type TimeOptions,
} from "../../core/operate/oee/index.ts";
import { AssignedTime } from "../../core/operate/oee/assigned.ts";
import { Production } from "../../core/operate/oee/production.ts";
import { MachineProduction, type ProductionStatement, type ProductionTold } from "../../core/operate/production/index.ts";
import {
  arrivals,
  ASSET,
  end,
  feed,
  latest,
  line,
  machine,
  MINUTE,
  reader,
  readingsOf,
  shuffled,
  stream,
  sum,
  T0,
  truth,
} from "./oee-line.ts";

export interface Property {
  readonly name: string;
  /** Throws, with the smallest counterexample, when one of `numRuns` cases does not hold. */
  check(numRuns: number): Promise<void>;
}

/** Stretches that people have assigned, without overlap. */
export const assigned = fc
  .array(
    fc.record({
      wait: fc.integer({ min: 0, max: 900_000 }),
      length: fc.integer({ min: 1, max: 400_000 }),
      bucket: fc.constantFrom(...MACHINE_BUCKETS),
    }),
    { maxLength: 6 },
  )
  .map((all) => {
    let at = T0;
    return all.map(({ wait, length, bucket }): AssignedStretch => {
      const start = at + wait;
      at = start + length;
      return { start, end: at, bucket };
    });
  });

/** A machine with standard times of changeovers, of whose units people count some. */
const stating = machine({ changeovers: { "*": { "*": 240_000 }, still: { lemon: 60_000 } }, counts: { source: "manualAdded" } });

/** What people and an MES state, in the order in which it reaches the ledger, each with the batch of samples that it follows. */
const statements = fc
  .array(
    fc.record({
      batch: fc.nat(20),
      start: fc.integer({ min: -300_000, max: 2_400_000 }),
      length: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 900_000 })),
      source: fc.constantFrom("manual" as const, "manual" as const, "mes" as const),
      what: fc.constantFrom("start", "start", "changeover", "stop", "count", "count", "revert"),
      order: fc.constantFrom("4711", "4712", "4713"),
      product: fc.constantFrom("still", "lemon", null),
      units: fc.tuple(fc.nat(200), fc.nat(20), fc.nat(5)),
      about: fc.option(fc.nat(9), { nil: undefined }),
    }),
    { maxLength: 10 },
  )
  .map((all) =>
    all
      .toSorted((a, b) => a.batch - b.batch)
      .map(({ batch, start, length, source, what, order, product, units, about }, i) => {
        const said = {
          key: `statement-${i}`,
          id: `statement-${i}`,
          sequence: i,
          replaces: what !== "revert" && about !== undefined && about < i ? `statement-${about}` : null,
          target: what === "revert" ? `statement-${Math.min(about ?? 0, i)}` : null,
          by: { source, author: `person-${i % 3}`, recorded: T0 + i },
        };
        const [good, scrap, rework] = units;
        const at = T0 + start;
        const statement: ProductionStatement =
          what === "count"
            ? { of: "counts", from: at - length, to: at, good, scrap, rework, ...said }
            : what === "changeover"
              ? { of: "orders", start: at, action: what, order: null, product: product ?? "lemon", ...said }
              : { of: "orders", start: at, action: what as "start", order, product, ...said };
        return { batch, statement };
      }),
  );

/** A range, and what is assigned in it. */
const change = fc
  .record({ from: fc.integer({ min: -100_000, max: 2_400_000 }), length: fc.integer({ min: 1, max: 1_500_000 }), all: assigned })
  .map(({ from, length, all }) => {
    const range = { from: T0 + from, to: T0 + from + length };
    return { ...range, stretches: new AssignedTime(all).within(range.from, range.to) };
  });

const options: fc.Arbitrary<TimeOptions> = fc.record({
  unknown: fc.constantFrom("exclude", "loss"),
  plannedStops: fc.constantFrom("exclude", "loss"),
  setup: fc.constantFrom("loss", "exclude"),
  microStops: fc.constantFrom("apt", "adet"),
  noOrder: fc.constantFrom("loss", "exclude"),
  rework: fc.constantFrom("bad", "good"),
});

const rated = machine({ idealCycleUs: (product) => (product === "lemon" ? 480_001 : 500_000) });
const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(a), Math.abs(b));

export const PROPERTIES: readonly Property[] = [
  {
    name: "buckets add up to the window to the millisecond, in every atom, with any assigned time",
    check: (numRuns) =>
      holds(
        numRuns,
        fc.tuple(stream, assigned, fc.nat(400_000), fc.integer({ min: 1, max: 3_000_000 })),
        ([samples, time, offset, length]) => {
          const from = T0 + offset;
          let at = from;
          for (const atom of atoms(readingsOf(samples), from, from + length, line.rules, new AssignedTime(time))) {
            assert.equal(atom.start, at);
            assert.ok(atom.end > atom.start && atom.end - atom.start <= MINUTE);
            const ms = BUCKETS.reduce((all, bucket) => all + atom.measures.ms[bucket], 0);
            assert.equal(ms, atom.end - atom.start);
            at = atom.end;
          }
          assert.equal(at, from + length);
        },
      ),
  },
  {
    name: "windows are additive wherever they are split: times, units, stops and failures",
    check: (numRuns) =>
      holds(numRuns, fc.tuple(stream, assigned, fc.double({ min: 0, max: 1, noNaN: true })), ([samples, time, part]) => {
        const to = end(samples) + 1;
        const split = Math.round(T0 + part * (to - T0));
        const of = (from: number, until: number) => sum(atoms(readingsOf(samples), from, until, line.rules, new AssignedTime(time)));
        assert.deepEqual(sumMeasures([of(T0, split), of(split, to)]), of(T0, to));
      }),
  },
  {
    name: "hours, shifts, orders and products add up to the whole",
    check: (numRuns) =>
      holds(numRuns, stream, (samples) => {
        const all = atoms(readingsOf(samples), T0, end(samples), line.rules);
        for (const windows of [byHour, byShift, byOrder, byProduct])
          assert.deepEqual(sumMeasures(windows(all).map((one) => one.measures)), sum(all));
      }),
  },
  {
    name: "OEE does not move with the micro-stop threshold, whatever the options",
    check: (numRuns) =>
      holds(numRuns, fc.tuple(stream, fc.nat(400_000), options), ([samples, microStopMs, chosen]) => {
        const of = (threshold: number) => {
          const rules = { ...rated.rules, microStopMs: threshold };
          return ratios(sum(atoms(readingsOf(samples, rated), T0, end(samples), rules)), chosen);
        };
        const [none, some] = [of(0), of(microStopMs)];
        // A stop without an order is no delay of one, a micro-stop is production time lost, so only then the two differ.
        if (chosen.noOrder === "loss") assert.equal(some.oee, none.oee);
        assert.equal(some.quality, none.quality);
      }),
  },
  {
    name: "A · P · Q = OEE with mixed products, and OEE, NEE and losses agree, whatever the options",
    check: (numRuns) =>
      holds(numRuns, fc.tuple(stream, options), ([samples, chosen]) => {
        const all = sum(atoms(readingsOf(samples, rated), T0, end(samples), rated.rules));
        const { availability, performance, quality, oee } = ratios(all, chosen);
        if (availability !== null && performance !== null && quality !== null && oee !== null)
          assert.ok(close(availability * performance * quality, oee), `${availability * performance * quality} is not ${oee}`);
        const lost = Object.values(sixBigLosses(all, chosen)).reduce<number>((total, ms) => total + (ms ?? Number.NaN), 0);
        const bad = all.idealScrapUs + (chosen.rework === "bad" ? all.idealReworkUs : 0);
        const { pbt } = timeElements(all, chosen);
        // Sums of thousandths: exact to the digits of the largest of them, which may be far larger than what remains.
        const digits = 1e-12 * Math.max(1, pbt, Math.abs(all.idealTotalUs), Math.abs(bad));
        assert.ok(Math.abs(lost + (all.idealTotalUs - bad) / 1000 - pbt) <= digits, `${lost} of ${pbt}`);
      }),
  },
  {
    name: "live = replay = recompute: after any order of arrival, with short memory and a restart, the latest atoms are equal",
    check: (numRuns) =>
      holds(numRuns, fc.tuple(arrivals, fc.nat(30), fc.boolean()), async ([arrival, cut, short]) => {
        const batches = shuffled(arrival);
        const recorded: Sample[] = [];
        const first = new OeeCalculator(line);
        const events = await feed(first, batches.slice(0, cut), recorded);
        const state = first.state(short ? 5 * MINUTE : undefined);
        const second = OeeCalculator.restore(line, {}, JSON.parse(JSON.stringify(state)) as typeof state);
        events.push(...(await feed(second, batches.slice(cut), recorded)));
        assert.deepEqual(latest(events), truth(arrival.samples, second.watermark ?? 0));
      }),
  },
  {
    name: "a restart from a snapshot at any point changes nothing: equal events, equal state",
    check: (numRuns) =>
      holds(numRuns, fc.tuple(arrivals, fc.nat(30), change), async ([arrival, cut, { from, to, stretches }]) => {
        const batches = shuffled(arrival);
        const whole = new OeeCalculator(line);
        whole.assign(from, to, stretches);
        const expected = await feed(whole, batches);
        const first = new OeeCalculator(line);
        first.assign(from, to, stretches);
        const events = await feed(first, batches.slice(0, cut));
        const second = OeeCalculator.restore(line, {}, JSON.parse(JSON.stringify(first.state())));
        events.push(...(await feed(second, batches.slice(cut))));
        assert.deepEqual(events, expected);
        assert.equal(JSON.stringify(second.state()), JSON.stringify(whole.state()));
      }),
  },
  {
    name: "assigned time: any order of samples and assignments, a restart and short memory end in the same atoms",
    check: (numRuns) =>
      holds(
        numRuns,
        fc.tuple(arrivals, fc.array(fc.tuple(fc.nat(20), change), { maxLength: 5 }), fc.nat(20), fc.boolean()),
        async ([arrival, changes, cut, short]) => {
          const batches = shuffled(arrival);
          const last = batches.length - 1;
          const inOrder = changes.toSorted((a, b) => Math.min(a[0], last) - Math.min(b[0], last));
          const recorded: Sample[] = [];
          let calculator = new OeeCalculator(line);
          const corrections = new Corrections({ corrections: 100, samples: 10_000 });
          const accepts = (beyond: Beyond): boolean => corrections.add(ASSET, beyond);
          const events: OeeAtomEvent[] = [];
          for (const [i, batch] of batches.entries()) {
            recorded.push(...batch);
            events.push(...calculator.push(batch, { accepts }).events, ...calculator.tick(calculator.dataTime ?? 0));
            for (const [at, { from, to, stretches }] of inOrder)
              if (Math.min(at, last) === i) events.push(...taken(calculator.assign(from, to, stretches, accepts)));
            if (i === cut) {
              const state = calculator.state(short ? 5 * MINUTE : undefined);
              calculator = OeeCalculator.restore(line, {}, JSON.parse(JSON.stringify(state)) as typeof state);
            }
          }
          for (let next = corrections.next(); next !== undefined; next = corrections.next()) {
            events.push(...(await calculator.recompute(next.beyond, reader(recorded), null)).events);
            corrections.settled(true);
          }
          const expected = new OeeCalculator(line);
          for (const [, { from, to, stretches }] of inOrder) taken(expected.assign(from, to, stretches));
          expected.push(arrival.samples);
          const stated = expected.tick(end(arrival.samples) + 10 * MINUTE);
          assert.deepEqual(latest(events), latest(stated.filter((event) => event.start < (calculator.watermark ?? 0))));
        },
      ),
  },
  {
    name: "stated orders and counts: any order of samples and statements, a restart and short memory end in the same atoms",
    check: (numRuns) =>
      holds(numRuns, fc.tuple(arrivals, statements, fc.nat(20), fc.boolean()), async ([arrival, said, cut, short]) => {
        const batches = shuffled(arrival);
        const last = batches.length - 1;
        const recorded: Sample[] = [];
        const corrections = new Corrections({ corrections: 100, samples: 10_000 });
        const accepts = (beyond: Beyond): boolean => corrections.add(ASSET, beyond);
        const production = new MachineProduction(T0 - 60 * MINUTE);
        let calculator = new OeeCalculator(stating);
        const events: OeeAtomEvent[] = [];
        const tell = (to: OeeCalculator, told: ProductionTold | null): readonly OeeAtomEvent[] =>
          told === null ? [] : taken(to.stateProduction(told.from, told.to, told.production, accepts));
        for (const [i, batch] of batches.entries()) {
          recorded.push(...batch);
          events.push(...calculator.push(batch, { accepts }).events, ...calculator.tick(calculator.dataTime ?? 0));
          for (const { batch: at, statement } of said)
            if (Math.min(at, last) === i) events.push(...tell(calculator, production.say([statement])));
          if (i === cut) {
            const state = calculator.state(short ? 5 * MINUTE : undefined);
            calculator = OeeCalculator.restore(stating, {}, JSON.parse(JSON.stringify(state)) as typeof state);
          }
        }
        for (let next = corrections.next(); next !== undefined; next = corrections.next()) {
          events.push(...(await calculator.recompute(next.beyond, reader(recorded), null)).events);
          corrections.settled(true);
        }
        const expected = new OeeCalculator(stating);
        const whole = new MachineProduction(T0 - 60 * MINUTE);
        tell(expected, whole.say(said.map(({ statement }) => statement).toReversed()));
        expected.push(arrival.samples);
        const stated = expected.tick(end(arrival.samples) + 10 * MINUTE);
        assert.deepEqual(latest(events), latest(stated.filter((event) => event.start < (calculator.watermark ?? 0))));
      }),
  },
  {
    name: "what is stated moves no time between planned and unplanned, and buckets and units still add up, however a window is split",
    check: (numRuns) =>
      holds(numRuns, fc.tuple(stream, statements, fc.double({ min: 0, max: 1, noNaN: true })), ([samples, said, part]) => {
        const machineProduction = new MachineProduction(T0 - 60 * MINUTE);
        machineProduction.say(said.map(({ statement }) => statement));
        const production = new Production(machineProduction.whole().production);
        const readings = readingsOf(samples, stating);
        const of = (from: number, to: number, what = production) => sum(atoms(readings, from, to, stating.rules, AssignedTime.NONE, what));
        const to = end(samples) + 1;
        const split = Math.round(T0 + part * (to - T0));
        const all = of(T0, to);
        assert.equal(all.ms.notPlanned, of(T0, to, Production.NONE).ms.notPlanned);
        assert.equal(
          BUCKETS.reduce((ms, bucket) => ms + all.ms[bucket], 0),
          to - T0,
        );
        assert.ok(all.setupOverrunMs >= 0 && all.setupOverrunMs <= all.ms.setup);
        assert.deepEqual(sumMeasures([of(T0, split), of(split, to)]), all);
      }),
  },
];

function taken(result: ReturnType<OeeCalculator["assign"]>): readonly OeeAtomEvent[] {
  if ("fault" in result) throw new Error(result.fault);
  return result.events;
}

async function holds<T>(numRuns: number, arbitrary: fc.Arbitrary<T>, check: (value: T) => void | Promise<void>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(arbitrary, async (value) => check(value)),
    { numRuns },
  );
}
