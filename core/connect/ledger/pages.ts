/** Reading the ledger in pieces where more may be held than one answer takes, or than an event loop should take at once. */
import type { Ledger, LedgerEntry, LedgerFilter } from "./index.ts";

const PAGE = 10_000;
/** A few milliseconds of an event loop. */
const PIECE = 100;

/** The answer to a filter by the piece, each in order of start; with `newest` the last piece comes first. */
export async function* latestPieces(
  ledger: Pick<Ledger, "latest">,
  filter: Omit<LedgerFilter, "limit" | "after">,
  piece = PIECE,
): AsyncGenerator<readonly LedgerEntry[], void> {
  for (let next: Promise<readonly LedgerEntry[]> | undefined = ledger.latest({ ...filter, limit: piece }); next !== undefined; ) {
    const entries: readonly LedgerEntry[] = await next;
    const edge = filter.newest === true ? entries[0] : entries.at(-1);
    const after = edge === undefined ? undefined : { start: edge.start, kind: edge.kind, asset: edge.asset };
    // The ledger reads on while this piece is used.
    next = after === undefined || entries.length < piece ? undefined : ledger.latest({ ...filter, after, limit: piece });
    // Whoever has seen enough does not wait for it.
    next?.catch(() => undefined);
    if (entries.length > 0) yield entries;
  }
}

/** The latest of each entry of a kind that overlaps [from, to), all of them, in order of start. */
export async function everyLatest(
  ledger: Pick<Ledger, "latest">,
  filter: { readonly kind: string; readonly asset: string; readonly from: number; readonly to: number },
): Promise<LedgerEntry[]> {
  const result: LedgerEntry[] = [];
  for await (const entries of latestPieces(ledger, filter, PAGE)) for (const entry of entries) result.push(entry);
  return result;
}
