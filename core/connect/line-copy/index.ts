/**
 * Copying a line: equipment, its tag rows and its products' cycle times under another place, with addresses changed by
 * a map. `copyEquipment(files, { from, to, map })` gives the files to write; nothing of the original changes.
 */
import { type Document, isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap } from "yaml";
import { parseCsv } from "../csv/index.ts";
import { loadPlant, type PlantFile, type PlantModel, type Problem } from "../model/index.ts";
import { unguardText } from "../tag-sheet/cells.ts";
import { rowsOf, type TagRow, writeSheet } from "../tag-sheet/index.ts";

export interface CopyRequest {
  /** Place below the site, e.g. `bottling.line01`; all equipment below it comes along. */
  readonly from: string;
  readonly to: string;
  readonly map: readonly Replacement[];
}

/** A whole address or label, or a part of addresses, and what stands there instead at the copy. */
export interface Replacement {
  readonly from: string;
  readonly to: string;
  /** Where it was written, for messages. */
  readonly file: string;
  readonly line: number;
}

export type Copied = { readonly files: readonly PlantFile[] } | { readonly problems: readonly Problem[] };

/** A map as CSV with the columns `from` and `to`; what cannot be read is a problem with its line. */
export function readMap(file: PlantFile): { readonly map: readonly Replacement[]; readonly problems: readonly Problem[] } {
  const { records, problems } = parseCsv(file.text, { file: file.name, uneven: true });
  const found = [...problems];
  const [heading, ...rows] = records;
  const names = heading?.fields.map((name) => name.trim().toLowerCase()) ?? [];
  const [from, to] = [names.indexOf("from"), names.indexOf("to")];
  if (from < 0 || to < 0) return { map: [], problems: [...found, problem(file.name, 1, 'The map needs the columns "from" and "to".')] };
  const map: Replacement[] = [];
  const seen = new Map<string, number>();
  for (const { fields, line } of rows) {
    if (fields.every((cell) => cell.trim() === "")) continue;
    const [old, young] = [unguardText(fields[from] ?? ""), unguardText(fields[to] ?? "")];
    const first = seen.get(old);
    if (old === "" || young === "") found.push(problem(file.name, line, 'Both "from" and "to" must hold something.'));
    else if (first !== undefined) found.push(problem(file.name, line, `"${old}" is already mapped on line ${first}.`));
    else map.push({ from: old, to: young, file: file.name, line });
    seen.set(old, first ?? line);
  }
  return { map, problems: found };
}

/** The files that make the copy: a new YAML file, a new sheet where the original has rows, and product files with added cycle times. */
export function copyEquipment(files: readonly PlantFile[], { from, to, map }: CopyRequest): Copied {
  const reading = loadPlant(files);
  if ("problems" in reading) return { problems: reading.problems };
  const { model } = reading;
  const wrong = misplaced(model, from, to);
  if (wrong !== undefined) return { problems: [problem(files[0]?.name ?? "(no file)", 1, wrong)] };
  const places = new Places(from, to, new Replacer(map));
  const name = to.slice(to.lastIndexOf(".") + 1);
  const added = [{ name: `${name}.yaml`, text: equipmentOf(files, places) }, ...sheetOf(files, model, places, `${name}.csv`)];
  const taken = added.find((file) => files.some((other) => other.name === file.name));
  if (taken !== undefined) return { problems: [problem(taken.name, 1, "There is a file of this name already; move it first.")] };
  const result = [...added, ...withCycleTimes(files, places)];
  const problems = [...places.replacer.unused(), ...conflicts(files, result)];
  return problems.length > 0 ? { problems } : { files: result };
}

function misplaced({ equipment, enterprise, site }: PlantModel, from: string, to: string): string | undefined {
  const root = `${enterprise}.${site}`;
  if (!equipment.has(`${root}.${from}`)) return `There is no equipment "${from}" to copy.`;
  if (equipment.has(`${root}.${to}`)) return `There is already equipment "${to}". Choose another place.`;
  if (to.startsWith(`${from}.`)) return `"${to}" lies inside "${from}"; a line is not copied into itself.`;
  const parent = to.includes(".") ? `${root}.${to.slice(0, to.lastIndexOf("."))}` : root;
  return equipment.has(parent) ? undefined : `The parent of "${to}" is not declared. Declare it in a .yaml file first.`;
}

/** What the whole plant would then complain about, addresses that two lines share included. */
function conflicts(files: readonly PlantFile[], added: readonly PlantFile[]): readonly Problem[] {
  const kept = files.filter(({ name }) => !added.some((file) => file.name === name));
  const reading = loadPlant([...kept, ...added]);
  if ("problems" in reading) return reading.problems;
  const isNew = ({ file }: Problem): boolean => added.some(({ name }) => name === file);
  return reading.warnings
    .filter((warning) => isNew(warning) && warning.message.includes("already belongs to"))
    .map((warning) => ({ ...warning, message: `${warning.message} Add a row to the map that changes it.` }));
}

const PREFIX = "{prefix}";

/** Replaces addresses: a row for the whole address first, else the row with the longest part that it contains. */
class Replacer {
  readonly #map: readonly Replacement[];
  readonly #used = new Set<Replacement>();

  constructor(map: readonly Replacement[]) {
    this.#map = map.toSorted((a, b) => b.from.length - a.from.length);
  }

