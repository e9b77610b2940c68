import assert from "node:assert/strict";
import type { Sample } from "../../../../core/connect/sample/index.ts";
import {
  type ChartDefinition,
  ChartSamples,
  GovernedChart,
  RecordedStudy,
  subgroupsOf,
  tagsOf,
  versionsFor,
} from "../../../../core/model/charting/index.ts";
import { CHARTING_PROPERTIES, EVERY_CHART_PROPERTIES } from "../../../support/spc-properties.ts";
import { given } from "../../../support/spc-charts.ts";
import {
  ASSET,
  BEAT,
  end,
  INDIVIDUALS,
  limits,
  MADE,
  MINUTE,
  PRODUCT,
  pushed,
  RULES,
  sample,
  SCRAP,
  SCRAP_SHARE,
  T0,
  version,
  WEIGHT,
  weights,
  xbar,
} from "../../../support/spc-stream.ts";

const values = (definition: ChartDefinition, samples: readonly Sample[]) =>
  subgroupsOf(definition, [...samples, end(10 * MINUTE)]).subgroups.map(({ at, subgroup }) => [at - T0, ...(subgroup.values ?? [])]);

const count = (at: number, made: number, scrap: number) => [sample(MADE, at, made), sample(SCRAP, at, scrap)];

const LIMITS = ["centre", "lower", "upper", "sigma", "upper_2s", "upper_1s", "lower_1s", "lower_2s", "version"];
const limitsAt = (at: number) => LIMITS.map((name) => `_spc_v1.fill-weight.${name} ${at}`);

const codes = (...samples: Sample[]) =>
  new GovernedChart(INDIVIDUALS).push(samples, { latest: T0 + MINUTE }).rejects.map(({ code }) => code);

const between = (size: boolean): ChartDefinition => ({
  ...SCRAP_SHARE,
  kinds: [size ? "g" : "t"],
  source: { from: "events", count: { tag: SCRAP, maximum: 99_999 }, size: size ? { tag: MADE, maximum: 99_999 } : null },
  circumstances: { product: PRODUCT },
});
const intervals = (definition: ChartDefinition, samples: readonly Sample[]) =>
  subgroupsOf(definition, samples).subgroups.map(({ at, subgroup }) => [at - T0, subgroup.values?.[0]]);

const judging = (versions: Parameters<typeof versionsFor>[1]) => versionsFor(INDIVIDUALS, versions).map(({ version: number }) => number);

