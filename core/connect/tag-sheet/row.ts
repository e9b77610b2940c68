/** One row of a tag sheet: what a spreadsheet says about one tag of one piece of equipment. */
import type { Scale, TagType } from "../model/index.ts";

/**
 * A row is a layer over the plant model's YAML: where the equipment's class (or its `raw` part) has the tag, the row
 * overrides what it states and leaves the rest; any other name is a tag of its own under `_raw` and needs a type.
 */
export interface TagRow {
  /** Place of the equipment below the site, as in plant files: `bottling.line02.filler01`. */
  readonly equipment: string;
  /** Key of a tag of the equipment's class, or a name under `_raw`. */
  readonly tag: string;
  /** Address at the source; may hold `{prefix}`. */
  readonly address?: string;
  readonly type?: TagType;
  /** UCUM code in which the tag is stored. */
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  /** Of an enum: text per number. */
  readonly values?: Readonly<Record<string, string>>;
  /** Longest time without a new value before the tag is stale. */
  readonly expectedEverySeconds?: number;
  /** UCUM code at the source, after scaling, where it differs from `unit`. */
  readonly sourceUnit?: string;
  readonly scale?: Scale;
  readonly description?: string;
}
