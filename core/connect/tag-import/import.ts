/** What an import gives, and what every importer is told. */
import type { Problem } from "../model/problem.ts";
import type { TagRow } from "../tag-sheet/row.ts";

/** Something of the source that its row cannot carry. */
export interface Note {
  /** Path of the tag, folder or definition in the source's own notation: `Line02/Filler01/Speed`, `Filler01.Speed`. */
  readonly path: string;
  /** `deadband`, `alarms[0].setpointA`, `Scan Rate`. */
  readonly property: string;
  /** As it stands there; a number that no double holds as its text, an empty map or list as `{}` or `[]`. */
  readonly value: string | number | boolean | null;
  /** Line of the source, from 1. */
  readonly line: number;
  /** A sentence: why it is not in the row. */
  readonly why: string;
}

/** Rows and notes of the whole source, or every problem in it and nothing else. */
export type TagImport =
  | { readonly rows: readonly TagRow[]; readonly notes: readonly Note[]; readonly problems: readonly [] }
  | { readonly rows: readonly []; readonly notes: readonly []; readonly problems: readonly Problem[] };

export interface ImportOptions {
  /** Name of the source file, for problems. */
  readonly file: string;
  /** The place that the tags go to, as in plant files: `bottling.line02`. */
  readonly equipment: string;
  /**
   * What folders become: `path` (also without it) parts of the tag name, so that `Motor/Speed` is `motor.speed`; `equipment`
   * the same, but those of the first level are child equipment, as in `bottling.line02.filler01`.
   */
  readonly folders?: "path" | "equipment";
}

export const MAX_ROWS = 100_000;
/** Why for whatever is no concern of a tag sheet. */
export const NO_PLACE_IN_ROW = "A row has no place for it.";

export function failed(problems: readonly Problem[]): TagImport {
  return { rows: [], notes: [], problems };
}
