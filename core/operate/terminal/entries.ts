/** What was entered at a terminal lately, for people to look over: who said what, when, and whether it still holds. */
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import { inForce, type StopStatement } from "../downtime/index.ts";

export interface ShownEntry {
  readonly id: string;
  readonly action: string;
  readonly author: string;
  /** The shared terminal at which the author identified; null at one of their own. */
  readonly terminal: string | null;
  readonly made: number;
  readonly recorded: number;
  /** It waited in a browser while the server was away. */
  readonly offline: boolean;
  /** Of what was said of the same stop; of a count or an order, of that entry. */
  readonly revision: number;
  /** The stop it is about and the end its author saw; null for counts and orders. */
  readonly stop: number | null;
  readonly seen_end: number | null;
  readonly reason: string | null;
  readonly good: number | null;
  readonly scrap: number | null;
  readonly order: string | null;
  readonly comment: string | null;
  /** False for what was taken back. */
  readonly holds: boolean;
}

const MOST_SHOWN = 100;

/** `statements`: everything said of the stops they are about, in order of recording; `others`: counts and orders. The latest first. */
export function shownEntries(statements: readonly StopStatement[], others: readonly LedgerEntry[], since: number): readonly ShownEntry[] {
  const holding = new Set(inForce(statements));
  // A revert is not in force itself; it holds as long as nobody has taken it back.
  const takenBack = new Set(statements.flatMap(({ stop, data }) => (data.action === "revert" ? [`${stop} ${data.target}`] : [])));
  const revisions = new Map<number, number>();
  const said = statements.map((statement): ShownEntry => {
    const { stop, author, recorded, data } = statement;
    const revision = (revisions.get(stop) ?? 0) + 1;
    revisions.set(stop, revision);
    return {
      ...entered({ author, recorded, revision, data }),
      action: data.action,
      stop,
      seen_end: data.seen_end,
      holds: data.action === "revert" ? !takenBack.has(`${stop} ${data.id}`) : holding.has(statement),
    };
  });
  return [...others.map((entry) => ({ ...entered(entry), action: actionOf(entry), stop: null, seen_end: null, holds: true })), ...said]
    .toReversed()
    .filter(({ recorded }) => recorded >= since)
    .toSorted((a, b) => b.recorded - a.recorded)
    .slice(0, MOST_SHOWN);
}

/** The last entry about a stop that a person made here and that still holds: the one that they may take back by one tap. */
export function lastOwn(entries: readonly ShownEntry[], person: string): ShownEntry | undefined {
  return entries.find(({ author, stop, holds }) => author === person && stop !== null && holds);
}

function actionOf({ kind, data }: LedgerEntry): string {
  if (kind.startsWith("count.")) return "count";
  return `${text(data["action"]) ?? "start"}-order`;
}

function entered({
  author,
  recorded,
  revision,
  data,
}: Pick<LedgerEntry, "author" | "recorded" | "revision"> & { readonly data: Readonly<Record<string, unknown>> }): Omit<
  ShownEntry,
  "action" | "stop" | "seen_end" | "holds"
> {
  return {
    id: text(data["id"]) ?? "",
    author,
    terminal: text(data["terminal"]),
    made: number(data["made"]) ?? recorded,
    recorded,
    offline: data["queued"] === true,
    revision,
    reason: text(data["reason"]),
    good: number(data["good"]),
    scrap: number(data["scrap"]),
    order: text(data["order"]),
    comment: text(data["comment"]),
  };
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
