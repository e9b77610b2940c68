/** What the tests of the importers share: the calls with their usual options, and ways to look at what comes back. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { formatProblem } from "../../../core/connect/model/index.ts";
import {
  importIgnition,
  importKepware,
  type IgnitionOptions,
  type KepwareOptions,
  type Note,
  type TagImport,
} from "../../../core/connect/tag-import/index.ts";
import type { TagRow } from "../../../core/connect/tag-sheet/row.ts";

export const TAGS = "nsu=urn:inductiveautomation:ignition:opcua:tags;s=";
export const sample = (name: string): string => readFileSync(new URL(`samples/${name}`, import.meta.url), "utf8");

export function ignition(source: unknown, options: Partial<IgnitionOptions> = {}): TagImport {
  const text = typeof source === "string" ? source : JSON.stringify(source, null, 1);
  return importIgnition(text, { file: "tags.json", equipment: "bottling.line02", via: "ignition", ...options });
}
export const HEADER =
  "Tag Name,Address,Data Type,Respect Data Type,Client Access,Scan Rate,Scaling,Raw Low,Raw High,Scaled Low,Scaled High," +
  "Scaled Data Type,Clamp Low,Clamp High,Eng Units,Description,Negate Value";
export function kepware(text: string, options: Partial<KepwareOptions> = {}): TagImport {
  return importKepware(text, { file: "tags.csv", equipment: "bottling.line02", via: "kepware", prefix: "Ch1.PLC1", ...options });
}
/** One record under the header, from the cells that are given. */
export function record(cells: Readonly<Record<string, string>>): string {
  const fields = HEADER.split(",").map((column) => `"${(cells[column] ?? "").replaceAll('"', '""')}"`);
  return `${HEADER}\n${fields.join(",")}\n`;
}
export function good(result: TagImport): { readonly rows: readonly TagRow[]; readonly notes: readonly Note[] } {
  assert.deepEqual(result.problems.map(formatProblem), []);
  return result;
}
export function row(result: TagImport): TagRow {
  const { rows } = good(result);
  assert.equal(rows.length, 1);
  return rows[0] ?? assert.fail();
}
export function problems(result: TagImport): readonly string[] {
  assert.ok(result.problems.length > 0, "there was no problem");
  assert.deepEqual([result.rows, result.notes], [[], []], "something was imported all the same");
  return result.problems.map(formatProblem);
}
export function noted(result: TagImport, path: string): Readonly<Record<string, Note["value"]>> {
  return Object.fromEntries(
    good(result)
      .notes.filter((note) => note.path === path)
      .map(({ property, value }) => [property, value]),
  );
}
export function why(result: TagImport, property: string): string {
  return good(result).notes.find((note) => note.property === property)?.why ?? "no note";
}
export const bound = (binding: string): object => ({ bindType: "parameter", binding });
export const speed = { name: "Speed", tagType: "AtomicTag", valueSource: "opc", dataType: "Float4", opcItemPath: "ns=1;s=[PLC1]Speed" };
