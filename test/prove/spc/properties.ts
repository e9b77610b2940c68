/** What must hold of a control chart whatever is charted, in more than a thousand cases each. */
import { CHARTING_PROPERTIES, EVERY_CHART_PROPERTIES, SNAPSHOT_PROPERTY } from "../../support/spc-properties.ts";
import type { Proof } from "../proof.ts";

const CASES = 1_000;

export const properties: Proof = {
  title: "control charts live, replayed and restarted, under governed limits",
  async run(progress) {
    return [SNAPSHOT_PROPERTY, ...CHARTING_PROPERTIES, ...EVERY_CHART_PROPERTIES].map((property) => {
      progress(property.name);
      const fault = faultOf(() => property.check(CASES));
      return {
        claim: `a control chart ${property.name}`,
        figure: fault === undefined ? `held in ${CASES} cases` : `does not hold: ${fault}`,
        bound: `all of ${CASES}`,
        pass: fault === undefined,
      };
    });
  },
};

function faultOf(check: () => void): string | undefined {
  try {
    check();
  } catch (error) {
    return error instanceof Error ? error.message.split("\n").slice(0, 3).join(" ") : String(error);
  }
  return undefined;
}
