/** What a queue dropped, the server's or ours behind a gap: from where to where each tag must be read again from history. */
import type { SourceReading } from "../../core/connect/tag-map/reading.ts";
import { overflowed } from "./reading.ts";

/** Readings that wait behind a gap beyond the newest of each tag: about a minute of a busy line, and what fits in memory without harm. */
export const MAX_HELD = 100_000;

export interface DroppedRange {
  /** Source times in milliseconds UTC, (after, before): neither end is missing. */
  readonly after: number;
  readonly before: number;
}

export class Dropped {
  #ranges = new Map<string, DroppedRange>();

  /** A tag that loses values twice before they are read again is read over both losses. */
  note(address: string, { after, before }: DroppedRange): void {
    const known = this.#ranges.get(address) ?? { after, before };
    this.#ranges.set(address, { after: Math.min(known.after, after), before: Math.max(known.before, before) });
  }

  get any(): boolean {
    return this.#ranges.size > 0;
  }

  /** Hands out everything once. */
  take(): readonly (readonly [address: string, range: DroppedRange])[] {
    const taken = [...this.#ranges];
    this.#ranges = new Map();
    return taken;
  }
}

/**
 * What waits behind a gap has become too much: keeps the newest reading of each tag, marked as a server marks it whose
 * queue overflows, and notes the older ones. Answers as well which tags cannot be read again, because no time was given.
 */
export function newestOf(held: readonly SourceReading[], dropped: Dropped): { kept: SourceReading[]; untimed: ReadonlySet<string> } {
  const newest = new Map(held.map((reading) => [reading.address, reading]));
  const older = new Set<string>();
  const untimed = new Set<string>();
  for (const reading of held) {
    const { address, sourceTimestamp } = reading;
    const kept = newest.get(address);
    if (reading === kept) continue;
    older.add(address);
    const before = kept?.sourceTimestamp;
    if (sourceTimestamp === undefined || before === undefined) untimed.add(address);
    else dropped.note(address, { after: sourceTimestamp - 1, before });
  }
  const kept = held.filter((reading) => newest.get(reading.address) === reading);
  return { kept: kept.map((reading) => (older.has(reading.address) ? overflowed(reading) : reading)), untimed };
}
