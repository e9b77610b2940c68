/**
 * Taking a tag sheet that people edited outside: `importSheet(files, { name, text })` gives the sheets as they then are.
 * The sheet of that name is replaced as a whole, a row about the same tag in another sheet gives way, and what only
 * repeats the plant is left out. Mistakes are named at the lines and columns of `text`.
 */
import { parseCsv } from "../csv/index.ts";
import { loadPlant, type PlantFile, type PlantModel, type Problem } from "../model/index.ts";
import { Findings } from "../model/problem.ts";
import { readSheet } from "../model/sheet.ts";
import { guardText, quoteCell, readNumber, unguardText } from "../tag-sheet/cells.ts";
import { columnNamed, COLUMNS, type ColumnName, rowsOf, writeSheet } from "../tag-sheet/index.ts";

/** Text per file name, null where a sheet lost its last row; or why the import cannot be read. */
export type Imported = { readonly change: ReadonlyMap<string, string | null> } | { readonly problems: readonly Problem[] };

type Cells = Partial<Record<ColumnName, string>>;
interface Row {
  readonly key: string;
  readonly cells: Cells;
}

const IDENTITY: ReadonlySet<string> = new Set(["equipment", "tag"]);

/** `files`: the plant as it is; `name`: the sheet that the rows go to, which may exist. Neither needs to be of one style. */
export function importSheet(files: readonly PlantFile[], { name, text }: PlantFile): Imported {
  const faults = faultsOf({ name, text });
  if (faults.length > 0) return { problems: faults };
  const whole = loadPlant(files);
  const model = "model" in whole ? whole.model : undefined;
  const imported = rowsIn({ name, text }, model);
  const { change, others } = giveWay(
    files.filter((file) => file.name !== name),
    new Set(imported.map(({ key }) => key)),
    model,
  );
  const asWritten = loadPlant([...others, { name, text }]);
  if ("problems" in asWritten) return { problems: asWritten.problems };
  const plain = plainCells(others);
  const rows = imported.flatMap((row) => difference(row, plain.get(row.key)) ?? []);
  if (rows.length > 0) change.set(name, sheetText(rows));
  else if (files.some((file) => file.name === name)) change.set(name, null);
  return { change };
}

/** The other files without the rows about the tags named, and which of them that changes. */
function giveWay(
  files: readonly PlantFile[],
  named: ReadonlySet<string>,
  model: PlantModel | undefined,
): { readonly change: Map<string, string | null>; readonly others: readonly PlantFile[] } {
  const change = new Map<string, string | null>();
  const others = files.flatMap((file) => {
    const had = isSheet(file) ? rowsIn(file, model) : [];
    const rows = had.filter(({ key }) => !named.has(key));
    if (rows.length === had.length) return [file];
    const text = rows.length === 0 ? null : sheetText(rows);
    change.set(file.name, text);
    return text === null ? [] : [{ name: file.name, text }];
  });
  return { change, others };
}

/** The whole row when it says anything that the plant does not say without it: a range belongs to its unit. */
function difference(row: Row, plain: Cells | undefined): Row | undefined {
  const differs = Object.entries(row.cells).some(([column, cell]) => !IDENTITY.has(column) && cell !== plain?.[column as ColumnName]);
  return plain === undefined || differs ? row : undefined;
}

/** The cells of every tag of the plant, as an export writes them. None when the plant does not load without the rows. */
function plainCells(files: readonly PlantFile[]): ReadonlyMap<string, Cells> {
  const reading = loadPlant(files);
  if ("problems" in reading) return new Map();
  const exported = { name: "", text: writeSheet(rowsOf(reading.model)) };
  return new Map(rowsIn(exported, reading.model).map(({ key, cells }) => [key, cells]));
}

/** Only of sheets whose cells can be read. */
function rowsIn({ text }: PlantFile, model: PlantModel | undefined): readonly Row[] {
  const { records, delimiter } = parseCsv(text);
  const [heading, ...lines] = records;
  const columns = heading?.fields.map(columnNamed) ?? [];
  return lines.flatMap(({ fields }): Row[] => {
    const cells: Cells = {};
    for (const [at, column] of columns.entries()) {
      const cell = fields[at]?.trim() ?? "";
      if (column !== undefined && cell !== "")
        cells[column.name] = column.kind === "number" ? plainNumber(cell, delimiter) : unguardText(cell);
    }
    return Object.keys(cells).length === 0 ? [] : [{ key: keyOf(cells.equipment ?? "", cells.tag ?? "", model), cells }];
  });
}

/** What is wrong with the cells, at their own lines and columns. */
function faultsOf(file: PlantFile): readonly Problem[] {
  const findings = new Findings();
  readSheet(file, findings);
  return findings.all();
}

/** One key per tag, however it is written: with or without the contract of its class, with or without `_raw`. */
function keyOf(equipment: string, tag: string, model: PlantModel | undefined): string {
  const asset = `${model?.enterprise}.${model?.site}.${equipment}`;
  const contract = model?.classes.get(model.equipment.get(asset)?.class ?? "")?.contract;
  const modelled = contract !== undefined && model?.tags.has(`${asset}.${contract}.${tag}`) === true;
  return modelled ? `${equipment} ${contract}.${tag}` : `${equipment} ${tag.startsWith("_") ? tag : `_raw.${tag}`}`;
}

/** With a point; what is no number stays as it is, for the model to refuse with its line. */
function plainNumber(cell: string, delimiter: string): string {
  const number = readNumber(cell, delimiter);
  return typeof number === "number" ? String(number) : cell;
}

/** Rows in the order in which they were read, in the house's one style. */
function sheetText(rows: readonly Row[]): string {
  const used = COLUMNS.filter((column, at) => at < 4 || rows.some(({ cells }) => cells[column.name] !== undefined));
  const lines = rows.map(({ cells }) =>
    used.map(({ name, kind }) => quoteCell(kind === "number" ? (cells[name] ?? "") : guardText(cells[name] ?? ""), ",")).join(","),
  );
  return `${[used.map(({ name }) => name).join(","), ...lines].join("\n")}\n`;
}

function isSheet({ name }: PlantFile): boolean {
  return /\.csv$/i.test(name);
}
