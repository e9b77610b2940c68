/** How long each value of a column of readings has held: what StateCumulativeTime and ModeCumulativeTime count. */
import type { Column } from "../oee/column.ts";

/** Milliseconds per value. Time at which the value is not known belongs to none. */
export type Cumulative = Readonly<Record<string, number>>;

/** `before`, and what the column adds to it in [from, to). */
export function cumulated(before: Cumulative, column: Column<string | null>, from: number, to: number): Cumulative {
  const sums = new Map(Object.entries(before));
  for (let i = column.at(from); i < column.length && column.time(i) < to; i += 1) {
    const value = column.value(i) ?? null;
    const ms = Math.min(to, column.time(i + 1)) - Math.max(from, column.time(i));
    if (value !== null && ms > 0) sums.set(value, (sums.get(value) ?? 0) + ms);
  }
  return Object.fromEntries(sums);
}
