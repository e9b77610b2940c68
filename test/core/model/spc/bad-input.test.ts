import assert from "node:assert/strict";
import * as fc from "fast-check";
import { REJECT_CODES, type RejectCode } from "../../../../core/connect/sample/index.ts";
import {
  type BaselineOptions,
  CHART_KINDS,
  type ChartKind,
  ControlChart,
  estimateLimits,
  type Limits,
  limitsOf,
  readLimits,
  type Subgroup,
} from "../../../../core/model/spc/index.ts";
import { estimated, exampleOf, given, noise, seeded, singles } from "../../../support/spc-charts.ts";

const parts = { a: { nominal: 10 } };

/** Refused with this code and a sentence, and the chart goes on as if nothing had come. */
function refused(kind: ChartKind, input: unknown, code: RejectCode): void {
  const chart = new ControlChart(exampleOf(kind).limits);
  const before = chart.snapshot();
  const taken = chart.take(input as Subgroup);
  assert.ok("reject" in taken, `${kind} took ${JSON.stringify(input)}`);
  assert.equal(taken.reject.code, code, `${kind} ${JSON.stringify(input)}: ${taken.reject.message}`);
  assert.match(taken.reject.message, /^[^.].*[.?]$/s);
  assert.deepEqual(chart.snapshot(), before);
}

