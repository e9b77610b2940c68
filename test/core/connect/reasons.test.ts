import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { diffPlants, loadPlant, type PlantModel } from "../../../core/connect/model/index.ts";
import { labelOf, lossOf, reasonsFor } from "../../../core/operate/downtime/index.ts";
import { readPlantDirectory } from "../../../adapters/files/plant-files.ts";
import { plantFiles } from "./plant-files.ts";

const REASONS = `reasons:
  technical:
    label: { en: Technical, de: Technik }
    colour: critical
    reasons:
      jam: { label: { en: Jam, de: Stau }, loss: failure, automatic: [Jam], key: J }
      cap-feed: { label: Cap feed, loss: failure, classes: [capper] }
  cleaning: { label: Cleaning, loss: plannedDown }
`;
const FILLER = "acme.galway.hall.line.filler";
const CAPPER = "acme.galway.hall.line.capper";

const files = (text: string): { name: string; text: string }[] => [...plantFiles(), { name: "reasons.yaml", text }];
function load(text = REASONS): PlantModel {
  const reading = loadPlant(files(text));
  if ("problems" in reading) assert.fail(JSON.stringify(reading.problems));
  return reading.model;
}
function faults(from: string, to: string): string[] {
  assert.ok(REASONS.includes(from));
  const reading = loadPlant(files(REASONS.replace(from, () => to)));
  return "problems" in reading ? reading.problems.map(({ line, field, message }) => `${line} ${field}: ${message}`) : [];
}

