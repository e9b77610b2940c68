import assert from "node:assert/strict";
import {
  c4,
  CHART_KINDS,
  CHART_PAIRS,
  CHARTS,
  type ChartPoint,
  ControlChart,
  d2,
  d3,
  d4,
  INDIVIDUAL_SIGMAS,
  median,
  ruleSet,
  sd,
  SUBGROUP_SHAPES,
  SUBGROUP_SIGMAS,
  type Subgroup,
} from "../../../../core/model/spc/index.ts";
import { estimated, exampleOf, given, seeded, singles } from "../../../support/spc-charts.ts";
import { near } from "../../../support/spc-reference.ts";

function points(kind: Parameters<typeof given>[0], values: Parameters<typeof given>[1], subgroups: readonly Subgroup[]): ChartPoint[] {
  const chart = new ControlChart(given(kind, values));
  return subgroups.flatMap((subgroup) => {
    const taken = chart.take(subgroup);
    assert.ok("point" in taken);
    return taken.point === null ? [] : [taken.point];
  });
}

function weighted(estimates: readonly number[], weights: readonly number[]): number {
  return estimates.reduce((sum, one, i) => sum + one * (weights[i] ?? 0), 0) / weights.reduce((sum, one) => sum + one, 0);
}

function three(n: number): Subgroup[] {
  return Array.from({ length: 3 }, (_, j) => ({ values: Array.from({ length: n }, (__, i) => (i * 7 + j) % 11) }));
}

describe("estimators of sigma", () => {
  const unequal = [
    [1, 4, 2],
    [3, 3.5],
    [2, 6, 5, 1],
    [4, 2, 2.5, 3, 7],
  ];
  it("of unequal subgroups follow their definitions", () => {
    const ranges = [3, 0.5, 5, 5];
    const n = [3, 2, 4, 5];
    const s = unequal.map((values) => sd(values));
    const rOverD = ranges.map((r, i) => r / d2(n[i] ?? 0));
    const sOverC = s.map((one, i) => one / c4(n[i] ?? 0));
    const freedom = 10;
    const expected: Record<keyof typeof SUBGROUP_SIGMAS, number> = {
      "R/d2": weighted(rOverD, [1, 1, 1, 1]),
      "S/c4": weighted(sOverC, [1, 1, 1, 1]),
      "MVLUE-R": weighted(
        rOverD,
        n.map((one) => (d2(one) / d3(one)) ** 2),
      ),
      "MVLUE-SD": weighted(
        sOverC,
        n.map((one) => c4(one) ** 2 / (1 - c4(one) ** 2)),
      ),
      pooled: Math.sqrt(s.reduce((sum, one, i) => sum + one * one * ((n[i] ?? 0) - 1), 0) / freedom) / c4(freedom + 1),
    };
    const subgroups = unequal.map((values): Subgroup => ({ values }));
    for (const [sigma, value] of Object.entries(expected) as [keyof typeof SUBGROUP_SIGMAS, number][])
      assert.ok(near(estimated("xbar", subgroups, { sigma, parameters: { size: "varies" } }).limits.sigma, value), sigma);
  });

  it("of single values: mean, median and screened moving range, standard deviation", () => {
    const values = [10, 11, 9, 10, 12, 11, 40, 10, 11, 9, 10];
    const ranges = [1, 2, 1, 2, 1, 29, 30, 1, 2, 1];
    const expected: Record<keyof typeof INDIVIDUAL_SIGMAS, number> = {
      "MR/d2": 7 / d2(2),
      "medianMR/d4": 1.5 / d4(2),
      // 29 and 30 lie beyond 3.267 · 7.
      "screenedMR/d2": ranges.filter((one) => one < 20).reduce((sum, one) => sum + one, 0) / 8 / d2(2),
      "SD/c4": sd(values) / c4(11),
    };
    for (const [sigma, value] of Object.entries(expected) as [keyof typeof INDIVIDUAL_SIGMAS, number][])
      assert.ok(near(estimated("i", singles(values), { sigma }).limits.sigma, value), sigma);
  });

  it("take no moving range across a point that was left out for a cause", () => {
    const { limits } = estimated("i", singles([1, 2, 100, 8, 9]), { exclude: [2] });
    assert.ok(near(limits.sigma, 1 / d2(2)), "only |2 − 1| and |9 − 8| are neighbours");
    assert.equal(limits.centre, 5);
  });

  it("default to ranges, and to the pooled variance where a subgroup has more than 25 values", () => {
    assert.equal(estimated("xbar", three(25)).limits.baseline?.estimator, "R/d2");
    assert.equal(estimated("xbar", three(26)).limits.baseline?.estimator, "pooled");
    assert.equal(estimated("xbar", singles([1, 2, 4])).limits.baseline?.estimator, "MR/d2");
  });
});

