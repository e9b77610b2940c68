import assert from "node:assert/strict";
import { chiSquare, normalCdf } from "../../../../core/model/distribution/index.ts";
import {
  type ChartKind,
  ControlChart,
  DEFAULT_RULES,
  expectedFalseAlarmsPerDay,
  geometricMedian,
  inControlArl,
  type RuleSet,
  ruleSet,
  simulateRunLengths,
} from "../../../../core/model/spc/index.ts";
import { given, seeded } from "../../../support/spc-charts.ts";
import { near } from "../../../support/spc-reference.ts";

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

/** Each run from values of its own, the same for every chart, and no longer than any window. */
function beginningsOf(rules: RuleSet): number[] {
  const chart = new ControlChart(individuals, rules);
  return Array.from({ length: 4_000 }, (_, run) => simulateRunLengths(chart, { random: seeded(run), runs: 1, most: 5 }).arl);
}
const perDay = (rules: RuleSet): number => expectedFalseAlarmsPerDay(individuals, rules, 1440);
const ewma = (asymptotic: boolean): number | null =>
  inControlArl(given("ewma", { centre: 0, sigma: 1, parameters: { lambda: 0.2, asymptotic } }), DEFAULT_RULES).arl;

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

  it("of rules without trends and alternations are exact, whatever they are called and whatever their width", () => {
    const [n2, both, n7] = [["N2"], ["N1", "N2"], ["N7"]].map((ids) => inControlArl(individuals, ruleSet("nelson", ids)));
    assert.deepEqual(
      [n2, both, n7].map((one) => one?.arl !== null && one?.basis),
      ["exact", "exact", "exact"],
    );
    assert.ok(near(n2?.arl ?? null, 511) && near(both?.arl ?? null, 216.6955438026605));
    const within = normalCdf(1) - normalCdf(-1);
    // The first of so many successes in a row.
    assert.ok(near(n7?.arl ?? null, (within ** -15 - 1) / (1 - within)));
    // Limits at 2 σ by probability: zones are thirds of that.
    const zones = ruleSet("nelson", ["N1", "N5"]);
    const byProbability = given("i", { centre: 0, sigma: 1, width: { probability: 2 * normalCdf(-2) } });
    const wider: RuleSet = { ...zones, rules: [{ id: "z", test: "zone", k: 2, n: 3, z: 4 / 3, side: "same" }, ...rule1.rules] };
    const bySigmas = given("i", { centre: 0, sigma: 1, width: { sigmas: 2 } });
    assert.ok(near(inControlArl(byProbability, zones).arl, inControlArl(bySigmas, wider).arl ?? Number.NaN));
  });

  it("are 0.2 % shorter with windows that may be partial at the start", () => {
    const [partial = 0, full = 0] = [{ startUp: "partial" } as const, {}].map(
      (options) => inControlArl(individuals, ruleSet("westernElectric", undefined, options)).arl ?? Number.NaN,
    );
    assert.ok(partial < full && partial > 0.998 * full, `${partial} of ${full}`);
    // The same values for both: the first signal with full windows is never earlier.
    const [earlier, later] = [{ startUp: "partial" } as const, {}].map((options) =>
      beginningsOf(ruleSet("westernElectric", undefined, options)),
    );
    const differences = earlier?.map((length, run) => (later?.[run] ?? 0) - length) ?? [];
    assert.ok(differences.every((difference) => difference >= 0) && differences.some((difference) => difference > 0));
  });

  it("of sets with trends or alternations are simulated, near to what a table would say", () => {
    const renamed: RuleSet = {
      ...ruleSet("nelson"),
      rules: ruleSet("nelson")
        .rules.toReversed()
        .map((rule) => ({ ...rule, id: `x${rule.id}` })),
    };
    assert.deepEqual(inControlArl(individuals, renamed), { arl: 73.65, basis: "simulated" });
    const four = inControlArl(individuals, ruleSet("nelson", ["N1", "N5", "N6", "N3"]));
    assert.ok(four.arl !== null && four.basis === "simulated" && four.arl > 95 && four.arl < 132.9, `${four.arl}`);
    assert.deepEqual(inControlArl(individuals, ruleSet("nelson", ["N1", "N5", "N6", "N3"])), four, "the same figure every time");
    const moves = inControlArl(individuals, ruleSet("nelson", ["N3"], { lengths: "moves" }));
    assert.ok((moves.arl ?? 0) > 1500, "seven points rise together less often than six");
  });
});

describe("expected false alarms per day", () => {
  it("follow from rules, width and rate: all eight rules once a minute are nearly twenty a day", () => {
    assert.ok(near(perDay(rule1), 3.888, 1e-3));
    assert.ok(near(perDay(DEFAULT_RULES), 6.645, 1e-3));
    assert.ok(near(perDay(ruleSet("nelson")), 19.55, 1e-3));
    assert.ok(near(expectedFalseAlarmsPerDay(given("i", { centre: 0, sigma: 1, width: { sigmas: 2 } }), rule1, 1000), 45.5, 1e-3));
    assert.ok(near(expectedFalseAlarmsPerDay(given("i", { centre: 0, sigma: 1, width: { probability: 0.01 } }), rule1, 1000), 10));
  });

  it("of a g chart are those of geometric counts, of which far more lie beyond three sigma than of normal values", () => {
    const rare = given("g", { centre: 99, parameters: { median: geometricMedian(99) } });
    // One count in e^(-(99 + 3 · √9900) / 99.5), no more than rounding away.
    const beyond = 0.99 ** (Math.floor(99 + 3 * Math.sqrt(99 * 100)) + 1);
    const perThousand = expectedFalseAlarmsPerDay(rare, ruleSet("nelson", ["N1"]), 1_000);
    assert.ok(near(perThousand, 1_000 * beyond), `${perThousand} of ${1_000 * beyond}`);
  });

  it("of CUSUM and EWMA charts are their own", () => {
    assert.ok(near(expectedFalseAlarmsPerDay(given("cusum", { centre: 0, sigma: 1 }), DEFAULT_RULES, 465.44), 1, 1e-3));
    assert.ok(near(ewma(true), 559.8740751, 1e-7) && near(ewma(false), 554.4875385, 1e-6), "limits that widen signal sooner");
  });

  it("leave out rules that the chart does not apply", () => {
    const range = given("mr", { centre: 0, sigma: 1 });
    assert.equal(inControlArl(range, ruleSet("nelson")).arl, inControlArl(range, ruleSet("nelson", ["N1"])).arl);
  });

  it("of ranges and standard deviations are those of their own skew distributions, not of the normal one", () => {
    const only = ruleSet("nelson", ["N1"]);
    // P(|x − y| > 3.267 · 1.128 σ) = 2(1 − Φ(3.6860/√2)): so many signals, of which some come in pairs by the value between.
    const moving = 1 / (2 * normalCdf(-3.686 / Math.SQRT2));
    const arl = inControlArl(given("mr", { centre: 0, sigma: 1 }), only).arl ?? 0;
    assert.ok(arl > 1.05 * moving && arl < 1.15 * moving, `${arl} of ${moving}`);
    // P(s > B6 σ): χ² with 4 degrees beyond 4 · 1.9636².
    const deviation = chiSquare(4).survival(4 * 1.9636 ** 2);
    assert.ok(near(inControlArl(given("s", { centre: 0, sigma: 1, parameters: { size: 5 } }), only).arl, 1 / deviation, 1e-3));
  });
});
