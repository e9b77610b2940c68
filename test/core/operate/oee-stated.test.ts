import assert from "node:assert/strict";
import type { CountSource } from "../../../core/connect/model/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import {
  type Atom,
  atomOf,
  atoms,
  type Beyond,
  byOrder,
  LASTING,
  type OeeAtomEvent,
  OeeCalculator,
  type OeeMachine,
  type StatedCount,
  type StatedOrder,
  type StatedProduction,
} from "../../../core/operate/oee/index.ts";
import { Production } from "../../../core/operate/oee/production.ts";
import { feed, machine, MINUTE, reader, readingsOf, sample, sum, T0 } from "../../support/oee-line.ts";

const ada = { source: "manual", author: "ada", recorded: T0 + 1 } as const;
const plain = machine({ microStopMs: 0, startUpMs: 0 });

/** Running and counting 100 a minute, 2 of them scrap, with order 4700 and product still on its tags. */
function running(minutes = 20): Sample[] {
  return [
    sample("state", T0, 6),
    sample("product", T0, "still"),
    sample("order", T0, "4700"),
    ...Array.from({ length: minutes * 3 + 1 }, (_, i) => sample("heartbeat", T0 + i * 20_000, i)),
    ...Array.from({ length: minutes + 1 }, (_, i) => sample("processed_count", T0 + i * MINUTE, i * 100)),
    ...Array.from({ length: minutes + 1 }, (_, i) => sample("defective_count", T0 + i * MINUTE, i * 2)),
  ];
}

const order = (from: number, to: number | null, what: Partial<StatedOrder>): StatedOrder => ({
  start: T0 + from * MINUTE,
  end: to === null ? LASTING : T0 + to * MINUTE,
  order: null,
  product: null,
  ended: null,
  changeover: false,
  by: ada,
  ...what,
});

const count = (from: number, to: number, units: Partial<StatedCount>, id = "count-0001"): StatedCount => ({
  id,
  from: T0 + from * MINUTE,
  to: T0 + to * MINUTE,
  good: 0,
  scrap: 0,
  rework: 0,
  by: ada,
  ...units,
});

function of(production: Partial<StatedProduction>, rules: Partial<OeeMachine["rules"]> = {}, samples = running()): Atom[] {
  const readings = readingsOf(samples, plain);
  return atoms(
    readings,
    T0,
    T0 + 20 * MINUTE,
    { ...plain.rules, ...rules },
    undefined,
    new Production({ orders: [], counts: [], ...production }),
  );
}

/** What is known after the twenty minutes, of which only the last one is in memory. */
async function shortMemory(): Promise<ReturnType<OeeCalculator["state"]>> {
  const calculator = new OeeCalculator(plain);
  await feed(calculator, [running()]);
  return calculator.state(MINUTE);
}

function taken(result: ReturnType<OeeCalculator["stateProduction"]>): { events: readonly OeeAtomEvent[]; beyond: Beyond | null } {
  if ("fault" in result) throw new Error(result.fault);
  return result;
}

