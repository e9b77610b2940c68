import assert from "node:assert/strict";
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { explain } from "../../../core/operate/explanation/index.ts";
import {
  OeeCalculator,
  type OeeAtomEvent,
  type OeeMachine,
  DEFAULT_TIME_OPTIONS,
  PACKML_TIME_MODEL,
  ratios,
  sumMeasures,
  atomOf,
  LASTING,
  NOTHING,
  reconcile,
} from "../../../core/operate/oee/index.ts";

const MINUTE = 60_000;
const FROM = Date.UTC(2026, 2, 10, 6);
const TO = FROM + 120 * MINUTE;
const ASSET = "acme.galway.hall.line.filler";
const CYCLES: Readonly<Record<string, number>> = { still: 500_000, lemon: 600_000 };

const machine: OeeMachine = {
  asset: ASSET,
  tags: { state: "state", processed: "processed", defective: "defective", product: "product" },
  numbering: { profile: "packml-opcua" },
  rules: {
    timeModel: PACKML_TIME_MODEL,
    microStopMs: 60_000,
    silenceMs: null,
    idealCycleUs: (product) => CYCLES[product] ?? null,
    plannedWindows: (start, end) => [{ start, end, planned: true, shift: "early", productionDay: "2026-03-10" }],
  },
  options: DEFAULT_TIME_OPTIONS,
  modelRevision: "m1",
};

const sample = (tag: string, minute: number, value: Sample["value"]): Sample => ({
  tag,
  value,
  timestamp: FROM + minute * MINUTE,
  quality: "Good",
});

/** Two hours at 100 a minute with a stop of 20 minutes and one of 30 s; then the long stop turns out to have been 10. */
function recorded(products: (minute: number) => string = (minute) => (minute < 60 ? "still" : "lemon")): LedgerEntry[] {
  const calculator = new OeeCalculator(machine);
  const samples = [
    sample("state", 0, 6),
    sample("state", 30, 9),
    sample("state", 50, 6),
    sample("state", 80, 11),
    sample("state", 80.5, 6),
  ];
  for (let minute = 0; minute <= 120; minute += 1) {
    samples.push(
      sample("processed", minute, minute * 100),
      sample("defective", minute, minute),
      sample("product", minute, products(minute)),
    );
  }
  calculator.push(samples);
  const ledger = new Map<number, LedgerEntry>();
  const record = (events: readonly OeeAtomEvent[], at: number, author: string, reason: string): void => {
    for (const event of events) ledger.set(event.start, { ...event, id: 1, recorded: at, author, reason });
  };
  record(calculator.tick(FROM + 125 * MINUTE), 1000, "node:twin-oee", "OEE");
  record(calculator.push([sample("state", 40, 6)]).events, 2000, "node:twin-oee", "late samples");
  return [...ledger.values()];
}

const window = { asset: ASSET, from: FROM, to: TO };

/** The first ten minutes at 100 a minute, with what people stated of them. */
function withStated(): LedgerEntry[] {
  const second = { compares: "good", unitsPerCount: 10, tolerancePercent: 2 } as const;
  const tags = { ...machine.tags, second: "cases" };
  const counts = { source: "manualScrap", second } as const;
  const calculator = new OeeCalculator({ ...machine, tags, rules: { ...machine.rules, counts } });
  const by = { source: "manual", author: "ada", recorded: FROM } as const;
  const at = (minute: number): number => FROM + minute * MINUTE;
  const order = { start: at(4), end: LASTING, order: "4711", product: "lemon", ended: null, changeover: false, by };
  const count = { id: "count-0001", from: at(3), to: at(3), good: 0, scrap: 25, rework: 0, by: { ...by, author: "grace" } };
  calculator.stateProduction(FROM, LASTING, { orders: [order], counts: [count] });
  const samples = [sample("state", 0, 6), sample("product", 0, "still")];
  for (let minute = 0; minute <= 10; minute += 1)
    samples.push(sample("processed", minute, minute * 100), sample("cases", minute, Math.floor(minute * 9.8)));
  calculator.push(samples);
  return calculator
    .tick(FROM + 10 * MINUTE + 10_000)
    .map((event) => ({ ...event, id: 1, recorded: 1000, author: "node:twin-oee", reason: "OEE" }));
}

