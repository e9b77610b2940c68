/** The errors of other OEE calculations: each has a case that tells it from the right figure. */
import { MUTANTS } from "../../support/oee-mutants.ts";
import type { Proof } from "../proof.ts";

export const mutants: Proof = {
  title: "errors of other OEE calculations",
  async run() {
    return MUTANTS.map(({ error, expected, ours, wrong }) => {
      const [got, mutant] = [ours(), wrong()];
      return {
        claim: `not made here: ${error}`,
        figure: `${String(got)}; the error gives ${String(mutant)}`,
        bound: `${String(expected)}, and not what the error gives`,
        pass: got === expected && mutant !== expected,
      };
    });
  },
};
