/** What stands in one cell of a tag sheet, both ways. */

/** A spreadsheet takes text that begins so for a formula; a hostile name at a server must not become one. */
const LOOKS_LIKE_FORMULA = /^[=+\-@\t\r']/;
const GUARDED = /^'[=+\-@\t\r']/;

/** Text for a cell that no spreadsheet runs: an apostrophe goes before what looks like a formula. */
export function guardText(text: string): string {
  return LOOKS_LIKE_FORMULA.test(text) ? `'${text}` : text;
}

/** The text that `guardText` was given. Blanks around it are dropped: nobody sees them in a spreadsheet. */
export function unguardText(cell: string): string {
  const text = cell.trim();
  return GUARDED.test(text) ? text.slice(1) : text;
}

/** In quotes where its content needs them. */
export function quoteCell(cell: string, delimiter: string): string {
  return cell.includes(delimiter) || /["\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const COMMA = /^[+-]?(?:\d+,\d*|,\d+)(?:[eE][+-]?\d+)?$/;

/**
 * A number with a point or, where the sheet is separated by ";" or tab, with a decimal comma. Grouped thousands are
 * refused, because "1.234" and "1,234" mean different numbers to different spreadsheets.
 */
export function readNumber(cell: string, delimiter: string): number | { readonly problem: string } {
  const text = cell.trim();
  if (PLAIN.test(text)) return finite(Number(text), text);
  if (COMMA.test(text)) {
    if (delimiter !== ",") return finite(Number(text.replace(",", ".")), text);
    return { problem: `"${text}" may be a decimal comma or grouped thousands; in a sheet separated by "," write a point.` };
  }
  return { problem: `"${text.slice(0, 40)}" is no number. Write digits with at most one decimal sign and no grouping.` };
}

function finite(value: number, text: string): number | { readonly problem: string } {
  return Number.isFinite(value) ? value : { problem: `"${text.slice(0, 40)}" is too large for a number.` };
}

export function writeNumber(value: number, decimalComma: boolean): string {
  return decimalComma ? String(value).replace(".", ",") : String(value);
}

/** `{ 0: "Off", 1: "On" }` is written `0=Off|1=On`; "|" and "\" in a text are escaped by "\". */
export function writeValues(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([number, text]) => `${number}=${text.replaceAll(/[\\|]/g, String.raw`\$&`)}`)
    .join("|");
}

/** Undefined when the cell is no such list. Numbers that are no integers are the model's to refuse. */
export function readValues(cell: string): readonly (readonly [number: string, text: string])[] | undefined {
  const pairs: [string, string][] = [];
  for (const [, escaped = ""] of cell.matchAll(/((?:\\[^]|[^\\|])+)(?:\||$)/g)) {
    const item = escaped.replaceAll(/\\([^])/g, "$1");
    const equals = item.indexOf("=");
    if (equals < 1) return undefined;
    pairs.push([item.slice(0, equals).trim(), item.slice(equals + 1).trim()]);
  }
  return pairs.length === 0 ? undefined : pairs;
}