  address(text: string): string {
    const whole = this.#map.find(({ from }) => from === text);
    // The placeholder is no part of the address.
    const parts = text.split(PREFIX);
    const row = whole ?? this.#map.find(({ from }) => parts.some((part) => part.includes(from)));
    if (row === undefined) return text;
    this.#used.add(row);
    return whole === undefined ? parts.map((part) => part.replace(row.from, () => row.to)).join(PREFIX) : row.to;
  }

  label(text: string): string {
    const row = this.#map.find(({ from }) => from === text);
    if (row !== undefined) this.#used.add(row);
    return row?.to ?? text;
  }

  unused(): readonly Problem[] {
    return this.#map
      .filter((row) => !this.#used.has(row))
      .map(({ file, line, from }) => problem(file, line, `"${from}" occurs in no address or label of what is copied.`));
  }
}

class Places {
  readonly from: string;
  readonly to: string;
  readonly replacer: Replacer;

  constructor(from: string, to: string, replacer: Replacer) {
    this.from = from;
    this.to = to;
    this.replacer = replacer;
  }

  has(place: string): boolean {
    return place === this.from || place.startsWith(`${this.from}.`);
  }

  moved(place: string): string {
    return this.has(place) ? this.to + place.slice(this.from.length) : place;
  }
}

/** The equipment entries of all files under their new places, with their comments. */
function equipmentOf(files: readonly PlantFile[], places: Places): string {
  const copy = parseDocument("equipment: {}\n");
  const target = copy.createNode({}) as YAMLMap;
  for (const document of documentsOf(files)) {
    const equipment = document.get("equipment");
    for (const pair of isMap(equipment) ? equipment.items : []) {
      const place = nameOf(pair.key);
      if (place === undefined || !places.has(place)) continue;
      const moved = pair.clone();
      if (isScalar(moved.key)) moved.key.value = places.moved(place);
      rewrite(moved.value, places);
      target.add(moved);
    }
  }
  target.flow = false;
  copy.set("equipment", target);
  return copy.toString({ lineWidth: 0 });
}

/** Changes what names the device or the line in one entry: prefix, addresses, label, stations by full place. */
function rewrite(entry: unknown, places: Places): void {
  if (!isMap(entry)) return;
  change(entry, "prefix", (text) => places.replacer.address(text));
  change(entry, "label", (text) => places.replacer.label(text));
  for (const part of ["feeds", "line"]) moveStations(entry.get(part), places);
  for (const part of ["tags", "raw"]) {
    const tags = entry.get(part);
    for (const { value } of isMap(tags) ? tags.items : [])
      if (isMap(value)) change(value, "address", (text) => places.replacer.address(text));
  }
}

function moveStations(node: unknown, places: Places): void {
  if (isScalar(node)) {
    if (typeof node.value === "string") node.value = places.moved(node.value);
  } else if (isMap(node)) for (const { value } of node.items) moveStations(value, places);
  else if (isSeq(node)) for (const item of node.items) moveStations(item, places);
}

function change(map: YAMLMap, key: string, to: (text: string) => string): void {
  const node = map.get(key, true) as Node | undefined;
  if (isScalar(node) && typeof node.value === "string") node.value = to(node.value);
}

/** The rows that sheets lay over the original, for the copy. */
function sheetOf(files: readonly PlantFile[], model: PlantModel, places: Places, name: string): readonly PlantFile[] {
  const sheets = files.filter((file) => /\.csv$/i.test(file.name));
  const withoutSheets = loadPlant(files.filter((file) => !sheets.includes(file)));
  const plain =
    "model" in withoutSheets
      ? new Map(rowsOf(withoutSheets.model, places.from).map((row) => [keyOf(row), row]))
      : new Map<string, TagRow>();
  const rows = rowsOf(model, places.from).filter((row) => JSON.stringify(row) !== JSON.stringify(plain.get(keyOf(row))));
  if (rows.length === 0) return [];
  const moved = rows.map((row) => ({
    ...row,
    equipment: places.moved(row.equipment),
    ...(row.address === undefined ? {} : { address: places.replacer.address(row.address) }),
  }));
  return [{ name, text: writeSheet(moved) }];
}

/** Files in which a product's ideal cycle time names a machine of the original, with the same time for its copy. */
function withCycleTimes(files: readonly PlantFile[], places: Places): readonly PlantFile[] {
  return files.flatMap((file) => {
    if (!/\.ya?ml$/i.test(file.name)) return [];
    const document = parseDocument(file.text);
    const products = document.get("products");
    let touched = false;
    for (const { value: product } of isMap(products) ? products.items : []) {
      const cycles = isMap(product) ? product.get("idealCycleSeconds") : undefined;
      if (!isMap(cycles)) continue;
      const moved = cycles.items.filter(({ key }) => places.has(nameOf(key) ?? ""));
      for (const { key, value } of moved) cycles.set(places.moved(nameOf(key) ?? ""), isScalar(value) ? value.value : value);
      touched ||= moved.length > 0;
    }
    return touched ? [{ name: file.name, text: document.toString({ lineWidth: 0 }) }] : [];
  });
}

function documentsOf(files: readonly PlantFile[]): readonly Document[] {
  return files.filter(({ name }) => /\.ya?ml$/i.test(name)).map(({ text }) => parseDocument(text));
}

function nameOf(key: unknown): string | undefined {
  return isScalar(key) && typeof key.value === "string" ? key.value : undefined;
}

function keyOf({ equipment, tag }: TagRow): string {
  return `${equipment} ${tag}`;
}

function problem(file: string, line: number, message: string): Problem {
  return { file, line, column: 1, field: "(copy)", message };
}
