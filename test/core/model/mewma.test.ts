import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { chiSquare, gaussLegendre, noncentralChiSquareDensity } from "../../../core/model/distribution/index.ts";
import {
  hotellingChart,
  type MewmaChart,
  mewmaChart,
  mewmaLimit,
  type MewmaOptions,
  mewmaRunLength,
  phaseTwoLimit,
} from "../../../core/model/spc/multivariate/index.ts";
import { generator, given, near, REFERENCE, reference, refused, SHARED, statisticsOf, taken } from "./multivariate-cases.ts";

describe("the multivariate EWMA", () => {
  describe("against the reference", function () {
    before(function () {
      if (!existsSync(REFERENCE)) this.skip();
    });

    it("have the MEWMA of both covariances, and its first signal", () => {
      const { X, Sigma, mu0, lambda, h4, ...expected } = reference().mewma;
      for (const [covariance, values, first] of [
        ["exact", expected.T2_exactCov, expected.firstSignal_exact],
        ["asymptotic", expected.T2_asymptoticCov, expected.firstSignal_asymptotic],
      ] as const) {
        const points = statisticsOf(taken(mewmaChart(given(mu0, Sigma), { lambda, limit: h4, covariance })), X);
        for (const [i, value] of values.entries()) near(points[i]?.statistic, value, 1e-8, `point ${i + 1}:`);
        assert.equal(points.findIndex(({ signal }) => signal) + 1, first);
      }
    });

    it("have the run lengths and limits of the MEWMA that R computes", () => {
      const { mewma } = JSON.parse(readFileSync(new URL("arl.json", SHARED), "utf8")) as {
        mewma: { p: number; lambda: number; ARL0: number; h4: number }[];
      };
      for (const { p, lambda, ARL0, h4 } of mewma) {
        near(mewmaRunLength(p, lambda, h4), ARL0, 1e-6, `p ${p}, λ ${lambda}:`);
        near(mewmaLimit(p, lambda, ARL0), h4, 1e-6, `p ${p}, λ ${lambda}:`);
      }
    });
  });

  const options: MewmaOptions = { lambda: 0.1, limit: 8.6335806435, covariance: "exact" };
  const baseline = given(
    [0, 0],
    [
      [1, 0.7],
      [0.7, 1],
    ],
  );
  const started = (chosen: Partial<MewmaOptions> = {}): MewmaChart => taken(mewmaChart(baseline, { ...options, ...chosen }));

  it("go on from a snapshot to the last bit, and refuse one of another chart", () => {
    const normal = generator(5);
    const rows = Array.from({ length: 60 }, () => [normal(), normal()]);
    const whole = started();
    const expected = statisticsOf(whole, rows);
    const first = started();
    statisticsOf(first, rows.slice(0, 23));
    const second = started();
    assert.equal(second.restore(JSON.parse(JSON.stringify(first.snapshot())) as ReturnType<MewmaChart["snapshot"]>), undefined);
    assert.deepEqual(statisticsOf(second, rows.slice(23)), expected.slice(23));
    for (const snapshot of [
      { count: 1, z: [1] },
      { count: -1, z: [0, 0] },
      { count: 1.5, z: [0, 0] },
      { count: 1, z: [0, Number.NaN] },
    ]) {
      refused(second.restore(snapshot) ?? {}, "BAD_SNAPSHOT");
    }
    assert.deepEqual(second.snapshot(), whole.snapshot());
  });

  it("are not touched by what they refuse", () => {
    const chart = started();
    taken(chart.update([1, 2]));
    const before = chart.snapshot();
    refused(chart.update([Number.NaN, 1]), "NOT_NUMBERS");
    refused(chart.update([Infinity, 1]), "NOT_NUMBERS");
    refused(chart.update([1]), "WRONG_SIZE");
    refused(chart.update([1e300, -1e300]), "NOT_NUMBERS");
    assert.deepEqual(chart.snapshot(), before);
  });

  it("are T² where nothing is remembered", () => {
    const plain = taken(hotellingChart(baseline, phaseTwoLimit(baseline, 0.005)));
    for (const covariance of ["exact", "asymptotic"] as const) {
      const chart = started({ lambda: 1, covariance });
      for (const row of [
        [1, 2],
        [-3, 0.5],
        [0, 0],
      ])
        near(taken(chart.update(row)).statistic, taken(plain.update(row)).statistic, 1e-12);
    }
    near(mewmaLimit(3, 1, 200), chiSquare(3).quantile(0.995), 1e-9);
  });

  it("alarm after as many points as their limit says, by the chart itself", () => {
    const normal = generator(99);
    const runs = 400;
    let [sum, squares] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const chart = started({ covariance: "asymptotic" });
      let length = 0;
      for (let signal = false; !signal; length++) {
        const a = normal();
        signal = taken(chart.update([a, 0.7 * a + Math.sqrt(0.51) * normal()])).signal;
      }
      sum += length;
      squares += length * length;
    }
    const mean = sum / runs;
    near(mean / 200, 1, (4 * Math.sqrt((squares / runs - mean * mean) / runs)) / 200);
  });

  it("of one variable have the limit of the EWMA", () => {
    // L of an EWMA with λ 0.2 and a run length of 370.4.
    near(Math.sqrt(mewmaLimit(1, 0.2, 370.4)), 2.859, 5e-4);
  });

  it("know no limit of parameters out of range", () => {
    for (const [p, lambda, length] of [
      [0, 0.1, 200],
      [51, 0.1, 200],
      [2.5, 0.1, 200],
      [2, 0, 200],
      [2, 1.1, 200],
      [2, 0.1, 1],
      [2, 0.1, Infinity],
      [2, Number.NaN, 200],
    ]) {
      assert.ok(Number.isNaN(mewmaLimit(p ?? 0, lambda ?? 0, length ?? 0)), `${p} ${lambda} ${length}`);
    }
    assert.ok(Number.isNaN(mewmaRunLength(2, 0.1, -1)));
  });

  it("stand on a quadrature that is exact for polynomials, and on a noncentral density that integrates to one", () => {
    const { nodes, weights } = gaussLegendre(5, 1, 3);
    near(
      nodes.reduce((sum, x, i) => sum + (weights[i] ?? 0) * x ** 9, 0),
      (3 ** 10 - 1) / 10,
      1e-13,
    );
    const wide = gaussLegendre(200, 0, 400);
    const integral = (of: (x: number) => number): number => wide.nodes.reduce((sum, x, i) => sum + (wide.weights[i] ?? 0) * of(x), 0);
    near(
      integral((x) => noncentralChiSquareDensity(4, 50, x)),
      1,
      1e-12,
    );
    near(
      integral((x) => x * noncentralChiSquareDensity(4, 50, x)),
      54,
      1e-12,
    );
    near(noncentralChiSquareDensity(3, 0, 2), chiSquare(3).density(2), 1e-14);
    assert.ok(Number.isNaN(noncentralChiSquareDensity(3, -1, 2)) && Number.isNaN(noncentralChiSquareDensity(3, 1, Number.NaN)));
  });
});
