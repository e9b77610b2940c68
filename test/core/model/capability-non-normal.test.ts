import assert from "node:assert/strict";
import {
  comparedFits,
  distributionOf,
  empirical,
  fit,
  isRefusal,
  johnsonFrom,
  type ModelName,
  MODELS,
  percentile,
} from "../../../core/model/capability/index.ts";
import { boxCoxNormal, johnsonSB, johnsonSU, normalCdf, normalQuantile } from "../../../core/model/distribution/index.ts";
import { near, scores, SKEWED, stated, valueOf } from "./capability-cases.ts";

describe("capability", () => {
  describe("of values that are not normal", () => {
    for (const model of ["lognormal", "boxCox"] as const) {
      it(`agrees with an independent fit, ${model}`, () => {
        const name: ModelName = model === "boxCox" ? "box-cox" : model;
        const expected = SKEWED[model];
        const byPercentile = stated(SKEWED.x, { lower: 1, upper: 9 }, { model: name });
        const byScore = stated(SKEWED.x, { lower: 1, upper: 9 }, { model: name, method: "z-score" });
        for (const [i, value] of Object.values(byPercentile.model.parameters).entries()) near(value, expected.parameters[i], 1e-7, name);
        for (const side of ["PPL", "PPU"] as const) {
          near(valueOf(byPercentile, side), expected.percentile[side], 1e-6, side);
          near(valueOf(byScore, side), expected.zScore[side], 1e-6, side);
        }
        near(valueOf(byScore, "Pp"), (expected.zScore.PPL + expected.zScore.PPU) / 2, 1e-6);
        near(valueOf(byScore, "Ppk"), Math.min(expected.zScore.PPL, expected.zScore.PPU), 1e-6);
        if (model === "lognormal") near(byScore.fit?.statistic ?? 0, SKEWED.lognormal.andersonDarling, 1e-9);
      });
    }

    it("finds the parameters of a Johnson distribution in its own percentiles", () => {
      const parameters = { gamma: -0.8, delta: 1.6, location: 10, scale: 2 };
      for (const [law, bounded] of [
        [johnsonSU(parameters), false],
        [johnsonSB(parameters), true],
      ] as const) {
        const at = (times: number): number => law.quantile(normalCdf(times * 0.524));
        const found = johnsonFrom(0.524, at(-3), at(-1), at(1), at(3));
        assert.equal(found?.bounded, bounded);
        for (const [name, value] of Object.entries(parameters))
          near(found?.parameters[name as keyof typeof parameters] ?? Number.NaN, value, 1e-9, name);
      }
      near(johnsonSU(parameters).cdf(13), 0.8668494620188669, 1e-13);
      near(johnsonSB({ gamma: 0.5, delta: 1.1, location: 3, scale: 9 }).quantile(0.99865), 11.159321016719115, 1e-11);
    });

    it("fits Johnson to skewed values, nearer than the normal distribution", () => {
      for (const values of [SKEWED.x, SKEWED.x.map((value) => 20 - value)]) {
        const johnson = stated(values, { lower: 0, upper: 20 }, { model: "johnson" });
        const plain = stated(values, { lower: 0, upper: 20 });
        assert.ok((johnson.fit?.statistic ?? 9) < (plain.fit?.statistic ?? 0) / 3);
      }
    });

    it("says the same distribution again from the parameters of a fit alone, as a record keeps them", () => {
      for (const name of Object.keys(MODELS) as ModelName[]) {
        const model = fit(name, SKEWED.x);
        assert.ok(!isRefusal(model));
        const again = distributionOf(model);
        if (name === "empirical") assert.equal(again, null);
        else for (const x of [1, 2.5, 4, 8]) assert.equal(again?.cdf(x), model.distribution.cdf(x), `${name} at ${x}`);
      }
    });

    it("compares every distribution that values can have, the nearest first, with the distance that a study of it states", () => {
      const fits = comparedFits(SKEWED.x);
      assert.deepEqual(fits.map(({ model }) => model).toSorted(), ["box-cox", "gamma", "johnson", "lognormal", "normal", "weibull"]);
      assert.ok(fits.every(({ statistic }, i) => i === 0 || statistic >= (fits[i - 1]?.statistic ?? 0)));
      for (const { model, statistic, p } of fits)
        assert.deepEqual(stated(SKEWED.x, { lower: 0.1, upper: 20 }, { model }).fit, { statistic, p });
      const shifted = comparedFits(SKEWED.x.map((value) => value - 5));
      assert.deepEqual(shifted.map(({ model }) => model).toSorted(), ["johnson", "normal"], "others begin at 0");
    });

    it("takes percentiles as measured, and warns while they are few", () => {
      const values = scores(2000);
      const many = stated(values, { lower: 7, upper: 13 }, { model: "empirical" });
      near(valueOf(many, "Pp"), 1, 0.02);
      assert.equal(many.expected, null);
      assert.equal(many.fit, null);
      assert.ok(!many.warnings.some(({ code }) => code === "FEW_FOR_PERCENTILES"));
      const few = stated(scores(999), { lower: 7, upper: 13 }, { model: "empirical" });
      assert.ok(few.warnings.some(({ code }) => code === "FEW_FOR_PERCENTILES"));
      assert.equal(percentile([1, 2, 4], 0.75), 3);
      assert.equal(empirical([3, 1, 2, 2]).cdf(2), 0.75);
    });

    it("agrees by every method on values that are normal", () => {
      const values = scores(400);
      const plain = valueOf(stated(values, { lower: 6, upper: 13 }), "Ppk");
      for (const [model, method, tolerance] of [
        ["box-cox", "z-score", 0.03],
        ["johnson", "z-score", 0.06],
        ["johnson", "percentile", 0.06],
      ] as const) {
        near(valueOf(stated(values, { lower: 6, upper: 13 }, { model, method }), "Ppk"), plain, tolerance, model);
      }
    });

    it("has no index of a side beyond the distribution's reach, and says so", () => {
      const answer = stated(SKEWED.x, { lower: -1, upper: 9 }, { model: "lognormal", method: "z-score" });
      assert.deepEqual(
        answer.indices.map(({ name }) => name),
        ["PPU", "Ppk"],
      );
      assert.ok(answer.warnings.some(({ code }) => code === "BEYOND_SUPPORT"));
    });
  });
});

describe("a Box-Cox normal", () => {
  it("gives 0 or Infinity where its transform ends", () => {
    assert.equal(boxCoxNormal(1, 0, 1).quantile(0.001), 0);
    assert.equal(boxCoxNormal(-1, 0, 1).quantile(0.999), Infinity);
    near(boxCoxNormal(0, 1, 0.5).quantile(0.3), Math.exp(1 + 0.5 * normalQuantile(0.3)), 1e-14);
  });
});
