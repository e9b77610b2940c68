import assert from "node:assert/strict";
import { chiSquare } from "../../../../core/model/distribution/index.ts";
import { mewmaLimit } from "../../../../core/model/spc/multivariate/index.ts";
import { normals } from "../../../../core/model/spc/arl.ts";
import {
  CHART_KINDS,
  type ChartKind,
  CHARTS,
  ControlChart,
  geometricMedian,
  inControlArl,
  type Limits,
  limitsOf,
  type LimitWidth,
  readLimits,
  rootOfIntervals,
  ruleSet,
  simulateRunLengths,
  type Subgroup,
} from "../../../../core/model/spc/index.ts";
import { isWithin } from "../../../support/comparisons.ts";
import { given, seeded } from "../../../support/spc-charts.ts";

type Values = Parameters<typeof limitsOf>[1];
interface Case {
  readonly values: Values;
  readonly subgroup: (random: () => number, normal: () => number) => Subgroup;
}

const parts = { a: { nominal: 10, sigma: 2 } };
const TWO = ["a", "b"].map((tag) => ({ tag, unit: null }));
const vectors = (limit: number) => ({
  mean: [1, 2],
  covariance: [
    [1, 0],
    [0, 4],
  ],
  m: 1_000_000,
  limit,
});
const measured =
  (n: number): Case["subgroup"] =>
  (_, normal) => ({ values: Array.from({ length: n }, () => 50 + 2 * normal()) });
const vector: Case["subgroup"] = (_, normal) => ({ values: [1 + normal(), 2 + 2 * normal()] });
const part: Case["subgroup"] = (_, normal) => ({ values: [10 + 2 * normal()], part: "a" });
/** Each unit by itself. */
const defective =
  (n: number, p: number): Case["subgroup"] =>
  (random) => {
    let count = 0;
    for (let unit = 0; unit < n; unit += 1) if (random() < p) count += 1;
    return { count, size: n };
  };
/** Exponential waiting times until an area of this mean is full. */
const defects =
  (mean: number, size: number): Case["subgroup"] =>
  (random) => {
    let count = -1;
    for (let left = mean; left > 0; left += Math.log(1 - random())) count += 1;
    return { count, size };
  };
const at = { centre: 50, sigma: 2 };

/** Each kind, and its in-control process, drawn by other means than the product's own. */
const CASES: Readonly<Record<ChartKind, Case>> = {
  i: { values: at, subgroup: measured(1) },
  mr: { values: at, subgroup: measured(1) },
  xbar: { values: { ...at, parameters: { size: 3 } }, subgroup: measured(3) },
  r: { values: { ...at, parameters: { size: 2 } }, subgroup: measured(2) },
  s: { values: { ...at, parameters: { size: 6 } }, subgroup: measured(6) },
  p: { values: { centre: 0.1, parameters: { size: 20 } }, subgroup: defective(20, 0.1) },
  np: { values: { centre: 0.3, parameters: { size: 10 } }, subgroup: defective(10, 0.3) },
  c: { values: { centre: 2 }, subgroup: defects(2, 1) },
  u: { values: { centre: 0.8, parameters: { size: 2.5 } }, subgroup: defects(2, 2.5) },
  "p-prime": { values: { centre: 0.2, parameters: { size: 15 } }, subgroup: defective(15, 0.2) },
  "u-prime": { values: { centre: 3, parameters: { size: 1.5 } }, subgroup: defects(4.5, 1.5) },
  "i-prime": { values: { centre: 5, sigma: 1 }, subgroup: (_, normal) => ({ count: 4 * (5 + normal() / 2), size: 4 }) },
  ewma: { values: { ...at, parameters: { size: 1 } }, subgroup: measured(1) },
  cusum: { values: { ...at, parameters: { size: 2, h: 2.5, headStart: 1 } }, subgroup: measured(2) },
  ma: { values: { ...at, parameters: { size: 1, window: 4 } }, subgroup: measured(1) },
  dnom: { values: { centre: 0, sigma: 2, parameters: { parts } }, subgroup: part },
  "dnom-mr": { values: { centre: 0, sigma: 2, parameters: { parts } }, subgroup: part },
  z: { values: { centre: 0, parameters: { parts } }, subgroup: part },
  "z-mr": { values: { centre: 0, parameters: { parts } }, subgroup: part },
  g: {
    values: { centre: 9, parameters: { median: geometricMedian(9) } },
    subgroup(random) {
      let good = 0;
      while (random() >= 0.1) good += 1;
      return { values: [good] };
    },
  },
  t: { values: rootOfIntervals(30), subgroup: (random) => ({ values: [-30 * Math.log(1 - random())] }) },
  t2: {
    values: { centre: 2, parameters: { size: 2, variables: TWO, vectors: vectors(chiSquare(2).upperQuantile(0.03)) } },
    subgroup: vector,
  },
  mewma: {
    values: { centre: 2, parameters: { size: 2, variables: TWO, lambda: 0.2, vectors: vectors(mewmaLimit(2, 0.2, 40)) } },
    subgroup: vector,
  },
};
const RULES = ruleSet("westernElectric");

