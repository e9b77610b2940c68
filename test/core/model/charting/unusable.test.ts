import assert from "node:assert/strict";
import type { Sample } from "../../../../core/connect/sample/index.ts";
import { type ChartDefinition, GovernedChart, subgroupsOf } from "../../../../core/model/charting/index.ts";
import { type Judged, reviewLimits, studyBaseline } from "../../../../core/model/limits/index.ts";
import { DEFAULT_RULE_OPTIONS, type RuleOptions, type RuleSet } from "../../../../core/model/spc/index.ts";
import { given } from "../../../support/spc-charts.ts";
import {
  end,
  INDIVIDUALS,
  limits,
  MADE,
  MINUTE,
  RULES,
  sample,
  SCRAP,
  SCRAP_SHARE,
  T0,
  WEIGHT,
  xbar,
} from "../../../support/spc-stream.ts";
import { asSamples, FILLING, over, PRESSURE } from "../../../support/vector-stream.ts";

const ruled = (missing: RuleOptions["missing"]): RuleSet => ({ rules: RULES.rules, options: { ...DEFAULT_RULE_OPTIONS, missing } });
const pair = (missing: RuleOptions["missing"]): Judged => ({
  limits: limits("xbar", 500, 2, 2),
  spread: limits("r", 500, 2, 2),
  rules: ruled(missing),
});
const shares = (missing: RuleOptions["missing"]): Judged => ({ limits: limits("p", 0.02), spread: null, rules: ruled(missing) });

/** Nine pairs, each mean a little high and each range a little wide, with what comes before the ninth. */
const pairs = (...between: Sample[]): Sample[] => [
  ...Array.from({ length: 8 }, (_, i) => [sample(WEIGHT, i * 2_000, 498.5), sample(WEIGHT, i * 2_000 + 1_000, 503)]).flat(),
  ...between,
  sample(WEIGHT, 30_000, 498.5),
  sample(WEIGHT, 31_000, 503),
  end(MINUTE),
];
/** Nine minutes of a few scrapped bottles more than usual. */
const scrapped = (...between: Sample[]): Sample[] =>
  [
    ...Array.from({ length: 12 }, (_, i) => [sample(MADE, i * MINUTE, i * 1_000), sample(SCRAP, i * MINUTE, i * 25)]).flat(),
    ...between,
    end(12 * MINUTE),
  ].toSorted((a, b) => a.timestamp - b.timestamp);
const [BAD_WEIGHT, BAD_COUNT] = [sample(WEIGHT, 20_000, 999, "Bad"), sample(SCRAP, 5.5 * MINUTE, null, "Bad")];

const charted = (definition: ChartDefinition, samples: readonly Sample[]) => new GovernedChart(definition).push(samples);
const signals = (definition: ChartDefinition, samples: readonly Sample[]): string[] =>
  charted(definition, samples).points.flatMap(({ at, part, point }) => point.hits.map(({ id }) => `${part} ${id} ${(at - T0) / 1_000}`));
const between = (size: boolean): ChartDefinition["source"] => ({
  from: "events",
  count: { tag: SCRAP },
  size: size ? { tag: MADE } : null,
});
const alone = (everyMs: number): ChartDefinition["source"] => ({
  from: "values",
  tag: WEIGHT,
  subgrouping: { by: "count", size: 1, everyMs },
});

const counts = ([made, scrap]: readonly [number, number], i: number) => [sample(MADE, i * MINUTE, made), sample(SCRAP, i * MINUTE, scrap)];
const withBad = (definition: ChartDefinition) => subgroupsOf(definition, pairs(BAD_WEIGHT)).subgroups.map(({ subgroup }) => subgroup);
/** As many pairs below the mean of all as there are above, of which the last completes a run. */
const lower = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ at: T0 + (2 + i) * MINUTE, subgroup: { values: [495.5, 500] } }));

