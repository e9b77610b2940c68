/** Applying a conversion. Apart from the table of units: the threads of the stores convert too, and need not hold it. */
import type { Conversion } from "./convert.ts";

/** A value of a quantity; a difference of two values has the same factor and no offset. */
export function inShownUnit(value: number, { factor, offset }: Conversion): number {
  return value * factor + offset;
}
