import assert from "node:assert/strict";
import { diffPlants, formatChange, loadPlant, type PlantFile, type PlantModel } from "../../../core/connect/model/index.ts";
import { importSheet } from "../../../core/connect/sheet-import/index.ts";
import { rowsOf, writeSheet } from "../../../core/connect/tag-sheet/index.ts";
import { BROKEN_SHEETS, GOOD_SHEET } from "../../support/broken-sheets.ts";
import { plantFiles } from "./plant-files.ts";

const PLANT: readonly PlantFile[] = [...plantFiles(), { name: "lines.csv", text: GOOD_SHEET }];
const STYLES = [{ delimiter: ";", decimalComma: true, byteOrderMark: true }, { delimiter: "\t" }, {}] as const;

function load(files: readonly PlantFile[]): PlantModel {
  const reading = loadPlant(files);
  if ("problems" in reading) assert.fail(reading.problems.map(({ message }) => message).join("\n"));
  return reading.model;
}

/** The files after the import. */
function after(files: readonly PlantFile[], sheet: PlantFile): PlantFile[] {
  const imported = importSheet(files, sheet);
  if ("problems" in imported) assert.fail(imported.problems.map(({ message }) => message).join("\n"));
  const kept = files.filter(({ name }) => !imported.change.has(name));
  return [...kept, ...[...imported.change].flatMap(([name, text]) => (text === null ? [] : [{ name, text }]))];
}
const changes = (before: readonly PlantFile[], next: readonly PlantFile[]): string[] =>
  diffPlants(load(before), load(next)).map(formatChange);

describe("importing a tag sheet", () => {
  for (const style of STYLES)
    it(`takes an export back without a change, ${JSON.stringify(style)}`, () => {
      const text = writeSheet(rowsOf(load(PLANT)), style);
      for (const name of ["lines.csv", "other.csv"]) assert.deepEqual(changes(PLANT, after(PLANT, { name, text })), []);
    });

  it("leaves out what only repeats the plant", () => {
    const plain = plantFiles();
    assert.deepEqual(after(plain, { name: "all.csv", text: writeSheet(rowsOf(load(plain))) }), plain);
  });

  it("changes exactly what was edited, whichever sheet had it before", () => {
    const edited = writeSheet(rowsOf(load(PLANT)), { delimiter: ";", decimalComma: true }).replace("PLC1.Tq", "PLC2.Tq");
    for (const name of ["lines.csv", "other.csv"])
      assert.deepEqual(changes(PLANT, after(PLANT, { name, text: edited })), [
        '~ tags acme.galway.hall.line.capper._raw.torque address "ns=2;s=PLC1.Tq" → "ns=2;s=PLC2.Tq"',
      ]);
  });

  it("replaces the sheet of its name as a whole: rows it no longer has are gone", () => {
    const text = writeSheet(rowsOf(load(PLANT))).replace(/^.*torque.*\n/m, "");
    const removed = "- tags acme.galway.hall.line.capper._raw.torque";
    assert.deepEqual(
      changes(PLANT, after(PLANT, { name: "lines.csv", text })).map((line) => line.slice(0, removed.length)),
      [removed],
    );
  });

  it("keeps the rows of other sheets that the import does not name, and removes a sheet that lost its last row", () => {
    const one = "equipment;tag;address\nhall.line.capper;torque;ns=2;s=\n".replace("ns=2;s=", '"ns=2;s=New"');
    const next = after(PLANT, { name: "new.csv", text: one.replace("address", "type;address").replace("torque;", "torque;float;") });
    const kept = next.find(({ name }) => name === "lines.csv")?.text ?? "";
    assert.ok(!kept.includes("capper,torque") && kept.includes("bowl_level"));
    const all = after(PLANT, { name: "new.csv", text: writeSheet(rowsOf(load(PLANT))) });
    assert.ok(!all.some(({ name }) => name === "lines.csv"));
  });

  it("finds a tag by its name with and without contract or _raw", () => {
    const text = "equipment,tag,type,address\nhall.line.filler,_filler_v1.weight,,ns=2;s=A\nhall.line.capper,_raw.torque,float,ns=2;s=B\n";
    const next = after(PLANT, { name: "new.csv", text });
    const { tags } = load(next);
    assert.equal(tags.get("acme.galway.hall.line.filler._filler_v1.weight")?.address, "ns=2;s=A");
    assert.equal(tags.get("acme.galway.hall.line.capper._raw.torque")?.address, "ns=2;s=B");
  });

  it("says what is wrong at the lines and columns of the sheet as it was written", () => {
    for (const { what, text, at } of BROKEN_SHEETS) {
      const imported = importSheet(plantFiles(), { name: "lines.csv", text });
      const places = "problems" in imported ? imported.problems.map(({ line, column }) => `${line}:${column}`) : [];
      for (const place of at) assert.ok(places.includes(place), `${what}: ${place} in ${places.join(" ")}`);
    }
  });
});
