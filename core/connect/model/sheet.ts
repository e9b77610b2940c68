/**
 * A tag sheet (CSV) as part of the plant model. Each row becomes the same tree that a tag of a YAML file is, so that one
 * reader checks both and every finding names row and column.
 */
import { parseCsv } from "../csv/index.ts";
import { readNumber, readValues, unguardText } from "../tag-sheet/cells.ts";
import { type Column, COLUMNS, columnNamed, REQUIRED } from "../tag-sheet/columns.ts";
import type { Entry, MapEntry, PlantFile, ValueEntry } from "./document.ts";
import { type Findings, nearest, shown, type Spot } from "./problem.ts";
import { Section } from "./section.ts";

export interface SheetRow {
  /** Place below the site. */
  readonly equipment: string;
  /** Key of a tag of the class, or a name under `_raw`. */
  readonly tag: string;
  readonly section: Section;
}

const GROUP_FIELDS = { range: "range", scale: "scale" } as const;

export function isSheet(file: PlantFile): boolean {
  return /\.csv$/i.test(file.name);
}

/** The rows of a sheet that can be read; everything wrong with the others is in the findings. */
export function readSheet(file: PlantFile, findings: Findings): readonly SheetRow[] {
  const { records, delimiter, problems } = parseCsv(file.text, { file: file.name, uneven: true });
  for (const { message, ...spot } of problems) findings.unreadable(spot, message);
  const [heading, ...rows] = records;
  if (problems.length > 0) return [];
  if (heading === undefined) return [];
  const columns = readHeading(heading.fields, { file: file.name, line: heading.line }, findings);
  if (columns === undefined) return [];
  return rows.flatMap(({ fields, line }) => {
    if (fields.every((cell) => cell.trim() === "")) return [];
    return new RowReader({ file: file.name, line, delimiter, columns, findings }).read(fields) ?? [];
  });
}

/** The column at each place of the heading; undefined where the heading cannot be used. */
function readHeading(
  headings: readonly string[],
  place: { readonly file: string; readonly line: number },
  findings: Findings,
): readonly (Column | undefined)[] | undefined {
  const names = COLUMNS.map(({ name }) => name);
  if (!headings.some((heading) => REQUIRED.some((name) => columnNamed(heading)?.name === name))) {
    const message = `The first line names the columns; this one has no column "equipment" or "tag". Allowed: ${names.join(", ")}.`;
    return findings.unreadable({ ...place, column: 1, field: "(heading)" }, message);
  }
  let usable = true;
  const columns = headings.map((heading, at) => {
    if (heading.trim() === "" || heading.trim().startsWith("#")) return undefined;
    const column = columnNamed(heading);
    const spot = { ...place, column: at + 1, field: "(heading)" };
    if (column === undefined) {
      usable = false;
      return findings.unreadable(
        spot,
        `There is no column ${shown(heading.trim())} in a tag sheet. Allowed: ${names.join(", ")}; a heading that starts with # is a remark.${meant(heading, names)}`,
      );
    }
    if (headings.findIndex((other) => columnNamed(other) === column) < at) {
      usable = false;
      return findings.unreadable(spot, `The column "${column.name}" stands here twice; keep one.`);
    }
    return column;
  });
  for (const name of REQUIRED) {
    if (columns.some((column) => column?.name === name)) continue;
    usable = false;
    findings.unreadable(
      { ...place, column: 1, field: "(heading)" },
      `The sheet has no column "${name}". The first line names the columns.`,
    );
  }
  return usable ? columns : undefined;
}

function meant(heading: string, names: readonly string[]): string {
  const near = nearest(heading.trim().toLowerCase(), names);
  return near === undefined ? "" : ` Did you mean "${near}"?`;
}

interface RowPlace {
  readonly file: string;
  readonly line: number;
  readonly delimiter: string;
  readonly columns: readonly (Column | undefined)[];
  readonly findings: Findings;
}

class RowReader {
  readonly #place: RowPlace;
  #name = "(row)";

  constructor(place: RowPlace) {
    this.#place = place;
  }

  read(cells: readonly string[]): SheetRow | undefined {
    const { columns, findings } = this.#place;
    const cellOf = (name: string): string => cells[columns.findIndex((column) => column?.name === name)] ?? "";
    const [equipment, tag] = [unguardText(cellOf("equipment")), unguardText(cellOf("tag"))];
    if (cells.slice(columns.length).some((cell) => cell.trim() !== ""))
      return findings.problem(this.#spot(columns.length), "The row has more cells than the heading; is a separator not in quotes?");
    for (const [name, text] of [
      ["equipment", equipment],
      ["tag", tag],
    ] as const)
      if (text === "") return findings.problem(this.#spot(columns.findIndex((column) => column?.name === name)), `"${name}" is empty.`);
    this.#name = `${equipment}/${tag}`;
    const fields = new Map<string, Entry>();
    for (const [at, column] of columns.entries()) {
      const cell = cells[at]?.trim() ?? "";
      if (column === undefined || cell === "" || column.name === "equipment" || column.name === "tag") continue;
      // What was refused counts as given: that it is missing needs no second complaint.
      const entry = this.#entry(column, cell, at) ?? this.#value(null, at, column.field);
      if (column.group === undefined) fields.set(column.field, entry);
      else this.#group(fields, GROUP_FIELDS[column.group], at).set(column.field, entry);
    }
    const here = { ...this.#spot(0), field: this.#name };
    const section = Section.of({ kind: "map", fields, at: here, keyAt: here }, findings);
    return section === undefined ? undefined : { equipment, tag, section };
  }

  #entry(column: Column, cell: string, at: number): Entry | undefined {
    const { delimiter, findings } = this.#place;
    if (column.kind === "text") return this.#value(unguardText(cell), at, column.field);
    if (column.kind === "values") {
      const pairs = readValues(unguardText(cell));
      if (pairs !== undefined)
        return this.#map(new Map(pairs.map(([number, text]) => [number, this.#value(text, at, number)])), at, "values");
      return findings.problem(this.#spot(at, column.field), `${shown(cell)} is no list of values.`, { allowed: "0=Off|1=On" });
    }
    const number = readNumber(cell, delimiter);
    return typeof number === "number"
      ? this.#value(number, at, column.field)
      : findings.problem(this.#spot(at, column.field), number.problem);
  }

  /** The map of a group such as `range`, made with its first column. */
  #group(fields: Map<string, Entry>, name: string, at: number): Map<string, Entry> {
    const known = fields.get(name);
    if (known?.kind === "map") return known.fields as Map<string, Entry>;
    const inner = new Map<string, Entry>();
    fields.set(name, this.#map(inner, at, name));
    return inner;
  }

  #map(fields: ReadonlyMap<string, Entry>, at: number, field: string): MapEntry {
    const spot = this.#spot(at, field);
    return { kind: "map", fields, at: spot, keyAt: spot };
  }

  #value(value: string | number | null, at: number, field: string): ValueEntry {
    const spot = this.#spot(at, field);
    return { kind: "value", value, at: spot, keyAt: spot };
  }

  #spot(at: number, field?: string): Spot {
    const { file, line } = this.#place;
    return { file, line, column: at + 1, field: field === undefined ? this.#name : `${this.#name}.${field}` };
  }
}
