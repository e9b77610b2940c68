import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import type { Sample } from "../../../core/connect/sample/index.ts";
import {
  atomOf,
  atoms,
  BUCKETS,
  COUNTS,
  DEFAULT_TIME_OPTIONS,
  elementOf,
  KPIS,
  kpis,
  type Measures,
  NOTHING,
  OeeCalculator,
  ratios,
  sixBigLosses,
  sumMeasures,
  timeElements,
  type TimeOptions,
} from "../../../core/operate/oee/index.ts";
import { line, machine, MINUTE, readingsOf, sample, sum, T0 } from "../../support/oee-line.ts";

const HOUR = 60 * MINUTE;
const REFERENCE = new URL("../../../../shared/reference/oee/iso22400_kpis.json", import.meta.url);

const measures = (part: Partial<Omit<Measures, "ms">>, ms: Partial<Measures["ms"]>): Measures => ({
  ...NOTHING,
  ...part,
  ms: { ...NOTHING.ms, ...ms },
});

/** Ten hours, every bucket its own prime number of minutes. */
const MINUTES = {
  run: 211,
  micro: 7,
  external: 13,
  stop: 17,
  hold: 19,
  failure: 23,
  setup: 29,
  plannedDown: 31,
  noOrder: 37,
  notPlanned: 41,
  unknown: 43,
};
const day = measures(
  {
    total: 400,
    scrap: 12,
    rework: 8,
    startUpScrap: 4,
    idealTotalUs: 400 * 30e6,
    idealScrapUs: 12 * 30e6,
    idealReworkUs: 8 * 30e6,
    idealStartUpUs: 4 * 30e6,
    failures: 2,
    stops: 5,
    microStops: 9,
    orderMs: 6 * HOUR,
  },
  Object.fromEntries(Object.entries(MINUTES).map(([bucket, minutes]) => [bucket, minutes * MINUTE])),
);
const minutesOf = (options: Partial<TimeOptions>) => {
  const elements = timeElements(day, { ...DEFAULT_TIME_OPTIONS, ...options });
  return Object.fromEntries(Object.entries(elements).map(([name, ms]) => [name, ms / MINUTE]));
};

describe("the time model: every bucket is one ISO 22400 element", () => {
  it("by default as documented", () => {
    assert.deepEqual(Object.fromEntries(BUCKETS.map((bucket) => [bucket, elementOf(bucket)])), {
      run: "APT",
      micro: "APT",
      external: "ADET",
      stop: "ADET",
      hold: "ADET",
      failure: "ADET",
      setup: "AUST",
      plannedDown: "PDT",
      noOrder: "ADOT",
      notPlanned: "outside",
      unknown: "outside",
    });
  });

  it("and the elements nest: window > POT > PBT > AUBT > AUPT > APT", () => {
    const apt = 211 + 7;
    const [aupt, adet] = [apt + 29, 13 + 17 + 19 + 23];
    const aubt = aupt + adet;
    const pbt = aubt + 37;
    assert.deepEqual(minutesOf({}), {
      apt,
      aust: 29,
      adet,
      adot: 37,
      aupt,
      aubt,
      pbt,
      pot: pbt + 31,
      window: pbt + 31 + 41 + 43,
      aoet: 360,
    });
  });

  it("each option moves its bucket and nothing else", () => {
    const plain = minutesOf({});
    const differs = (options: Partial<TimeOptions>) => {
      const changed = Object.entries(minutesOf(options)).filter(([name, value]) => value !== plain[name]);
      return Object.fromEntries(changed.map(([name, value]) => [name, value - (plain[name] ?? 0)]));
    };
    assert.deepEqual(differs({ unknown: "loss" }), { adet: 43, aubt: 43, pbt: 43, pot: 43 });
    assert.deepEqual(differs({ plannedStops: "loss" }), { adet: 31, aubt: 31, pbt: 31 });
    assert.deepEqual(differs({ setup: "exclude" }), { pbt: -29 });
    assert.deepEqual(differs({ microStops: "adet" }), { apt: -7, aupt: -7, adet: 7 });
    assert.deepEqual(differs({ noOrder: "exclude" }), { pbt: -37 });
    assert.deepEqual(differs({ rework: "good" }), {});
  });

  it("OEE with set-up left out is the NEE of the default, and NEE does not depend on that choice", () => {
    const without = { ...DEFAULT_TIME_OPTIONS, noOrder: "exclude" } as const;
    const [counted, excluded] = [ratios(day, without), ratios(day, { ...without, setup: "exclude" })];
    assert.equal(counted.nee, excluded.nee);
    assert.ok((excluded.oee ?? 0) > (counted.oee ?? 0));
  });

  it("no choice of micro-stops moves OEE", () => {
    assert.equal(ratios(day, { ...DEFAULT_TIME_OPTIONS, microStops: "adet" }).oee, ratios(day).oee);
  });
});

