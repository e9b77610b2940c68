/** Values that somebody pastes to see how a chart would look. */
import type { TimedSubgroup } from "../../../core/model/limits/index.ts";

export const MOST_PASTED = 100_000;
const SECOND = 1_000;

/**
 * One row each of numbers, parted by spaces, semicolons or commas; a comma inside a single number is a decimal one. `counted`:
 * rows of a count and, with `sized`, the units that were inspected. Measured values become subgroups of `size` in a row.
 * The number of the first row that holds something else.
 */
export function pastedSubgroups(
  text: string,
  { counted, sized, size }: { readonly counted: boolean; readonly sized: boolean; readonly size: number },
): readonly TimedSubgroup[] | { readonly row: number } {
  const rows: number[][] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const numbers = numbersOf(line, counted);
    const whole = !counted || numbers.length === 0 || numbers.length === (sized ? 2 : 1);
    if (!whole || numbers.some((number) => !Number.isFinite(number))) return { row: i + 1 };
    if (numbers.length > 0) rows.push(numbers);
  }
  if (counted) return rows.map(([count = 0, units = 0], i) => ({ at: i * SECOND, subgroup: sized ? { count, size: units } : { count } }));
  const values = rows.flat();
  return Array.from({ length: Math.floor(values.length / size) }, (_, i) => ({
    at: i * SECOND,
    subgroup: { values: values.slice(i * size, (i + 1) * size) },
  }));
}

function numbersOf(line: string, counted: boolean): number[] {
  const words = line.trim().split(/[\s;]+|,\s+/);
  return words
    .flatMap((word) => (counted || word.split(",").length > 2 || word.includes(".") ? word.split(",") : [word.replace(",", ".")]))
    .filter((word) => word !== "")
    .map(Number);
}
