/** Every number of the SPC reference data, at the tolerance that is stated for it. */
import { sd } from "../../../core/model/spc/index.ts";
import { type Claim, specified } from "../../support/specification-proof.ts";
import { correctDigits, reference as referenceFile } from "../../support/spc-reference.ts";
import type { Proof, ProofResult } from "../proof.ts";

const SPC = "test/core/model/spc";
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
    claim: "average run lengths of EWMA and CUSUM charts by integral equation, of sets of rules by their Markov chain",
    file: `${SPC}/arl.test.ts`,
    bound: "all within 1e-3 of the tables, sets of rules within 1e-6",
    figures: 100,
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
