import type { ShiftCalendar, ShiftPattern } from "../../connect/model/index.ts";
import { DAY_MS, dateOf, minutesOf, weekdayOf, ZoneClock } from "./clock.ts";

/** One shift that takes place. Instants are ms UTC; `end` is exclusive. */
export interface Shift {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Local date of the production day to which it belongs, decided by its start. */
  readonly productionDay: string;
}

export interface PlannedWindow {
  readonly start: number;
  readonly end: number;
  /** Planned production time: inside a shift and outside its breaks. */
  readonly planned: boolean;
  readonly shift: string | null;
  /** When the whole shift starts, even if the window was cut later. */
  readonly shiftStart: number | null;
  readonly productionDay: string;
  readonly reason: "shift" | "break" | "no-shift" | "holiday";
}

interface Occurrence extends Shift {
  readonly holiday: boolean;
  readonly breaks: readonly { readonly start: number; readonly end: number }[];
}

const MAX_DAYS = 3700;
const KEPT_DAYS = 500;

/**
 * A shift calendar applied to time. Shifts are instants computed from clock times in the calendar's zone, so a
 * 22:00-06:00 shift lasts 9 h in Berlin on 25/26 October 2025 and 7 h in New York on 8/9 March 2026. A shift belongs
 * to the production day on which it starts; a production day begins at `dayStart`. On a holiday's production day no
 * shift takes place. On the date of an exception its shifts start in place of those of the week, holiday or not.
 */
export class WorkCalendar {
  private readonly calendar: ShiftCalendar;
  private readonly clock: ZoneClock;
  private readonly dayStart: number;
  private readonly holidays: ReadonlySet<string>;
  private readonly exceptions: ReadonlyMap<string, readonly ShiftPattern[]>;
  private readonly occurrencesByDay = new Map<number, readonly Occurrence[]>();

  /** `calendar` as the plant model holds it (checked there); an unknown zone throws `RangeError`. */
  constructor(calendar: ShiftCalendar) {
    this.calendar = calendar;
    this.clock = new ZoneClock(calendar.zone);
    this.dayStart = minutesOf(calendar.dayStart);
    this.holidays = new Set(calendar.holidays);
    this.exceptions = new Map(Object.entries(calendar.exceptions ?? {}));
  }

  /** The shift in progress at an instant, breaks included; null outside shifts and on holidays. */
  shiftAt(instant: number): Shift | null {
    const found = this.occurrencesBetween(instant, instant + 1).find((shift) => !shift.holiday);
    if (found === undefined) return null;
    const { name, start, end, productionDay } = found;
    return { name, start, end, productionDay };
  }

  /** The local date of the production day at an instant: that of its shift, else the one begun last at `dayStart`. */
  productionDayAt(instant: number): string {
    const shift = this.occurrencesBetween(instant, instant + 1)[0];
    return shift?.productionDay ?? dateOf(this.dayBegunAt(instant));
  }

