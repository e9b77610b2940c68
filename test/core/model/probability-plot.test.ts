import assert from "node:assert/strict";
import { medianRank, probabilityPlot } from "../../../core/model/capability/index.ts";
import { beta, type Distribution, lognormal, normal, weibull } from "../../../core/model/distribution/index.ts";
import { seeded } from "../../support/spc-charts.ts";

const UNIFORM = beta(1, 1);
const sampleOf = (n: number, { quantile }: Distribution, random: () => number): number[] =>
  Array.from({ length: n }, () => quantile(random())).toSorted((a, b) => a - b);

describe("a probability plot", () => {
  it("ranks after Benard, within 0.15 % of the median of each rank", () => {
    assert.deepEqual(
      [1, 2, 5, 10].map((rank) => Number(medianRank(rank, 10).toFixed(4))),
      [0.0673, 0.1635, 0.4519, 0.9327],
    );
    for (const n of [5, 10, 25, 50])
      for (let rank = 1; rank <= n; rank += 1)
        assert.ok(Math.abs(medianRank(rank, n) - beta(rank, n + 1 - rank).quantile(0.5)) < 0.0015, `${rank} of ${n}`);
  });

  it("has the band of the smallest and the largest of n values in closed form", () => {
    const n = 10;
    const { points } = probabilityPlot(sampleOf(n, UNIFORM, seeded(3)), UNIFORM);
    const [first, last] = [points[0], points.at(-1)];
    const expected = [1 - 0.975 ** (1 / n), 1 - 0.025 ** (1 / n), 0.025 ** (1 / n), 0.975 ** (1 / n)];
    for (const [i, bound] of [first?.lower, first?.upper, last?.lower, last?.upper].entries())
      assert.ok(Math.abs((bound ?? Number.NaN) - (expected[i] ?? 0)) < 1e-12, `${i}: ${bound}`);
  });

  for (const [name, distribution] of Object.entries({ normal: normal(500, 2), weibull: weibull(1.5, 3), lognormal: lognormal(0, 1) }))
    it(`holds a ${name} value of any rank in its band in 95 of 100 samples, and draws values at their quantiles on the line`, () => {
      const [random, n, samples] = [seeded(17), 20, 2_000];
      const { points } = probabilityPlot(sampleOf(n, distribution, random), distribution);
      const inside = points.map(() => 0);
      for (let k = 0; k < samples; k += 1)
        for (const [i, value] of sampleOf(n, distribution, random).entries()) {
          const { lower, upper } = points[i] ?? { lower: Number.NaN, upper: Number.NaN };
          inside[i] = (inside[i] ?? 0) + Number(value >= lower && value <= upper);
        }
      const fourErrors = 4 * Math.sqrt((0.95 * 0.05) / samples);
      for (const [i, count] of inside.entries()) assert.ok(Math.abs(count / samples - 0.95) < fourErrors, `rank ${i + 1}: ${count}`);
      const exact = Array.from({ length: n }, (_, i) => distribution.quantile(medianRank(i + 1, n)));
      for (const { value, quantile, lower, upper } of probabilityPlot(exact, distribution).points)
        assert.ok(value === quantile && lower < value && value < upper);
    });

  it("draws no more points than a picture shows: all at both ends, and of those between a choice in their order", () => {
    const n = 100_000;
    const sorted = Array.from({ length: n }, (_, i) => i);
    const { points, scale } = probabilityPlot(sorted, normal(n / 2, n / 4));
    assert.equal(points.length, 300);
    assert.ok(points.every(({ value }, i) => i === 0 || value > (points[i - 1]?.value ?? 0)));
    assert.deepEqual(
      [...points.slice(0, 50), ...points.slice(-50)].map(({ value }) => value),
      [...sorted.slice(0, 50), ...sorted.slice(-50)],
    );
    assert.deepEqual([scale[0]?.p, scale.at(-1)?.p], [0.0001, 0.9999]);
    assert.deepEqual(
      probabilityPlot(sorted.slice(0, 40), normal(20, 12)).scale.map(({ p }) => p),
      [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95],
      "the scale goes no further than the ranks",
    );
  });

  it("leaves out what has no place: values of ranks for which the distribution has no quantile", () => {
    const none: Distribution = { ...normal(0, 1), quantile: () => Number.NaN };
    assert.deepEqual(probabilityPlot([1, 2, 3], none).points, []);
  });
});