describe("kinds of chart", () => {
  it("all declare what they take, what they plot and which rules may judge them", () => {
    assert.deepEqual(Object.keys(CHARTS).toSorted(), [...CHART_KINDS].toSorted());
    for (const kind of CHART_KINDS) {
      const { label, plotted, subgroup, sigmas } = CHARTS[kind];
      assert.ok(label.length > 0 && plotted.endsWith(".") && subgroup in SUBGROUP_SHAPES, kind);
      for (const sigma of sigmas) assert.ok(sigma in SUBGROUP_SIGMAS || sigma in INDIVIDUAL_SIGMAS, sigma);
    }
    for (const pair of Object.values(CHART_PAIRS)) assert.equal(pair.length, 2);
  });

  it("with sizes that vary have limits and zones of each point's own size", () => {
    const [two, eight] = points("xbar", { centre: 0, sigma: 1 }, [{ values: [1, 3] }, { values: [2, 2, 2, 2, 2, 2, 2, 2] }]);
    assert.ok(two && eight);
    assert.ok(near(two.upper, 3 / Math.SQRT2) && near(eight.upper, 3 / Math.sqrt(8)));
    assert.ok(near(two.z, 2 * Math.SQRT2) && near(eight.z, 2 * Math.sqrt(8)));
    assert.deepEqual([two.beyond, eight.beyond], [0, 1]);
  });

  it("Laney's p′ allows for what varies between subgroups, which p does not", () => {
    const random = seeded(11);
    const days = Array.from({ length: 30 }, (_, i) => ({
      size: 10_000,
      count: Math.round(10_000 * (0.9 + (i % 2 === 0 ? 0.01 : -0.01) + 0.002 * random())),
    }));
    const plain = estimated("p", days, { rules: ruleSet("nelson", ["N1"]) });
    const laney = estimated("p-prime", days, { rules: ruleSet("nelson", ["N1"]) });
    assert.ok(plain.points.filter((point) => point && point.hits.length > 0).length > 25);
    assert.equal(laney.points.filter((point) => point && point.hits.length > 0).length, 0);
    assert.equal(laney.limits.centre, plain.limits.centre);
    const z = days.map(
      ({ count, size }) => (count / size - plain.limits.centre) / Math.sqrt((plain.limits.centre * (1 - plain.limits.centre)) / size),
    );
    const ranges = z.slice(1).map((one, i) => Math.abs(one - (z[i] ?? 0)));
    assert.ok(near(laney.limits.sigma, ranges.reduce((sum, one) => sum + one, 0) / 29 / d2(2)));
  });

  it("by probability take binomial and Poisson quantiles, which are not symmetrical", () => {
    const [p] = points("p", { centre: 0.02, width: { probability: 0.0027 } }, [{ count: 0, size: 100 }]);
    // P(X ≤ 8) = 0.99986 and P(X ≤ 7) = 0.99907 straddle 0.99865.
    assert.ok(p && near(p.upper, 0.07) && p.lower === 0, `${p?.upper}`);
    const [c] = points("c", { centre: 9, width: { probability: 0.0027 } }, [{ count: 20 }]);
    assert.ok(c && c.lower === 2 && c.upper === 19 && c.beyond === 1, `${c?.lower} ${c?.upper}`);
    const [i] = points("i", { centre: 0, sigma: 1, width: { probability: 0.002699796063260189 } }, singles([2.9]));
    assert.ok(i && near(i.upper, 3, 1e-9) && near(i.z, 2.9, 1e-9));
  });

  it("g has limits about its mean and runs about its median, never below 0", () => {
    const units = [30, 2, 15, 7, 40, 11, 22, 5];
    const { limits, points: drawn } = estimated("g", singles(units));
    const sigma = Math.sqrt(16.5 * 17.5);
    assert.equal(limits.centre, 16.5);
    assert.equal(drawn[0]?.centre, median(units));
    assert.ok(near(drawn[0].upper, 16.5 + 3 * sigma) && drawn[0].lower === 0);
  });

  it("t is an individuals chart of the 3.6th root, drawn in time", () => {
    const days = [3, 12, 0.5, 7, 30, 9, 2, 16];
    const roots = estimated("i", singles(days.map((one) => one ** (1 / 3.6))));
    const t = estimated("t", singles(days));
    assert.ok(near(t.limits.centre, roots.limits.centre) && near(t.limits.sigma, roots.limits.sigma));
    const [drawn, root] = [t.points[0] as ChartPoint, roots.points[0] as ChartPoint];
    assert.ok(
      near(drawn.upper, (root.upper ?? 0) ** 3.6) &&
        near(drawn.centre, root.centre ** 3.6) &&
        drawn.lower === Math.max(0, root.lower ?? 0) ** 3.6,
    );
    assert.ok(near(drawn.z, root.z) && drawn.statistic === 3);
  });

  it("I′ weighs neighbours by their denominators", () => {
    const ratios = [
      { count: 10, size: 5 },
      { count: 9, size: 3 },
      { count: 8, size: 4 },
    ];
    const { limits, points: drawn } = estimated("i-prime", ratios);
    const s = [1, 1].map((distance, i) => (Math.sqrt(Math.PI / 2) * distance) / Math.sqrt([1 / 3 + 1 / 5, 1 / 4 + 1 / 3][i] ?? 0));
    assert.ok(near(limits.centre, 27 / 12) && near(limits.sigma, ((s[0] ?? 0) + (s[1] ?? 0)) / 2));
    assert.ok(near(drawn[1]?.upper ?? null, 27 / 12 + (3 * limits.sigma) / Math.sqrt(3)));
  });

  it("EWMA with exact limits comes to the asymptotic ones", () => {
    const values = singles(Array.from({ length: 200 }, () => 0));
    const exact = points("ewma", { centre: 0, sigma: 1 }, values);
    const [asymptotic] = points("ewma", { centre: 0, sigma: 1, parameters: { asymptotic: true } }, values);
    assert.ok(asymptotic && near(exact.at(-1)?.upper ?? null, asymptotic.upper ?? Number.NaN));
    assert.ok(near(exact[0]?.upper ?? null, 3 * 0.2) && (exact[0]?.upper ?? 1) < (asymptotic.upper ?? 0));
  });

  it("CUSUM signals above h and not at it, holds or begins anew from its head start", () => {
    const at = { centre: 0, sigma: 1 };
    const parameters = { k: 0, h: 3, headStart: 0 };
    const fired = (afterSignal: "keep" | "reset", headStart = 0): number[] =>
      points("cusum", { ...at, parameters: { ...parameters, afterSignal, headStart } }, singles([1, 1, 1, 1, 1, 1])).flatMap(
        ({ hits }, i) => (hits.length > 0 ? [i + 1] : []),
      );
    assert.deepEqual(fired("keep"), [4, 5, 6], "3 is not above 3");
    assert.deepEqual(fired("reset"), [4]);
    assert.deepEqual(fired("keep", 1.5), [2, 3, 4, 5, 6]);
    assert.deepEqual(fired("reset", 1.5), [2, 4, 6]);
    const [down] = points("cusum", { ...at, parameters: { ...parameters, k: 0.5 } }, singles([-2]));
    assert.deepEqual(down?.cusum, { high: 0, low: 1.5, highRun: 0, lowRun: 1, estimate: -2 });
    assert.equal(down.statistic, -1.5);
  });

  it("draw the first moving range with the second value", () => {
    for (const kind of ["mr", "dnom-mr", "z-mr"] as const) {
      const { limits, subgroup } = exampleOf(kind);
      const chart = new ControlChart(limits);
      assert.deepEqual(chart.take(subgroup(seeded(1))), { point: null }, kind);
      const second = chart.take(subgroup(seeded(2)));
      assert.ok("point" in second && second.point !== null, kind);
    }
  });
});
