/** Fields of a panel with the decimals that their values have together. */
import type { Field } from "../../../../core/see/board/spec.ts";
import { reachOf, sharedDecimals } from "./decimals.ts";
import type { Value } from "./format.ts";

/**
 * Fields as their values are printed: what stands on one scale shares its decimals, by the distance of its limits where it has some.
 * Limits that were computed have more of them than what was measured, so they share theirs.
 */
export function printedFields(fields: readonly Field[], columns: readonly (readonly Value[])[]): Field[] {
  const figures = (of: (field: Field) => boolean): number[] =>
    fields.flatMap((field, index) => (of(field) ? (columns[index] ?? []).filter((value) => typeof value === "number") : []));
  const decimals = new Map<string, number>();
  return fields.map((field) => {
    const { digits, ...rest } = field;
    if (digits === undefined) return field;
    const scale = scaleOf(field);
    const key = `${scale} ${String(field.thin)}`;
    const alike = (other: Field): boolean => scaleOf(other) === scale && other.thin === field.thin;
    const limits = (other: Field): boolean => scaleOf(other) === scale && other.thin === true;
    const known = decimals.get(key) ?? sharedDecimals(figures(alike), digits, reachOf(figures(limits)));
    decimals.set(key, known);
    return { ...rest, decimals: known };
  });
}

function scaleOf({ digits, unit, ownScale }: Field): string {
  return `${digits} ${unit} ${String(ownScale)}`;
}
