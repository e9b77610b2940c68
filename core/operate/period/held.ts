/** Closed periods as the ledger holds them. */
import type { Ledger, LedgerEntry } from "../../connect/ledger/index.ts";
import { changesOf, PERIOD_CLOSED, PERIOD_REOPENED, type PeriodChange } from "./closed.ts";

type Reader = Pick<Ledger, "latest" | "revisions">;

/** [start, end) of a line or another part of the plant, ms UTC. */
export interface ClosedPeriod {
  readonly asset: string;
  readonly start: number;
  readonly end: number;
  readonly author: string;
  readonly recorded: number;
}

const MOST = 1_000;

/** Every time the period that starts at `start` was closed or reopened, oldest first. */
export async function heldChanges(ledger: Pick<Ledger, "revisions">, asset: string, start: number): Promise<readonly PeriodChange[]> {
  const closed = await ledger.revisions(PERIOD_CLOSED, asset, start);
  return changesOf([...closed, ...(await ledger.revisions(PERIOD_REOPENED, asset, start))]);
}

/** The periods that are closed now and overlap [from, to), of the equipment itself or anything that it is part of, in order. */
export async function closedPeriods(ledger: Reader, asset: string, from: number, to: number): Promise<readonly ClosedPeriod[]> {
  const segments = asset.split(".");
  const found = segments.map(async (_, i) => {
    const window = { asset: segments.slice(0, i + 1).join("."), from, to, limit: MOST };
    const closed = await ledger.latest({ ...window, kind: PERIOD_CLOSED });
    if (closed.length === 0) return [];
    const reopened = await ledger.latest({ ...window, kind: PERIOD_REOPENED });
    return closed.filter((entry) => !reopened.some(({ start, id }) => start === entry.start && id > entry.id)).map(periodOf);
  });
  return (await Promise.all(found)).flat().toSorted((a, b) => a.start - b.start);
}

function periodOf({ asset, start, end, author, recorded }: LedgerEntry): ClosedPeriod {
  return { asset, start, end: end ?? start, author, recorded };
}