describe("the reasons tree of a plant", () => {
  it("is read as groups and reasons, each with its loss class, texts and machines", () => {
    const model = load();
    assert.deepEqual([...model.reasons.keys()], ["technical", "jam", "cap-feed", "cleaning"]);
    assert.deepEqual(model.reasons.get("jam"), {
      id: "jam",
      parent: "technical",
      labels: { en: "Jam", de: "Stau" },
      loss: "failure",
      automatic: ["Jam"],
      key: "J",
    });
    assert.equal(labelOf(model.reasons.get("jam") ?? assert.fail(), "de"), "Stau");
    assert.equal(labelOf(model.reasons.get("jam") ?? assert.fail(), "fr"), "Jam");
    assert.equal(labelOf(model.reasons.get("cleaning") ?? assert.fail(), "de"), "Cleaning");
  });

  it("offers each machine the reasons of its class, and no group that holds none of them", () => {
    const model = load();
    const ids = (asset: string): string[] => reasonsFor(model, asset).map(({ id }) => id);
    assert.deepEqual(ids(FILLER), ["technical", "jam", "cleaning"]);
    assert.deepEqual(ids(CAPPER), ["technical", "jam", "cap-feed", "cleaning"]);
    assert.equal(lossOf(model, CAPPER, "cap-feed", 0), "failure");
    assert.equal(lossOf(model, FILLER, "cap-feed", 0), undefined);
    assert.equal(lossOf(model, FILLER, "technical", 0), undefined);
    const onlyCapper = load(REASONS.replace("jam: {", "jam: { classes: [capper],"));
    assert.deepEqual(
      reasonsFor(onlyCapper, FILLER).map(({ id }) => id),
      ["cleaning"],
    );
  });

  it("offers a reason for what begins while it holds, and what a group says of that holds for all in it", () => {
    const model = load(
      REASONS.replace("colour: critical", "from: 2026-04-01\n    until: 2026-07-01T06:00+01:00").replace(
        "loss: failure, autom",
        "loss: failure, until: 2026-05-01, autom",
      ),
    );
    const at = (reason: string, day: string): boolean => lossOf(model, CAPPER, reason, Date.parse(day)) !== undefined;
    // Midnight in Dublin is 23:00 UTC of the day before.
    assert.deepEqual([at("jam", "2026-03-31T22:59Z"), at("jam", "2026-03-31T23:00Z"), at("jam", "2026-04-30T22:59Z")], [false, true, true]);
    assert.deepEqual(
      [at("jam", "2026-04-30T23:00Z"), at("cap-feed", "2026-07-01T04:59Z"), at("cap-feed", "2026-07-01T05:00Z")],
      [false, true, false],
    );
    assert.ok(at("cleaning", "1999-01-01"));
    assert.ok(
      reasonsFor(model, CAPPER).some(({ id }) => id === "jam"),
      "the terminal knows its name for what was said before",
    );
    assert.match(faults("loss: plannedDown", "loss: plannedDown, from: soon")[0] ?? "", /^8 reasons\.cleaning\.from: "soon" is no date/);
    assert.match(
      faults("loss: plannedDown", "loss: plannedDown, from: 2026-05-01, until: 2026-05-01")[0] ?? "",
      /^8 reasons\.cleaning\.until: The reason ends before/,
    );
  });

  it("names the row of everything that is wrong", () => {
    assert.deepEqual(faults("loss: plannedDown", "loss: planned"), [
      '8 reasons.cleaning.loss: "planned" is not known here. Allowed: failure, stop, hold, setup, plannedDown, external, noOrder.',
    ]);
    assert.match(faults(", loss: plannedDown", "")[0] ?? "", /^8 reasons\.cleaning\.loss: "loss" is missing/);
    assert.match(faults("colour: critical", "loss: failure")[0] ?? "", /^4 reasons\.technical\.loss: "technical" holds other reasons/);
    assert.match(faults("  cleaning:", "  jam:")[0] ?? "", /^(6|8) reasons\S*: The reason "jam" is already declared in reasons\.yaml/);
    assert.match(faults("[capper]", "[caper]")[0] ?? "", /^7 .*There is no equipment class "caper".*Did you mean "capper"\?$/);
    assert.match(faults("loss: plannedDown", "loss: plannedDown, key: J")[0] ?? "", /^8 .*already belongs to "jam"/);
    assert.match(faults("loss: plannedDown", "loss: plannedDown, key: JAM")[0] ?? "", /^8 .*1 or 2 characters/);
    assert.match(faults("de: Stau", "german: Stau")[0] ?? "", /^6 .*"german" is no language/);
    assert.match(faults("label: Cleaning, ", "")[0] ?? "", /^8 reasons\.cleaning\.label: "label" is missing/);
    assert.match(faults("automatic: [Jam]", "automatik: [Jam]")[0] ?? "", /^6 .*"automatik" is no field here.*"automatic"/);
    assert.match(faults("{ label: Cleaning, loss: plannedDown }", "{ label: Cleaning, reasons: {} }")[0] ?? "", /^8 .*holds no reasons/);
  });

  it("refuses a tree so deep that nobody finds a reason in it", () => {
    const nested = (depth: number): string =>
      depth === 0 ? "{ label: x, loss: stop }" : `{ label: x, reasons: { r${depth}: ${nested(depth - 1)} } }`;
    assert.doesNotThrow(() => load(`reasons: { a: ${nested(3)} }`));
    const reading = loadPlant(files(`reasons: { a: ${nested(4)} }`));
    assert.match("problems" in reading ? (reading.problems[0]?.message ?? "") : "", /deeper than 4 levels/);
  });

  it("is part of the model's revision and of what differs between two", () => {
    const [before, after] = [load(), load(REASONS.replace("Stau", "Verklemmt"))];
    assert.notEqual(before.revision, after.revision);
    assert.deepEqual(
      diffPlants(before, after).map(({ part, id, kind }) => [part, id, kind]),
      [["reasons", "jam", "changed"]],
    );
  });

  it("ships one for a new site and one for the demo plant, where every stop reason of the simulator is known", async () => {
    const template = loadPlant([...plantFiles(), { name: "reasons.yaml", text: readFileSync("templates/plant/reasons.yaml", "utf8") }]);
    assert.ok("model" in template && template.model.reasons.size >= 15, JSON.stringify(template));
    const demo = await readPlantDirectory(path.resolve("plant/site"));
    assert.ok("model" in demo);
    const filler = "acme.galway.bottling.line01.filler01";
    const texts = Object.values(demo.model.tags.get(`${filler}._filler_v1.stop_reason`)?.values ?? {});
    const known = new Set(reasonsFor(demo.model, filler).flatMap(({ automatic }) => automatic ?? []));
    assert.deepEqual(
      texts.filter((text) => !known.has(text)),
      ["None", "Break"],
    );
  });
});
