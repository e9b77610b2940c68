import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { diffPlants, loadPlant, offeredFor, type PlantModel } from "../../../core/connect/model/index.ts";
import { plantFiles } from "./plant-files.ts";

const CAUSES = `causes:
  machine:
    label: { en: Machine, de: Maschine }
    causes:
      chuck-worn: { label: Chuck worn, classes: [capper] }
  batch: { label: { en: New batch, de: Neue Charge } }
actions:
  replaced: { label: Part replaced, until: 2026-05-01 }
`;
const FILLER = "acme.galway.hall.line.filler";
const CAPPER = "acme.galway.hall.line.capper";

const read = (text: string) => loadPlant([...plantFiles(), { name: "causes.yaml", text }]);
function load(text = CAUSES): PlantModel {
  const reading = read(text);
  if ("problems" in reading) assert.fail(JSON.stringify(reading.problems));
  return reading.model;
}
const fault = (from: string, to: string): string => {
  const reading = read(CAUSES.replace(from, () => to));
  return "problems" in reading ? (reading.problems[0]?.message ?? "") : "";
};

describe("the causes and actions of a plant", () => {
  it("are trees of the same form as the reasons, without loss, and offered by class", () => {
    const model = load();
    assert.deepEqual(model.causes.get("chuck-worn"), {
      id: "chuck-worn",
      parent: "machine",
      labels: { "*": "Chuck worn" },
      classes: ["capper"],
    });
    const ids = (asset: string): string[] => offeredFor(model.causes, model, asset).map(({ id }) => id);
    assert.deepEqual([ids(FILLER), ids(CAPPER)], [["batch"], ["machine", "chuck-worn", "batch"]]);
    assert.equal(model.actions.get("replaced")?.until, Date.parse("2026-05-01T00:00+01:00"));
    assert.deepEqual([...load("causes: {}").causes.keys()], []);
  });

  it("name in their own words what is wrong with them", () => {
    assert.match(fault("classes: [capper]", "loss: failure"), /"loss" is no field here/);
    assert.match(fault("batch: {", "chuck-worn: {"), /The cause "chuck-worn" is already declared/);
    assert.match(fault("label: Part replaced, ", ""), /"label" is missing/);
    assert.match(fault("causes:\n      chuck-worn: { label: Chuck worn, classes: [capper] }", "causes: {}"), /holds no causes/);
  });

  it("are part of the revision and of what differs between two; a plant without them is the same plant as before", () => {
    const [before, after] = [load(), load(CAUSES.replace("Part replaced", "Part changed"))];
    assert.deepEqual(
      diffPlants(before, after).map(({ part, id, kind }) => [part, id, kind]),
      [["actions", "replaced", "changed"]],
    );
    assert.notEqual(before.revision, after.revision);
    const without = loadPlant(plantFiles());
    assert.ok("model" in without);
    assert.equal(load("causes: {}").revision, without.model.revision);
  });

  it("come with a new site", () => {
    const { causes, actions } = load(readFileSync("templates/plant/causes.yaml", "utf8"));
    assert.ok(causes.size >= 8 && actions.size >= 5);
  });
});
