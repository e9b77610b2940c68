/** Alarms that are out of service for long: somebody has to look whether that is still right (ISA-18.2). */
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import { alarmOf } from "./state-event.ts";

export interface OutOfService {
  /** See `alarmPath`. */
  readonly alarm: string;
  /** By the clock of people. */
  readonly since: number;
  /** Its planned end; null: nobody gave one. */
  readonly until: number | null;
}

/** Those among the open statements that somebody took out of service more than `longerMs` before `now`, the longest first. */
export function longOutOfService(
  entries: readonly Pick<LedgerEntry, "kind" | "asset" | "start" | "end" | "data">[],
  now: number,
  longerMs: number,
): readonly OutOfService[] {
  return entries
    .flatMap((entry) => {
      const stated = alarmOf(entry);
      if (stated === undefined || stated.end !== null || stated.data.state !== "out-of-service") return [];
      const { at, until } = stated.data.inhibited ?? { at: stated.start, until: null };
      return now - at > longerMs ? [{ alarm: entry.asset, since: at, until }] : [];
    })
    .toSorted((a, b) => a.since - b.since);
}
