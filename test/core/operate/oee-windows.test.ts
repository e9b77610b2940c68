import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sample } from "../../../core/connect/sample/index.ts";
import {
  atomOf,
  byOrder,
  byProduct,
  byShift,
  OEE_CONTRACT,
  type OeeAtomEvent,
  OeeCalculator,
  OeeMachines,
  type PlannedWindow,
  rolling,
  sumMeasures,
} from "../../../core/operate/oee/index.ts";
import {
  arrivals,
  ASSET,
  atomsOf,
  end,
  feed,
  latest,
  line,
  machine,
  MINUTE,
  sample,
  shuffled,
  stream,
  sum,
  T0,
} from "../../support/oee-line.ts";

const ROLLING = 15;
const HOUR = 60 * MINUTE;

/** The atoms that a store holds after these events. */
function stored(events: readonly OeeAtomEvent[]) {
  return [...latest(events)].map(([key, data]) => {
    const { end: stop, ...rest } = data as { end: number };
    return atomOf({ start: Number(key.split("/")[0]), end: stop, data: rest } as never);
  });
}

describe("OEE windows", () => {
  it("by order and by product add up to the whole", () => {
    fc.assert(
      fc.property(stream, (samples) => {
        const all = atomsOf(samples, T0, end(samples));
        for (const windows of [byOrder(all), byProduct(all)]) assert.deepEqual(sumMeasures(windows.map((one) => one.measures)), sum(all));
      }),
    );
  });

  it("the running order and the rolling minutes equal the sums of the latest atoms, whatever came late", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (arrival) => {
        const calculator = new OeeCalculator(line, { rollingMs: ROLLING * MINUTE });
        const atoms = stored(await feed(calculator, shuffled(arrival)));
        const { running, watermark } = calculator;
        if (running === null || watermark === null) return;
        assert.deepEqual(running.rolling?.measures, rolling(atoms, watermark, ROLLING).measures);
        const order = atoms.toSorted((a, b) => a.start - b.start).at(-1)?.order;
        if (order === "~") assert.equal(running.order, undefined);
        else assert.deepEqual(running.order?.measures, byOrder(atoms).find(({ key }) => key === order)?.measures);
      }),
      { numRuns: 300 },
    );
  });

  it("a restart changes no figure of any window under way", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, fc.nat(30), async (arrival, cut) => {
        const options = { rollingMs: ROLLING * MINUTE };
        const batches = shuffled(arrival);
        const whole = new OeeCalculator(line, options);
        await feed(whole, batches);
        const first = new OeeCalculator(line, options);
        await feed(first, batches.slice(0, cut));
        const second = OeeCalculator.restore(line, options, JSON.parse(JSON.stringify(first.state())));
        await feed(second, batches.slice(cut));
        assert.deepEqual(second.running, whole.running);
      }),
      { numRuns: 200 },
    );
  });

  it("an order that lasts longer than the memory keeps its whole sum", () => {
    const calculator = new OeeCalculator(line, { horizonMs: 60 * MINUTE });
    calculator.push([sample("state", T0, 6), sample("product", T0, "still"), sample("order", T0, "4711")]);
    for (let minute = 0; minute <= 300; minute += 1) {
      const at = T0 + minute * MINUTE;
      calculator.push([sample("heartbeat", at, minute), sample("processed_count", at, minute)]);
      calculator.tick(at);
    }
    assert.equal(calculator.running?.order?.measures.total, (calculator.watermark as number) / MINUTE - T0 / MINUTE);
    assert.equal(calculator.running?.order?.start, T0);
  });
});

const of = (samples: readonly Sample[], name: string) =>
  samples.filter((one) => one.tag === `${ASSET}._oee_v1.${name}`).map(({ value, timestamp }) => [value, (timestamp - T0) / MINUTE]);

/** Shifts of an hour without a break. */
const hours = (from: number, to: number): PlannedWindow[] =>
  Array.from({ length: Math.ceil(to / HOUR) - Math.floor(from / HOUR) }, (_, i) => {
    const start = (Math.floor(from / HOUR) + i) * HOUR;
    return { start, end: start + HOUR, planned: true, shift: `h${(start / HOUR) % 24}`, productionDay: "2026-03-10" };
  });

/** Minute by minute, by default at half the ideal speed. */
function published(minutes: number, perMinute = 60): { samples: Sample[]; machines: OeeMachines } {
  const machines = new OeeMachines([machine({ microStopMs: 0, plannedWindows: hours })], { rollingMs: ROLLING * MINUTE });
  const samples: Sample[] = [];
  machines.push([sample("state", T0, 6), sample("product", T0, "still"), sample("order", T0, "4711")]);
  for (let minute = 0; minute <= minutes; minute += 1) {
    const at = T0 + minute * MINUTE;
    if (minute === 30) machines.push([sample("order", at - MINUTE, "4712")]);
    machines.push([sample("processed_count", at, minute * perMinute), sample("heartbeat", at, minute)]);
    samples.push(...machines.current());
  }
  return { samples, machines };
}

describe("published figures", () => {
  it("are provisional while a window is open, and final once after it has ended, before the first ones of the next", () => {
    const { samples } = published(60);
    const finals = of(samples, "hour.final");
    const [final] = finals.filter(([value]) => value === true);
    const performances = new Map(of(samples, "hour.performance").map(([value, minute]) => [minute, value]));
    assert.equal(finals.filter(([value]) => value === true).length, 0, "the hour is open until a later minute is stated");
    const { samples: longer } = published(62);
    const later = of(longer, "hour.final").filter(([value]) => value === true);
    assert.equal(later.length, 1);
    assert.ok(Math.abs(((later[0]?.[1] as number) ?? 0) - 61) < 1e-3);
    assert.equal(final, undefined);
    assert.equal(performances.get(59), 0.5);
    assert.equal(of(longer, "shift.final").filter(([value]) => value === true).length, 1);
  });

  it("name the order they are of, and the rolling minutes are those before the watermark", () => {
    const { samples } = published(40);
    assert.deepEqual([...new Set(of(samples, "order.number").map(([value]) => value))], ["4711", "4712"]);
    const running = [...published(40).machines.calculators.values()][0]?.running;
    assert.equal((running?.rolling?.end ?? 0) - (running?.rolling?.start ?? 0), ROLLING * MINUTE);
  });

  it("keep the contract that the historian checks", () => {
    const names = new Set(published(120).samples.map(({ tag }) => tag.slice(`${ASSET}.${OEE_CONTRACT.name}.`.length)));
    assert.deepEqual(
      [...names].filter((name) => !OEE_CONTRACT.tags.has(name)),
      [],
    );
    assert.equal(names.size, OEE_CONTRACT.tags.size);
  });

  it("a performance above 1 is told with machine, product and figure, not clamped, and not before there is production to judge", () => {
    assert.deepEqual(published(8, 240).machines.tooFast(), []);
    const [first] = published(20, 240).machines.tooFast();
    assert.deepEqual([first?.asset, first?.product, first?.performance], [ASSET, "still", 2]);
    assert.deepEqual(published(20).machines.tooFast(), []);
  });

  it("are those of the shift that runs", () => {
    const { machines } = published(45);
    const atoms = [...machines.calculators.values()][0]?.restate(60 * MINUTE).map(atomOf) ?? [];
    const last = byShift(atoms).at(-1);
    assert.equal(machines.shiftRatios()[0]?.availability, 1);
    assert.equal([...machines.calculators.values()][0]?.running?.shift.key, last?.key);
  });
});