describe("subgroups from samples", () => {
  it("are so many values in a row, and no more than one per interval where it says so", () => {
    assert.deepEqual(values(xbar(2), weights(1, 2, 3, 4, 5)), [
      [1_000, 1, 2],
      [3_000, 3, 4],
    ]);
    assert.deepEqual(values(xbar(2, MINUTE), [...weights(1, 2, 3, 4), sample(WEIGHT, MINUTE, 7), sample(WEIGHT, MINUTE + 9, 8)]), [
      [1_000, 1, 2],
      [MINUTE + 9, 7, 8],
    ]);
  });

  it("of what was recorded end with its last value, for which nothing later need come", () => {
    assert.deepEqual(
      subgroupsOf(xbar(2), weights(1, 2, 3, 4)).subgroups.map(({ at }) => at - T0),
      [1_000, 3_000],
    );
  });

  it("are all values of an interval, at its end", () => {
    const interval: ChartDefinition = {
      ...xbar(2),
      source: { from: "values", tag: WEIGHT, subgrouping: { by: "interval", everyMs: MINUTE } },
    };
    assert.deepEqual(values(interval, [sample(WEIGHT, 1, 1), sample(WEIGHT, 2, 2), sample(WEIGHT, MINUTE, 3)]), [
      [MINUTE, 1, 2],
      [2 * MINUTE, 3],
    ]);
  });

  it("never hold values of two products, nor values further apart than they may be", () => {
    assert.deepEqual(values(xbar(2), [...weights(1), sample(PRODUCT, 500, "lemon"), sample(WEIGHT, 1_000, 2), sample(WEIGHT, 2_000, 3)]), [
      [2_000, 2, 3],
    ]);
    assert.deepEqual(values(xbar(2, 0, 5_000), [sample(WEIGHT, 0, 1), sample(WEIGHT, 5_001, 2), sample(WEIGHT, 6_000, 3)]), [
      [6_000, 2, 3],
    ]);
  });

  it("skip a Bad value where any so many will do, and keep its place where each is one", () => {
    const bad = [sample(WEIGHT, 0, 1), sample(WEIGHT, 1_000, null, "Bad"), sample(WEIGHT, 2_000, 3)];
    assert.deepEqual(values(xbar(2), bad), [[2_000, 1, 3]]);
    assert.deepEqual(values(INDIVIDUALS, bad), [
      [0, 1],
      [1_000, null],
      [2_000, 3],
    ]);
  });

  it("from counters are what was gained in the interval, over roll-over and reset; idle intervals and the first are none", () => {
    const found = subgroupsOf(SCRAP_SHARE, [
      ...count(30_000, 99_950, 10),
      ...count(MINUTE + 1, 99_990, 11),
      ...count(MINUTE + 50_000, 49, 13),
      ...count(3 * MINUTE + 5, 149, 0),
      end(5 * MINUTE),
    ]).subgroups;
    assert.deepEqual(
      found.map(({ at, subgroup }) => [at - T0, subgroup.count, subgroup.size]),
      [
        [2 * MINUTE, 3, 99],
        [4 * MINUTE, 0, 100],
      ],
    );
  });

  it("of defects count an interval without one as 0 while time goes on", () => {
    const defects: ChartDefinition = {
      ...SCRAP_SHARE,
      kinds: ["c"],
      source: { from: "counters", count: { tag: SCRAP }, size: null, everyMs: MINUTE },
    };
    const found = subgroupsOf(defects, [
      sample(SCRAP, 0, 5),
      sample(SCRAP, MINUTE + 1, 7),
      sample(SCRAP, 4 * MINUTE + 1, 8),
      end(5 * MINUTE + 1),
    ]).subgroups;
    assert.deepEqual(
      found.map(({ at, subgroup }) => [(at - T0) / MINUTE, subgroup.count]),
      [
        [2, 2],
        [3, 0],
        [4, 0],
        [5, 1],
      ],
    );
  });
});

describe("intervals between rare events", () => {
  it("are the good units from one to the next, whichever counter says it first, over roll-over; the first only begins one", () => {
    const samples = [
      ...count(0, 99_900, 5),
      ...count(10_000, 99_950, 6),
      ...count(20_000, 30, 6),
      ...count(30_000, 51, 7),
      ...count(40_000, 60, 7),
      end(MINUTE),
    ];
    assert.deepEqual(intervals(between(true), samples), [[30_000, 100]]);
    const swapped = samples.toSorted((a, b) => a.timestamp - b.timestamp || (a.tag === MADE ? -1 : 1));
    assert.deepEqual(intervals(between(true), swapped), [[30_000, 100]]);
  });

  it("are hours where nothing else is counted; of several at once the others follow with nothing in between", () => {
    const hours = [sample(SCRAP, 0, 5), sample(SCRAP, 60 * MINUTE, 6), sample(SCRAP, 150 * MINUTE, 9), end(200 * MINUTE)];
    assert.deepEqual(intervals(between(false), hours), [
      [150 * MINUTE, 1.5],
      [150 * MINUTE + 1, 0],
      [150 * MINUTE + 2, 0],
    ]);
  });

  it("do not reach across a change of product, nor is a counter that was set a thousand events", () => {
    const events = [0, 1, 2, 3, 4].map((n) => sample(SCRAP, n * 60 * MINUTE, n));
    const lemon = sample(PRODUCT, 150 * MINUTE, "lemon");
    assert.deepEqual(intervals(between(false), [...events, lemon, end(300 * MINUTE)]), [
      [120 * MINUTE, 1],
      [240 * MINUTE, 1],
    ]);
    assert.deepEqual(intervals(between(false), [...events.slice(0, 3), sample(SCRAP, 200 * MINUTE, 5_000), end(300 * MINUTE)]), [
      [120 * MINUTE, 1],
    ]);
  });

  it("go on from a snapshot in the middle as if there had been none", () => {
    const limitsOfG = { limits: given("g", { centre: 60, parameters: { median: 41 } }), spread: null, rules: RULES };
    const definition = { ...between(true), latenessMs: 0, given: limitsOfG };
    const samples = [1, 2, 3, 4, 5].flatMap((n) => count(n * MINUTE, n * 100, n));
    const whole = new GovernedChart(definition).push([...samples, end(10 * MINUTE)]);
    assert.equal(whole.points.length, 3);
    for (let cut = 0; cut <= samples.length; cut += 1) {
      const first = new GovernedChart(definition);
      const before = first.push(samples.slice(0, cut));
      const resumed = new GovernedChart(definition, [], structuredClone(first.state()));
      const after = resumed.push([...samples.slice(cut), end(10 * MINUTE)]);
      assert.deepEqual([...before.points, ...after.points], whole.points);
    }
  });
});

