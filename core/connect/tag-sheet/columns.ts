/** The columns of a tag sheet and the field of a plant file that each stands for. */

export interface Column {
  readonly name: string;
  readonly kind: "text" | "number" | "values";
  /** Field of a tag in a plant file; one level deep where it stands in a group (`range.min`). */
  readonly field: string;
  readonly group?: "range" | "scale";
}

/** In the order in which a sheet is written. `equipment` and `tag` say which tag the row is about. */
export const COLUMNS = [
  { name: "equipment", kind: "text", field: "equipment" },
  { name: "tag", kind: "text", field: "tag" },
  { name: "address", kind: "text", field: "address" },
  { name: "type", kind: "text", field: "type" },
  { name: "unit", kind: "text", field: "unit" },
  { name: "min", kind: "number", field: "min", group: "range" },
  { name: "max", kind: "number", field: "max", group: "range" },
  { name: "values", kind: "values", field: "values" },
  { name: "expected_every_seconds", kind: "number", field: "expectedEverySeconds" },
  { name: "source_unit", kind: "text", field: "sourceUnit" },
  { name: "raw_low", kind: "number", field: "rawLow", group: "scale" },
  { name: "raw_high", kind: "number", field: "rawHigh", group: "scale" },
  { name: "low", kind: "number", field: "low", group: "scale" },
  { name: "high", kind: "number", field: "high", group: "scale" },
  { name: "description", kind: "text", field: "description" },
] as const satisfies readonly Column[];

export type ColumnName = (typeof COLUMNS)[number]["name"];

/** Columns that every row needs. */
export const REQUIRED = ["equipment", "tag"] as const satisfies readonly ColumnName[];

/** A heading as people write it: `Expected every seconds` is `expected_every_seconds`. */
export function columnNamed(heading: string): (typeof COLUMNS)[number] | undefined {
  const name = heading
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");
  return COLUMNS.find((column) => column.name === name);
}
