import assert from "node:assert/strict";
import { SPC_MUTANTS } from "../../../support/spc-mutants.ts";

describe("errors of other SPC programs are told from the right figure", () => {
  for (const { error, expected, ours, wrong } of SPC_MUTANTS)
    it(error, () => {
      assert.equal(ours(), expected());
      assert.notEqual(wrong(), expected(), "the case would not tell");
    });
});
