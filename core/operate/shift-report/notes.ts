/** What people add to a shift report: notes and sign-offs, each a revision of its own key in the ledger, with author and time. */
import { Type } from "typebox";
import { Value } from "typebox/value";
import type { LedgerEntry } from "../../connect/ledger/index.ts";

export const SHIFT_NOTE = "report.note.v1";
export const SHIFT_SIGNOFF = "report.signoff.v1";
export const MOST_NOTE_CHARS = 1_000;

export const SHIFT_NOTE_DATA = Type.Object(
  { text: Type.String({ minLength: 1, maxLength: MOST_NOTE_CHARS }), made: Type.Integer({ minimum: 0 }) },
  { additionalProperties: false },
);
export const SHIFT_SIGNOFF_DATA = Type.Object(
  { report_revision: Type.Integer({ minimum: 1 }), made: Type.Integer({ minimum: 0 }) },
  { additionalProperties: false },
);

export interface ShiftNote {
  readonly author: string;
  readonly recorded: number;
  readonly text: string;
}

export interface ShiftSignoff {
  readonly author: string;
  readonly recorded: number;
  /** The revision of the report that was signed. */
  readonly revision: number;
}

/** `entries`: all revisions of the key. */
export function notesOf(entries: readonly LedgerEntry[]): readonly ShiftNote[] {
  return entries.flatMap(({ kind, author, recorded, data }) =>
    kind === SHIFT_NOTE && Value.Check(SHIFT_NOTE_DATA, data) ? [{ author, recorded, text: data.text }] : [],
  );
}

export function signoffsOf(entries: readonly LedgerEntry[]): readonly ShiftSignoff[] {
  return entries.flatMap(({ kind, author, recorded, data }) =>
    kind === SHIFT_SIGNOFF && Value.Check(SHIFT_SIGNOFF_DATA, data) ? [{ author, recorded, revision: data.report_revision }] : [],
  );
}