/** The reference has the wording of the draft (PRU, ASUT, "* PQ"); the published standard says PRI and AUST. */
const asPublished = (text: string) =>
  text
    .replace(/^[^=]*= /, "")
    .replaceAll("*", "·")
    .replace("PRU", "PRI")
    .replace("ASUT", "AUST")
    .replace(/ rate$/, "");

describe("the KPIs of ISO 22400-2", () => {
  it("have the names and formulas of the reference", function () {
    if (!existsSync(REFERENCE)) this.skip();
    const { kpis: reference } = JSON.parse(readFileSync(REFERENCE, "utf8")) as { kpis: { name: string; formula: string | null }[] };
    const known = new Map(reference.map(({ name, formula }) => [name, formula]));
    for (const [title, { formula }] of Object.entries(KPIS)) {
      // Its list has a letter too few.
      const name = title === "FallOffRatio" ? "FallOfRatio" : title;
      assert.ok(known.has(name), `${name} is no KPI of the reference`);
      const said = known.get(name);
      if (said !== null && said !== undefined && !name.includes("Effectiveness")) assert.equal(formula, asPublished(said), name);
    }
  });

  it("are all 34, or are listed with the reason why not", function () {
    if (!existsSync(REFERENCE)) this.skip();
    const { kpis: reference } = JSON.parse(readFileSync(REFERENCE, "utf8")) as { kpis: { name: string }[] };
    const concept = readFileSync(new URL("../../../docs/concepts/oee.md", import.meta.url), "utf8");
    const listed = [...concept.matchAll(/^\| `(\w+)` \| [^|]{20,} \|$/gm)].map(([, name]) => name);
    const all = reference.map(({ name }) => (name === "FallOfRatio" ? "FallOffRatio" : name));
    assert.deepEqual([...Object.keys(KPIS), ...listed].toSorted(), all.toSorted());
  });

  it("are these quotients, to 1e-12", () => {
    const { apt, aupt, aubt, adet, aust, pbt, aoet, pot } = timeElements(day);
    const expected: Record<string, number> = {
      Availability: apt / pbt,
      Effectiveness: (400 * 30_000) / apt,
      QualityRatio: 380 / 400,
      OverallEquipmentEffectiveness: (380 * 30_000) / pbt,
      NetEquipmentEffectiveness: (aupt / pbt) * ((400 * 30_000) / apt) * (380 / 400),
      AllocationEfficiency: aubt / pbt,
      AllocationRatio: aubt / aoet,
      UtilizationEfficiency: apt / aubt,
      TechnicalEfficiency: apt / (apt + adet),
      SetUpRate: aust / aupt,
      ProductionProcessRate: apt / aoet,
      ThroughputRate: 400 / 6,
      EquipmentLoadRate: (400 * 30_000) / pot,
      ScrapRatio: 12 / 400,
      ReworkRatio: 8 / 400,
      FirstPassYield: 380 / 400,
      FallOffRatio: 12 / 500,
      ComprehensiveEnergyConsumption: 90 / 400,
      MeanOperationTimeBetweenFailures: (211 + 7 + 29) / 60 / 2,
      MeanTimeToFailure: (211 + 7 + 29) / 60 / 2,
      MeanTimeToRestoration: 23 / 60 / 2,
    };
    const beside = { activeKwh: 90, firstOperation: measures({ total: 500 }, {}) };
    const got = kpis(day, DEFAULT_TIME_OPTIONS, beside) as Record<string, number | null>;
    assert.deepEqual(Object.keys(got), Object.keys(KPIS));
    assert.deepEqual(Object.keys(expected), Object.keys(KPIS));
    for (const [name, value] of Object.entries(expected))
      assert.ok(Math.abs((got[name] ?? Number.NaN) - value) <= 1e-12 * Math.max(1, value), `${name}: ${got[name]} is not ${value}`);
  });

  it("are null where there is nothing to divide by: no time, no units, no failures, no orders", () => {
    assert.ok(Object.values(kpis(NOTHING)).every((value) => value === null));
    const { failures: _, ...rest } = day;
    const { MeanOperationTimeBetweenFailures: mtbf, MeanTimeToRestoration: mttr } = kpis(measures({ ...rest, failures: 0 }, day.ms));
    assert.deepEqual([mtbf, mttr], [null, null]);
    assert.ok(
      Object.values(kpis(NOTHING, DEFAULT_TIME_OPTIONS, { activeKwh: 1, firstOperation: NOTHING })).every((value) => value === null),
    );
  });

  it("are null where nobody meters the energy, names the first operation, or gives a product an ideal cycle time", () => {
    const { FallOffRatio: fallOff, ComprehensiveEnergyConsumption: energy } = kpis(day);
    assert.deepEqual([fallOff, energy, kpis({ ...day, unrated: 1 }).EquipmentLoadRate], [null, null, null]);
  });

  it("state their definition where the standard leaves a choice", () => {
    assert.match(KPIS.MeanOperationTimeBetweenFailures.definition, /Operating time .* null for none/);
    assert.match(KPIS.MeanTimeToRestoration.definition, /null for none/);
  });
});

