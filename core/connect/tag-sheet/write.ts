/** Tag rows as a sheet that spreadsheets open and version control shows well. */
import { guardText, quoteCell, writeNumber, writeValues } from "./cells.ts";
import { COLUMNS } from "./columns.ts";
import type { TagRow } from "./row.ts";

export interface SheetStyle {
  /** `,` by default. */
  readonly delimiter?: "," | ";" | "\t";
  /** Numbers with a decimal comma; not with the delimiter `,`. */
  readonly decimalComma?: boolean;
  /** A byte order mark, by which a spreadsheet knows UTF-8. */
  readonly byteOrderMark?: boolean;
}

/**
 * One line per row, sorted by equipment and tag, with a heading. Columns in which no row has anything are left out,
 * except the first four. The same rows give the same text.
 */
export function writeSheet(rows: readonly TagRow[], style: SheetStyle = {}): string {
  const { delimiter = ",", decimalComma = false, byteOrderMark = false } = style;
  const cells = rows.toSorted(inOrder).map((row) => cellsOf(row, decimalComma && delimiter !== ","));
  const used = COLUMNS.map((_, at) => at).filter((at) => at < 4 || cells.some((line) => line[at] !== ""));
  const lines = [COLUMNS.map(({ name }) => name as string), ...cells].map((line) =>
    used.map((at) => quoteCell(line[at] ?? "", delimiter)).join(delimiter),
  );
  return `${byteOrderMark ? "\uFEFF" : ""}${lines.join("\n")}\n`;
}

function cellsOf(row: TagRow, decimalComma: boolean): string[] {
  const { min, max, scale } = row;
  const fields: Readonly<Record<string, unknown>> = { ...row, min, max, ...scale };
  return COLUMNS.map(({ field, kind }) => {
    const value = fields[field];
    if (value === undefined) return "";
    if (kind === "values") return guardText(writeValues(value as Readonly<Record<string, string>>));
    return kind === "number" ? writeNumber(value as number, decimalComma) : guardText(value as string);
  });
}

function inOrder(a: TagRow, b: TagRow): number {
  if (a.equipment !== b.equipment) return a.equipment < b.equipment ? -1 : 1;
  return a.tag < b.tag ? -1 : Number(a.tag > b.tag);
}
