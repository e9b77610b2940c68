/** Every published case and every event scenario of the OEE reference data. */
import { agrees, deviation, oeeComparisons, TOLERANCE } from "../../support/oee-reference.ts";
import type { Proof } from "../proof.ts";

export const reference: Proof = {
  title: "OEE against published cases and exact scenarios",
  async run() {
    const all = oeeComparisons();
    if (all === undefined) throw new Error("The reference data is not there.");
    const right = all.filter(agrees);
    const flux = all.filter(({ of }) => of === "Flux computeAPQ");
    const show = (what: string): string => String(flux.find((one) => one.what === what)?.got);
    return [
      {
        claim: "published cases and scenarios (DST night, resets, micro-stops, mixed products, unknown time) come out to the last digit",
        figure: `${right.length} of ${all.length} figures of ${new Set(all.map(({ of }) => of)).size} cases; largest deviation ${Math.max(...all.map(deviation)).toExponential(1)}`,
        bound: `all within ${TOLERANCE}`,
        pass: right.length === all.length && all.length > 200,
      },
      {
        claim: "the Flux computeAPQ vector from its own rows",
        figure: `A ${show("A")}, P ${show("P")}, Q ${show("Q")}, OEE ${show("OEE")}`,
        bound: "A .375, P .66667, Q .98333, OEE .245833",
        pass: flux.length >= 5 && flux.every(agrees),
      },
    ];
  },
};