describe("why this number", () => {
  it("gives the division behind each ratio, and its value is the one of the mathematics", () => {
    const entries = recorded();
    const { ratios: explained, time, counts, statedTo } = explain(entries, window);
    const within = entries.filter(({ start }) => start < TO) as unknown as OeeAtomEvent[];
    const expected = ratios(sumMeasures(within.map((event) => atomOf(event).measures)));
    for (const { name, value, above, below } of explained) {
      assert.equal(value, expected[name], name);
      assert.equal(value, above.ms / below.ms);
    }
    assert.deepEqual(
      explained.map(({ name, above, below }) => `${name} ${(above.ms / MINUTE).toFixed(3)} / ${(below.ms / MINUTE).toFixed(3)}`),
      // 5,900 of still at 0.5 s and 6,100 of lemon at 0.6 s, one in a hundred bad; the stop lasted 10 minutes
      ["oee 109.065 / 120.000", "availability 110.000 / 120.000", "performance 110.167 / 110.000", "quality 109.065 / 110.167"],
    );
    assert.deepEqual(
      time.map(({ bucket, ms }) => [bucket, ms / MINUTE]),
      [
        ["run", 109.5],
        ["micro", 0.5],
        ["failure", 10],
      ],
    );
    assert.equal(
      time.reduce((sum, { ms }) => sum + ms, 0),
      TO - FROM,
    );
    assert.deepEqual(counts, { total: 12_000, good: 11_880, scrap: 120, rework: 0, unrated: 0 });
    assert.equal(statedTo, TO);
  });

  it("lists what was made with which ideal cycle time", () => {
    const { products } = explain(recorded(), window);
    assert.deepEqual(
      products.map(({ product, idealCycleMs, total, scrap }) => [product, idealCycleMs, total, scrap]),
      [
        ["lemon", 600, 6_100, 61],
        ["still", 500, 5_900, 59],
      ],
    );
  });

  it("says by whose word an order was on the machine and units count, and how they agree with a second counter", () => {
    const { orders, counting, reconciliations, setupOverrunMs } = explain(withStated(), window);
    assert.deepEqual(
      orders.map(({ order, product, ms, good, scrap, by }) => [order, product, ms / MINUTE, good, scrap, by?.author ?? null]),
      [
        ["~", "still", 4, 275, 25, null],
        ["4711", "lemon", 6, 700, 0, "ada"],
      ],
    );
    assert.deepEqual([counting.source, counting.by.map(({ author }) => author)], ["manualScrap", ["grace"]]);
    assert.deepEqual(
      reconciliations.map(({ order, counted, second, difference, beyond }) => [order, counted, second, difference, beyond]),
      [
        [null, 975, 980, -5, false],
        ["~", 275, 290, -15, true],
        ["4711", 700, 690, 10, false],
      ],
    );
    assert.equal(setupOverrunMs, 0);
    const plain = explain(recorded(), window);
    assert.deepEqual([plain.orders.map(({ by }) => by), plain.counting.by, plain.reconciliations], [[null, null], [], []]);
  });

  it("says which minutes were stated again, when and why, and with which options all was made", () => {
    const { corrections, corrected, options, models } = explain(recorded(), window);
    assert.equal(corrected, 10);
    assert.deepEqual(corrections.map(({ start, revision, recorded: at, reason }) => [(start - FROM) / MINUTE, revision, at, reason])[0], [
      49,
      2,
      2000,
      "late samples",
    ]);
    assert.deepEqual(
      options.map((one) => [one.options["micro_stop_ms"], one.options["unknown"], one.options["setup"], one.atoms]),
      [[60_000, "exclude", "loss", 120]],
    );
    assert.deepEqual(models, [{ revision: "m1", atoms: 120 }]);
  });

  it("does not estimate what depends on an ideal cycle time that is not known", () => {
    const {
      ratios: explained,
      counts,
      products,
    } = explain(
      recorded((minute) => (minute < 60 ? "still" : "unheard")),
      window,
    );
    assert.deepEqual(
      explained.map(({ name, value }) => [name, value === null]),
      [
        ["oee", true],
        ["availability", false],
        ["performance", true],
        ["quality", true],
      ],
    );
    assert.equal(counts.unrated, 6_161);
    assert.equal(products.find(({ product }) => product === "unheard")?.idealCycleMs, null);
  });

  it("takes only what belongs to a shift of a production day, where it is asked for one", () => {
    const totals = [
      ["early", "2026-03-10"],
      ["early", "2026-03-11"],
      ["late", "2026-03-10"],
    ].map(([name = "", productionDay = ""]) => explain(recorded(), { ...window, shift: { name, productionDay } }).counts.total);
    assert.deepEqual(totals, [12_000, 0, 0]);
  });

  it("takes only the machine's own atoms of the window, whole minutes as boards count them", () => {
    const other = recorded().map((entry) => ({ ...entry, asset: `${ASSET}2` }));
    const half = explain([...recorded(), ...other], { asset: ASSET, from: FROM + 30_000, to: FROM + 60 * MINUTE });
    assert.equal(half.time.reduce((sum, { ms }) => sum + ms, 0) / MINUTE, 60);
    const nothing = explain(other, window);
    assert.deepEqual([nothing.statedTo, nothing.time, nothing.ratios.map(({ value }) => value)], [null, [], [null, null, null, null]]);
  });
});

describe("a reconciliation", () => {
  const rule = { compares: "good", unitsPerCount: 1, tolerancePercent: 1 } as const;
  const of = (good: number, second: number, change: { compares?: "good" | "total" } = {}) =>
    reconcile({ ...NOTHING, total: good + 50, secondCount: second }, good, { ...rule, ...change });

  it("is beyond its tolerance above it, not at it, in both directions, and clamps nothing", () => {
    assert.deepEqual([of(1_010, 1_000).beyond, of(1_011, 1_000).beyond, of(989, 1_000).beyond], [false, true, true]);
    assert.deepEqual([of(989, 1_000).difference, of(989, 1_000).percent], [-11, -1.1]);
    assert.deepEqual([of(1_000, 1_050, { compares: "total" }).difference, of(1_000, 1_050).beyond], [0, true]);
  });

  it("has no percentage where the second counter saw nothing, and is beyond when something was counted", () => {
    assert.deepEqual([of(5, 0).percent, of(5, 0).beyond, of(0, 0).percent, of(0, 0).beyond], [null, true, null, false]);
  });
});
