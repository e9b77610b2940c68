/**
 * Units that people counted: `count.manual.v1`, at the start of the ledger entry or over a period. A count that was wrong is
 * replaced or reverted by its id; nothing is counted backwards.
 */
import { Type } from "typebox";
import { Value } from "typebox/value";
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import { LONGEST_COUNT, negative } from "../oee/index.ts";
import { about, id, instant, type Said, saidBy } from "./said.ts";

export const COUNT_KIND = "count.manual.v1";

const units = Type.Optional(Type.Number());

/** Fields that are not named here say nothing about counts and are passed over. */
export const COUNT_STATEMENT_DATA = Type.Union([
  Type.Object({ ...about, action: Type.Literal("revert"), target: id }),
  /** (from, to]: the period that was counted; without them it counts at the start of the entry. */
  Type.Object({
    ...about,
    good: units,
    scrap: units,
    rework: units,
    from: Type.Optional(instant),
    to: Type.Optional(instant),
    replaces: Type.Optional(id),
  }),
]);

export interface CountStatement extends Said {
  readonly of: "counts";
  readonly from: number;
  readonly to: number;
  readonly good: number;
  readonly scrap: number;
  readonly rework: number;
}

const MOST_UNITS = 1_000_000_000;
const UNREADABLE = "This is no count: it needs an id, when it was made, and units that are good, scrap or rework.";
const PERIOD = "The period of a count has a beginning and an end, the earlier first, at most 7 days apart.";

/** Undefined: the entry is of another kind. */
export function countStatementOf(entry: LedgerEntry): CountStatement | { readonly fault: string } | undefined {
  if (entry.kind !== COUNT_KIND) return undefined;
  const { data, start } = entry;
  if (!Value.Check(COUNT_STATEMENT_DATA, data)) return { fault: UNREADABLE };
  const said = { of: "counts", ...saidBy(entry, data, "manual") } as const;
  if ("target" in data) return { ...said, from: start, to: start, good: 0, scrap: 0, rework: 0 };
  const { good = 0, scrap = 0, rework = 0, from, to } = data;
  for (const [name, count] of Object.entries({ good, scrap, rework }))
    if (!Number.isSafeInteger(count) || count < 0 || count > MOST_UNITS) return { fault: negative(name, count) };
  if (from === undefined && to === undefined) return { ...said, from: start, to: start, good, scrap, rework };
  if (from === undefined || to === undefined || from >= to || to - from > LONGEST_COUNT) return { fault: PERIOD };
  return { ...said, from, to, good, scrap, rework };
}