  /**
   * Covers [from, to) without gap or overlap. Time outside shifts is cut where a production day begins.
   * `from` and `to` are integer ms UTC at most ten years apart, else `RangeError`.
   */
  plannedWindows(from: number, to: number): readonly PlannedWindow[] {
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) throw new RangeError("The interval must be in integer milliseconds UTC.");
    if (to - from > MAX_DAYS * DAY_MS) throw new RangeError("The interval is longer than ten years.");
    const windows: PlannedWindow[] = [];
    let cursor = from;
    for (const shift of this.occurrencesBetween(from, to)) {
      if (shift.start > cursor) windows.push(...this.outsideShifts(cursor, shift.start));
      windows.push(...partsOf(shift).flatMap((part) => clip(part, from, to)));
      cursor = Math.max(cursor, shift.end);
    }
    if (cursor < to) windows.push(...this.outsideShifts(cursor, to));
    return windows;
  }

  private outsideShifts(from: number, to: number): readonly PlannedWindow[] {
    const windows: PlannedWindow[] = [];
    for (let start = from, day = this.dayBegunAt(from); start < to; day += 1) {
      const end = Math.min(to, this.clock.instantOf(day + 1, this.dayStart));
      const productionDay = dateOf(day);
      const reason = this.holidays.has(productionDay) ? "holiday" : "no-shift";
      if (end > start) windows.push({ start, end, planned: false, shift: null, shiftStart: null, productionDay, reason });
      start = Math.max(start, end);
    }
    return windows;
  }

  private dayBegunAt(instant: number): number {
    const day = this.clock.dayAt(instant);
    return this.clock.instantOf(day, this.dayStart) <= instant ? day : day - 1;
  }

  /** Occurrences that overlap [from, to), in order of time. A shift lasts a day at most, so it started the day before at the earliest. */
  private occurrencesBetween(from: number, to: number): readonly Occurrence[] {
    const found: Occurrence[] = [];
    for (let day = this.clock.dayAt(from) - 1; day <= this.clock.dayAt(to); day += 1) {
      for (const shift of this.occurrencesOn(day)) if (shift.start < to && shift.end > from) found.push(shift);
    }
    return found;
  }

  private occurrencesOn(day: number): readonly Occurrence[] {
    const known = this.occurrencesByDay.get(day);
    if (known !== undefined) return known;
    const weekday = weekdayOf(day);
    const exception = this.exceptions.get(dateOf(day));
    const patterns = exception ?? this.calendar.shifts.filter((pattern) => pattern.days.includes(weekday));
    const occurrences = patterns
      .map((pattern) => this.occurrence(pattern, day, exception === undefined))
      .filter((shift) => shift.end > shift.start);
    occurrences.sort((a, b) => a.start - b.start);
    if (this.occurrencesByDay.size >= KEPT_DAYS) this.occurrencesByDay.clear();
    this.occurrencesByDay.set(day, occurrences);
    return occurrences;
  }

  private occurrence(pattern: ShiftPattern, day: number, mayBeHoliday: boolean): Occurrence {
    const startsAt = minutesOf(pattern.start);
    const span = (from: number, start: string, end: string): { start: number; end: number } => {
      const begins = minutesOf(start) + (minutesOf(start) < from ? 1440 : 0);
      const ends = minutesOf(end) + (minutesOf(end) <= minutesOf(start) ? 1440 : 0) + (begins - minutesOf(start));
      return { start: this.clock.instantOf(day, begins), end: this.clock.instantOf(day, ends) };
    };
    const productionDay = dateOf(startsAt < this.dayStart ? day - 1 : day);
    return {
      name: pattern.name,
      ...span(startsAt, pattern.start, pattern.end),
      productionDay,
      holiday: mayBeHoliday && this.holidays.has(productionDay),
      breaks: pattern.breaks.map((pause) => span(startsAt, pause.start, pause.end)).filter((pause) => pause.end > pause.start),
    };
  }
}

/** A shift as alternating working time and breaks. */
function partsOf(shift: Occurrence): readonly PlannedWindow[] {
  const { productionDay, start, end } = shift;
  if (shift.holiday) return [{ start, end, planned: false, shift: null, shiftStart: null, productionDay, reason: "holiday" }];
  const own = { shift: shift.name, shiftStart: start, productionDay };
  const parts: PlannedWindow[] = [];
  let cursor = start;
  for (const pause of shift.breaks) {
    parts.push({ start: cursor, end: pause.start, planned: true, reason: "shift", ...own });
    parts.push({ start: pause.start, end: pause.end, planned: false, reason: "break", ...own });
    cursor = pause.end;
  }
  parts.push({ start: cursor, end, planned: true, reason: "shift", ...own });
  return parts.filter((part) => part.end > part.start);
}

function clip(window: PlannedWindow, from: number, to: number): readonly PlannedWindow[] {
  const start = Math.max(window.start, from);
  const end = Math.min(window.end, to);
  return end > start ? [{ ...window, start, end }] : [];
}
