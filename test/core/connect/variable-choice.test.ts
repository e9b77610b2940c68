import assert from "node:assert/strict";
import { type SourceVariable, VariableChoice } from "../../../core/connect/line-plan/index.ts";

const FOUND: readonly SourceVariable[] = ["PLC/M1/State", "PLC/M1/Count", "PLC/M1/Drive/Speed", "PLC/M2/State", "Clock"].map((path) => ({
  address: `ns=2;s=${path}`,
  path: path.split("/"),
}));
const shown = (choice: VariableChoice, ...path: string[]): string[] =>
  choice.below(path).map(({ name, kind, variables, ticked }) => `${kind} ${name} ${ticked}/${variables}`);

describe("choosing among found variables", () => {
  it("shows a tree that knows how much of each folder is ticked", () => {
    const choice = new VariableChoice(FOUND);
    assert.equal(choice.tick({ ticked: true, address: "ns=2;s=PLC/M1/Drive/Speed" }), 1);
    assert.deepEqual(shown(choice), ["folder PLC 1/4", "variable Clock 0/1"]);
    assert.deepEqual(shown(choice, "PLC", "M1"), ["variable State 0/1", "variable Count 0/1", "folder Drive 1/1"]);
  });

  it("ticks a folder with all below it, and lets single ones go again", () => {
    const choice = new VariableChoice(FOUND);
    assert.equal(choice.tick({ ticked: true, under: ["PLC", "M1"] }), 3);
    assert.equal(choice.tick({ ticked: false, address: "ns=2;s=PLC/M1/Count" }), 2);
    assert.deepEqual(
      choice.ticked.map(({ path }) => path.at(-1)),
      ["State", "Speed"],
    );
  });

  it("ticks what a search finds, inside a folder when one is given", () => {
    const choice = new VariableChoice(FOUND);
    assert.equal(choice.tick({ ticked: true, search: "state plc" }), 2);
    assert.equal(choice.tick({ ticked: false, search: "STATE", under: ["PLC", "M2"] }), 1);
    assert.deepEqual(choice.search("m1 STATE", 0, 10), { total: 1, found: [FOUND[0]] });
    assert.deepEqual(choice.search("", 3, 1), { total: 5, found: [FOUND[3]] });
  });

  it("changes nothing for an address that was not found, or without a condition", () => {
    const choice = new VariableChoice(FOUND);
    assert.equal(choice.tick({ ticked: true, address: "ns=2;s=__proto__" }), 0);
    assert.equal(choice.tick({ ticked: true }), 0);
  });
});
