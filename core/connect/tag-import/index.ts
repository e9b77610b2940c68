/**
 * Tag lists of other systems as rows of a tag sheet. An import is lossless: whatever the source says of a tag is in its
 * row or in a note, and a source with a problem gives problems and no rows.
 */
export { importIgnition, type IgnitionOptions } from "./ignition.ts";
export { importKepware, type KepwareOptions } from "./kepware.ts";
export type { ImportOptions, Note, TagImport } from "./import.ts";
