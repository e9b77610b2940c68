import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { copyEquipment, type Copied, readMap } from "../../../core/connect/line-copy/index.ts";
import {
  diffPlants,
  formatChange,
  idealCycleSeconds,
  loadPlant,
  type PlantFile,
  type PlantModel,
  tagsOf,
} from "../../../core/connect/model/index.ts";

const SITE = "plant/site";
const FILES: readonly PlantFile[] = readdirSync(SITE)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => ({ name, text: readFileSync(path.join(SITE, name), "utf8") }));
const SHEET: PlantFile = {
  name: "line01.csv",
  text: "equipment,tag,address,type\nbottling.line01.filler01,fill_weight,ns=2;s=PLC1.DB10.Wt,\nbottling.line01,steam,ns=2;s=PLC1.Steam,float\n",
};
const CSV = "from,to\ns=Line01,s=Line02\nLine 1,Line 2\n";

function load(files: readonly PlantFile[]): PlantModel {
  const reading = loadPlant(files);
  if ("problems" in reading) assert.fail(reading.problems.map(({ file, line, message }) => `${file}:${line} ${message}`).join("\n"));
  return reading.model;
}
function copy(files: readonly PlantFile[], csv: string, request = { from: "bottling.line01", to: "bottling.line02" }): Copied {
  const { map, problems } = readMap({ name: "map.csv", text: csv });
  assert.deepEqual(problems, []);
  return copyEquipment(files, { ...request, map });
}
function together(files: readonly PlantFile[], copied: Copied): PlantFile[] {
  if ("problems" in copied) assert.fail(copied.problems.map(({ file, line, message }) => `${file}:${line} ${message}`).join("\n"));
  return [...files.filter(({ name }) => !copied.files.some((file) => file.name === name)), ...copied.files];
}
function messages(copied: Copied): string[] {
  assert.ok("problems" in copied, "it was copied");
  return copied.problems.map(({ file, line, message }) => `${file}:${line} ${message}`);
}

const to = (from: string, place: string): string => messages(copy(FILES, CSV, { from, to: place }))[0] ?? "";

describe("a copied line", () => {
  it("has the same machines, tags, classes and feeds under its own place, and its own addresses", () => {
    const model = load(together(FILES, copy(FILES, CSV)));
    for (const [path01, machine] of model.equipment) {
      if (!path01.includes("line01")) continue;
      const path02 = path01.replace("line01", "line02");
      const twin = model.equipment.get(path02);
      assert.deepEqual(
        [twin?.kind, twin?.class, twin?.roles, twin?.calendar],
        [machine.kind, machine.class, machine.roles, machine.calendar],
      );
      assert.deepEqual(
        twin?.feeds,
        machine.feeds.map((fed) => fed.replace("line01", "line02")),
      );
      assert.equal(JSON.stringify(twin?.line), JSON.stringify(machine.line)?.replaceAll("line01", "line02"));
      const moved = tagsOf(model, path01).map((tag) => ({
        ...tag,
        id: tag.id.replace("line01", "line02"),
        asset: path02,
        address: tag.address?.replace("s=Line01", "s=Line02"),
      }));
      assert.deepEqual(tagsOf(model, path02), moved);
    }
    assert.equal(model.equipment.get("acme.galway.bottling.line02")?.label, "Line 2");
  });

  it("moves the stations that the line's own entry names by full place", () => {
    const files = FILES.map((file) => ({
      ...file,
      text: file.text.replace("constraint: filler01", "constraint: bottling.line01.filler01"),
    }));
    const model = load(together(files, copy(files, CSV)));
    assert.equal(model.equipment.get("acme.galway.bottling.line02")?.line?.constraint, "acme.galway.bottling.line02.filler01");
  });

  it("adds and changes nothing else", () => {
    const changes = diffPlants(load(FILES), load(together(FILES, copy(FILES, CSV))));
    assert.deepEqual(
      changes
        .filter(({ kind, id }) => !(kind === "added" && id.includes("line02")))
        .map(formatChange)
        .filter((line) => !line.includes("products")),
      [],
    );
    assert.equal(changes.filter(({ part }) => part === "equipment").length, 7);
  });

  it("keeps the ideal cycle times that products state for its machines", () => {
    const named = FILES.map((file) =>
      file.name === "products.yaml"
        ? { ...file, text: "products:\n  still-500: # the usual one\n    idealCycleSeconds: { bottling.line01.filler01: 0.61 }\n" }
        : file,
    );
    const copied = copy(named, CSV);
    assert.equal(idealCycleSeconds(load(together(named, copied)), "acme.galway.bottling.line02.filler01", "still-500"), 0.61);
    assert.ok("files" in copied && copied.files.some(({ text }) => text.includes("# the usual one")));
  });

  it("takes the rows of tag sheets along, by whole addresses or by parts of them", () => {
    const files = [...FILES, SHEET];
    const model = load(together(files, copy(files, `${CSV}ns=2;s=PLC1.DB10.Wt,ns=3;s=PLC7.Weight\nPLC1.,PLC2.\n`)));
    assert.equal(model.tags.get("acme.galway.bottling.line02.filler01._filler_v1.fill_weight")?.address, "ns=3;s=PLC7.Weight");
    assert.equal(model.tags.get("acme.galway.bottling.line02._raw.steam")?.address, "ns=2;s=PLC2.Steam");
  });

  it("keeps the comments of the original", () => {
    const copied = copy(FILES, CSV);
    assert.ok("files" in copied);
    assert.match(copied.files[0]?.text ?? "", /# tags without a modelled contract/);
  });

  it("is refused while an address would belong to both lines, with the row to add", () => {
    const files = [...FILES, SHEET];
    const said = messages(copy(files, CSV));
    assert.equal(said.length, 2);
    assert.match(said[0] ?? "", /^line02\.csv:\d .*PLC1.*already belongs to acme\.galway\.bottling\.line01.*Add a row to the map/s);
  });

  it("is refused when a row of the map occurs nowhere", () => {
    assert.deepEqual(messages(copy(FILES, `${CSV}s=Line09,s=Line10\n`)), [
      'map.csv:4 "s=Line09" occurs in no address or label of what is copied.',
    ]);
  });

  it("keeps the placeholder of the prefix, whatever the map replaces", () => {
    assert.deepEqual(messages(copy(FILES, `${CSV}prefix,suffix\n`)), [
      'map.csv:4 "prefix" occurs in no address or label of what is copied.',
    ]);
  });

  it("needs an original, a free place and a declared parent", () => {
    assert.match(to("bottling.line09", "bottling.line02"), /no equipment "bottling\.line09" to copy/);
    assert.match(to("bottling.line01", "bottling.line01"), /already equipment/);
    assert.match(to("bottling.line01", "packing.line02"), /parent of "packing\.line02" is not declared/);
    assert.match(to("bottling.line01", "bottling.line01.copy"), /lies inside/);
  });
});

describe("a map for copying", () => {
  it("is refused line by line", () => {
    const { problems } = readMap({ name: "map.csv", text: "from;to\na;b\n;c\na;d\n" });
    assert.deepEqual(
      problems.map(({ line, message }) => `${line} ${message}`),
      ['3 Both "from" and "to" must hold something.', '4 "a" is already mapped on line 2.'],
    );
    assert.match(readMap({ name: "m.csv", text: "old,new\na,b\n" }).problems[0]?.message ?? "", /"from" and "to"/);
  });
});
