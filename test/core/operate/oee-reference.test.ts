import assert from "node:assert/strict";
import { agrees, type Comparison, oeeComparisons } from "../../support/oee-reference.ts";

describe("OEE against the reference, to 1e-12", () => {
  let all: readonly Comparison[];
  before(function () {
    const comparisons = oeeComparisons();
    if (comparisons === undefined) {
      console.log("reference data absent, skipped");
      this.skip();
    }
    all = comparisons;
  });

  it("every published case and every scenario: times, counts, products and ratios", () => {
    assert.ok(all.length > 200, `${all.length} figures`);
    assert.deepEqual(
      all.filter((one) => !agrees(one)),
      [],
    );
  });

  it("Flux computeAPQ: A .375, P .6667, Q .98333, OEE .245833 from its own rows of states and parts", () => {
    const flux = Object.fromEntries(all.filter(({ of }) => of === "Flux computeAPQ").map(({ what, got }) => [what, got]));
    assert.deepEqual([flux["A"], flux["P"], flux["OEE"]], [0.375, 2 / 3, 0.245_833_333_333_333_32]);
    assert.equal(flux["Q"]?.toFixed(5), "0.98333");
  });
});