describe("a stated order", () => {
  it("goes before the machine's tag from its very millisecond on, with its product's ideal cycle, and says who stated it", () => {
    const all = of({ orders: [order(5.25, 10, { order: "4711", product: "lemon" })] });
    const windows = byOrder(all).map(({ key, start, end }) => [key, (start - T0) / MINUTE, (end - T0) / MINUTE]);
    assert.deepEqual(windows, [
      ["4700", 0, 20],
      ["4711", 5.25, 10],
    ]);
    const own = all.filter((atom) => atom.order === "4711");
    assert.ok(own.every(({ product, idealCycleUs, said }) => product === "lemon" && idealCycleUs === 480_001 && said?.order === ada));
    assert.ok(all.every((atom) => atom.order === "4711" || atom.said === undefined));
    // The count at 10:00 is read at the very instant at which 4700 comes back: it belongs to 4700, as with a tag.
    assert.deepEqual(
      byOrder(all).map(({ measures }) => measures.total),
      [1_600, 400],
    );
  });

  it("without a product leaves the product to the tag, and a product without an order the order", () => {
    assert.ok(of({ orders: [order(0, null, { order: "4711" })] }).every((one) => one.order === "4711" && one.product === "still"));
    assert.ok(of({ orders: [order(0, null, { product: "lemon" })] }).every((one) => one.order === "4700" && one.product === "lemon"));
  });

  it("that has ended is no longer believed of the tag, another one is", () => {
    const samples = [...running(), sample("order", T0 + 12 * MINUTE, "4800")];
    const all = of({ orders: [order(5, null, { ended: "4700" })] }, {}, samples);
    assert.deepEqual(
      byOrder(all).map(({ key, start }) => [key, (start - T0) / MINUTE]),
      [
        ["4700", 0],
        ["~", 5],
        ["4800", 12],
      ],
    );
    assert.deepEqual([all[7]?.said?.order, all[15]?.said], [ada, undefined]);
  });

  it("makes time without an order known where no tag tells of orders", () => {
    const samples = [...running().filter(({ tag }) => !tag.endsWith("order")), sample("state", T0 + 8 * MINUTE, 4)];
    const ms = (orders: StatedOrder[]) => sum(of({ orders }, { tracksOrders: false }, samples)).ms;
    assert.equal(ms([]).noOrder, 0);
    assert.equal(ms([order(10, null, { ended: "4711" })]).noOrder, 10 * MINUTE);
  });

  it("of a changeover makes set-up of what is no production, below what a person assigned and above no state", () => {
    const samples = [...running(), sample("state", T0 + 8 * MINUTE, 9), sample("state", T0 + 12 * MINUTE, 6)];
    const { ms } = sum(of({ orders: [order(5, 10, { product: "lemon", changeover: true })] }, {}, samples));
    assert.deepEqual([ms.run, ms.setup, ms.failure], [16 * MINUTE, 2 * MINUTE, 2 * MINUTE]);
  });

  it("states exactly its minutes again, as the next revision; corrected it states those again that differ", async () => {
    const calculator = new OeeCalculator(plain);
    await feed(calculator, [running()]);
    const tell = (...orders: StatedOrder[]) => [
      ...new Set(taken(calculator.stateProduction(T0, LASTING, { orders, counts: [] })).events.map((one) => (one.start - T0) / MINUTE)),
    ];
    // The minutes before and after too: the count at the instant of a change belongs to what begins there.
    assert.deepEqual(tell(order(5, 8, { order: "4711" })), [4, 5, 6, 7, 8]);
    assert.deepEqual(tell(order(5, 8, { order: "4711" })), [], "the same again is no news");
    assert.deepEqual(tell(order(5, 7, { order: "4711" })), [6, 7, 8]);
    const { author, recorded } = { author: "grace", recorded: T0 + 2 };
    assert.deepEqual(
      tell(order(5, 7, { order: "4711", by: { ...ada, author, recorded } })),
      [5, 6],
      "who says so is part of what is shown",
    );
    assert.deepEqual(tell(), [4, 5, 6, 7]);
  });

  it("travels with its atom: the evidence names source, author and time, and an atom without has none", async () => {
    const calculator = new OeeCalculator(plain);
    calculator.stateProduction(T0, LASTING, { orders: [order(2, 3, { order: "4711" })], counts: [] });
    const events = await feed(calculator, [running()]);
    const said = events.map(({ evidence }) => evidence?.["said"]);
    assert.deepEqual(said[2], { order: { source: "manual", author: "ada", recorded: T0 + 1 } });
    assert.deepEqual([said[1], said[3]], [undefined, undefined]);
    assert.equal(atomOf(events[2] ?? assert.fail()).order, "4711");
  });

  it("of minutes that are no longer in memory is worked into them from what was recorded, exactly those", async () => {
    const calculator = OeeCalculator.restore(plain, {}, await shortMemory());
    const { events, beyond } = taken(calculator.stateProduction(T0, LASTING, { orders: [order(5, 8, { order: "4711" })], counts: [] }));
    assert.deepEqual(events, []);
    assert.ok(beyond !== null);
    const again = await calculator.recompute(beyond, reader(running()), null);
    assert.deepEqual([...new Set(again.events.map(({ start }) => (start - T0) / MINUTE))], [4, 5, 6, 7, 8]);
    assert.deepEqual(
      again.events.filter(({ data, start, end }) => data.order === "4711" && end !== start).map(({ data }) => data.total),
      [200, 100, 0],
    );
  });

  it("leaves alone what is far from it: a tag that says it has no order cuts nothing, with or without a statement elsewhere", () => {
    const samples = [...running().filter(({ tag }) => !tag.endsWith("order")), sample("order", T0 + 10 * MINUTE, "")];
    const far = of({ orders: [order(18, 19, { order: "4711" })] }, {}, samples);
    assert.deepEqual(far.slice(0, 17), of({}, {}, samples).slice(0, 17));
    assert.equal(far[9]?.measures.total, 100);
    assert.equal(of({}, {}, samples)[9]?.measures.total, 100);
  });

  it("that is no longer kept is read back, and without a reader the correction is refused with the date", async () => {
    const beats = Array.from({ length: 5 * 60 }, (_, i) => sample("heartbeat", T0 + i * MINUTE, i));
    const recorded = [sample("state", T0, 6), sample("order", T0, "4700"), ...beats];
    const calculator = new OeeCalculator(plain, { horizonMs: 60 * MINUTE, assignedMs: 60 * MINUTE });
    const old = { orders: [order(2, 4, { order: "4711" })], counts: [] };
    taken(calculator.stateProduction(T0, T0 + 10 * MINUTE, old));
    await feed(calculator, [recorded]);
    const late = sample("state", T0 + 3 * MINUTE, 9);
    const { beyond } = calculator.push([late]);
    assert.ok(beyond !== null);
    const refused = await calculator.recompute(beyond, reader([...recorded, late]), null);
    assert.deepEqual([refused.events, refused.rejects[0]?.code], [[], "ANCIENT_TIMESTAMP"]);
    assert.match(refused.rejects[0]?.message ?? "", /stated of orders and counts is kept/);
    const { events } = await calculator.recompute(beyond, reader([...recorded, late]), null, { production: () => Promise.resolve(old) });
    assert.equal(events.find(({ start }) => start === T0 + 3 * MINUTE)?.data.order, "4711");
  });

  it("is refused with a sentence when it overlaps or leaves its range; then nothing has changed", () => {
    const calculator = new OeeCalculator(plain);
    const before = JSON.stringify(calculator.state());
    const bad: [StatedProduction, RegExp][] = [
      [{ orders: [order(0, 5, {}), order(4, 6, {})], counts: [] }, /overlap/],
      [{ orders: [order(-1, 5, {})], counts: [] }, /beyond the range/],
      [{ orders: [order(5, 5, {})], counts: [] }, /begins before it ends/],
      [{ orders: [], counts: [count(1, 1, { good: -1 })] }, /good is -1/],
      [{ orders: [], counts: [count(1, 1, { scrap: 0.5 })] }, /whole number/],
      [{ orders: [], counts: [count(2, 1, {})] }, /period/],
      [{ orders: [], counts: [count(-20_000, 1, {})] }, /7 days/],
    ];
    for (const [production, fault] of bad) {
      const result = calculator.stateProduction(T0, LASTING, production);
      assert.match("fault" in result ? result.fault : "", fault);
    }
    assert.equal(JSON.stringify(calculator.state()), before);
  });
});

