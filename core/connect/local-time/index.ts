/**
 * Instants from clocks that show local time. In autumn an hour is shown twice and a rule says which showing is meant; in
 * spring an hour is never shown, and a source that claims it has a clock that does not follow the zone.
 */
import { IANAZone } from "luxon";

/**
 * | rule | the showing of a repeated hour |
 * |---|---|
 * | `reception` | the one nearer to the time of reception; for history `order` |
 * | `order` | the first one that is not before what the tag said last |
 * | `first`, `second` | always that one: daylight saving time, or standard time |
 * | `reject` | none: the reading is refused |
 */
export const REPEATED_HOUR_RULES = ["reception", "order", "first", "second", "reject"] as const;
export type RepeatedHourRule = (typeof REPEATED_HOUR_RULES)[number];

export interface Showing {
  /** When it arrived, ms UTC; undefined for history, which arrives whenever. */
  readonly received: number | undefined;
  /** The newest instant known of the same tag, ms UTC; −∞ without one. */
  readonly newest: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Offsets change at full quarters of an hour. */
const STEP = 15 * MINUTE;
const REMEMBERED = 256;

export class LocalClock {
  readonly zone: string;
  readonly #zone: IANAZone;
  readonly #rule: RepeatedHourRule;
  readonly #offsets = new Map<number, number>();

  /** @throws {RangeError} for a name that is not in the IANA database. */
  constructor(zone: string, rule: RepeatedHourRule) {
    if (!IANAZone.isValidZone(zone))
      throw new RangeError(`${JSON.stringify(zone)} is no IANA time zone, as Europe/Dublin or Etc/GMT-1 are.`);
    this.zone = zone;
    this.#zone = IANAZone.create(zone);
    this.#rule = rule;
  }

  /**
   * The instant, ms UTC, at which the clock shows `face`: date and time as milliseconds since 1970-01-01 00:00 on that
   * clock. Or a sentence why there is none.
   *
   * new LocalClock("Europe/Dublin", "first").instantOf(Date.UTC(2026, 6, 1, 12), …) → Date.UTC(2026, 6, 1, 11)
   */
  instantOf(face: number, { received, newest }: Showing): number | string {
    const showings = this.#showings(face);
    const [first, second] = showings;
    if (first === undefined)
      return `${text(face)} was never shown in ${this.zone}: the clocks went forward over it. Does the source's clock follow another zone?`;
    if (second === undefined) return first;
    const byOrder = first >= newest ? first : second;
    const byReception = received !== undefined && Math.abs(received - first) > Math.abs(received - second) ? second : first;
    const meant: Readonly<Record<RepeatedHourRule, number | string>> = {
      first,
      second,
      reject: `${text(face)} was shown twice in ${this.zone}, when the clocks went back.`,
      order: byOrder,
      reception: received === undefined ? byOrder : byReception,
    };
    return meant[this.#rule];
  }

  /** Every instant at which the clock shows it, in order: one, two in autumn, none in spring. */
  #showings(face: number): readonly number[] {
    const offsets = new Set([this.#offset(face - DAY), this.#offset(face + DAY)]);
    return [...offsets]
      .map((offset) => face - offset)
      .filter((instant) => instant + this.#offset(instant) === face)
      .toSorted((a, b) => a - b);
  }

  #offset(instant: number): number {
    const step = Math.floor(instant / STEP);
    const known = this.#offsets.get(step);
    if (known !== undefined) return known;
    if (this.#offsets.size >= REMEMBERED) this.#offsets.clear();
    const offset = this.#zone.offset(step * STEP) * MINUTE;
    this.#offsets.set(step, offset);
    return offset;
  }
}

const LOCAL = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?$/;

/** What a text without a zone shows (`2026-10-25 01:30:00`), as `face`; NaN when it is no such text. */
export function readFace(written: string): number {
  const [, ...parts] = LOCAL.exec(written) ?? [];
  if (parts.length === 0) return Number.NaN;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(0, 6).map((part) => Number(part ?? 0));
  const ms = Math.floor(Number(`0.${parts[6] ?? "0"}`) * 1000);
  const face = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  // Date.UTC carries 31 February on into March.
  return hour < 24 && minute < 60 && second < 60 && new Date(face).getUTCDate() === day && new Date(face).getUTCMonth() === month - 1
    ? face
    : Number.NaN;
}

function text(face: number): string {
  return Math.abs(face) <= 8.64e15 ? new Date(face).toISOString().slice(0, 19).replace("T", " ") : String(face);
}
