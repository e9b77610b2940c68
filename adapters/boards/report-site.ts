/** The report of a shift over HTTP: which one is asked for, who may write below it, and what was sent. */
import { hasRole, type Person } from "../../core/govern/identity/index.ts";
import { REOPEN_REASON_CHARS } from "../../core/operate/period/index.ts";
import { MOST_NOTE_CHARS, type ReportedShift, type ReportSheet } from "../../core/operate/shift-report/index.ts";
import type { Board } from "../../core/see/board/index.ts";
import { reportPage, type ReportWords } from "./report-page.ts";
import type { Frame } from "./pages.ts";

/** Where reports come from; everything of it throws when storage is away. */
export interface ReportSource {
  /** Shifts of the board's line that have ended lately, the newest first, and the one that runs. */
  shifts(board: Board): readonly ReportedShift[];
  shiftOf(board: Board, productionDay: string, name: string): ReportedShift | undefined;
  sheet(board: Board, shift: ReportedShift): Promise<ReportSheet>;
  words(board: Board): ReportWords;
  note(board: Board, shift: ReportedShift, text: string, author: string): Promise<void>;
  sign(board: Board, shift: ReportedShift, revision: number, author: string): Promise<void>;
  /** False where the shift is not closed. */
  reopen(board: Board, shift: ReportedShift, reason: string, author: string): Promise<boolean>;
}

export type ReportAnswer =
  | { readonly status: 200; readonly page: string }
  | { readonly status: 303; readonly to: string }
  | { readonly status: 400 | 403 | 404 | 409; readonly title: string; readonly sentence: string };

const LISTED = 7;

export async function showReport(
  source: ReportSource,
  board: Board,
  person: Person,
  frame: Frame,
  query: URLSearchParams,
): Promise<ReportAnswer> {
  const shifts = source.shifts(board);
  const shift = asked(source, board, query, shifts);
  if (shift === undefined)
    return {
      status: 404,
      title: "No such shift",
      sentence: "The calendar has no such shift. Shifts are named as the plant model names them.",
    };
  const sheet = await source.sheet(board, shift);
  const at = ({ productionDay, name }: ReportedShift): string =>
    `${frame.base}/${board.id}/report?${new URLSearchParams({ day: productionDay, shift: name }).toString()}`;
  return {
    status: 200,
    page: reportPage(frame, {
      sheet,
      words: source.words(board),
      rights: { note: mayNote(person), sign: maySign(person) },
      others: shifts
        .slice(0, LISTED)
        .toSorted((a, b) => b.start - a.start)
        .map((one) => ({ address: at(one), text: `${one.name}, ${shortDay(one.productionDay)}` })),
      action: at(shift),
    }),
  };
}

/** A note, a sign-off or a reopening; the answer leads back to the report. */
export async function writeReport(
  source: ReportSource,
  board: Board,
  person: Person,
  query: URLSearchParams,
  form: URLSearchParams,
): Promise<ReportAnswer> {
  const shift = asked(source, board, query, []);
  if (shift === undefined) return { status: 404, title: "No such shift", sentence: "The calendar has no such shift." };
  const back = { status: 303, to: `/${board.id}/report?${query.toString()}` } as const;
  if (form.get("do") === "note") {
    if (!mayNote(person)) return { status: 403, title: "Refused", sentence: "Your account may read reports, not write notes." };
    const text = (form.get("text") ?? "").trim();
    if (text === "" || text.length > MOST_NOTE_CHARS)
      return { status: 400, title: "No note", sentence: `A note has 1 to ${MOST_NOTE_CHARS} characters.` };
    await source.note(board, shift, text, person.name);
    return back;
  }
  if (form.get("do") === "sign") {
    if (!maySign(person)) return { status: 403, title: "Refused", sentence: "Only supervisors sign shift reports." };
    const { revision } = await source.sheet(board, shift);
    // What is signed is what was seen: a correction that came meanwhile has to be looked at first.
    if (revision === null || String(revision) !== form.get("revision"))
      return { status: 409, title: "The report has changed", sentence: "Look at the newest revision, then sign that one." };
    await source.sign(board, shift, revision, person.name);
    return back;
  }
  if (form.get("do") === "reopen") {
    if (!maySign(person)) return { status: 403, title: "Refused", sentence: "Only supervisors reopen a closed shift." };
    const reason = (form.get("reason") ?? "").trim();
    const { least, most } = REOPEN_REASON_CHARS;
    if (reason.length < least || reason.length > most)
      return { status: 400, title: "No reason", sentence: `Say why the shift is reopened, in ${least} to ${most} characters.` };
    if (await source.reopen(board, shift, reason, person.name)) return back;
    return { status: 409, title: "Not closed", sentence: "This shift is not closed; nothing has to be reopened." };
  }
  return { status: 400, title: "Not understood", sentence: "A report takes notes, sign-offs and reopenings." };
}

/** The shift of the address; without one the last that has ended. */
function asked(source: ReportSource, board: Board, query: URLSearchParams, shifts: readonly ReportedShift[]): ReportedShift | undefined {
  const [day, name] = [query.get("day"), query.get("shift")];
  if (day === null || name === null) return shifts[0];
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && name.length <= 100 ? source.shiftOf(board, day, name) : undefined;
}

function shortDay(productionDay: string): string {
  return new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }).format(
    Date.parse(productionDay),
  );
}

function mayNote(person: Person): boolean {
  return hasRole(person, "operator", "supervisor", "engineer", "quality");
}

function maySign(person: Person): boolean {
  return hasRole(person, "supervisor");
}
