import { IANAZone } from "luxon";

export const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Clock time of one zone. Days are counted from 1970-01-01 as plain calendar dates. */
export class ZoneClock {
  private readonly zone: IANAZone;

  /** Throws `RangeError` for a name that is not in the IANA database. */
  constructor(zone: string) {
    if (!IANAZone.isValidZone(zone)) throw new RangeError(`${JSON.stringify(zone)} is no IANA time zone.`);
    this.zone = IANAZone.create(zone);
  }

  /** The calendar date, as a day number, that the clock shows at an instant. */
  dayAt(instant: number): number {
    return Math.floor((instant + this.offsetMs(instant)) / DAY_MS);
  }

  /**
   * The instant at which the clock shows `minutes` after midnight of a day. A time shown twice (autumn) means its
   * first showing; a time skipped (spring) means the instant of the change. So later clock times never come earlier.
   */
  instantOf(day: number, minutes: number): number {
    const shown = day * DAY_MS + minutes * MINUTE_MS;
    const before = this.offsetMs(shown - DAY_MS);
    const after = this.offsetMs(shown + DAY_MS);
    const candidates = before >= after ? [before, after] : [after, before];
    for (const offset of candidates) if (this.offsetMs(shown - offset) === offset) return shown - offset;
    return this.changeBetween(shown - Math.max(before, after), shown - Math.min(before, after));
  }

  private changeBetween(from: number, to: number): number {
    const old = this.offsetMs(from);
    let [low, high] = [from, to];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.offsetMs(middle) === old) low = middle;
      else high = middle;
    }
    return high;
  }

  private offsetMs(instant: number): number {
    return this.zone.offset(instant) * MINUTE_MS;
  }
}

/** `06:30` → 390. */
export function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

/** `YYYY-MM-DD` of a day number. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** ISO weekday of a day number: 1 Monday to 7 Sunday. 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}
