import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as fc from "fast-check";
import {
  baselineOfIndividuals,
  baselineOfSubgroups,
  type Contribution,
  type HotellingChart,
  hotellingChart,
  type Matrix,
  mewmaChart,
  type MultivariateBaseline,
  type MultivariateRefusal,
  phaseOneLimit,
  phaseTwoLimit,
} from "../../../core/model/spc/multivariate/index.ts";
import { generator, given, near, nearMatrix, REFERENCE, reference, refused, statisticsOf, taken } from "./multivariate-cases.ts";

describe("multivariate charts", () => {
  describe("against the reference", function () {
    before(function () {
      if (!existsSync(REFERENCE)) this.skip();
    });
    it("have means, covariances, T² and limits of the boiler", () => {
      const { boiler } = reference();
      const baseline = taken(baselineOfIndividuals(boiler.data));
      for (const [j, value] of boiler.mean.entries()) near(baseline.mean[j], value, 1e-12);
      nearMatrix(baseline.covariance, boiler.cov, 1e-11);
      for (const [alpha, key] of [
        [0.0027, "limits_alpha.0027"],
        [0.05, "limits_alpha.05"],
        [0.001, "limits_alpha.001"],
      ] as const) {
        near(phaseOneLimit(baseline, alpha).value, boiler[key].phaseI_beta, 1e-11);
        near(phaseTwoLimit(baseline, alpha).value, boiler[key].phaseII_F, 1e-11);
        near(phaseTwoLimit(given(baseline.mean, baseline.covariance), alpha).value, boiler[key].chi2, 1e-11);
      }
      const points = statisticsOf(taken(hotellingChart(baseline, phaseOneLimit(baseline, 0.001))), boiler.data);
      for (const [i, value] of boiler.T2.entries()) near(points[i]?.statistic, value, 1e-8, `point ${i + 1}:`);
      // The published finding: the ninth is out.
      assert.deepEqual(
        points.flatMap(({ signal }, i) => (signal ? [i + 1] : [])),
        [9],
      );
    });

    it("have the covariance of successive differences, with a limit that says it is not exact", () => {
      const { boiler } = reference();
      const baseline = taken(baselineOfIndividuals(boiler.data, "successive differences"));
      nearMatrix(baseline.covariance, boiler.holmesMergenCov, 1e-11);
      const limit = phaseOneLimit(baseline, 0.0027);
      near(limit.value, boiler["limits_alpha.0027"].chi2, 1e-11);
      assert.equal(limit.exact, false);
      const points = statisticsOf(taken(hotellingChart(baseline, limit)), boiler.data);
      for (const [i, value] of boiler.T2_holmesMergen.entries()) near(points[i]?.statistic, value, 1e-8, `point ${i + 1}:`);
    });

    it("have Ryan's limits of subgroups", () => {
      const { limits, alpha } = reference().ryan_subgrouped;
      const baseline: MultivariateBaseline = {
        by: "pooled within subgroups",
        mean: [0, 0],
        covariance: [
          [1, 0],
          [0, 1],
        ],
        m: 20,
        n: 4,
      };
      // The rate is given to six digits.
      near(phaseOneLimit(baseline, alpha).value, limits.phaseI, 1e-6);
      near(phaseTwoLimit(baseline, alpha).value, limits.phaseII, 1e-6);
      const exact = 1 - (1 - 0.0027) ** 2;
      near(phaseOneLimit(baseline, exact).value, limits.phaseI, 1e-11);
      near(phaseTwoLimit(baseline, exact).value, limits.phaseII, 1e-11);
    });
  });

  describe("of Hotelling", () => {
    const mixing = fc.array(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 }), {
      minLength: 3,
      maxLength: 3,
    });

    it("do not change with units or mixtures of the variables", () => {
      const normal = generator(7);
      const rows = Array.from({ length: 30 }, () => [normal(), normal(), normal()]);
      const before = statisticsOf(chartOf(rows), rows);
      fc.assert(
        fc.property(mixing, (matrix) => {
          // Larger diagonals keep the mixture invertible.
          const mixed = rows.map((row) =>
            matrix.map((weights, i) => 12 * (row[i] ?? 0) + weights.reduce((sum, w, k) => sum + w * (row[k] ?? 0), 5)),
          );
          for (const [i, { statistic }] of statisticsOf(chartOf(mixed), mixed).entries()) near(statistic, before[i]?.statistic, 1e-9);
        }),
        { numRuns: 30 },
      );
    });

    it("add up to (m − 1)·p over their own baseline, in one or many variables", () => {
      const normal = generator(11);
      for (const p of [1, 2, 8]) {
        const rows = Array.from({ length: 40 }, () => Array.from({ length: p }, () => normal() * 10 + 1000));
        const sum = statisticsOf(chartOf(rows), rows).reduce((total, { statistic }) => total + statistic, 0);
        near(sum, 39 * p, 1e-9);
      }
    });

    it("take subgroups by their means, with the covariance within them only", () => {
      const subgroups = [0, 5, 10].map((level) => [
        [level, level],
        [level + 1, level],
        [level, level + 1],
        [level + 1, level + 1],
      ]);
      const baseline = taken(baselineOfSubgroups(subgroups));
      nearMatrix(
        baseline.covariance,
        [
          [1 / 3, 0],
          [0, 1 / 3],
        ],
        1e-13,
      );
      assert.deepEqual(baseline.mean, [5.5, 5.5]);
      const chart = taken(hotellingChart(baseline, phaseTwoLimit(baseline, 0.01)));
      near(
        taken(
          chart.updateSubgroup([
            [7, 5],
            [7, 6],
            [6, 5],
            [6, 6],
          ]),
        ).statistic,
        4 * 3,
        1e-12,
      );
      refused(chart.updateSubgroup([[7, 5]]), "WRONG_SIZE");
      refused(chart.updateSubgroup([[7, 5], [7, 6], [6, 5], [6]]), "WRONG_SIZE");
      refused(
        chart.updateSubgroup([
          [7, 5],
          [7, 6],
          [6, 5],
          [6, Number.NaN],
        ]),
        "NOT_NUMBERS",
      );
    });

    it("alarm as often as their limits say, in both phases", () => {
      const normal = generator(2026);
      const row = (): number[] => {
        const common = normal();
        return [common + normal(), common - normal(), normal()];
      };
      const alpha = 0.05;
      const hits = { first: 0, second: 0 };
      const [studies, m] = [400, 12];
      for (let study = 0; study < studies; study++) {
        const rows = Array.from({ length: m }, row);
        const baseline = taken(baselineOfIndividuals(rows));
        hits.first += statisticsOf(taken(hotellingChart(baseline, phaseOneLimit(baseline, alpha))), rows).filter(
          ({ signal }) => signal,
        ).length;
        const later = Array.from({ length: m }, row);
        hits.second += statisticsOf(taken(hotellingChart(baseline, phaseTwoLimit(baseline, alpha))), later).filter(
          ({ signal }) => signal,
        ).length;
      }
      const points = studies * m;
      // Points of one study share its baseline, which the factor 6 covers generously.
      const error = 6 * Math.sqrt((alpha * (1 - alpha)) / points);
      near(hits.first / points, alpha, error, "phase I:");
      near(hits.second / points, alpha, error, "phase II:");
    });
  });

  it("signal beyond the limit, not on it", () => {
    const baseline = given([0], [[1]]);
    const chart = taken(hotellingChart(baseline, { ...phaseTwoLimit(baseline, 0.01), value: 4 }));
    assert.deepEqual(
      [2, 2.001].map((x) => taken(chart.update([x])).signal),
      [false, true],
    );
    const weighted = taken(mewmaChart(baseline, { lambda: 1, limit: 4, covariance: "asymptotic" }));
    assert.deepEqual(
      [2, 2.001].map((x) => taken(weighted.update([x])).signal),
      [false, true],
    );
  });

  it("give each variable's parts the alarm rate of their limits", () => {
    const normal = generator(404);
    const row = (): number[] => {
      const common = normal();
      return [common + normal(), common - normal(), normal()];
    };
    const [studies, alpha] = [2000, 0.05];
    let hits = 0;
    for (let study = 0; study < studies; study++) {
      // Few observations, so that the degrees of freedom matter.
      const baseline = taken(baselineOfIndividuals(Array.from({ length: 6 }, row)));
      const parts = taken(taken(hotellingChart(baseline, phaseTwoLimit(baseline, alpha))).decompose(row()));
      hits += parts.filter(({ beyondOthers, limits }) => beyondOthers > (limits?.beyondOthers ?? 0)).length;
    }
    near(hits / (3 * studies), alpha, 4 * Math.sqrt((alpha * (1 - alpha)) / studies));
  });

  describe("say which variables a signal comes from", () => {
    const covariance = [
      [4, 1.8, 0],
      [1.8, 1, 0],
      [0, 0, 9],
    ];
    const chart = taken(hotellingChart(given([10, 20, 30], covariance), phaseTwoLimit(given([10, 20, 30], covariance), 0.0027)));

    it("by what T² loses without each", () => {
      fc.assert(
        fc.property(fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 3, maxLength: 3 }), (observation) => {
          const total = taken(chart.update(observation)).statistic;
          for (const { variable, beyondOthers, alone, z } of taken(chart.decompose(observation))) {
            const keep = [0, 1, 2].filter((i) => i !== variable);
            const rest = given(
              keep.map((i) => [10, 20, 30][i] ?? 0),
              keep.map((i) => keep.map((j) => covariance[i]?.[j] ?? 0)),
            );
            const without = taken(
              taken(hotellingChart(rest, phaseTwoLimit(rest, 0.01))).update(keep.map((i) => observation[i] ?? 0)),
            ).statistic;
            near(beyondOthers, total - without, 1e-9);
            near(alone, z * z, 1e-12);
          }
        }),
        { numRuns: 50 },
      );
    });

    it("of a subgroup in standard deviations of its means", () => {
      const ofFour = taken(hotellingChart(given([10, 20, 30], covariance, 4), phaseTwoLimit(given([10, 20, 30], covariance, 4), 0.0027)));
      const single = taken(chart.decompose([12, 19, 35]));
      for (const [i, { variable, z, alone, beyondOthers }] of taken(ofFour.decompose([12, 19, 35])).entries()) {
        assert.equal(variable, single[i]?.variable);
        near(z, 2 * (single[i]?.z ?? 0), 1e-12);
        near(alone, 4 * (single[i]?.alone ?? 0), 1e-12);
        near(beyondOthers, 4 * (single[i]?.beyondOthers ?? 0), 1e-12);
      }
    });

    it("and find a relation broken by values that are each within three sigma", () => {
      const [first] = taken(chart.decompose([12, 19, 30]));
      assert.ok((first?.alone ?? 9) <= 1.0001 && (first?.beyondOthers ?? 0) > 15, JSON.stringify(first));
      assert.equal(taken(chart.update([12, 19, 30])).signal, true);
      const third = taken(chart.decompose([10, 20, 45])).at(0);
      assert.equal(third?.variable, 2);
      near(third?.z, 5, 1e-12);
    });

    it("with the limits of one observation where the sample's law is known", () => {
      const normal = generator(3);
      const rows = Array.from({ length: 25 }, () => [normal()]);
      const baseline = taken(baselineOfIndividuals(rows));
      const limit = phaseTwoLimit(baseline, 0.01);
      const [only] = taken(taken(hotellingChart(baseline, limit)).decompose([1])) as [Contribution];
      // Of a single variable both are the chart's own limit.
      near(only.limits?.alone, limit.value, 1e-12);
      near(only.limits?.beyondOthers, limit.value, 1e-12);
      assert.equal(taken(chart.decompose([10, 20, 30]))[0]?.limits, null);
      refused(chart.decompose([1, 2]), "WRONG_SIZE");
    });
  });

  describe("refuse", () => {
    it("a variable that others determine, by its place, whatever rounding leaves of it", () => {
      const normal = generator(17);
      const dependent = (): number[][] =>
        Array.from({ length: 30 }, () => {
          const [a, b] = [normal(), normal()];
          return [a, b, 3 * a - 2 * b, normal()];
        });
      const rows = dependent();
      for (let study = 0; study < 30; study++) assert.match(refused(chartFor(dependent()), "SINGULAR").message, /variable 3/);
      const constant = rows.map(([a, b]) => [a ?? 0, 5, b ?? 0]);
      assert.match(refused(chartFor(constant), "SINGULAR").message, /variable 2/);
    });

    it("too few observations, odd ones, uneven ones and too large ones", () => {
      refused(
        baselineOfIndividuals([
          [1, 2],
          [2, 1],
          [3, 3],
        ]),
        "TOO_FEW",
      );
      refused(baselineOfIndividuals([]), "TOO_FEW");
      refused(
        baselineOfIndividuals([
          [1, 2],
          [2, Number.NaN],
          [3, 3],
          [1, 1],
        ]),
        "NOT_NUMBERS",
      );
      refused(baselineOfIndividuals([[1, 2], [2], [3, 3], [1, 1]]), "WRONG_SIZE");
      refused(baselineOfIndividuals(Array.from({ length: 99 }, (_, i) => Array.from({ length: 51 }, (_, j) => i * j))), "TOO_LARGE");
      refused(
        baselineOfSubgroups([
          [
            [1, 2],
            [2, 1],
          ],
          [[1, 2]],
        ]),
        "WRONG_SIZE",
      );
      refused(baselineOfSubgroups([[[1, 2]], [[1, 3]]]), "TOO_FEW");
      refused(baselineOfSubgroups([]), "TOO_FEW");
    });

    it("options that make no chart", () => {
      const baseline = given([0], [[1]]);
      for (const alpha of [0, 1, -1, 2, Number.NaN]) refused(hotellingChart(baseline, phaseTwoLimit(baseline, alpha)), "BAD_OPTIONS");
      const limit = phaseTwoLimit(baseline, 0.01);
      refused(hotellingChart({ ...baseline, mean: [0, 0] }, limit), "WRONG_SIZE");
      refused(hotellingChart({ ...baseline, covariance: [[Number.NaN]] }, limit), "NOT_NUMBERS");
      refused(hotellingChart({ ...baseline, n: 0 }, limit), "WRONG_SIZE");
      refused(mewmaChart(baseline, { lambda: 0, limit: 8, covariance: "exact" }), "BAD_OPTIONS");
      refused(mewmaChart(baseline, { lambda: 0.1, limit: Number.NaN, covariance: "exact" }), "BAD_OPTIONS");
    });
  });
});

function chartFor(rows: Matrix): HotellingChart | MultivariateRefusal {
  const baseline = taken(baselineOfIndividuals(rows));
  return hotellingChart(baseline, phaseOneLimit(baseline, 0.0027));
}

function chartOf(rows: Matrix): HotellingChart {
  return taken(chartFor(rows));
}