describe("counts of defects after a changeover", () => {
  it("judge no part of an interval as if it were a whole one", () => {
    const defects: ChartDefinition = {
      ...SCRAP_SHARE,
      kinds: ["c"],
      source: { from: "counters", count: { tag: SCRAP }, size: null, everyMs: MINUTE },
      circumstances: { product: PRODUCT },
    };
    const readings = [0, 1, 2, 3, 4].map((minute) => sample(SCRAP, minute * MINUTE + 1, minute * 60));
    const found = subgroupsOf(defects, [...readings, sample(PRODUCT, 2 * MINUTE + 55_000, "lemon"), end(5 * MINUTE)]).subgroups;
    assert.deepEqual(
      found.map(({ at, subgroup }) => [(at - T0) / MINUTE, subgroup.count]),
      [
        [2, 60],
        [4, 60],
        [5, 60],
      ],
    );
  });
});

describe("a chart under governed limits", () => {
  it("hears the tags that its definition names, each once", () => {
    assert.deepEqual(tagsOf(INDIVIDUALS), [WEIGHT, PRODUCT, BEAT]);
    assert.deepEqual(tagsOf(SCRAP_SHARE), [SCRAP, MADE, BEAT]);
  });

  it("judges both charts of a pair, and each can signal by itself", () => {
    const { points, events } = pushed(INDIVIDUALS, [...weights(500, 503, 496, 507), end(MINUTE)]);
    assert.deepEqual(
      points.map(({ at, part, point }) => [at - T0, part, point.statistic]),
      [
        [0, "level", 500],
        [1_000, "level", 503],
        [1_000, "spread", 3],
        [2_000, "level", 496],
        [2_000, "spread", 7],
        [3_000, "level", 507],
        [3_000, "spread", 11],
      ],
    );
    assert.deepEqual(
      events.map(({ asset, start, data }) => [asset, start - T0, data.rules.map(({ id }) => id), data.reaction_plan]),
      [
        [`${ASSET}.fill-weight`, 3_000, ["N1"], "Check valve, then call quality"],
        [`${ASSET}.fill-weight.spread`, 3_000, ["N1"], "Check valve, then call quality"],
      ],
    );
  });

  it("without limits only collects, and never estimates any by itself", () => {
    const chart = new GovernedChart({ ...INDIVIDUALS, given: null });
    const charted = chart.push([...weights(...Array.from({ length: 200 }, (_, i) => 500 + (i % 7))), end(10 * MINUTE)]);
    assert.deepEqual([charted.points, charted.events, chart.version, chart.collected], [[], [], null, 200]);
  });

  it("goes over to a version from the instant of its effect, and by product to the limits of the product", () => {
    const versions = [version(1, 2_000, limits("i", 500)), version(2, 0, limits("i", 330), { product: "lemon" })];
    const samples = [
      ...weights(500, 500, 500),
      sample(PRODUCT, 3_000, "lemon"),
      sample(WEIGHT, 4_000, 330),
      sample(PRODUCT, 5_000, "still"),
      sample(WEIGHT, 6_000, 500),
      end(MINUTE),
    ];
    const { points } = pushed({ ...INDIVIDUALS, given: null }, samples, versions);
    assert.deepEqual(
      points.map(({ at, version: by, point }) => [at - T0, by, point.centre]),
      [
        [2_000, 1, 500],
        [4_000, 2, 330],
        [6_000, 1, 500],
      ],
    );
  });

  it("begins runs anew after a changeover, also under the same limits", () => {
    const eight = weights(...Array.from({ length: 8 }, () => 501));
    const ninth = sample(WEIGHT, 9_000, 501);
    const signals = (...between: Sample[]) => pushed(INDIVIDUALS, [...eight, ...between, ninth, end(MINUTE)]).events.length;
    assert.deepEqual([signals(), signals(sample(PRODUCT, 8_500, "lemon")), signals(sample(PRODUCT, 8_500, null, "Bad"))], [1, 0, 1]);
  });

  it("puts values that come late in their place as long as it waits, and refuses later ones with the reason", () => {
    const chart = new GovernedChart(INDIVIDUALS);
    chart.push([sample(WEIGHT, 20_000, 500)]);
    const inTime = chart.push([sample(WEIGHT, 11_000, 501), sample(WEIGHT, 40_000, 502)]);
    assert.deepEqual(
      inTime.points.filter(({ part }) => part === "level").map(({ at }) => at - T0),
      [11_000, 20_000],
    );
    const late = chart.push([sample(WEIGHT, 29_000, 503)]);
    assert.equal(late.rejects[0]?.code, "ANCIENT_TIMESTAMP");
    assert.match(late.rejects[0]?.message ?? "", /11\.0 s after newer ones/);
    assert.deepEqual(chart.push([sample(WEIGHT, 29_000, 503)], { readTo: T0 + 29_000 }).rejects, [], "what was read once more is no news");
  });

  it("refuses what is no number, comes from the future, or contradicts what it has", () => {
    assert.deepEqual(
      codes(sample(WEIGHT, 0, "heavy"), sample(WEIGHT, 1, Number.NaN), sample(WEIGHT, 2 * MINUTE, 1), sample(BEAT, 2 * MINUTE, 1)),
      ["WRONG_TYPE", "NOT_FINITE", "FUTURE_TIMESTAMP", "FUTURE_TIMESTAMP"],
    );
    assert.deepEqual(codes(sample(WEIGHT, 0, 1), sample(WEIGHT, 0, 1), sample(WEIGHT, 0, 2)), ["DUPLICATE_TIMESTAMP"]);
    assert.deepEqual(codes(sample("acme.galway.x._raw.y", 0, "other")), []);
    assert.equal(pushed(SCRAP_SHARE, [sample(SCRAP, 0, -1)]).rejects[0]?.code, "OUT_OF_RANGE");
  });

  it("refuses a value in another unit, which neither enters a limit nor breaks a run; a tag map converts", () => {
    const volume = { ...sample(WEIGHT, 500, 0.501), unit: "kg" };
    const { points, rejects } = pushed(INDIVIDUALS, [...weights(500), volume, sample(WEIGHT, 1_000, 504), end(MINUTE)]);
    assert.deepEqual(
      rejects.map(({ code, message }) => [code, message]),
      [["WRONG_UNIT", '"kg" is not "g", as the chart and its limits are. Convert it in a tag map.']],
    );
    assert.deepEqual(points, pushed(INDIVIDUALS, [...weights(500, 504), end(MINUTE)]).points);
    const caps = { ...sample(SCRAP, 0, 1), unit: "{caps}" };
    const bottles: ChartDefinition = {
      ...SCRAP_SHARE,
      source: { from: "counters", count: { tag: SCRAP, unit: "{bottles}" }, size: { tag: MADE }, everyMs: MINUTE },
    };
    assert.equal(pushed(bottles, [caps]).rejects[0]?.code, "WRONG_UNIT");
  });

  it("goes on from a snapshot that was saved before units were charted", () => {
    const unitless = { ...INDIVIDUALS, source: { ...INDIVIDUALS.source }, unit: undefined } as unknown as ChartDefinition;
    const { kinds, source, circumstances, spanMs } = unitless;
    const first = new GovernedChart(INDIVIDUALS);
    first.push([...weights(500, 501), end(MINUTE)]);
    const saved = { ...first.state(), charted: JSON.stringify([kinds, source, circumstances, spanMs]) };
    assert.equal(new GovernedChart(INDIVIDUALS, [], saved).collected, 2);
    assert.equal(new GovernedChart({ ...INDIVIDUALS, spanMs: 5 }, [], saved).collected, 0);
  });

  it("is not judged by limits in another unit, nor by those of another kind of chart", () => {
    const own = { ...version(1, 0, limits("i", 500, 2)), unit: "g" };
    assert.deepEqual(judging([own, { ...own, version: 2, unit: "kg" }, { ...own, version: 3, limits: limits("mr", 500, 2) }]), [1]);
    assert.deepEqual(judging([version(4, 0, limits("i", 500, 2))]), [4], "versions from before units were recorded");
  });

  it("is reviewed as it was judged: what ended with the instant of a changeover was made before it, and a short run goes on over one", () => {
    const source = { from: "values", tag: WEIGHT, subgrouping: { by: "interval", everyMs: 1_000 } } as const;
    const judged = { limits: limits("xbar", 500, 2), spread: null, rules: RULES };
    const interval: ChartDefinition = { ...INDIVIDUALS, kinds: ["xbar"], source, given: judged };
    const eighteen = weights(...Array.from({ length: 18 }, () => 501));
    const parts = { still: { nominal: 500 }, lemon: { nominal: 500 } };
    const dnom = { limits: given("dnom", { centre: 0, sigma: 2, parameters: { parts } }), spread: null, rules: RULES };
    const short: ChartDefinition = { ...INDIVIDUALS, kinds: ["dnom"], given: dnom };
    for (const [definition, expected] of [
      [interval, [9_000, 18_000]],
      [short, Array.from({ length: 10 }, (_, i) => (8 + i) * 1_000)],
    ] as const) {
      const samples = [sample(PRODUCT, -1, "still"), ...eighteen.slice(0, 9), sample(PRODUCT, 9_000, "lemon"), ...eighteen.slice(9)];
      const live = pushed(definition, [...samples, end(MINUTE)]).points.filter(({ point }) => point.hits.length > 0);
      const study = new RecordedStudy(definition, T0 - MINUTE);
      study.take(samples);
      study.end(T0 + MINUTE);
      const { onlyAfter } = study.review(null, { ...(definition.given ?? judged), scope: {} }, { from: T0, to: T0 + MINUTE });
      assert.deepEqual(
        [live, onlyAfter].map((all) => all.map(({ at }) => at - T0)),
        [expected, expected],
      );
    }
  });

  for (const property of CHARTING_PROPERTIES) it(property.name, () => property.check(300));
  for (const property of EVERY_CHART_PROPERTIES) it(property.name, () => property.check(100));
});

