/** Every number of the SPC reference data, at the tolerance that is stated for it. */
import { sd } from "../../../core/model/spc/index.ts";
import { type Claim, specified } from "../../support/specification-proof.ts";
import { correctDigits, reference as referenceFile } from "../../support/spc-reference.ts";
import type { Proof, ProofResult } from "../proof.ts";

const SPC = "test/core/model/spc";
const RUN_LENGTHS = `${SPC}/run-lengths-reference.test.ts`;
const CLAIMS: readonly Claim[] = [
  {
    claim: "constants of control charts, n = 2 … 100, are those of the exact integrals",
    file: `${SPC}/constants.test.ts`,
    bound: "all within 1e-9",
    figures: 1_500,
  },
  {
    claim: "textbook sets of qcc with exact constants: centre, limits, statistics and hits of every chart",
    file: `${SPC}/qcc.test.ts`,
    bound: "all within 1e-9 (the studentized range by probability 1e-6), hits exact",
    figures: 2_000,
  },
  {
    claim: "run-rule series of two other programs and of published examples",
    file: `${SPC}/rules-reference.test.ts`,
    bound: "every hit of every rule at its place",
  },
  {
    claim: "published charts: EWMA, CUSUM, short run, moving average, g and t",
    file: `${SPC}/published.test.ts`,
    bound: "to the printed digits",
    figures: 300,
  },
  {
    claim: "capability: indices, intervals, ppm and non-normal models",
    file: "test/core/model/capability-reference.test.ts",
    bound: "1e-6 and nearer; the Weibull fit of the reference 1e-5, where its own search stopped, and 1e-12 of the exact root",
    figures: 60,
  },
  {
    claim: "multivariate: covariances, T² and limits in both phases",
    file: "test/core/model/multivariate.test.ts",
    only: /against the reference/,
    bound: "all within 1e-8",
    figures: 100,
  },
  {
    claim: "multivariate: MEWMA",
    file: "test/core/model/mewma.test.ts",
    bound: "all within 1e-8",
    figures: 20,
  },
  {
    claim:
      "average run lengths of run rules by the Markov chain that the core builds of them: 11 sets at 16 shifts, full and partial windows",
    file: RUN_LENGTHS,
    only: /of rules by their Markov chain/,
    bound: "all within 1e-12 of a chain that was computed apart",
    figures: 178,
  },
  {
    claim: "average run lengths of Shewhart's limits and sets of rules as R computes them",
    file: RUN_LENGTHS,
    only: /of Shewhart's limits/,
    bound: "all within 1e-9",
    figures: 50,
  },
  {
    claim: "average run lengths of CUSUM charts by integral equation: one-sided, two-sided, head start, critical values",
    file: RUN_LENGTHS,
    only: /of CUSUM charts/,
    bound: "all within 1e-9, those of critical values 1e-7",
    figures: 260,
  },
  {
    claim: "average run lengths of EWMA charts by integral equation: asymptotic and widening limits, critical values",
    file: RUN_LENGTHS,
    only: /of EWMA charts/,
    bound: "all within 1e-9, those of widening limits 1e-6, of critical values 1e-7",
    figures: 230,
  },
  {
    claim: "average run lengths of Nelson's rules, by chain or engine, against a simulation that was run apart",
    file: RUN_LENGTHS,
    only: /of Nelson's rules/,
    bound: "40 rows within 4 standard errors",
    figures: 40,
  },
  {
    claim: "average run lengths of MEWMA charts after a shift, by the engine: the core has no equation for these",
    file: RUN_LENGTHS,
    only: /of MEWMA charts after a shift/,
    bound: "80 figures within 4 standard errors",
    figures: 80,
  },
  {
    claim: "every kind of chart: the run length that its form states is the one that the chart itself has, drawn by other means",
    file: `${SPC}/in-control.test.ts`,
    only: /is that of the chart itself/,
    bound: "23 kinds, limits by probability and trends, within 4 standard errors",
    figures: 29,
  },
];

interface Certified {
  readonly data: readonly number[];
  readonly certifiedSd: number;
}

export const reference: Proof = {
  title: "SPC and capability against reference data",
  async run(progress) {
    const results: ProofResult[] = [];
    for (const claim of CLAIMS) {
      progress(claim.claim);
      results.push(await specified(claim));
    }
    return [...results, ...certified()];
  },
};

/** NIST's certified standard deviations. */
function certified(): ProofResult[] {
  const numacc = referenceFile<Record<string, Certified>>("nist/numacc.json")?.["NumAcc4"];
  const michelso = referenceFile<Certified>("nist/michelso.json");
  return (
    [
      ["NumAcc4", numacc, 8],
      ["Michelso", michelso, 12],
    ] as const
  ).map(([name, set, least]) => {
    const digits = set === undefined ? Number.NaN : correctDigits(sd(set.data), set.certifiedSd);
    return {
      claim: `NIST ${name}: standard deviation`,
      figure: `${digits.toFixed(1)} correct digits (LRE)`,
      bound: `≥ ${least}`,
      pass: digits >= least,
    };
  });
}
