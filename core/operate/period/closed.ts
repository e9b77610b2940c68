/**
 * Periods of a line that were closed and reopened: `period.closed.v1` and `period.reopened.v1`, each under the start of the
 * period. The one recorded last holds; none is ever changed, so everybody can see how often a period was opened, and why.
 */
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { LedgerEntry } from "../../connect/ledger/index.ts";

export const PERIOD_CLOSED = "period.closed.v1";
export const PERIOD_REOPENED = "period.reopened.v1";
export const REOPEN_REASON_CHARS = { least: 3, most: 500 } as const;

const made = Type.Integer({ minimum: 0 });

/** `report_revision`: the revision of the shift report that was signed. */
export const PERIOD_CLOSED_DATA = Type.Object({ report_revision: Type.Integer({ minimum: 1 }), made }, { additionalProperties: false });
export const PERIOD_REOPENED_DATA = Type.Object(
  { reason: Type.String({ minLength: REOPEN_REASON_CHARS.least, maxLength: REOPEN_REASON_CHARS.most }), made },
  { additionalProperties: false },
);

/** One time that a period was closed or reopened. */
export type PeriodChange = {
  readonly author: string;
  readonly recorded: number;
} & (
  | ({ readonly change: "closed" } & Pick<Static<typeof PERIOD_CLOSED_DATA>, "report_revision">)
  | ({ readonly change: "reopened" } & Pick<Static<typeof PERIOD_REOPENED_DATA>, "reason">)
);

/** Every change of one period in order of recording. `entries`: all revisions of both kinds under its start. */
export function changesOf(entries: readonly LedgerEntry[]): readonly PeriodChange[] {
  return entries
    .toSorted((a, b) => a.id - b.id)
    .flatMap(({ kind, author, recorded, data }): PeriodChange[] => {
      if (kind === PERIOD_CLOSED && Value.Check(PERIOD_CLOSED_DATA, data))
        return [{ change: "closed", author, recorded, report_revision: data.report_revision }];
      if (kind === PERIOD_REOPENED && Value.Check(PERIOD_REOPENED_DATA, data))
        return [{ change: "reopened", author, recorded, reason: data.reason }];
      return [];
    });
}

/** Who closed the period, when it is closed now. */
export function closedBy(changes: readonly PeriodChange[]): (PeriodChange & { readonly change: "closed" }) | null {
  const last = changes.at(-1);
  return last?.change === "closed" ? last : null;
}
