import { type Conversion, convert } from "./convert.ts";

/** Which UCUM code people see in the place of which; what is stored keeps its own. */
export type DisplayUnits = ReadonlyMap<string, string>;

/** A unit as people see it: `shown = stored * factor + offset`. */
export interface ShownUnit extends Conversion {
  /** UCUM code. */
  readonly code: string;
}

/**
 * What is shown in the place of a unit: itself, where nothing else is asked for.
 *
 * shownUnit("Cel", new Map([["Cel", "[degF]"]])) → { code: "[degF]", factor: 1.8, offset: 32 }
 */
export function shownUnit(unit: string, display: DisplayUnits | undefined): ShownUnit {
  const code = display?.get(unit);
  const conversion = code === undefined ? undefined : convert(unit, code);
  if (code === undefined || conversion === undefined || "problem" in conversion) return { code: unit, factor: 1, offset: 0 };
  return { code, ...conversion };
}
