/** The errors of other SPC programs: each has a case that tells it from the right figure. */
import { SPC_MUTANTS } from "../../support/spc-mutants.ts";
import type { Proof } from "../proof.ts";

export const mutants: Proof = {
  title: "errors of other SPC programs",
  async run() {
    return SPC_MUTANTS.map(({ error, expected, ours, wrong }) => {
      const [right, got, mutant] = [expected(), ours(), wrong()];
      return {
        claim: `not made here: ${error}`,
        figure: `${String(got)}; the error gives ${String(mutant)}`,
        bound: `${String(right)}, and not what the error gives`,
        pass: got === right && mutant !== right,
      };
    });
  },
};
