/**
 * What people say about stops: `downtime.statement.v1`. Each statement is a revision in the ledger under the stop it is
 * about (kind, asset, start of the stop as the person saw it), with author and recorded time; none is ever changed.
 */
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import { LOSS_CLASS } from "./stop.ts";

export const DOWNTIME_STATEMENT = "downtime.statement.v1";

export const STATEMENT_LIMITS = { commentChars: 500, idChars: 64 } as const;

const instant = Type.Integer({ minimum: 0, maximum: 9_000_000_000_000 });
const id = Type.String({ pattern: "^[A-Za-z0-9_-]{8,64}$", description: "Given by the sender: sent twice, it is one statement." });
const common = {
  id,
  /** When the person made it; earlier than the recorded time where it waited in a browser. */
  made: instant,
  /** End of the stop as the person saw it; null while it lasted. */
  seen_end: Type.Union([instant, Type.Null()]),
  comment: Type.Optional(Type.String({ maxLength: STATEMENT_LIMITS.commentChars })),
  /** It was made while the server was away and sent later. */
  queued: Type.Optional(Type.Literal(true)),
  /** The account of the shared terminal at which the author identified. */
  terminal: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
};
const strict = { additionalProperties: false } as const;
const reason = Type.String({ minLength: 1, maxLength: 256 });
/** Null: to the end of the stop that `from` lies in. */
const to = Type.Union([instant, Type.Null()]);

export const DOWNTIME_STATEMENT_DATA = Type.Union([
  /** A reason; its loss class is written down with it, so that a later change of the tree changes no history. */
  Type.Object({ ...common, action: Type.Literal("assign"), from: instant, to, reason, bucket: LOSS_CLASS }, strict),
  /** As assign, with a loss class of the author's own; it goes before every assign. */
  Type.Object({ ...common, action: Type.Literal("override"), from: instant, to, reason, bucket: LOSS_CLASS }, strict),
  Type.Object({ ...common, action: Type.Literal("comment"), from: instant, to }, strict),
  Type.Object({ ...common, action: Type.Literal("split"), at: instant }, strict),
  /** What lies in [from, to) is one: no cuts inside, one reason, and its stops are one occurrence. */
  Type.Object({ ...common, action: Type.Literal("merge"), from: instant, to: instant }, strict),
  /** Takes back the statement of that id, also a revert. */
  Type.Object({ ...common, action: Type.Literal("revert"), target: id }, strict),
]);

export type DowntimeStatementData = Static<typeof DOWNTIME_STATEMENT_DATA>;

/** A statement as it stands in the ledger. */
export interface StopStatement {
  readonly asset: string;
  /** Start of the stop as the person saw it. */
  readonly stop: number;
  readonly author: string;
  readonly recorded: number;
  /** Order of recording within one instant. */
  readonly sequence: number;
  readonly data: DowntimeStatementData;
}

/** The statement of a ledger entry; undefined where it is none. */
export function statementOf(entry: LedgerEntry): StopStatement | undefined {
  if (entry.kind !== DOWNTIME_STATEMENT || !Value.Check(DOWNTIME_STATEMENT_DATA, entry.data)) return undefined;
  const { asset, start: stop, author, recorded, id: sequence } = entry;
  return { asset, stop, author, recorded, sequence, data: entry.data };
}
