/** In which hour or shift a package was made. */
import type { ShiftCalendar } from "../../connect/model/index.ts";
import { ZoneClock } from "../../operate/calendar/clock.ts";
import { type PlannedWindow, WorkCalendar } from "../../operate/calendar/index.ts";
import { NONE } from "../../operate/oee/index.ts";

/** [start, end), ms UTC. */
export interface Interval {
  readonly start: number;
  readonly end: number;
  /** `~`: none. */
  readonly shift: string;
  /** Local date of the production day. */
  readonly productionDay: string;
}

export type IntervalKind = "hour" | "shift";

const HOUR = 3_600_000;
const DAY = 86_400_000;

/** Hours of the clock, cut where a shift begins or ends, or whole shifts; outside shifts there are only hours. */
export class Intervals {
  readonly #clock: ZoneClock;
  readonly #calendar: WorkCalendar | null;
  readonly #kind: IntervalKind;
  /** The same for the same intervals. */
  readonly identity: string;

  /** Throws `RangeError` for a zone that is not in the IANA database. */
  constructor(kind: IntervalKind, zone: string, calendar?: ShiftCalendar) {
    this.#kind = kind;
    this.identity = JSON.stringify([kind, zone, calendar ?? null]);
    this.#clock = new ZoneClock(calendar?.zone ?? zone);
    this.#calendar = calendar === undefined ? null : new WorkCalendar(calendar);
  }

  at(instant: number): Interval {
    const shift = this.#kind === "shift" ? this.#calendar?.shiftAt(instant) : null;
    return shift ? { start: shift.start, end: shift.end, shift: shift.name, productionDay: shift.productionDay } : this.#hourAt(instant);
  }

  #hourAt(instant: number): Interval {
    const day = this.#clock.dayAt(instant);
    const midnight = this.#clock.instantOf(day, 0);
    const start = midnight + Math.floor((instant - midnight) / HOUR) * HOUR;
    const end = Math.min(start + HOUR, this.#clock.instantOf(day + 1, 0));
    if (this.#calendar === null) return { start, end, shift: NONE, productionDay: new Date(day * DAY).toISOString().slice(0, 10) };
    const windows = this.#calendar.plannedWindows(start, end);
    const at = windows.findIndex((window) => window.start <= instant && instant < window.end);
    const own = windows[at] as PlannedWindow;
    // A break cuts no hour.
    const others = (window: PlannedWindow): boolean =>
      window.shift !== own.shift || window.shiftStart !== own.shiftStart || window.productionDay !== own.productionDay;
    return {
      start: windows.slice(0, at).findLast(others)?.end ?? start,
      end: windows.slice(at).find(others)?.start ?? end,
      shift: own.shift ?? NONE,
      productionDay: own.productionDay,
    };
  }
}
