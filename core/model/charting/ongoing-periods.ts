/** Of which time an ongoing capability is stated, and when: shifts, production days and weeks of a calendar. */
import type { ShiftCalendar } from "../../connect/model/index.ts";
import { DAY_MS, dateOf, minutesOf, weekdayOf, ZoneClock } from "../../operate/calendar/clock.ts";
import { WorkCalendar } from "../../operate/calendar/index.ts";

export const PERIODS = ["subgroups", "shift", "day", "week"] as const;
export type PeriodKind = (typeof PERIODS)[number];

/** [from, to), ms UTC. */
export interface Period {
  /** Where its values begin; null: so many subgroups before `to` as are asked for. */
  readonly from: number | null;
  readonly to: number;
  /** What it is known by in the ledger, as its values may change: its start, or its end where it is a number of subgroups. */
  readonly key: number;
  /** Name of the shift; null: it is none. */
  readonly shift: string | null;
  /** Local date of the production day on which it begins; of subgroups that on which it ends. */
  readonly productionDay: string;
}

/** A week has seven days, one more at most begins it, and a change of clocks lasts an hour. */
const LONGEST = 9 * DAY_MS;
const WEEK_DAYS = 7;

/** A production day begins at the calendar's start of the day, a week with the production day of its Monday. */
export class Periods {
  readonly #clock: ZoneClock;
  readonly #calendar: WorkCalendar | null;
  readonly #dayStart: number;

  /** Throws `RangeError` for a zone that is not in the IANA database. */
  constructor(zone: string, calendar?: ShiftCalendar) {
    this.#clock = new ZoneClock(calendar?.zone ?? zone);
    this.#calendar = calendar === undefined ? null : new WorkCalendar(calendar);
    this.#dayStart = minutesOf(calendar?.dayStart ?? "00:00");
  }

  /** False: there is no calendar that says when a shift begins. */
  get hasShifts(): boolean {
    return this.#calendar !== null;
  }

  /** Ends of shifts or production days in (after, until], in order. */
  ends(of: "shift" | "day", after: number, until: number): readonly number[] {
    const found = of === "shift" ? this.#shifts(after - DAY_MS, until + 1) : this.#days(after - DAY_MS, until + 1);
    return [...new Set(found.map(({ to }) => to))].filter((end) => end > after && end <= until).toSorted((a, b) => a - b);
  }

  /** The last one that was over at an instant; undefined: none was within nine days. */
  ended(kind: PeriodKind, at: number): Period | undefined {
    if (kind === "subgroups") return this.#until(at);
    return this.#of(kind, at - LONGEST, at).findLast(({ to }) => to <= at);
  }

  /** The one that is running, as far as it has come; undefined: no shift is. */
  running(kind: PeriodKind, at: number): Period | undefined {
    if (kind === "subgroups") return this.#until(at);
    const found = this.#of(kind, at - LONGEST, at + 1).find(({ from, to }) => from !== null && from < at && to > at);
    return found === undefined ? undefined : { ...found, to: at };
  }

  #of(kind: Exclude<PeriodKind, "subgroups">, from: number, to: number): readonly Period[] {
    if (kind === "shift") return this.#shifts(from, to);
    return kind === "day" ? this.#days(from, to) : this.#weeks(from, to);
  }

  #until(at: number): Period {
    return { from: null, to: at, key: at, shift: null, productionDay: dateOf(this.#dayAt(at)) };
  }

  #shifts(from: number, to: number): readonly Period[] {
    if (this.#calendar === null) return [];
    const calendar = this.#calendar;
    const starts = calendar.plannedWindows(Math.floor(from), Math.ceil(to)).flatMap(({ shiftStart }) => shiftStart ?? []);
    return [...new Set(starts)].flatMap((start): Period[] => {
      const shift = calendar.shiftAt(start);
      if (shift === null) return [];
      return [{ from: shift.start, to: shift.end, key: shift.start, shift: shift.name, productionDay: shift.productionDay }];
    });
  }

  #days(from: number, to: number): readonly Period[] {
    const first = this.#dayAt(from);
    return Array.from({ length: this.#dayAt(to) - first + 1 }, (_, i) => this.#span(first + i, 1));
  }

  #weeks(from: number, to: number): readonly Period[] {
    const last = this.#dayAt(to);
    let monday = this.#dayAt(from);
    monday -= weekdayOf(monday) - 1;
    const weeks: Period[] = [];
    for (; monday <= last; monday += WEEK_DAYS) weeks.push(this.#span(monday, WEEK_DAYS));
    return weeks;
  }

  #span(day: number, days: number): Period {
    const [from, to] = [this.#clock.instantOf(day, this.#dayStart), this.#clock.instantOf(day + days, this.#dayStart)];
    return { from, to, key: from, shift: null, productionDay: dateOf(day) };
  }

  #dayAt(instant: number): number {
    const day = this.#clock.dayAt(instant);
    return this.#clock.instantOf(day, this.#dayStart) <= instant ? day : day - 1;
  }
}
