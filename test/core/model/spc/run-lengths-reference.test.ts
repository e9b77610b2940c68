import assert from "node:assert/strict";
import {
  ControlChart,
  cusumArl,
  ewmaArl,
  oneSidedCusum,
  type RuleSet,
  rulesArl,
  ruleSet,
  type RunRule,
  simulateRunLengths,
} from "../../../../core/model/spc/index.ts";
import { normals } from "../../../../core/model/spc/arl.ts";
import { isWithin } from "../../../support/comparisons.ts";
import { given, seeded } from "../../../support/spc-charts.ts";
import { near, referenceOrSkip } from "../../../support/spc-reference.ts";

type Arls = readonly number[];
interface Reference {
  readonly mu: Arls;
  readonly shewhart3sigma: { readonly arl: Arls };
  readonly runsRules_typeDigits_1is3sigma_2is2of3_3is4of5_4is8inrow: Readonly<Record<string, Arls>>;
  readonly cusum: Readonly<Record<string, { k: number; h: number; oneSided: Arls; twoSided: Arls; twoSided_FIR50: Arls }>>;
  readonly ewma: Readonly<Record<string, { lambda: number; L: number; asymptoticLimits: Arls; exactTimeVaryingLimits: Arls }>>;
  readonly ewmaCritForARL: readonly { readonly ARL0: number; readonly lambda: Arls; readonly L: Arls }[];
  readonly cusumCritForARL: readonly { readonly ARL0: number; readonly k: Arls; readonly h: Arls }[];
  readonly mewma: readonly { p: number; lambda: number; h4: number; arl_delta: Arls; arl: Arls }[];
}
interface Exact {
  readonly mu: Arls;
  readonly we: Readonly<Record<string, Arls>>;
  readonly rule1_plus_9inRow: Arls;
  readonly rule1_plus_7inRow: Arls;
  readonly nelson_1_2_5_6: Arls;
  readonly we1234_fullWindowsOnly_mu0: number;
  readonly we1234_fullWindows_lastPointBeyond_mu0: number;
}
interface Simulated {
  readonly rows: readonly { readonly rules: string; readonly mu: number; readonly arl: number; readonly se: number }[];
}

const partial = { startUp: "partial" } as const;
const westernElectric = (digits: string): RuleSet =>
  ruleSet(
    "westernElectric",
    digits.split("").map((digit) => `WE${digit}`),
    partial,
  );
const withRun = (length: number): RuleSet => {
  const rules: RunRule[] = [
    { id: "limits", test: "limits" },
    { id: "run", test: "run", length },
  ];
  return { ...ruleSet("nelson"), rules };
};

/** Every figure, by the shift that it belongs to. */
function all(what: string, mu: Arls, expected: Arls, got: (shift: number) => number | null, tolerance: number): void {
  assert.equal(expected.length, mu.length, what);
  for (const [i, shift] of mu.entries()) {
    const arl = got(shift);
    assert.ok(near(arl, expected[i] ?? Number.NaN, tolerance), `${what}, shift ${shift}: ${arl} instead of ${expected[i]}`);
  }
}