describe("the six big losses", () => {
  it("and what was good add up to the planned busy time, whatever the options", () => {
    for (const options of [
      {},
      { unknown: "loss" },
      { plannedStops: "loss" },
      { setup: "exclude" },
      { microStops: "adet" },
      { noOrder: "exclude" },
      { rework: "good" },
    ] as Partial<TimeOptions>[]) {
      const all = { ...DEFAULT_TIME_OPTIONS, ...options };
      const lost = Object.values(sixBigLosses(day, all)).reduce<number>((total, ms) => total + (ms ?? Number.NaN), 0);
      const good = (400 - 12 - (all.rework === "bad" ? 8 : 0)) * 30_000;
      assert.equal(lost + good, timeElements(day, all).pbt, JSON.stringify(options));
    }
  });

  it("tell scrap of the start-up from that of the process, and speed loss is not clamped", () => {
    const { processDefects, startUp, reducedSpeed } = sixBigLosses(day);
    assert.deepEqual([processDefects, startUp], [(8 + 8) * 30_000, 4 * 30_000]);
    assert.equal(reducedSpeed, 211 * MINUTE - 400 * 30_000);
    const fast = sixBigLosses({ ...day, idealTotalUs: 500 * 30e6 });
    assert.equal(fast.reducedSpeed, 211 * MINUTE - 500 * 30_000);
    assert.ok((fast.reducedSpeed ?? 0) < 0);
    assert.equal(sixBigLosses({ ...day, unrated: 1 }).reducedSpeed, null);
  });
});

/** A machine seen every 20 s, that runs with an order from T0 on. */
function running(minutes: number, ...samples: Sample[]): Sample[] {
  const beats = Array.from({ length: minutes * 3 + 1 }, (_, i) => sample("heartbeat", T0 + i * 20_000, i));
  return [sample("state", T0, 6), sample("product", T0, "still"), sample("order", T0, "4711"), ...beats, ...samples];
}
const plain = machine({ microStopMs: 0, startUpMs: 0 });

describe("orders", () => {
  it("cut atoms at the millisecond, and a reading at that instant belongs to the new one", () => {
    const cut = T0 + 90_123;
    const samples = running(3, sample("order", cut, "4712"), sample("processed_count", T0, 0), sample("processed_count", cut, 5));
    const all = atoms(readingsOf(samples, plain), T0, T0 + 3 * MINUTE, plain.rules);
    assert.deepEqual(
      all.map(({ start, order, measures: { total, orderMs } }) => [start - T0, order, total, orderMs]),
      [
        [0, "4711", 0, 60_000],
        [60_000, "4711", 0, 30_123],
        [90_123, "4712", 5, 29_877],
        [120_000, "4712", 0, 60_000],
      ],
    );
  });

  it("the same order said again cuts nothing", () => {
    const all = atoms(readingsOf(running(2, sample("order", T0 + 30_000, "4711")), plain), T0, T0 + 2 * MINUTE, plain.rules);
    assert.equal(all.length, 2);
  });

  it("standing still or waiting without one is no-order time; a failure stays a failure and production stays production", () => {
    for (const [state, bucket] of [
      [4, "noOrder"],
      [5, "external"],
      [9, "failure"],
      [11, "hold"],
      [6, "run"],
    ] as const) {
      const samples = running(1, sample("order", T0 + 1, ""), sample("state", T0 + 1, state));
      const { ms } = sum(atoms(readingsOf(samples, plain), T0 + 1, T0 + MINUTE, plain.rules));
      assert.equal(ms[bucket === "external" ? "noOrder" : bucket], MINUTE - 1, bucket);
    }
  });

  it("of a machine that does not name them are none, and its standing still is a delay", () => {
    const { order: _, ...tags } = plain.tags;
    const untracked = { ...plain, tags, rules: { ...plain.rules, tracksOrders: false } };
    const all = atoms(readingsOf(running(1, sample("state", T0 + 1, 4)), untracked), T0 + 1, T0 + MINUTE, untracked.rules);
    assert.deepEqual(
      all.map(({ order, measures: { ms } }) => [order, ms.stop]),
      [["~", MINUTE - 1]],
    );
  });
});

const of = (samples: Sample[], rules = plain.rules, to = T0 + 10 * MINUTE) =>
  atoms(readingsOf(samples, plain), T0, to, rules).map((atom) => atom.measures);

