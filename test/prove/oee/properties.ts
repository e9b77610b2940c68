/** What must hold for any machine and any stream, in more than a thousand cases each. */
import { PROPERTIES } from "../../support/oee-properties.ts";
import type { Proof, ProofResult } from "../proof.ts";

const CASES = 1_000;

export const properties: Proof = {
  title: "OEE of any machine and any stream",
  async run(progress) {
    const results: ProofResult[] = [];
    for (const property of PROPERTIES) {
      progress(property.name);
      const counterexample = await property.check(CASES).then(
        () => undefined,
        (error: Error) => error.message.split("\n").slice(0, 3).join(" "),
      );
      results.push({
        claim: property.name,
        figure: counterexample === undefined ? `held in ${CASES} cases` : `does not hold: ${counterexample}`,
        bound: `all of ${CASES}`,
        pass: counterexample === undefined,
      });
    }
    return results;
  },
};