describe("average run lengths against the reference, every figure of it", () => {
  it("of rules by their Markov chain: Western Electric's, runs of 7 and 9, Nelson's without moves", function () {
    const { mu, we, rule1_plus_9inRow, rule1_plus_7inRow, nelson_1_2_5_6, ...full } = referenceOrSkip<Exact>(this, "spc/arl_we_exact.json");
    for (const [digits, arls] of Object.entries(we)) all(digits, mu, arls, (shift) => rulesArl(westernElectric(digits), { shift }), 1e-12);
    all("9 in a row", mu, rule1_plus_9inRow, (shift) => rulesArl(withRun(9), { shift }), 1e-12);
    all("7 in a row", mu, rule1_plus_7inRow, (shift) => rulesArl(withRun(7), { shift }), 1e-12);
    const nelson = ruleSet("nelson", ["N1", "N2", "N5", "N6"], partial);
    all("Nelson 1, 2, 5, 6", mu, nelson_1_2_5_6, (shift) => rulesArl(nelson, { shift }), 1e-12);
    assert.ok(near(rulesArl(ruleSet("westernElectric")), full.we1234_fullWindows_lastPointBeyond_mu0, 1e-12));
    assert.ok(near(rulesArl(ruleSet("westernElectric", undefined, { lastPoint: "any" })), full.we1234_fullWindowsOnly_mu0, 1e-12));
  });

  it("of Shewhart's limits and sets of rules as R computes them", function () {
    const reference = referenceOrSkip<Reference>(this, "spc/arl.json");
    all("3 σ", reference.mu, reference.shewhart3sigma.arl, (shift) => rulesArl(westernElectric("1"), { shift }), 1e-10);
    for (const [digits, arls] of Object.entries(reference.runsRules_typeDigits_1is3sigma_2is2of3_3is4of5_4is8inrow))
      all(digits, reference.mu, arls, (shift) => rulesArl(westernElectric(digits), { shift }), 1e-9);
  });

  it("of CUSUM charts, one-sided, two-sided and with a head start", function () {
    const { mu, cusum, cusumCritForARL } = referenceOrSkip<Reference>(this, "spc/arl.json");
    for (const [name, { k, h, oneSided, twoSided, twoSided_FIR50 }] of Object.entries(cusum)) {
      all(name, mu, oneSided, (shift) => oneSidedCusum(k, h, shift).zero, 1e-9);
      all(name, mu, twoSided, (shift) => cusumArl(k, h, shift), 1e-9);
      all(`${name}, FIR`, mu, twoSided_FIR50, (shift) => cusumArl(k, h, shift, h / 2), 1e-9);
    }
    for (const { ARL0, k, h } of cusumCritForARL)
      for (const [i, one] of k.entries()) assert.ok(near(cusumArl(one, h[i] ?? Number.NaN), ARL0, 1e-7), `k ${one}, ${ARL0}`);
  });

  it("of EWMA charts, with limits that widen and with those that they approach", function () {
    const { mu, ewma, ewmaCritForARL } = referenceOrSkip<Reference>(this, "spc/arl.json");
    for (const [name, { lambda, L, asymptoticLimits, exactTimeVaryingLimits }] of Object.entries(ewma)) {
      all(name, mu, asymptoticLimits, (shift) => ewmaArl(lambda, L, { shift }), 1e-9);
      all(`${name}, widening`, mu, exactTimeVaryingLimits, (shift) => ewmaArl(lambda, L, { shift, asymptotic: false }), 1e-6);
    }
    for (const { ARL0, lambda, L } of ewmaCritForARL)
      for (const [i, one] of lambda.entries()) assert.ok(near(ewmaArl(one, L[i] ?? Number.NaN), ARL0, 1e-7), `λ ${one}, ${ARL0}`);
  });

  it("of Nelson's rules: all 40 rows of the simulation within four standard errors, by chain or by this engine", function () {
    const { rows } = referenceOrSkip<Simulated>(this, "spc/arl_nelson_mc.json");
    assert.equal(rows.length, 40);
    for (const { rules, mu, arl, se } of rows) {
      const set = ruleSet("nelson", idsOf(rules));
      const chain = rulesArl(set, { shift: mu });
      const chart = new ControlChart(given("i", { centre: 0, sigma: 1 }), set);
      const got = chain === null ? simulateRunLengths(chart, { random: seeded(1984), runs: 250, shift: mu }) : { arl: chain, se: 0 };
      assert.ok(
        isWithin(got.arl, arl, 4 * Math.hypot(se, got.se)),
        `${rules}, shift ${mu}: ${got.arl} ± ${got.se} instead of ${arl} ± ${se}`,
      );
    }
  });

  it("of MEWMA charts after a shift, by this engine within four standard errors", function () {
    const { mewma } = referenceOrSkip<Reference>(this, "spc/arl.json");
    const random = seeded(1992);
    const normal = normals(random);
    for (const { p, lambda, h4, arl_delta, arl } of mewma) {
      const variables = Array.from({ length: p }, (_, i) => ({ tag: `v${i}`, unit: null }));
      const covariance = variables.map((_, i) => variables.map((_one, j) => Number(i === j)));
      const vectors = { mean: variables.map(() => 0), covariance, m: 1_000, limit: h4 };
      const chart = new ControlChart(
        given("mewma", {
          centre: p,
          sigma: Math.sqrt(2 * p),
          width: { probability: 0.005 },
          parameters: { size: p, variables, vectors, lambda },
        }),
      );
      for (const [i, delta] of arl_delta.entries()) {
        if (delta === 0) continue;
        // R's δ is the squared distance of the means.
        const subgroup = () => ({ values: variables.map((_, v) => normal() + (v === 0 ? Math.sqrt(delta) : 0)) });
        const got = simulateRunLengths(chart, { random, runs: 80, subgroup });
        const expected = arl[i] ?? Number.NaN;
        assert.ok(isWithin(got.arl, expected, 4 * got.se), `p ${p}, λ ${lambda}, ${delta}: ${got.arl} ± ${got.se} instead of ${expected}`);
      }
    }
  });
});

/** As the reference names them: N1, N1-4, or N1,2,5,6. */
function idsOf(rules: string): string[] {
  const [first = 0, last] = rules.slice(1).split("-").map(Number);
  if (last !== undefined) return Array.from({ length: last - first + 1 }, (_, i) => `N${first + i}`);
  return rules
    .slice(1)
    .split(",")
    .map((digit) => `N${digit}`);
}