describe("a Bad value", () => {
  const counted = { from: "counters", count: { tag: SCRAP }, size: null, everyMs: MINUTE } as const;
  const charts: readonly (readonly [what: string, of: Pick<ChartDefinition, "kinds" | "source">, tag: string])[] = [
    ["single values", INDIVIDUALS, WEIGHT],
    ["single values now and then", { kinds: ["i"], source: alone(MINUTE) }, WEIGHT],
    ["values in a row", xbar(3), WEIGHT],
    ["an interval", { kinds: ["xbar"], source: { from: "values", tag: WEIGHT, subgrouping: { by: "interval", everyMs: MINUTE } } }, WEIGHT],
    ["shares", SCRAP_SHARE, SCRAP],
    ["shares, of what was inspected", SCRAP_SHARE, MADE],
    ["counts", { kinds: ["c"], source: counted }, SCRAP],
    ["units between events", { kinds: ["g"], source: between(true) }, MADE],
    ["time between events", { kinds: ["t"], source: between(false) }, SCRAP],
    ["several tags", FILLING, PRESSURE],
  ];
  for (const [what, of, tag] of charts)
    it(`of ${what} is refused with its reason, also while the chart only collects`, () => {
      const definition = { ...INDIVIDUALS, circumstances: {}, given: null, ...of };
      for (const quality of ["Bad", "GoodNoData"] as const) {
        const bad = sample(tag, 1_000, null, quality);
        const chart = new GovernedChart(definition);
        const { rejects } = chart.push([bad, structuredClone(bad), end(1), end(20_000)]);
        assert.deepEqual(
          rejects.map(({ code, field, tag: of, input }) => [code, field, of, input]),
          [["BAD_QUALITY", "quality", tag, bad]],
        );
        assert.match(rejects[0]?.message ?? "", new RegExp(`${quality}, so .*\\.$`));
        assert.equal(chart.collected, 0);
        assert.deepEqual(chart.push([bad, end(30_000)], { readTo: T0 + 20_000 }).rejects, [], "what was read once more is no news");
      }
    });

  for (const [what, of, tag] of charts)
    it(`of ${what} aside, numbers that are none, texts, another unit and the future are refused, and nothing of them is taken`, () => {
      const chart = new GovernedChart({ ...INDIVIDUALS, circumstances: {}, given: null, ...of });
      const before = chart.state();
      const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, "heavy", true].map((value) => sample(tag, 1_000, value));
      const unit = { ...sample(tag, 1_000, 1), unit: "kg" };
      const counted = chart.definition.source.from === "counters" || chart.definition.source.from === "events";
      const { rejects } = chart.push([...bad, unit, sample(tag, MINUTE, 1), ...(counted ? [sample(tag, 1_000, -1)] : [])], {
        latest: T0 + 30_000,
      });
      assert.deepEqual(
        rejects.map(({ code }) => code),
        [
          "NOT_FINITE",
          "NOT_FINITE",
          "NOT_FINITE",
          "WRONG_TYPE",
          "WRONG_TYPE",
          "WRONG_UNIT",
          "FUTURE_TIMESTAMP",
          ...(counted ? ["OUT_OF_RANGE"] : []),
        ],
      );
      assert.deepEqual(chart.state(), before);
    });

  it("waits for its turn over a restart, and says then what it was", () => {
    const first = new GovernedChart(xbar(2));
    assert.deepEqual(first.push([BAD_WEIGHT]).rejects, []);
    const second = new GovernedChart(xbar(2), [], structuredClone(first.state()));
    assert.deepEqual(second.push([end(MINUTE)]).rejects[0]?.input, BAD_WEIGHT);
  });

  it("of an interval that has its subgroup is not asked for", () => {
    const definition = { ...INDIVIDUALS, source: alone(MINUTE) };
    const { points, rejects } = charted(definition, [sample(WEIGHT, 0, 501), sample(WEIGHT, 1_000, null, "Bad"), end(2 * MINUTE)]);
    assert.deepEqual([points.map(({ point }) => point.statistic), rejects], [[501], []]);
  });

  it("leaves its place in a row to the next usable one, and an interval to the others", () => {
    assert.deepEqual(
      withBad(xbar(3)).map(({ values: of }) => of?.length),
      [3, 3, 3, 3, 3, 3],
    );
    const interval = { ...xbar(2), source: { from: "values", tag: WEIGHT, subgrouping: { by: "interval", everyMs: 40_000 } } } as const;
    assert.deepEqual(
      withBad(interval).map(({ values: of }) => of?.includes(999)),
      [false],
    );
  });

  it("of a counter loses nothing: the next reading says what was counted", () => {
    const readings = scrapped().map((one) =>
      one.tag === SCRAP && one.timestamp === T0 + 5 * MINUTE ? { ...one, quality: "Bad" as const } : one,
    );
    const { subgroups } = subgroupsOf(SCRAP_SHARE, readings);
    assert.deepEqual(subgroups.map(({ subgroup }) => [subgroup.count, subgroup.size]).slice(3, 7), [
      [25, 1_000],
      [0, 1_000],
      [50, 1_000],
      [25, 1_000],
    ]);
  });

  it("breaks no run of X̄-R or p by default, and where the rules say so those of both charts of a pair", () => {
    const [x, p] = [xbar(2), SCRAP_SHARE];
    for (const missing of ["skips", "breaks"] as const) {
      const [ofX, ofP] = [
        { ...x, given: pair(missing) },
        { ...p, given: shares(missing) },
      ];
      assert.deepEqual(signals(ofX, pairs()), ["level N2 31", "spread N2 31"]);
      assert.deepEqual(signals(ofX, pairs(BAD_WEIGHT)), missing === "breaks" ? [] : ["level N2 31", "spread N2 31"]);
      assert.deepEqual(signals(ofP, scrapped()), ["level N2 600", "level N2 660"]);
      assert.deepEqual(signals(ofP, scrapped(BAD_COUNT)), missing === "breaks" ? [] : signals(ofP, scrapped()));
    }
  });

  it("is a missing point of recorded values too: in the review of limits and in a baseline", () => {
    const window = { from: T0, to: T0 + MINUTE };
    const { subgroups } = subgroupsOf(xbar(2), pairs(BAD_WEIGHT));
    const [skipped, broken] = (["skips", "breaks"] as const).map((missing) => {
      const reviewed = reviewLimits(null, pair(missing), subgroups, window).summary;
      const studied = studyBaseline(["xbar"], [...subgroups, ...lower(subgroups.length)], [], { rules: ruled(missing), sigma: "R/d2" });
      assert.ok("limits" in studied);
      return [reviewed.subgroups, reviewed.signals_after, studied.signals.length, studied.rejects.length];
    });
    assert.deepEqual(
      [skipped, broken],
      [
        [9, 1, 2, 0],
        [9, 0, 1, 0],
      ],
    );
  });
});

