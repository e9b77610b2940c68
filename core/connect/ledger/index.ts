/**
 * The Ledger port: the append-only record of everything that happened or was decided, with valid time, recorded
 * time, author and reason. A correction or rollback is a new revision. Adapter: `adapters/sqlite`.
 */
import type { JsonObject, TwinEvent } from "../event/index.ts";

export { everyLatest, latestPieces } from "./pages.ts";
export { checkAuthorship, checkStatement, LEDGER_LIMITS, LedgerRefusal, type CheckedStatement } from "./statement.ts";

/** A statement to record. The ledger assigns the revision: a statement equal to the latest one is already recorded. */
export interface Statement {
  readonly kind: string;
  readonly asset: string;
  readonly start: number;
  readonly end: number | null;
  readonly data: JsonObject;
  readonly evidence?: JsonObject;
}

export interface Authorship {
  /** Identity name of a person, or `node:<type>` for the twin itself. */
  readonly author: string;
  readonly reason: string;
}

export interface LedgerEntry extends TwinEvent, Authorship {
  readonly id: number;
  /** Recorded (transaction) time, ms UTC. */
  readonly recorded: number;
}

export interface LedgerFilter {
  readonly kind?: string;
  readonly asset?: string;
  /** Valid time overlapping [from, to). */
  readonly from?: number;
  readonly to?: number;
  /** The state of knowledge at this recorded time (bitemporal read); now by default. */
  readonly asOf?: number;
  readonly limit?: number;
  /** Of more than `limit`, those that start last; in order of start all the same. */
  readonly newest?: boolean;
  /**
   * Of what overlaps [from, to): what starts in it, what began before it and ends after `from`, or what has no end yet. Of one
   * kind each is found by an index, however long the ledger is.
   */
  readonly only?: "starting" | "ending" | "open";
  /** Goes on where an answer ended: what comes after this one in order; with `newest`, what comes before it. */
  readonly after?: Pick<LedgerEntry, "start" | "kind" | "asset">;
}

export interface Ledger {
  /** Durable when it resolves; all or nothing: throws `LedgerRefusal` when one of them is malformed. Returns one entry per statement, `fresh: false` where it was already recorded. */
  record(statements: readonly Statement[], by: Authorship, now: number): Promise<readonly (LedgerEntry & { readonly fresh: boolean })[]>;
  /** Latest revision per key, in order of start; at most `limit` (1 000 by default). */
  latest(filter: LedgerFilter): Promise<readonly LedgerEntry[]>;
  /** All revisions of one key, oldest first. */
  revisions(kind: string, asset: string, start: number): Promise<readonly LedgerEntry[]>;
  /** Entries not yet projected, in order of recording. */
  outbox(limit: number): Promise<readonly LedgerEntry[]>;
  projected(upToId: number): Promise<void>;
  /** The id of the entry recorded last; 0 before the first. */
  newest(): Promise<number>;
  close(): Promise<void>;
}
