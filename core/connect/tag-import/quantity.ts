import type { TagType } from "../model/index.ts";
import { parseUnit } from "../units/index.ts";

const NUMERIC: ReadonlySet<TagType> = new Set(["float", "int", "int64"]);

/** The UCUM code of a unit as people write it, or why a tag of this type gets none. */
export function unitOf(text: string, type: TagType | undefined): { readonly code: string } | { readonly why: string } {
  if (type !== undefined && !NUMERIC.has(type)) return { why: `A tag of type ${type} has no unit.` };
  const unit = parseUnit(text.trim());
  return "value" in unit ? { code: unit.value.code } : { why: `${unit.problem} The row has no unit.` };
}

/** A number as JSON and CSV exports write it; undefined for anything else. */
export function numberOf(text: string): number | undefined {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text.trim())) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
