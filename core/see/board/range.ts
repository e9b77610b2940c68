/** The time range of a board: the last hours, a shift, or two fixed instants. */
import { BEHIND_MS, type DataEdge } from "./data-edge.ts";
import { RANGE_NAMES, type RangeName } from "./spec.ts";

export type RangeChoice = RangeName | { readonly from: number; readonly to: number };

export interface Range {
  readonly from: number;
  readonly to: number;
  /** It reaches to the present, of the clock or of the data, and moves with it. */
  readonly live: boolean;
  /** Name of the shift, when the range is one. */
  readonly shift?: string;
}

export interface ShiftWindow {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}
/** The shift in progress at an instant, or null. */
export type ShiftAt = (instant: number) => ShiftWindow | null;

const HOUR = 3_600_000;
const LENGTH: Readonly<Record<Exclude<RangeName, "this-shift" | "previous-shift">, number>> = {
  "latest-1h": HOUR,
  "latest-8h": 8 * HOUR,
  "latest-24h": 24 * HOUR,
  "1h": HOUR,
  "8h": 8 * HOUR,
  "24h": 24 * HOUR,
  "3d": 72 * HOUR,
  "90d": 90 * 24 * HOUR,
};
/** A shift that ended longer ago is not called the previous one. */
const LOOK_BACK_MS = 7 * 24 * HOUR;
const LONGEST_MS = 31 * 24 * HOUR;

/**
 * Null when there is no such shift. `now` is the clock of the wall, on which the lengths `1h` to `90d` end. The shifts and
 * `latest-…` follow the data instead: while it lags, this shift is the one at its edge. Data that lags without a shift
 * at its edge (it stopped at a weekend) leaves the last shift before.
 */
export function resolveRange(choice: RangeChoice, now: number, shiftAt: ShiftAt, edge: DataEdge | null = null): Range | null {
  if (typeof choice === "object") return { from: choice.from, to: choice.to, live: false };
  const lags = edge !== null && now - edge.at > BEHIND_MS;
  const at = lags ? edge.at : now;
  // The row at the edge belongs to the range, whose end does not. Ends at whole seconds make equal queries equal.
  const present = lags ? wholeSecond(edge.at + 1) : wholeSecond(now);
  if (choice === "this-shift") {
    const shift = shiftAt(at) ?? (lags ? shiftBefore(at, shiftAt) : null);
    return shift && { from: shift.start, to: Math.min(present, shift.end), live: true, shift: shift.name };
  }
  if (choice === "previous-shift") {
    const before = shiftBefore(shiftAt(at)?.start ?? at, shiftAt);
    return before && { from: before.start, to: before.end, live: false, shift: before.name };
  }
  const to = choice.startsWith("latest-") ? present : wholeSecond(now);
  return { from: to - LENGTH[choice], to, live: true };
}

function wholeSecond(instant: number): number {
  return Math.ceil(instant / 1_000) * 1_000;
}

function shiftBefore(instant: number, shiftAt: ShiftAt): ShiftWindow | null {
  for (let at = instant - 1; at > instant - LOOK_BACK_MS; at -= HOUR / 2) {
    const shift = shiftAt(at);
    if (shift && shift.end <= instant) return shift;
  }
  return null;
}

/** A range from the address of a page: a name, or `from` and `to` in ms; or what is wrong with it. */
export function parseRange(
  name: string | undefined,
  from: string | undefined,
  to: string | undefined,
): RangeChoice | undefined | { fault: string } {
  if (from !== undefined || to !== undefined) {
    const fixed = { from: instant(from), to: instant(to) };
    if (!Number.isSafeInteger(fixed.from) || !Number.isSafeInteger(fixed.to))
      return { fault: "from and to are instants in ms since 1970." };
    if (fixed.from >= fixed.to) return { fault: "from lies before to." };
    if (fixed.to - fixed.from > LONGEST_MS) return { fault: "A range is at most 31 days long." };
    return fixed;
  }
  if (name === undefined || (RANGE_NAMES as readonly string[]).includes(name)) return name as RangeName | undefined;
  return { fault: `range is one of ${RANGE_NAMES.join(", ")}.` };
}

function instant(text: string | undefined): number {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** The shortest bucket that gives at most `maxPoints` buckets over a span and is a whole multiple of `leastMs`. */
export function bucketLength(spanMs: number, maxPoints: number, leastMs = 1_000): number {
  const fits = STEPS_S.map((s) => s * 1_000).find((step) => step >= leastMs && step % leastMs === 0 && spanMs <= step * maxPoints);
  return fits ?? 86_400_000;
}