describe("a chart that only collects", () => {
  it("refuses what no limits could judge, and counts usable subgroups alone", () => {
    const defective = new GovernedChart({ ...SCRAP_SHARE, given: null });
    const readings = (
      [
        [0, 0],
        [10, 0],
        [20, 12],
        [30, 13],
      ] as const
    ).flatMap(counts);
    const { rejects } = defective.push([...readings, end(4 * MINUTE + 11_000)]);
    assert.deepEqual([rejects.map(({ code }) => code), defective.collected], [["WRONG_SUBGROUP"], 2]);
    const filling = new GovernedChart(FILLING);
    const lacking = asSamples([[1.6, 4_000, 6]], undefined, 1).slice(1);
    const incomplete = filling.push([...asSamples([[1.6, 4_000, 6]]), ...lacking, over(2)]).rejects;
    assert.deepEqual([incomplete.map(({ code }) => code), filling.collected], [["BAD_QUALITY"], 1]);
    const huge = new GovernedChart(xbar(2));
    assert.deepEqual([huge.push([sample(WEIGHT, 0, 1e200), sample(WEIGHT, 1, 1), end(MINUTE)]).rejects.length, huge.collected], [1, 0]);
  });

  it("under limits counts as it did before them, whatever is refused", () => {
    const chart = new GovernedChart({
      ...xbar(2),
      given: { limits: given("xbar", { centre: 500, sigma: 2, parameters: { size: 3 } }), spread: null, rules: RULES },
    });
    const { rejects } = chart.push([sample(WEIGHT, 0, 500), sample(WEIGHT, 1, 501), end(MINUTE)]);
    assert.deepEqual([rejects.map(({ code }) => code), chart.collected], [["WRONG_SUBGROUP"], 0]);
  });

  it("says of a pair what either chart refuses, once", () => {
    const source = { from: "values", tag: WEIGHT, subgrouping: { by: "interval", everyMs: MINUTE } } as const;
    const judged = { limits: limits("xbar", 500, 2), spread: limits("r", 500, 2), rules: RULES };
    const { points, rejects } = charted({ ...INDIVIDUALS, kinds: ["xbar", "r"], source, given: judged }, [
      sample(WEIGHT, 0, 501),
      end(2 * MINUTE),
    ]);
    assert.deepEqual([points.map(({ part }) => part), rejects.map(({ code }) => code)], [["level"], ["WRONG_SUBGROUP"]]);
  });
});
