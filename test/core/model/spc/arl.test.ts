import assert from "node:assert/strict";
import { chiSquare, normalCdf } from "../../../../core/model/distribution/index.ts";
import {
  type ChartKind,
  ControlChart,
  cusumArl,
  DEFAULT_RULES,
  ewmaArl,
  expectedFalseAlarmsPerDay,
  geometricMedian,
  inControlArl,
  type RuleSet,
  ruleSet,
  simulateRunLengths,
} from "../../../../core/model/spc/index.ts";
import { given, seeded } from "../../../support/spc-charts.ts";
import { near, referenceOrSkip } from "../../../support/spc-reference.ts";

const individuals = given("i", { centre: 50, sigma: 2 });
const rule1 = ruleSet("nelson", ["N1"]);

/** Within four standard errors, seeded and small; the proof runs the long ones through the same function. */
function lasts(
  kind: ChartKind,
  parameters: Parameters<typeof given>[1]["parameters"],
  rules: RuleSet,
  shift: number,
  expected: number,
  runs = 1500,
): void {
  const chart = new ControlChart(given(kind, { centre: 50, sigma: 2, ...(parameters === undefined ? {} : { parameters }) }), rules);
  const { arl, se } = simulateRunLengths(chart, { random: seeded(42), runs, shift });
  assert.ok(Math.abs(arl - expected) <= 4 * se, `${arl} ± ${se} instead of ${expected}`);
}

describe("average run lengths", () => {
  it("by simulation through this engine are those of the tables", () => {
    lasts("i", undefined, rule1, 0, 370.4);
    lasts("i", undefined, rule1, 1, 43.89);
    lasts("i", undefined, ruleSet("westernElectric"), 0, 91.899, 3000);
    lasts("i", undefined, ruleSet("westernElectric"), 1, 9.22, 3000);
    lasts("i", undefined, DEFAULT_RULES, 0, 216.7);
    lasts("i", undefined, ruleSet("nelson"), 0, 73.65, 3000);
    lasts("i", undefined, ruleSet("nelson"), 1, 9.83, 3000);
    lasts("cusum", { h: 4 }, rule1, 0, 167.68);
    lasts("cusum", { h: 5 }, rule1, 1, 10.38, 3000);
    lasts("cusum", { h: 5, headStart: 2.5 }, rule1, 1, 6.35, 3000);
    lasts("ewma", { lambda: 0.2, asymptotic: false }, rule1, 0.5, 42.71);
  });

  it("with partial first windows Western Electric's rules last 91.75 points, which simulation cannot tell from 91.90", () => {
    lasts("i", undefined, ruleSet("westernElectric", undefined, { startUp: "partial" }), 0, 91.75, 3000);
  });

  it("of EWMA and CUSUM charts by integral equation are those of the tables to 1e-3", function () {
    interface Arl {
      readonly mu: readonly number[];
      readonly cusum: Readonly<Record<string, { k: number; h: number; twoSided: readonly number[]; twoSided_FIR50: readonly number[] }>>;
      readonly ewma: Readonly<Record<string, { lambda: number; L: number; asymptoticLimits: readonly number[] }>>;
    }
    const { mu, cusum, ewma } = referenceOrSkip<Arl>(this, "spc/arl.json");
    for (const [i, shift] of mu.entries()) {
      for (const { k, h, twoSided, twoSided_FIR50 } of Object.values(cusum)) {
        assert.ok(near(cusumArl(k, h, shift), twoSided[i] ?? Number.NaN, 1e-3), `k ${k}, h ${h}, ${shift}`);
        assert.ok(near(cusumArl(k, h, shift, h / 2), twoSided_FIR50[i] ?? Number.NaN, 1e-3), `k ${k}, h ${h}, FIR, ${shift}`);
      }
      for (const { lambda, L, asymptoticLimits } of Object.values(ewma))
        assert.ok(
          near(ewmaArl(lambda, L, shift), asymptoticLimits[i] ?? Number.NaN, 1e-3),
          `λ ${lambda}, L ${L}, ${shift}: ${ewmaArl(lambda, L, shift)}`,
        );
    }
  });

  it("of known sets of rules are the published ones", function () {
    const { we, nelson_1_2_5_6 } = referenceOrSkip<{ we: Record<string, number[]>; nelson_1_2_5_6: number[] }>(
      this,
      "spc/arl_we_exact.json",
    );
    const of = (...ids: string[]): number =>
      inControlArl(
        individuals,
        ruleSet(
          "westernElectric",
          ids.map((id) => `WE${id}`),
        ),
      ).arl;
    for (const [set, arls] of Object.entries(we))
      if (set !== "1234") assert.ok(near(of(...set.split("")), arls[0] ?? Number.NaN, 1e-6), `${set}: ${of(...set.split(""))}`);
    assert.ok(near(inControlArl(individuals, ruleSet("nelson", ["N1", "N2", "N5", "N6"])).arl, nelson_1_2_5_6[0] ?? Number.NaN, 1e-6));
  });

  it("of sets that no table knows are simulated, near to what a table would say", () => {
    const renamed: RuleSet = {
      ...ruleSet("nelson"),
      rules: ruleSet("nelson")
        .rules.toReversed()
        .map((rule) => ({ ...rule, id: `x${rule.id}` })),
    };
    assert.deepEqual(inControlArl(individuals, renamed), { arl: 73.65, basis: "simulated" });
    const { arl, basis } = inControlArl(individuals, ruleSet("nelson", ["N1", "N5", "N6", "N3"]));
    assert.ok(basis === "simulated" && arl > 95 && arl < 132.9, `${arl}`);
    assert.equal(inControlArl(individuals, ruleSet("nelson", ["N1", "N5", "N6", "N3"])).arl, arl, "the same figure every time");
    const moves = inControlArl(individuals, ruleSet("nelson", ["N3"], { lengths: "moves" }));
    assert.ok(moves.arl > 1500, "seven points rise together less often than six");
  });
});

