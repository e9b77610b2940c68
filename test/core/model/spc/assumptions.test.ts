import assert from "node:assert/strict";
import { lag1Autocorrelation, normality, RunsAnalysis, type RunsVerdict } from "../../../../core/model/spc/index.ts";
import { estimated, noise, seeded, singles } from "../../../support/spc-charts.ts";
import { near } from "../../../support/spc-reference.ts";

const independent = (n: number, seed: number): number[] => {
  const random = seeded(seed);
  return Array.from({ length: n }, () => noise(random));
};
const codes = (values: readonly number[]): string[] => estimated("i", singles(values)).warnings.map(({ code }) => code);

describe("what control charts assume", () => {
  it("lag-1 autocorrelation beyond ± 2/√n is significant", () => {
    assert.deepEqual(lag1Autocorrelation([1, -1, 1, -1]), { r: -0.75, bound: 1, significant: false });
    const long = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : -1));
    const { r, bound, significant } = lag1Autocorrelation(long);
    assert.ok(near(r, -0.99) && bound === 0.2 && significant);
    assert.ok(!lag1Autocorrelation(independent(200, 4)).significant);
    assert.ok(Number.isNaN(lag1Autocorrelation([2, 2, 2]).r) && !lag1Autocorrelation([2, 2, 2]).significant);
  });

  it("Anderson and Darling's A² is the one of its definition, and p falls as it grows", () => {
    // Expected normal scores are as normal as values get; a cube of them is not.
    const scores = Array.from({ length: 50 }, (_, i) => 4.91 * (((i + 0.5) / 50) ** 0.14 - (1 - (i + 0.5) / 50) ** 0.14));
    const normal = normality(scores);
    const cubed = normality(scores.map((one) => one ** 3));
    assert.ok(normal && normal.p > 0.99 && normal.statistic < 0.1, JSON.stringify(normal));
    assert.ok(cubed && cubed.p < 1e-6, JSON.stringify(cubed));
    // Ten whole numbers, computed with 40 digits.
    const ten = normality([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.ok(ten && near(ten.statistic, 0.1411092478597968, 1e-12), `${ten?.statistic}`);
    assert.equal(normality([1, 2, 3]), undefined);
    assert.equal(normality([1, 1, 1, 1, 1, 1, 1, 1]), undefined);
  });

  it("a false alarm of the test is as frequent as its p says", () => {
    let rejected = 0;
    for (let seed = 1; seed <= 400; seed += 1) if ((normality(independent(30, seed))?.p ?? 1) < 0.1) rejected += 1;
    // 40 of 400, give or take 4 standard errors.
    assert.ok(rejected > 16 && rejected < 64, `${rejected}`);
  });

  it("is told with the limits: few values, neighbours that are alike, values that are not normal", () => {
    assert.deepEqual(codes(independent(120, 9)), []);
    assert.deepEqual(codes(independent(30, 9)), ["FEW_VALUES"]);
    const walk: number[] = [];
    for (const step of independent(120, 3)) walk.push(0.8 * (walk.at(-1) ?? 0) + step);
    assert.ok(codes(walk).includes("AUTOCORRELATED"));
    assert.ok(codes(independent(120, 5).map((one) => Math.exp(1.5 * one))).includes("NOT_NORMAL"));
    const { warnings } = estimated("i", singles(walk));
    for (const { message } of warnings) assert.ok(message.endsWith("."));
  });
});

function verdict(values: readonly number[], centre = 0): RunsVerdict {
  const analysis = new RunsAnalysis(centre);
  for (const value of values) analysis.update(value);
  return analysis.verdict();
}

describe("run chart analysis after Anhøj", () => {
  it("takes round(log₂ n) + 3 as the longest usual run and the 5 % binomial quantile as the fewest crossings", () => {
    const twenty = verdict(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 1 : -1)));
    assert.deepEqual(twenty, { useful: 20, longestRun: 1, longestUsual: 7, crossings: 19, fewestUsual: 6, signal: false });
    assert.deepEqual(
      [10, 12, 16, 24, 100].map((n) => {
        const { longestUsual, fewestUsual } = verdict(Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1)));
        return [longestUsual, fewestUsual];
      }),
      [
        [6, 2],
        [7, 3],
        [7, 4],
        [8, 8],
        [10, 41],
      ],
    );
  });

  it("signals a long run and too few crossings, and passes over points on the centre", () => {
    assert.ok(verdict([1, 1, 1, 1, 0, 1, 1, 1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1]).signal, "a run of 8 among 20");
    const few = verdict([...Array.from({ length: 6 }, () => 1), ...Array.from({ length: 6 }, () => -1), 1, 1, 1, 1, -1, -1, -1, -1]);
    assert.ok(few.signal && few.longestRun === 6 && few.crossings === 3);
    assert.deepEqual(verdict([0, 0, Number.NaN]), {
      useful: 0,
      longestRun: 0,
      longestUsual: 0,
      crossings: 0,
      fewestUsual: 0,
      signal: false,
    });
  });
});
