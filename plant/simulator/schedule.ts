/** When the line is manned: shifts and breaks of a calendar, cut into alternating working and non-working windows. */
import { DateTime } from "luxon";
import type { ShiftCalendar } from "../../core/connect/model/index.ts";

export type IdleReason = "Break" | "NoShift";

interface Window {
  readonly start: number;
  readonly end: number;
}

/**
 * Answers for one instant whether people are at the line and until when that stays so. Independent of the twin's own
 * calendar on purpose: the plant is what the twin is checked against.
 */
export class Schedule {
  readonly #calendar: ShiftCalendar;
  readonly #days = new Map<string, { shifts: Window[]; breaks: Window[] }>();

  constructor(calendar: ShiftCalendar) {
    this.#calendar = calendar;
  }

  at(time: number): { readonly working: boolean; readonly reason: IdleReason | null; readonly until: number } {
    const { shifts, breaks } = this.#around(time);
    const pause = breaks.find((w) => w.start <= time && time < w.end);
    if (pause) return { working: false, reason: "Break", until: pause.end };
    const shift = shifts.find((w) => w.start <= time && time < w.end);
    const edges = [...shifts, ...breaks].flatMap((w) => [w.start, w.end]).filter((edge) => edge > time);
    const until = Math.min(...edges, time + 86_400_000);
    return shift ? { working: true, reason: null, until } : { working: false, reason: "NoShift", until };
  }

  /** Windows of the local day before, the day itself and the day after: shifts may cross midnight. */
  #around(time: number): { shifts: Window[]; breaks: Window[] } {
    const day = DateTime.fromMillis(time, { zone: this.#calendar.zone }).startOf("day");
    const near = [-1, 0, 1].map((offset) => this.#windowsOf(day.plus({ days: offset })));
    return { shifts: near.flatMap((d) => d.shifts), breaks: near.flatMap((d) => d.breaks) };
  }

  #windowsOf(day: DateTime): { shifts: Window[]; breaks: Window[] } {
    const key = day.toISODate() ?? "";
    const known = this.#days.get(key);
    if (known) return known;
    const planned = this.#calendar.holidays.includes(key) ? [] : this.#calendar.shifts.filter((s) => s.days.includes(day.weekday));
    const shifts = planned.map((s) => span(day, s.start, s.end, s.start));
    const breaks = planned.flatMap((s) => s.breaks.map((b) => span(day, b.start, b.end, s.start)));
    const windows = { shifts, breaks };
    if (this.#days.size > 16) this.#days.clear();
    this.#days.set(key, windows);
    return windows;
  }
}

/** Local clock times on `day`; anything before the shift's own start lies on the next day. */
function span(day: DateTime, start: string, end: string, shiftStart: string): Window {
  const from = onDay(day, start, start < shiftStart);
  const to = onDay(day, end, end <= shiftStart);
  return { start: from, end: to };
}

function onDay(day: DateTime, clock: string, nextDay: boolean): number {
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  return day
    .plus({ days: nextDay ? 1 : 0 })
    .set({ hour, minute })
    .toMillis();
}
