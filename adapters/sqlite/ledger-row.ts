/** Entries of the ledger between the SQLite thread and whoever asked. */
import type { JsonObject } from "../../core/connect/event/index.ts";
import type { LedgerEntry } from "../../core/connect/ledger/index.ts";

/** An entry as the file has it, its data as text: that crosses from thread to thread in a fraction of the time of objects. */
export interface LedgerRow {
  readonly id: number;
  readonly kind: string;
  readonly asset: string;
  readonly start: number;
  readonly end: number | null;
  readonly revision: number;
  readonly data: string;
  readonly evidence: string | null;
  readonly author: string;
  readonly reason: string;
  readonly recorded: number;
}

export function entryOf({ data, evidence, ...row }: LedgerRow): LedgerEntry {
  return {
    ...row,
    data: JSON.parse(data) as JsonObject,
    ...(evidence === null ? {} : { evidence: JSON.parse(evidence) as JsonObject }),
  };
}