const counted = { counts: [count(5, 5, { good: 30, scrap: 10, rework: 4 })] };

function units(all: Atom[]): number[] {
  const { total, scrap, rework, idealTotalUs, idealScrapUs } = sum(all);
  return [total, scrap, rework, idealTotalUs / 500_000, idealScrapUs / 500_000];
}

function bySource(source: CountSource): number[] {
  return units(of(counted, { counts: { source } }));
}

function withCount(all: Atom[]): Atom | undefined {
  return all.find((one) => one.said?.counts !== undefined);
}

describe("units counted by hand", () => {
  it("by default take scrap and rework off what the counter made; the good ones stand beside it", () => {
    assert.deepEqual(units(of(counted)), [2_000, 50, 4, 2_000, 50]);
  });

  it("count by the machine's precedence: its tags alone, on top of them, or alone", () => {
    assert.deepEqual(bySource("tag"), [2_000, 40, 0, 2_000, 40]);
    assert.deepEqual(bySource("manualScrap"), [2_000, 50, 4, 2_000, 50]);
    assert.deepEqual(bySource("manualAdded"), [2_044, 50, 4, 2_044, 50]);
    assert.deepEqual(bySource("manual"), [44, 10, 4, 44, 10]);
  });

  it("at an instant belong to the atom that ends there, or to the order that begins there", () => {
    assert.equal(withCount(of(counted))?.start, T0 + 4 * MINUTE);
    const begun = of({ ...counted, orders: [order(5, null, { order: "4711" })] });
    assert.deepEqual([withCount(begun)?.start, withCount(begun)?.order], [T0 + 5 * MINUTE, "4711"]);
  });

  it("of a period are spread over it in whole units, none lost, and each part has the product of its time", () => {
    const production = { counts: [count(2.5, 12.5, { good: 7, scrap: 3 })], orders: [order(9, null, { product: "lemon" })] };
    const all = of(production, { counts: { source: "manual" } });
    assert.deepEqual(units(all).slice(0, 2), [10, 3]);
    assert.deepEqual(
      all.slice(2, 13).map(({ measures: { total } }) => total),
      [0, 1, 0, 2, 1, 0, 1, 2, 0, 1, 2],
    );
    assert.equal(sum(all).idealTotalUs, 5 * 500_000 + 5 * 480_001);
  });

  it("of a billion over a week stay exact", () => {
    const most = count(-7 * 24 * 60 + 20, 20, { good: 1_000_000_000 });
    const part = sum(of({ counts: [most] }, { counts: { source: "manual" } }));
    assert.equal(part.total, 1_000_000_000 - Math.floor((1_000_000_000 * (7 * 24 * 60 - 20)) / (7 * 24 * 60)));
  });

  it("when corrected state again exactly the minutes they were and are in", async () => {
    const calculator = new OeeCalculator(plain);
    await feed(calculator, [running()]);
    const tell = (...counts: StatedCount[]) =>
      taken(calculator.stateProduction(T0, LASTING, { orders: [], counts })).events.map((one) => [
        (one.start - T0) / MINUTE,
        one.data.scrap,
      ]);
    assert.deepEqual(tell(count(5, 5, { scrap: 10 })), [[4, 12]]);
    assert.deepEqual(tell(count(9, 9, { scrap: 10 })), [
      [4, 2],
      [8, 12],
    ]);
    assert.deepEqual(tell(), [[8, 2]]);
  });
});

describe("a second counter", () => {
  const second = { compares: "good", unitsPerCount: 12, tolerancePercent: 1 } as const;
  const watched = { ...plain, tags: { ...plain.tags, second: `${plain.asset}._filler_v1.cases` } };
  const watching = { ...watched, rules: { ...plain.rules, counts: { source: "manualScrap", second } as const } };

  it("counts beside the machine in units, with resets, and changes no figure of it", async () => {
    const cases = [sample("cases", T0, 90), sample("cases", T0 + 5 * MINUTE, 98), sample("cases", T0 + 9 * MINUTE, 3)];
    const events = await feed(new OeeCalculator(watching), [[...running(), ...cases]]);
    const all = sum(events.map((event) => atomOf(event)));
    assert.equal(all.secondCount, 12 * (8 + 3));
    const without = sum((await feed(new OeeCalculator(plain), [running()])).map((event) => atomOf(event)));
    assert.deepEqual({ ...all, secondCount: 0 }, without);
    assert.deepEqual(events[0]?.evidence?.["counts"], { source: "manualScrap", second });
  });
});