describe("samples of a chart", () => {
  it("are its statistic at every point, its limits when they change and now and then, and its signals", () => {
    const { points } = pushed({ ...INDIVIDUALS, given: { limits: limits("i", 500), spread: null, rules: RULES } }, [
      ...weights(500, 504, 500),
      sample(WEIGHT, 11 * MINUTE, 501),
      end(20 * MINUTE),
    ]);
    const names = new ChartSamples(INDIVIDUALS)
      .samples(points)
      .map(({ tag, timestamp }) => `${tag.slice(ASSET.length + 1)} ${timestamp - T0}`);
    assert.deepEqual(names, [
      "_spc_v1.fill-weight.value 0",
      ...limitsAt(0),
      "_spc_v1.fill-weight.value 1000",
      "_spc_v1.fill-weight.signal 1000",
      "_spc_v1.fill-weight.rules 1000",
      "_spc_v1.fill-weight.value 2000",
      "_spc_v1.fill-weight.value 660000",
      ...limitsAt(660_000),
    ]);
  });

  it("say that there is no limit on a side where there is none", () => {
    const { points } = pushed({ ...INDIVIDUALS, given: { limits: limits("i", 500), spread: null, rules: RULES } }, [
      ...weights(500),
      end(MINUTE),
    ]);
    const [point] = points;
    assert.ok(point);
    const [, , lower] = new ChartSamples(INDIVIDUALS).samples([{ ...point, point: { ...point.point, lower: null } }]);
    assert.deepEqual([lower?.value, lower?.quality], [null, "GoodNoData"]);
  });

  it("say where the zones of one and two standard deviations end, as far as the limits reach", () => {
    const { points } = pushed({ ...INDIVIDUALS, given: { limits: limits("i", 500), spread: null, rules: RULES } }, [
      ...weights(500),
      end(MINUTE),
    ]);
    const [point] = points;
    assert.ok(point);
    const zones = (more: Partial<typeof point.point>) =>
      new ChartSamples(INDIVIDUALS)
        .samples([{ ...point, point: { ...point.point, ...more } }])
        .filter(({ tag }) => /_[12]s$/.test(tag))
        .map(({ value }) => value);
    assert.deepEqual(zones({ centre: 500, sigma: 2, lower: 494, upper: 506 }), [504, 502, 498, 496]);
    assert.deepEqual(zones({ centre: 500, sigma: 2, lower: null, upper: 503 }), [null, 502, null, null]);
  });
});