describe("expected false alarms per day", () => {
  it("follow from rules, width and rate: all eight rules once a minute are nearly twenty a day", () => {
    const perDay = (rules: RuleSet): number => expectedFalseAlarmsPerDay(individuals, rules, 1440);
    assert.ok(near(perDay(rule1), 3.888, 1e-3));
    assert.ok(near(perDay(DEFAULT_RULES), 6.645, 1e-3));
    assert.ok(near(perDay(ruleSet("nelson")), 19.55, 1e-3));
    assert.ok(near(expectedFalseAlarmsPerDay(given("i", { centre: 0, sigma: 1, width: { sigmas: 2 } }), rule1, 1000), 45.5, 1e-3));
    assert.ok(near(expectedFalseAlarmsPerDay(given("i", { centre: 0, sigma: 1, width: { probability: 0.01 } }), rule1, 1000), 10));
    assert.equal(inControlArl(individuals, ruleSet("nelson", ["N2"])).arl, 511);
  });

  it("of a g chart are those of geometric counts, of which far more lie beyond three sigma than of normal values", () => {
    const rare = given("g", { centre: 99, parameters: { median: geometricMedian(99) } });
    // One count in e^(-(99 + 3 · √9900) / 99.5), no more than rounding away.
    const beyond = 0.99 ** (Math.floor(99 + 3 * Math.sqrt(99 * 100)) + 1);
    const perThousand = expectedFalseAlarmsPerDay(rare, ruleSet("nelson", ["N1"]), 1_000);
    assert.ok(Math.abs(perThousand / (1_000 * beyond) - 1) < 0.03, `${perThousand} of ${1_000 * beyond}`);
  });

  it("of CUSUM and EWMA charts are their own", () => {
    assert.ok(near(expectedFalseAlarmsPerDay(given("cusum", { centre: 0, sigma: 1 }), DEFAULT_RULES, 465.44), 1, 1e-3));
    assert.ok(near(inControlArl(given("ewma", { centre: 0, sigma: 1 }), DEFAULT_RULES).arl, 559.87, 1e-3));
  });

  it("leave out rules that the chart does not apply", () => {
    const range = given("mr", { centre: 0, sigma: 1 });
    assert.equal(inControlArl(range, ruleSet("nelson")).arl, inControlArl(range, ruleSet("nelson", ["N1"])).arl);
  });

  it("of ranges and standard deviations are those of their own skew distributions, not of the normal one", () => {
    const only = ruleSet("nelson", ["N1"]);
    // P(|x − y| > 3.267 · 1.128 σ) = 2(1 − Φ(3.6860/√2)), by which neighbouring ranges hang together a little.
    const moving = 2 * normalCdf(-3.686 / Math.SQRT2);
    assert.ok(Math.abs(inControlArl(given("mr", { centre: 0, sigma: 1 }), only).arl * moving - 1) < 0.06);
    // P(s > B6 σ): χ² with 4 degrees beyond 4 · 1.9636².
    const deviation = chiSquare(4).survival(4 * 1.9636 ** 2);
    assert.ok(Math.abs(inControlArl(given("s", { centre: 0, sigma: 1, parameters: { size: 5 } }), only).arl * deviation - 1) < 0.1);
  });
});
