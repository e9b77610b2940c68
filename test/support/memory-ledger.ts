/** A ledger in memory: the model that the SQLite ledger is compared with, and the port for tests of the spine. */
import type { JsonObject } from "../../core/connect/event/index.ts";
import {
  checkAuthorship,
  checkStatement,
  LedgerRefusal,
  type Authorship,
  type Ledger,
  type LedgerEntry,
  type LedgerFilter,
  type Statement,
} from "../../core/connect/ledger/index.ts";

type Key = Pick<LedgerEntry, "start" | "kind" | "asset">;
type Recorded = LedgerEntry & { readonly fresh: boolean };

export class MemoryLedger implements Ledger {
  readonly entries: LedgerEntry[] = [];
  #cursor = 0;

  async record(statements: readonly Statement[], by: Authorship, now: number): Promise<readonly Recorded[]> {
    const checked = statements.map((statement) => {
      const one = checkStatement(statement);
      if ("code" in one) throw new LedgerRefusal(one.message);
      return one;
    });
    if (checkAuthorship(by) !== undefined) throw new LedgerRefusal(checkAuthorship(by));
    const recorded = Math.max(now, this.entries.at(-1)?.recorded ?? now);
    return checked.map(({ kind, asset, start, end, data, evidence }) => {
      const body = {
        end,
        data: JSON.parse(data) as JsonObject,
        ...(evidence === null ? {} : { evidence: JSON.parse(evidence) as JsonObject }),
      };
      const latest = this.#of(kind, asset, start).at(-1);
      if (latest && JSON.stringify([latest.end, latest.data, latest.evidence]) === JSON.stringify([end, body.data, body.evidence])) {
        return { ...latest, fresh: false };
      }
      const revision = (latest?.revision ?? 0) + 1;
      const entry = { id: this.entries.length + 1, kind, asset, start, ...body, revision, ...by, recorded };
      this.entries.push(entry);
      return { ...entry, fresh: true };
    });
  }

  async latest(filter: LedgerFilter): Promise<readonly LedgerEntry[]> {
    const newest = new Map<string, LedgerEntry>();
    for (const entry of this.entries) {
      if (entry.recorded <= (filter.asOf ?? Infinity)) newest.set(JSON.stringify([entry.kind, entry.asset, entry.start]), entry);
    }
    const { from = -Infinity, to = Infinity, only, after } = filter;
    const way = filter.newest === true ? -1 : 1;
    const found = [...newest.values()]
      .filter((entry) => (filter.kind ?? entry.kind) === entry.kind && (filter.asset ?? entry.asset) === entry.asset)
      .filter((entry) => entry.start < to && ((entry.end ?? Infinity) > from || entry.start >= from))
      .filter(({ start }) => only !== "starting" || start >= from)
      .filter(({ start, end }) => only !== "ending" || (end !== null && end > from && start < from))
      .filter(({ end }) => only !== "open" || end === null)
      .filter((entry) => after === undefined || inOrder(entry, after) * way > 0)
      .sort(inOrder);
    const limit = filter.limit ?? 1_000;
    return filter.newest === true ? found.slice(Math.max(0, found.length - limit)) : found.slice(0, limit);
  }

  async revisions(kind: string, asset: string, start: number): Promise<readonly LedgerEntry[]> {
    return this.#of(kind, asset, start);
  }

  async outbox(limit: number): Promise<readonly LedgerEntry[]> {
    return this.entries.filter((entry) => entry.id > this.#cursor).slice(0, limit);
  }

  async projected(upToId: number): Promise<void> {
    this.#cursor = Math.max(this.#cursor, Math.min(upToId, this.entries.length));
  }

  async newest(): Promise<number> {
    return this.entries.length;
  }

  async close(): Promise<void> {}

  #of(kind: string, asset: string, start: number): LedgerEntry[] {
    return this.entries.filter((entry) => entry.kind === kind && entry.asset === asset && entry.start === start);
  }
}

function inOrder(a: Key, b: Key): number {
  return a.start - b.start || compare(a.kind, b.kind) || compare(a.asset, b.asset);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
