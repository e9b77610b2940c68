import assert from "node:assert/strict";
import * as fc from "fast-check";
import { capability, fit, indexOf, isRefusal, type ModelName } from "../../../core/model/capability/index.ts";
import { normalCdf } from "../../../core/model/distribution/index.ts";
import { codesOf, near, refused, scores, SKEWED, stated, valueOf } from "./capability-cases.ts";

describe("capability", () => {
  it("has Boyles's interval about all values only, and none about a standard deviation from within", () => {
    const answer = stated(scores(50), { lower: 7, upper: 13, target: 10 }, { within: { value: 1, estimator: "given", degrees: 49 } });
    assert.equal(indexOf(answer, "Cpm")?.interval, null);
    assert.equal(indexOf(answer, "Ppm")?.interval?.by, "Boyles");
  });

  it("has no interval of an index so large that its law cannot be summed, and comes back in time", () => {
    const answer = stated(scores(25, 0, 1e-4), { upper: 1 });
    assert.ok(valueOf(answer, "Ppk") > 2000);
    assert.equal(indexOf(answer, "Ppk")?.interval, null);
  });

  describe("of one limit", () => {
    it("has the index of that side and the nearer one, with the exact interval, and no other", () => {
      const upper = stated(scores(50), { upper: 13 }, { within: { value: 1, estimator: "given", degrees: 49 } });
      assert.deepEqual(
        upper.indices.map(({ name }) => name),
        ["CPU", "Cpk", "PPU", "Ppk"],
      );
      assert.equal(indexOf(upper, "Ppk")?.interval?.by, "noncentral t");
      assert.deepEqual(indexOf(upper, "Ppk")?.interval, indexOf(upper, "PPU")?.interval);
      assert.equal(upper.observed.below, null);
      assert.equal(upper.expected?.below, null);
      const lower = stated(scores(50), { lower: 7, target: 10 });
      assert.deepEqual(
        lower.indices.map(({ name }) => name),
        ["PPL", "Ppk", "Ppmk"],
      );
    });

    it("says so of fitted distributions too", () => {
      const answer = stated(SKEWED.x, { lower: 1 }, { model: "lognormal" });
      assert.deepEqual(
        answer.indices.map(({ name }) => name),
        ["PPL", "Ppk"],
      );
    });
  });

  it("calls a machine's indices Cm and Cmk, from the overall standard deviation, whatever a chart says of the variation within", () => {
    const answer = stated(
      scores(50),
      { lower: 7, upper: 14 },
      { study: "machine", within: { value: 0.1, estimator: "given", degrees: 49 } },
    );
    assert.deepEqual(
      answer.indices.map(({ name }) => name),
      ["Cm", "CmL", "CmU", "Cmk"],
    );
    near(valueOf(answer, "Cm"), 7 / (6 * answer.overall.value), 1e-14);
    near(valueOf(answer, "Cmk"), 1 / answer.overall.value, 1e-14);
  });

  it("has no interval where the degrees of freedom are unknown", () => {
    const answer = stated(
      scores(50),
      { lower: 7, upper: 13 },
      { within: { value: 1, estimator: "median moving range / d4", degrees: null } },
    );
    assert.equal(indexOf(answer, "Cpk")?.interval, null);
    assert.equal(indexOf(answer, "Ppk")?.interval?.by, "Bissell");
  });

  it("counts a value on a limit as met, and expects what is left within subgroups apart", () => {
    const values = [...scores(98), 5, 15];
    const answer = stated(values, { lower: 5, upper: 14.9 }, { within: { value: 1, estimator: "given", degrees: 99 } });
    assert.deepEqual(answer.observed, { below: 0, above: 10_000, total: 10_000 });
    assert.equal(stated(values, { upper: 15 }).observed.total, 0);
    near(answer.expectedWithin?.above ?? 0, 1e6 * normalCdf(answer.mean - 14.9), 1e-9);
    assert.ok((answer.expected?.total ?? 0) > (answer.expectedWithin?.total ?? 0));
  });

  describe("warns", () => {
    it("of what nobody charted, but not of what a chart vouches for", () => {
      assert.deepEqual(codesOf(scores(100), { upper: 13 }), ["NO_CHART"]);
      assert.deepEqual(codesOf(scores(100), { upper: 13 }, { control: { chart: "Xbar-R, limits 3", signals: 0 } }), []);
    });

    it("of few values, whose intervals are wide", () => {
      const control = { chart: "I", signals: 0 };
      assert.deepEqual(codesOf(scores(99), { upper: 13 }, { control }), ["FEW_VALUES"]);
    });

    it("of a distribution that does not fit, of a coarse gauge, and of a target aside", () => {
      assert.ok(codesOf(SKEWED.x, { upper: 13 }).includes("POOR_FIT"));
      assert.ok(!codesOf(SKEWED.x, { upper: 13 }, { model: "lognormal" }).includes("POOR_FIT"));
      assert.ok(!codesOf([...scores(40, 0), 3.5, 3.5], { upper: 13 }).includes("POOR_FIT"));
      assert.ok(codesOf(scores(50).map(Math.round), { upper: 13 }, {}).includes("POOR_FIT"));
      assert.ok(
        codesOf(
          Array.from({ length: 30 }, (_, i) => i % 3),
          { upper: 13 },
        ).includes("COARSE"),
      );
      assert.ok(codesOf(scores(50), { lower: 7, upper: 13, target: 9 }).includes("TARGET_OFF_MIDDLE"));
      assert.ok(!codesOf(scores(50), { lower: 7, upper: 13, target: 10 }).includes("TARGET_OFF_MIDDLE"));
    });
  });

  describe("refuses", () => {
    const good = scores(50);

    it("what a chart found out of control, and says how often", () => {
      const { message } = refused(good, { upper: 13 }, { control: { chart: "I-MR", signals: 2 } }, "OUT_OF_CONTROL");
      assert.match(message, /I-MR: 2/);
    });

    it("too few values, equal ones, odd ones and none", () => {
      refused(scores(24), { upper: 13 }, {}, "TOO_FEW");
      assert.ok(!isRefusal(capability(scores(25), { upper: 13 })));
      refused(
        Array.from({ length: 40 }, () => 0.1),
        { upper: 13 },
        {},
        "CONSTANT",
      );
      // Ten times 0.1 added up is not 1; that is no variation either.
      refused(
        Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 0.3 : 0.1 + 0.2)),
        { upper: 13 },
        {},
        "CONSTANT",
      );
      refused([...good, Number.NaN], { upper: 13 }, {}, "NO_VALUES");
      refused([...good, Infinity], { upper: 13 }, {}, "NO_VALUES");
      refused([], { upper: 13 }, {}, "NO_VALUES");
      refused([...good, null as unknown as number], { upper: 13 }, {}, "NO_VALUES");
      refused(
        good.map((value) => value * 1e300),
        { upper: 13 },
        {},
        "NO_VALUES",
      );
      refused(
        Array.from({ length: 1_000_001 }, () => 1),
        { upper: 13 },
        {},
        "TOO_MANY",
      );
    });

    it("a specification without limits or with impossible ones", () => {
      refused(good, {}, {}, "NO_LIMITS");
      refused(good, { target: 10 }, {}, "NO_LIMITS");
      refused(good, { lower: 13, upper: 7 }, {}, "BAD_LIMITS");
      refused(good, { lower: 7, upper: 7 }, {}, "BAD_LIMITS");
      refused(good, { upper: Number.NaN }, {}, "BAD_LIMITS");
      refused(good, { lower: 7, target: Infinity }, {}, "BAD_LIMITS");
    });

    it("distributions that cannot be, and options that are none", () => {
      for (const model of ["lognormal", "weibull", "gamma", "box-cox"] as const)
        refused([...good, -1], { upper: 13 }, { model }, "NOT_POSITIVE");
      refused(good, { upper: 13 }, { model: "empirical", method: "z-score" }, "NO_TAIL");
      refused(good, { upper: 13 }, { model: "constructor" as ModelName }, "BAD_OPTIONS");
      refused(good, { upper: 13 }, { confidence: 1 }, "BAD_OPTIONS");
      refused(good, { upper: 13 }, { within: { value: 0, estimator: "given", degrees: 4 } }, "BAD_OPTIONS");
      refused(good, { upper: 13 }, { control: { chart: "I", signals: Number.NaN } }, "BAD_OPTIONS");
      assert.ok(
        isRefusal(
          fit(
            "gamma",
            Array.from({ length: 30 }, (_, i) => 1e6 + (i % 2) * 1e-6),
          ),
        ),
      );
    });
  });

  it("answers whatever it is given, in another unit the same, and orders its intervals", () => {
    const model = fc.constantFrom<ModelName>("normal", "lognormal", "weibull", "gamma", "johnson", "box-cox", "empirical");
    const values = fc.array(fc.double({ min: 0.01, max: 1000, noNaN: true }), { minLength: 25, maxLength: 60 });
    fc.assert(
      fc.property(values, model, fc.constantFrom("percentile", "z-score"), fc.integer({ min: -20, max: 20 }), (x, model, method, power) => {
        const scale = 2 ** power;
        const answer = capability(x, { lower: 0.5, upper: 2000, target: 500 }, { model, method });
        const scaled = capability(
          x.map((value) => value * scale),
          { lower: 0.5 * scale, upper: 2000 * scale, target: 500 * scale },
          { model, method },
        );
        assert.equal(isRefusal(answer), isRefusal(scaled));
        if (isRefusal(answer) || isRefusal(scaled)) return;
        // Box-Cox finds its power to 1e-8 only; the rest rescales to the last digits.
        const tolerance = model === "box-cox" ? 1e-3 : 1e-7;
        for (const [i, { name, value, interval }] of answer.indices.entries()) {
          near(scaled.indices[i]?.value ?? Number.NaN, value, tolerance, `${model} ${method} ${name}`);
          if (interval) assert.ok(interval.lower < value * (1 + 0.2) && interval.lower < interval.upper);
        }
      }),
      { numRuns: 60 },
    );
  });
});
