/** Stops and statements as the ledger holds them. */
import { everyLatest, type Ledger, type LedgerEntry } from "../../connect/ledger/index.ts";
import { type Effective, effectiveStops } from "./effective.ts";
import { DOWNTIME_PART, type DowntimePartData, type PartMinute, partOf } from "./part-event.ts";
import { DOWNTIME_STATEMENT, statementOf, type StopStatement } from "./statement.ts";
import { DOWNTIME_STOP, type DowntimeStopData, type Stop, stopOf } from "./stop.ts";

export type LedgerReader = Pick<Ledger, "latest" | "revisions">;

const MOST = 10_000;

/** The stops of a machine that overlap [from, to), in order; the latest of what was stated of each. */
export async function heldStops(ledger: LedgerReader, asset: string, from: number, to: number): Promise<Stop[]> {
  const entries = await heldStopEntries(ledger, asset, from, to);
  return entries.flatMap(({ start, end, data }) => stopOf({ start, end, data: data as DowntimeStopData }) ?? []);
}

/** The latest of what was stated of each start in [from, to), also of stops that were withdrawn. */
export function heldStopEntries(ledger: LedgerReader, asset: string, from: number, to: number): Promise<readonly LedgerEntry[]> {
  return ledger.latest({ kind: DOWNTIME_STOP, asset, from, to, limit: MOST });
}

/** Everything said about stops of a machine that can reach into [from, to), in order of recording. */
export async function heldStatements(ledger: LedgerReader, asset: string, from: number, to: number): Promise<StopStatement[]> {
  const latest = await ledger.latest({ kind: DOWNTIME_STATEMENT, asset, from, to, limit: MOST });
  const all: LedgerEntry[] = [];
  for (const entry of latest) {
    if (entry.revision === 1) all.push(entry);
    else all.push(...(await ledger.revisions(entry.kind, asset, entry.start)));
  }
  return all.flatMap((entry) => statementOf(entry) ?? []).toSorted((a, b) => a.sequence - b.sequence);
}

/**
 * What holds of the stops that overlap [from, to). Stops that late data has joined may reach further than the ones that
 * people spoke of, so what was said of the time of all of them is read.
 */
export async function heldEffective(ledger: LedgerReader, asset: string, from: number, to: number): Promise<Effective> {
  const stops = await heldStops(ledger, asset, from, to);
  const first = Math.min(from, ...stops.map(({ start }) => start));
  const last = Math.max(to, ...stops.map(({ end }) => end ?? to));
  return effectiveStops(stops, await heldStatements(ledger, asset, first, last));
}

/** The minutes of parts that start in [from, to), with their revisions, without those that were withdrawn. */
export async function heldParts(
  ledger: LedgerReader,
  asset: string,
  from: number,
  to: number,
): Promise<{ readonly part: PartMinute; readonly revision: number }[]> {
  const entries = await everyLatest(ledger, { kind: DOWNTIME_PART, asset, from, to });
  return entries.flatMap(({ start, end, data, revision }) => {
    const part = partOf({ start, end, data: data as DowntimePartData });
    return part === null || start < from ? [] : [{ part, revision }];
  });
}

/** Nobody looks for a stop that has lasted for longer than this when somebody speaks of it. */
const LONGEST_STOP = 31 * 24 * 3_600_000;

/**
 * The end of the ledger entry of a statement: how far everything said about its stop so far reaches, so that an entry is
 * found wherever one of its revisions reaches. `before`: the end of the entry that it follows.
 */
export function reachOf(data: StopStatement["data"], stop: number, before: number | null | undefined): number {
  const own = data.action === "split" ? data.at + 1 : data.action === "revert" ? stop : data.to;
  return Math.max(own ?? data.seen_end ?? Math.max(stop, data.made) + LONGEST_STOP, before ?? stop, stop);
}
