import assert from "node:assert/strict";
import { MUTANTS } from "../../support/oee-mutants.ts";

describe("errors of other OEE calculations are told from the right figure", () => {
  for (const { error, expected, ours, wrong } of MUTANTS)
    it(error, () => {
      assert.equal(ours(), expected);
      assert.notEqual(wrong(), expected, "the case would not tell");
    });
});
