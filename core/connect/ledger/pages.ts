/** Reading the ledger in pages where more may be held than one answer takes. */
import type { Ledger, LedgerEntry } from "./index.ts";

const PAGE = 10_000;

/** The latest of each entry of a kind that overlaps [from, to), all of them, in order of start. */
export async function everyLatest(
  ledger: Pick<Ledger, "latest">,
  { kind, asset, from, to }: { readonly kind: string; readonly asset: string; readonly from: number; readonly to: number },
): Promise<LedgerEntry[]> {
  const result: LedgerEntry[] = [];
  for (let next = from; ; ) {
    const entries = await ledger.latest({ kind, asset, from: next, to, limit: PAGE });
    // What began before and still reaches into this page was in an earlier one.
    for (const entry of entries) if (next === from || entry.start >= next) result.push(entry);
    const last = entries.at(-1);
    if (last === undefined || entries.length < PAGE) return result;
    next = Math.max(next, last.start) + 1;
  }
}
