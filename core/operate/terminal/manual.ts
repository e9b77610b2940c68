/** Counts and orders that people enter by hand: `count.manual.v1` and `order.manual.v1`. */
import type { LedgerEntry } from "../../connect/ledger/index.ts";

export const COUNT_MANUAL = "count.manual.v1";
export const ORDER_MANUAL = "order.manual.v1";

/** Which source of order and product goes before which. */
export const MANUAL_FIRST = ["manual", "mes", "tag"] as const;

/** What a machine makes at present, and who says so. */
export interface CurrentOrder {
  readonly order: string | null;
  readonly product: string | null;
  readonly source: (typeof MANUAL_FIRST)[number] | null;
  readonly since: number | null;
}

/** `entries`: manual orders of one machine, latest revisions; `tag`: the product that the machine names itself. */
export function currentOrder(
  entries: readonly LedgerEntry[],
  tag: { readonly product: string; readonly since: number } | null,
): CurrentOrder {
  const last = entries.toSorted((a, b) => a.start - b.start).at(-1);
  const { action, order, product } = last?.data ?? {};
  if (last !== undefined && action === "start" && typeof order === "string" && typeof product === "string")
    return { order, product, source: "manual", since: last.start };
  return tag === null ? { order: null, product: null, source: null, since: null } : { order: null, ...tag, source: "tag" };
}

/** Sums of counts entered by hand. They stand beside what the machine counts and are not added to it. */
export function countedByHand(entries: readonly LedgerEntry[]): { readonly good: number; readonly scrap: number } {
  const sum = (field: "good" | "scrap"): number =>
    entries.reduce((total, { data }) => total + (typeof data[field] === "number" ? data[field] : 0), 0);
  return { good: sum("good"), scrap: sum("scrap") };
}