describe("bad input of a control chart is refused with a code and a sentence:", () => {
  it("NaN, infinities, texts, nothing", () => {
    for (const kind of ["i", "xbar", "r", "s", "ewma", "cusum"] as const) {
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
        refused(kind, { values: [bad, 1].slice(0, kind === "i" ? 1 : 2) }, "NOT_FINITE");
      refused(kind, { values: ["12"] }, "WRONG_TYPE");
      refused(kind, {}, "WRONG_SUBGROUP");
      refused(kind, null, "WRONG_SUBGROUP");
      refused(kind, { values: [1, 2, 3], quality: "Bad" }, "BAD_QUALITY");
      refused(kind, { values: [null], quality: "GoodNoData" }, "BAD_QUALITY");
    }
    refused("i", { values: [null] }, "BAD_QUALITY");
    refused("c", { count: Number.NaN }, "NOT_FINITE");
    refused("c", { count: "3" }, "WRONG_TYPE");
    refused("c", { count: null }, "BAD_QUALITY");
  });

  it("a wrong number of values", () => {
    refused("i", { values: [1, 2] }, "WRONG_SUBGROUP");
    refused("i", { values: [] }, "WRONG_SUBGROUP");
    refused("r", { values: [1] }, "WRONG_SUBGROUP");
    refused("xbar", { values: Array.from({ length: 1001 }, () => 1) }, "WRONG_SUBGROUP");
    const chart = new ControlChart(given("xbar", { centre: 0, sigma: 1, parameters: { size: 5 } }));
    for (const values of [[1, 2, 3, 4], [1, 2, 3, 4, 5, 6], []]) {
      const taken = chart.take({ values });
      assert.ok("reject" in taken && taken.reject.code === "WRONG_SUBGROUP");
    }
    const gap = chart.take({ values: [1, 2, null, 4, 5] });
    assert.ok("reject" in gap && gap.reject.code === "BAD_QUALITY");
  });

  it("more defectives than units, nothing inspected, counts that are none", () => {
    for (const kind of ["p", "np", "p-prime"] as const) {
      refused(kind, { count: 51, size: 50 }, "WRONG_SUBGROUP");
      refused(kind, { count: 0, size: 0 }, "WRONG_SUBGROUP");
      refused(kind, { count: 1.5, size: 50 }, "WRONG_SUBGROUP");
      refused(kind, { count: -1, size: 50 }, "WRONG_SUBGROUP");
      refused(kind, { count: 1, size: 50.5 }, "WRONG_SUBGROUP");
      refused(kind, { count: 1 }, "WRONG_SUBGROUP");
      refused(kind, { count: 1, size: Number.POSITIVE_INFINITY }, "NOT_FINITE");
    }
    for (const kind of ["u", "u-prime"] as const) {
      refused(kind, { count: 1, size: 0 }, "WRONG_SUBGROUP");
      refused(kind, { count: 1, size: -2 }, "WRONG_SUBGROUP");
    }
    refused("g", { values: [1.5] }, "WRONG_SUBGROUP");
    refused("t", { values: [-1] }, "WRONG_SUBGROUP");
  });

  it("a part that the limits do not know, also by a hostile name", () => {
    for (const part of ["c", "", "__proto__", "constructor", "toString", 7, { toString: null }])
      refused("dnom", { values: [1], part }, "WRONG_SUBGROUP");
    refused("z", { values: [1] }, "WRONG_SUBGROUP");
  });

  it("anything under limits of several variables that nothing can be judged by: the chart says why and is not silent", () => {
    for (const kind of ["t2", "mewma"] as const) {
      const { limits, subgroup } = exampleOf(kind);
      const { vectors, variables, ...bare } = limits.parameters;
      assert.ok(vectors !== undefined && variables !== undefined);
      const flat = { ...vectors, covariance: vectors.covariance.map((row) => row.map(() => 1)) };
      const unusable: readonly (readonly [object, RegExp])[] = [
        [{ ...bare, variables }, /with means, covariances/],
        [{ ...bare, vectors }, /by name/],
        [{ ...bare, variables, vectors: flat }, /a and b say the same/],
        [{ ...bare, variables: variables.slice(1), vectors }, /of 3 variables, not of 2/],
        [{ ...bare, variables, vectors: { ...vectors, limit: Number.NaN } }, /limit NaN/],
      ];
      for (const [parameters, why] of unusable) {
        const chart = new ControlChart({ ...limits, parameters } as Limits);
        const taken = chart.take(subgroup(seeded(1)));
        assert.ok("reject" in taken && taken.reject.code === "BAD_LIMITS");
        assert.match(taken.reject.message, why);
        assert.throws(() => chart.update(1), RangeError);
      }
    }
    const { limits, subgroup } = exampleOf("mewma");
    const { lambda: _, ...parameters } = limits.parameters;
    const taken = new ControlChart({ ...limits, parameters }).take(subgroup(seeded(1)));
    assert.ok("reject" in taken && taken.reject.message.endsWith("λ."));
  });

  it("values whose squares are no finite numbers any more, and sizes that nothing can be divided by", () => {
    refused("s", { values: [-1.7e154, 0, 0] }, "OUT_OF_RANGE");
    refused("i-prime", { count: 1, size: 5e-324 }, "OUT_OF_RANGE");
  });

  it("whatever else may come: nothing is thrown, nothing infinite is drawn", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CHART_KINDS),
        fc.record(
          { values: fc.anything(), count: fc.anything(), size: fc.anything(), part: fc.anything(), quality: fc.anything() },
          { requiredKeys: [] },
        ),
        (kind, input) => {
          const taken = new ControlChart(exampleOf(kind).limits).take(input as Subgroup);
          if ("reject" in taken) assert.ok(Object.hasOwn(REJECT_CODES, taken.reject.code));
          else assert.ok(taken.point === null || Number.isFinite(taken.point.statistic));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("limits are refused with a code and a sentence", () => {
  const cases: readonly (readonly [
    why: string,
    kind: ChartKind,
    baseline: readonly Subgroup[],
    code: RejectCode,
    options?: BaselineOptions,
  ])[] = [
    ["a constant series", "i", singles([5, 5, 5, 5, 5]), "NO_VARIATION"],
    ["constant subgroups", "xbar", [{ values: [1, 1] }, { values: [2, 2] }], "NO_VARIATION"],
    ["a constant part of the deviations", "s", [{ values: [3, 3] }, { values: [3, 3] }], "NO_VARIATION"],
    ["one value", "i", singles([5]), "TOO_FEW"],
    ["nothing", "p", [], "TOO_FEW"],
    ["nothing usable", "i", singles([Number.NaN, Number.POSITIVE_INFINITY]), "TOO_FEW"],
    ["everything excluded", "i", singles([1, 2, 3]), "TOO_FEW", { exclude: [0, 1, 2] }],
    [
      "no defective at all",
      "p",
      [
        { count: 0, size: 50 },
        { count: 0, size: 50 },
      ],
      "BAD_LIMITS",
    ],
    [
      "nothing but defectives",
      "np",
      [
        { count: 5, size: 5 },
        { count: 5, size: 5 },
      ],
      "BAD_LIMITS",
    ],
    ["no defect at all", "c", [{ count: 0 }, { count: 0 }], "BAD_LIMITS"],
    ["equal proportions under Laney", "p-prime", Array.from({ length: 4 }, () => ({ count: 5, size: 50 })), "NO_VARIATION"],
    ["an estimator of the other kind", "i", singles([1, 2, 3]), "BAD_LIMITS", { sigma: "R/d2" }],
    ["an estimator of single values for subgroups", "xbar", [{ values: [1, 2] }, { values: [2, 4] }], "BAD_LIMITS", { sigma: "MR/d2" }],
    ["a part without sigma", "z", [{ values: [1], part: "a" }], "BAD_LIMITS", { parameters: { parts } }],
    ["a lambda of 0", "ewma", singles([1, 2, 3]), "BAD_LIMITS", { parameters: { lambda: 0 } }],
    ["a window of 1", "ma", singles([1, 2, 3]), "BAD_LIMITS", { parameters: { window: 1 } }],
    ["no width", "i", singles([1, 2, 3]), "BAD_LIMITS", { width: { sigmas: 0 } }],
  ];
  for (const [why, kind, baseline, code, options] of cases)
    it(`for ${why}`, () => {
      const found = estimateLimits(kind, baseline, options);
      assert.ok("reject" in found, JSON.stringify(found));
      assert.equal(found.reject.code, code, found.reject.message);
      assert.match(found.reject.message, /[.?]$/);
    });

  it("when a leftover part of a subgroup would distort them", () => {
    const whole: Subgroup[] = [{ values: [1, 2, 3] }, { values: [2, 3, 5] }, { values: [1, 4, 2] }];
    const found = estimateLimits("xbar", [...whole, { values: [90] }]);
    const clean = estimateLimits("xbar", whole);
    assert.ok("limits" in found && "limits" in clean);
    assert.equal(found.limits.sigma, clean.limits.sigma);
    assert.deepEqual(found.limits.baseline?.refused, [3]);
    assert.equal(found.rejects[0]?.reject.code, "WRONG_SUBGROUP");
  });

  it("no more when that part, or two of them, come first: the size is that of most, and what has another is refused", () => {
    const random = seeded(5);
    const whole = Array.from({ length: 30 }, (): Subgroup => ({ values: Array.from({ length: 5 }, () => 10 + noise(random)) }));
    const clean = estimated("xbar", whole);
    const parts: Subgroup[] = [{ values: [90, -90, 3] }, { values: [70, -70, 8] }];
    for (const first of [parts.slice(1), parts, [...parts, { values: [null], quality: "Bad" as const }]])
      for (const kind of ["xbar", "r", "s"] as const) {
        const { limits, rejects } = estimated(kind, [...first, ...whole]);
        assert.deepEqual(
          [limits.sigma, limits.centre, limits.parameters.size],
          [estimated(kind, whole).limits.sigma, clean.limits.centre, 5],
        );
        assert.deepEqual(
          rejects.map(({ at, reject }) => [at, reject.code]),
          first.map(({ quality }, at) => [at, quality === undefined ? "WRONG_SUBGROUP" : "BAD_QUALITY"]),
        );
        assert.match(rejects[0]?.reject.message ?? "", /has 3 usable values; the chart takes 5\./);
      }
    assert.equal(
      estimated("xbar", [{ values: [1, 2] }, { values: [1, 2, 4] }, ...whole.slice(0, 1), ...whole.slice(4, 6)]).limits.parameters.size,
      5,
    );
    const evenly = [
      [1, 2],
      [1, 2, 4],
      [2, 1],
      [4, 2, 2],
    ].map((values): Subgroup => ({ values }));
    assert.deepEqual(estimated("xbar", evenly).limits.baseline?.refused, [0, 2], "of two sizes that are equally frequent the larger");
    const left = estimated("xbar", evenly, { exclude: [1] });
    assert.deepEqual(left.limits.baseline?.refused, [1, 3], "what is left out does not count");
  });

  it("unless most subgroups are one value, which is estimated as single values are", () => {
    const mixed: Subgroup[] = [{ values: [5, 9] }, ...singles([1, 2, 1, 3, 2])];
    const { limits } = estimated("xbar", mixed, { sigma: "medianMR/d4" });
    assert.deepEqual([limits.parameters.size, limits.baseline?.refused, limits.baseline?.estimator], [1, [0], "medianMR/d4"]);
  });

  it("when read from outside they are not what they say", () => {
    const good = given("cusum", { centre: 1, sigma: 2 });
    assert.deepEqual(readLimits(structuredClone(good)), good);
    const bad: unknown[] = [
      null,
      [],
      {},
      { ...good, kind: "x" },
      { ...good, centre: "1" },
      { ...good, centre: Number.POSITIVE_INFINITY },
      { ...good, sigma: 0 },
      { ...good, sigma: Number.NaN },
      { ...good, extra: 1 },
      { ...good, width: { sigmas: 3, probability: 0.01 } },
      { ...good, parameters: { size: 1, k: 0.5 } },
      { ...good, parameters: { ...good.parameters, size: 0 } },
      { ...good, parameters: { ...good.parameters, size: 2.5 } },
      JSON.parse(`{"kind":"i","centre":0,"sigma":1,"width":{"sigmas":3},"parameters":{"size":1},"baseline":null,"__proto__":{"x":1}}`),
      Object.create(good),
    ];
    for (const input of bad) {
      const found = readLimits(input);
      assert.ok("code" in found && found.code === "BAD_LIMITS" && found.message.endsWith("."), JSON.stringify(input));
    }
    const found = limitsOf("p", { centre: 1.2 });
    assert.ok("code" in found && found.field === "centre");
  });
});
