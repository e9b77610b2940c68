/** What statements about orders and counts have in common, and which of them hold. */
import { Type } from "typebox";
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import type { StatedBy, StatedSource } from "../oee/index.ts";

export const instant = Type.Integer({ minimum: 0, maximum: 9_000_000_000_000 });
export const id = Type.String({ pattern: "^[A-Za-z0-9_-]{8,64}$", description: "Given by the sender: sent twice, it is one statement." });
export const about = { id, made: instant };

/** A statement as it stands in the ledger. */
export interface Said {
  /** Kind and start of its ledger entry: a later revision of the same entry takes its place. */
  readonly key: string;
  readonly id: string;
  /** Id of the statement in whose place it stands. */
  readonly replaces: string | null;
  /** Id of the statement that it takes back. */
  readonly target: string | null;
  readonly by: StatedBy;
  /** Order of recording within one instant. */
  readonly sequence: number;
}

interface Named {
  readonly id: string;
  readonly replaces?: string;
  readonly target?: string;
}

export function saidBy({ kind, start, author, recorded, id: sequence }: LedgerEntry, data: Named, source: StatedSource): Said {
  const { id: named, replaces = null, target = null } = data;
  return { key: `${kind} ${start}`, id: named, replaces, target, by: { source, author, recorded }, sequence };
}

/**
 * What was neither taken back nor replaced, in order of recording. Taking a correction back brings back what it replaced; a
 * correction of a correction does not.
 */
export function holding<T extends Said>(statements: readonly T[]): T[] {
  const ordered = statements.toSorted((a, b) => a.by.recorded - b.by.recorded || a.sequence - b.sequence);
  const reverted = new Set<string>();
  const replaced = new Set<string>();
  const result: T[] = [];
  for (const statement of ordered.toReversed()) {
    if (reverted.has(statement.id)) continue;
    if (statement.target !== null) {
      reverted.add(statement.target);
      continue;
    }
    if (statement.replaces !== null) replaced.add(statement.replaces);
    if (!replaced.has(statement.id)) result.push(statement);
  }
  return result.toReversed();
}
