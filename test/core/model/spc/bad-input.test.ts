import assert from "node:assert/strict";
import * as fc from "fast-check";
import { REJECT_CODES, type RejectCode } from "../../../../core/connect/sample/index.ts";
import {
  type BaselineOptions,
  CHART_KINDS,
  type ChartKind,
  CHARTS,
  ControlChart,
  estimateLimits,
  type Limits,
  limitsOf,
  readLimits,
  type RuleSet,
  ruleSet,
  type Subgroup,
  type SubgroupShape,
} from "../../../../core/model/spc/index.ts";
import { estimated, exampleOf, given, noise, seeded, singles } from "../../../support/spc-charts.ts";

const parts = { a: { nominal: 10 } };
const NELSON = ruleSet("nelson");
const BREAKS: RuleSet = { ...NELSON, options: { ...NELSON.options, missing: "breaks" } };

type Bad = readonly [input: unknown, code: RejectCode];
const [NOT_FINITE, TEXT] = [
  [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ["12", true, {}, [1]],
];

/** Whatever can be wrong with what a kind takes, each beside its code; `good` is what it takes. */
function badOf(kind: ChartKind, good: Subgroup): readonly Bad[] {
  const shape = CHARTS[kind].subgroup;
  const any: Bad[] = [null, undefined, 3, "values", [], {}].map((input) => [input, "WRONG_SUBGROUP"]);
  const unusable: Bad[] = (["Bad", "GoodNoData"] as const).map((quality) => [{ ...good, quality }, "BAD_QUALITY"]);
  if (good.values === undefined) return [...any.map(countedAs), ...unusable, ...badCounts(shape, good)];
  const { values, ...rest } = good;
  // Each place is looked at, not only the first.
  const at = (value: unknown, code: RejectCode): Bad[] =>
    values.map((_, place) => [{ ...rest, values: values.with(place, value as number) }, code]);
  const sized =
    shape === "measured" || shape === "spread" ? [[], Array.from({ length: 1001 }, () => 1)] : [[], [...values, 1], values.slice(1)];
  const isWhole = shape === "units";
  return [
    ...any,
    ...unusable,
    ...NOT_FINITE.flatMap((value) => at(value, "NOT_FINITE")),
    ...TEXT.flatMap((value) => at(value, "WRONG_TYPE")),
    ...at(1e101, "OUT_OF_RANGE"),
    ...sized.map((of): Bad => [{ ...rest, values: of }, "WRONG_SUBGROUP"]),
    // Where sizes vary the others are the subgroup, if there are any.
    [{ ...rest, values: values.map(() => null) }, shape === "measured" || shape === "spread" ? "WRONG_SUBGROUP" : "BAD_QUALITY"],
    ...(shape === "spread" ? [[{ values: [1] }, "WRONG_SUBGROUP"] as Bad, [{ values: [1, null] }, "WRONG_SUBGROUP"] as Bad] : []),
    ...(isWhole || shape === "interval" ? [[{ values: [-1] }, "WRONG_SUBGROUP"] as Bad] : []),
    ...(isWhole ? [[{ values: [1.5] }, "WRONG_SUBGROUP"] as Bad] : []),
    ...(shape === "part" ? ["c", "", undefined, "__proto__", "constructor", "toString", 7, { toString: null }] : []).map(
      (part): Bad => [{ values, part }, "WRONG_SUBGROUP"],
    ),
  ];
}

/** Without a count it is the count that is missing. */
function countedAs([input]: Bad): Bad {
  return [input, typeof input === "object" && input !== null ? "BAD_QUALITY" : "WRONG_SUBGROUP"];
}

function badCounts(shape: SubgroupShape, good: Subgroup): readonly Bad[] {
  const with_ = (field: "count" | "size", values: readonly unknown[], code: RejectCode): Bad[] =>
    values.map((value) => [{ ...good, [field]: value }, code]);
  const counts = [
    ...with_("count", NOT_FINITE, "NOT_FINITE"),
    ...with_("count", TEXT, "WRONG_TYPE"),
    ...with_("count", [null, undefined], "BAD_QUALITY"),
    ...with_("count", [1e101], "OUT_OF_RANGE"),
    ...with_("count", shape === "ratio" ? [] : [-1, 1.5], "WRONG_SUBGROUP"),
  ];
  if (shape === "count") return counts;
  return [
    ...counts,
    ...with_("size", NOT_FINITE, "NOT_FINITE"),
    ...with_("size", TEXT, "WRONG_TYPE"),
    ...with_("size", [0, -2, null, undefined], "WRONG_SUBGROUP"),
    ...with_("size", [5e-324], "OUT_OF_RANGE"),
    ...(shape === "defectives" ? [...with_("size", [50.5], "WRONG_SUBGROUP"), [{ count: 51, size: 50 }, "WRONG_SUBGROUP"] as Bad] : []),
  ];
}

/** Refused with this code and a sentence, and the chart goes on as if nothing had come, or with new patterns where the rules say so. */
function refused(kind: ChartKind, input: unknown, code: RejectCode): void {
  const { limits, subgroup } = exampleOf(kind);
  for (const rules of [NELSON, BREAKS]) {
    const random = seeded(1);
    const chart = new ControlChart(limits, rules);
    for (let i = 0; i < 12; i += 1) chart.take(subgroup(random));
    const before = chart.snapshot();
    const taken = chart.take(input as Subgroup);
    assert.ok("reject" in taken, `${kind} took ${JSON.stringify(input)}`);
    assert.equal(taken.reject.code, code, `${kind} ${JSON.stringify(input)}: ${taken.reject.message}`);
    assert.match(taken.reject.message, /^[^.].*[.?]$/s);
    const anew = new ControlChart(limits, rules).snapshot().rules;
    assert.deepEqual(chart.snapshot(), rules === BREAKS ? { ...before, rules: anew } : before);
  }
}

describe("bad input of a control chart is refused with a code and a sentence:", () => {
  for (const kind of CHART_KINDS)
    it(`whatever can be wrong with what a ${kind} chart takes, which enters neither a run nor a limit`, () => {
      const random = seeded(11);
      const { limits, subgroup } = exampleOf(kind);
      const bad = badOf(kind, subgroup(random));
      for (const [input, code] of bad) refused(kind, input, code);
      const good = Array.from({ length: 30 }, () => subgroup(random));
      const { size, vectors: _, ...parameters } = limits.parameters;
      const options = { parameters: { ...parameters, size }, width: limits.width };
      const clean = estimated(kind, good, options);
      const mixed = [...good.slice(0, 10), ...bad.map(([input]) => input as Subgroup), ...good.slice(10)];
      const found = estimated(kind, mixed, options);
      assert.deepEqual(
        found.rejects.map(({ at, reject: { code } }) => [at, code]),
        bad.map(([, code], i) => [10 + i, code]),
      );
      assert.deepEqual({ ...found.limits, baseline: null }, { ...clean.limits, baseline: null });
    });

  it("a number of values that is not that of the limits, or one of them missing", () => {
    for (const kind of ["xbar", "r", "s", "ewma", "cusum", "ma"] as const) {
      const chart = new ControlChart(given(kind, { centre: 0, sigma: 1, parameters: { size: 5 } }));
      for (const values of [[1, 2, 3, 4], [1, 2, 3, 4, 5, 6], []]) {
        const taken = chart.take({ values });
        assert.ok("reject" in taken && taken.reject.code === "WRONG_SUBGROUP");
      }
      const gap = chart.take({ values: [1, 2, null, 4, 5] });
      assert.ok("reject" in gap && gap.reject.code === "BAD_QUALITY");
    }
    for (const kind of ["p", "np", "u", "p-prime", "u-prime"] as const) {
      const taken = new ControlChart(given(kind, { centre: 0.1, parameters: { size: 50 } })).take({ count: 1, size: 49 });
      assert.ok("reject" in taken && taken.reject.code === "WRONG_SUBGROUP");
    }
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

  it("values whose squares are no finite numbers any more", () => {
    refused("s", { values: [-1.7e154, 0, 0] }, "OUT_OF_RANGE");
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

  it("for a constant series of every kind whose σ comes of its values", () => {
    for (const kind of CHART_KINDS) {
      const { limits, subgroup } = exampleOf(kind);
      const one = subgroup(seeded(3));
      // The values of a measured subgroup do not differ either.
      const flat = one.values === undefined || CHARTS[kind].subgroup === "vector" ? one : { ...one, values: one.values.map(() => 10) };
      const { vectors: _, ...parameters } = limits.parameters;
      const found = estimateLimits(
        kind,
        Array.from({ length: 30 }, () => flat),
        { parameters },
      );
      // Counts vary as chance has it, whatever was counted; a Z chart is given its σ.
      if (["p", "np", "c", "u", "g", "z", "z-mr"].includes(kind)) assert.ok("limits" in found, kind);
      else assert.ok("reject" in found && found.reject.code === "NO_VARIATION", `${kind} ${JSON.stringify(found).slice(0, 300)}`);
    }
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
