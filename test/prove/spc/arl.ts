/** Average run lengths by simulation through the product's own engine, against the tables. */
import {
  ControlChart,
  DEFAULT_RULES,
  mean,
  rulesArl,
  type RuleSet,
  ruleSet,
  sd,
  simulateRunLengths,
} from "../../../core/model/spc/index.ts";
import { given, seeded } from "../../support/spc-charts.ts";
import type { Proof } from "../proof.ts";

const RUNS = 20_000;
const RULE_1 = ruleSet("nelson", ["N1"]);

type Case = readonly [what: string, kind: "i" | "cusum" | "ewma", parameters: object, rules: RuleSet, shift: number, table: number];
const CASES: readonly Case[] = [
  ["Shewhart, 3 σ", "i", {}, RULE_1, 0, 370.398],
  ["Shewhart, 3 σ, shifted by 1 σ", "i", {}, RULE_1, 1, 43.895],
  ["Western Electric, full windows", "i", {}, ruleSet("westernElectric"), 0, 91.899],
  ["Nelson, all eight", "i", {}, ruleSet("nelson"), 0, 73.65],
  ["the default rules (Nelson 1 and 2)", "i", {}, DEFAULT_RULES, 0, 216.7],
  ["CUSUM, k ½, h 4", "cusum", { h: 4 }, RULE_1, 0, 167.684],
  ["CUSUM, k ½, h 5", "cusum", { h: 5 }, RULE_1, 0, 465.444],
  ["CUSUM, k ½, h 5, shifted by 1 σ", "cusum", { h: 5 }, RULE_1, 1, 10.38],
];

export const arl: Proof = {
  title: "average run lengths by seeded simulation",
  async run(progress) {
    const rows = CASES.map(([what, kind, parameters, rules, shift, table]) => {
      progress(what);
      return row(what, new ControlChart(given(kind, { centre: 50, sigma: 2, parameters }), rules), shift, table);
    });
    progress("EWMA");
    const ewma = given("ewma", { centre: 50, sigma: 2, width: { sigmas: 2.962 }, parameters: { lambda: 0.2, asymptotic: true } });
    progress("windows");
    return [...rows, ofWindows(), row("EWMA, λ 0.2, L 2.962, asymptotic limits", new ControlChart(ewma, RULE_1), 0, 499.735)];
  },
};

const EACH = 60_000;

/** So little apart that only the same values for both tell them apart. */
function ofWindows() {
  const [partial, full] = [ruleSet("westernElectric", undefined, { startUp: "partial" }), ruleSet("westernElectric")] as const;
  const [earlier, later] = [partial, full].map((rules) => {
    const chart = new ControlChart(given("i", { centre: 50, sigma: 2 }), rules);
    return Array.from({ length: EACH }, (_, run) => simulateRunLengths(chart, { random: seeded(run), runs: 1 }).arl);
  }) as [number[], number[]];
  const differences = later.map((length, run) => length - (earlier[run] ?? Number.NaN));
  const got = mean(differences);
  const se = sd(differences) / Math.sqrt(EACH);
  const exact = (rulesArl(full) ?? Number.NaN) - (rulesArl(partial) ?? Number.NaN);
  return {
    claim: "average run length: Western Electric, full windows longer than partial ones by what the Markov chain says, on the same values",
    figure: `${got.toFixed(3)} ± ${se.toFixed(3)} in ${EACH} pairs of runs, ${(Math.abs(got - exact) / se).toFixed(1)} standard errors off; ${(got / se).toFixed(1)} from none`,
    bound: `${exact.toFixed(3)} within 4 standard errors, and at least 4 from none`,
    pass: Math.abs(got - exact) <= 4 * se && got >= 4 * se,
  };
}

function row(what: string, chart: ControlChart, shift: number, table: number) {
  const { arl: got, se } = simulateRunLengths(chart, { random: seeded(2026), runs: RUNS, shift });
  return {
    claim: `average run length: ${what}`,
    figure: `${got.toFixed(2)} ± ${se.toFixed(2)} in ${RUNS} runs, ${(Math.abs(got - table) / se).toFixed(1)} standard errors off`,
    bound: `${table} within 4 standard errors`,
    pass: Math.abs(got - table) <= 4 * se,
  };
}