describe("what is counted", () => {
  it("a stop, a failure and a micro-stop count once, where they begin, however many minutes and states they have", () => {
    const rules = machine({ startUpMs: 0 }).rules; // micro below 90 s
    const samples = running(
      10,
      sample("state", T0 + 50_000, 2), // 20 s: a micro-stop over the edge of a minute
      sample("state", T0 + 70_000, 6),
      sample("state", T0 + 150_000, 11), // held, then aborted and cleared: one stop, one failure
      sample("state", T0 + 200_000, 9),
      sample("state", T0 + 330_000, 1),
      sample("state", T0 + 350_000, 6),
    );
    const all = of(samples, rules);
    assert.deepEqual(
      all.map(({ stops, failures, microStops }) => `${stops}${failures}${microStops}`),
      ["001", "000", "100", "010", "000", "000", "000", "000", "000", "000"],
    );
    assert.equal(sumMeasures(all).ms.failure, 150_000);
  });

  it("rework is bad at first pass or good later, and first pass yield knows neither choice", () => {
    const samples = running(2, sample("processed_count", T0, 0), sample("defective_count", T0, 0), sample("rework_count", T0, 0));
    samples.push(
      sample("processed_count", T0 + 60_000, 50),
      sample("defective_count", T0 + 60_000, 2),
      sample("rework_count", T0 + 60_000, 3),
    );
    const [first] = of(samples);
    assert.ok(first !== undefined);
    assert.deepEqual([first.total, first.scrap, first.rework], [50, 2, 3]);
    assert.equal(ratios(first).qualityByCount, 45 / 50);
    assert.equal(ratios(first, { ...DEFAULT_TIME_OPTIONS, rework: "good" }).qualityByCount, 48 / 50);
    assert.equal(kpis(first, { ...DEFAULT_TIME_OPTIONS, rework: "good" }).FirstPassYield, 45 / 50);
  });

  it("units made in a mode whose counts are left out are in no other count, by the mode before the reading", () => {
    const samples = running(
      5,
      sample("processed_count", T0, 0),
      sample("unit_mode", T0, 1),
      sample("processed_count", T0 + 60_000, 10),
      sample("unit_mode", T0 + 60_000, 2),
      sample("processed_count", T0 + 90_000, 14),
      sample("unit_mode", T0 + 120_000, 1),
      sample("processed_count", T0 + 120_000, 15),
      sample("processed_count", T0 + 150_000, 17),
    );
    assert.deepEqual(
      of(samples)
        .slice(0, 3)
        .map(({ total, leftOut, idealTotalUs }) => [total, leftOut, idealTotalUs]),
      [
        [10, 0, 10 * 500_000],
        [0, 5, 0],
        [2, 0, 2 * 500_000],
      ],
    );
  });

  it("a mode that is left out of OEE is outside planned time, whatever the state says", () => {
    const rules = { ...plain.rules, timeModel: { ...plain.rules.timeModel, modes: { Maintenance: "notPlanned" } } } as const;
    const all = of(running(1, sample("unit_mode", T0, 2)), rules, T0 + MINUTE);
    assert.equal(all[0]?.ms.notPlanned, MINUTE);
  });

  it("scrap within the start-up time after set-up is start-up scrap, to the millisecond", () => {
    const rules = { ...plain.rules, startUpMs: 2 * MINUTE };
    const counts = [0, 1, 2, 3].map((n) => sample("defective_count", [T0, T0 + 70_000, T0 + 180_000, T0 + 180_001][n] ?? 0, n));
    const samples = running(5, sample("unit_mode", T0, 4), sample("unit_mode", T0 + 60_000, 1), ...counts);
    // Set-up ends at 1:00; what was read at 3:00 is of the start-up, what was read a millisecond later is not.
    const all = sumMeasures(of(samples, rules));
    assert.deepEqual([all.scrap, all.startUpScrap], [3, 2]);
  });

  it("an atom of an earlier version is read with zeros where it says nothing", () => {
    const calculator = new OeeCalculator(line);
    calculator.push(running(3, sample("processed_count", T0, 0), sample("processed_count", T0 + 30_000, 4)));
    const [event] = calculator.tick(T0 + 3 * MINUTE);
    assert.ok(event !== undefined);
    const young = new Set([
      "order",
      "no_order_ms",
      "order_ms",
      "processing_ms",
      "rework",
      "start_up_scrap",
      "left_out",
      "stops",
      "failures",
    ]);
    for (const name of ["micro_stops", "ideal_scrap_ms", "ideal_rework_ms", "ideal_start_up_ms"]) young.add(name);
    const data = Object.fromEntries(Object.entries(event.data).filter(([name]) => !young.has(name)));
    const old = atomOf({ ...event, data } as unknown as typeof event);
    assert.deepEqual([old.order, old.measures.total, old.measures.idealTotalUs], ["~", 4, 4 * 500_000]);
    assert.ok(COUNTS.every((count) => Number.isInteger(old.measures[count])));
  });
});