/** The stated length against this engine's own, both with what they are uncertain by. */
function agrees(what: string, limits: Limits, rules: typeof RULES, { subgroup }: Case, runs = 400): void {
  const stated = inControlArl(limits, rules);
  assert.ok(stated.arl !== null, what);
  const random = seeded(7);
  const normal = normals(random);
  const { arl, se } = simulateRunLengths(new ControlChart(limits, rules), { random, runs, subgroup: () => subgroup(random, normal) });
  const uncertain = Math.hypot(se, stated.basis === "simulated" ? stated.arl / 50 : 0);
  assert.ok(isWithin(stated.arl, arl, 4 * uncertain), `${what}: ${stated.arl} is stated, ${arl} ± ${se} found`);
}

describe("the run length in control that is stated of a chart is that of the chart itself", () => {
  // Narrow, so that little has to be drawn.
  const width: LimitWidth = { sigmas: 2.2 };
  for (const kind of CHART_KINDS)
    it(`of the kind ${kind}`, () => agrees(kind, given(kind, { width, ...CASES[kind].values }), RULES, CASES[kind]));

  it("with limits by probability, on the kinds that have them", () => {
    for (const kind of ["i", "mr", "r", "s", "p", "c"] as const) {
      const limits = given(kind, { ...CASES[kind].values, width: { probability: 0.05 } });
      agrees(kind, limits, RULES, CASES[kind], 300);
    }
  });

  it("with trends, which have no chain: of counts and of intervals by simulation", () => {
    const trends = ruleSet("nelson", ["N1", "N2", "N3"]);
    for (const kind of ["c", "t"] as const) agrees(kind, given(kind, { ...CASES[kind].values, width }), trends, CASES[kind], 400);
  });

  it("of a CUSUM chart that starts so high that its sides depend on each other", () => {
    const values = { ...at, parameters: { size: 1, h: 3, headStart: 3 } };
    agrees("cusum", given("cusum", values), RULES, { values, subgroup: measured(1) });
  });
});

describe("a run length in control", () => {
  const n1 = ruleSet("nelson", ["N1"]);
  const arlOf = (kind: ChartKind, values: Values): number | null => inControlArl(given(kind, values), n1).arl;
  const perThousand = (kind: "r" | "s", size: number): string => (1_000 / (arlOf(kind, { ...at, parameters: { size } }) ?? 0)).toFixed(2);
  const why = (kind: ChartKind, values: Values): string | number => {
    const found = inControlArl(given(kind, values), n1);
    return found.arl === null ? found.why : found.arl;
  };
  const ewma = (lambda: number): number | null => arlOf("ewma", { ...at, parameters: { lambda, asymptotic: true } });

  it("of small counts is far from that of normal values", () => {
    const counts = [0.5, 1, 2].map((centre) => Math.round(arlOf("c", { centre }) ?? 0));
    assert.deepEqual(counts, [70, 273, 221]);
    assert.equal(Math.round(arlOf("c", { centre: 4e4 }) ?? 0), 373, "of 200 a σ, counts are still steps");
    assert.equal(Math.round(arlOf("c", { centre: 4e9 }) ?? 0), 370);
  });

  it("of ranges and standard deviations is that of their size", () => {
    assert.deepEqual(
      [perThousand("r", 2), perThousand("r", 5), perThousand("s", 5), perThousand("s", 25)],
      ["9.15", "4.60", "3.90", "2.77"],
    );
  });

  it("of slow EWMA charts and of wide CUSUM charts is solved on as many nodes as they need", () => {
    assert.deepEqual(
      [0.005, 0.002, 0.001].map((lambda) => Math.round(ewma(lambda) ?? 0)),
      [9925, 23_458, 45_602],
    );
    const long = [
      [0.5, 50],
      [2, 10],
    ].map(([k = 0, h = 0]) => arlOf("cusum", { ...at, parameters: { k, h } }) ?? 0);
    assert.deepEqual(
      long.map((arl) => arl.toExponential(3)),
      ["1.651e+22", "1.037e+18"],
    );
  });

  it("is not told where nobody can, with the reason", () => {
    assert.equal(why("p", { centre: 0.1 }), "size");
    assert.equal(why("r", { ...at, parameters: { size: "varies" } }), "size");
    assert.equal(why("u-prime", { centre: 3, sigma: 1.4, parameters: { size: 2 } }), "overdispersed");
    assert.equal(why("ewma", { ...at, parameters: { lambda: 1e-6 } }), "tooLong");
    assert.equal(why("ma", { ...at, width: { sigmas: 6 } }), "tooLong");
    assert.equal(why("mr", { ...at, width: { sigmas: 10 } }), "tooLong");
  });

  it("is without end where none of the rules applies", () => {
    assert.equal(inControlArl(given("mr", at), ruleSet("nelson", ["N2"])).arl, Number.POSITIVE_INFINITY);
  });
});

describe("limits by the probability of a false alarm", () => {
  it("are refused on the kinds of chart that have none", () => {
    for (const kind of CHART_KINDS) {
      const limits = { ...given(kind, CASES[kind].values), width: { probability: 0.01 } };
      assert.equal("code" in readLimits(limits), !CHARTS[kind].probability, kind);
    }
    const found = limitsOf("g", { centre: 9, width: { probability: 0.01 }, parameters: { median: 6 } });
    assert.ok("code" in found && found.code === "BAD_LIMITS" && /multiples of σ/.test(found.message ?? ""));
  });
});
