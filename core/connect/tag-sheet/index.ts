/**
 * Tag sheets: the tags of a plant as rows of a spreadsheet. `rowsOf(model, place)` → `writeSheet(rows)` gives the text;
 * a sheet in the plant directory is part of the model (`loadPlant` reads it), a layer over the YAML files.
 */
export { columnNamed, COLUMNS, type ColumnName } from "./columns.ts";
export type { TagRow } from "./row.ts";
export { rowsOf } from "./rows.ts";
export { type SheetStyle, writeSheet } from "./write.ts";
