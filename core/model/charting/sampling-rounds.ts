/** What is due on a chart that people measure by hand, shift by shift, by the calendar of the machine. */
import type { PlantModel } from "../../connect/model/index.ts";
import { type PlannedWindow, WorkCalendar } from "../../operate/calendar/index.ts";
import { answeredDue, type DueMeasurement, dueMeasurements, dueTimes, type SamplingPlan } from "../limits/index.ts";

export interface DueShift {
  /** Null of a machine without a calendar: its shifts are whole days. */
  readonly name: string | null;
  readonly start: number;
  readonly end: number;
  readonly due: readonly DueMeasurement[];
}

export interface SamplingRound {
  /** The shift that began last, and the one before it. The newest first. */
  readonly shifts: readonly DueShift[];
  /** What is due or overdue now. */
  readonly open: DueMeasurement | null;
  /** When the next one is due after that; null: in no shift that is near. */
  readonly next: number | null;
}

type Taken = ReadonlyMap<number, number>;

const DAY = 24 * 3_600_000;
/** Plants that stand over holidays still have a shift before and one to come. */
const REACH = 8 * DAY;
const WHOLE_DAYS = "every-day";

export class SamplingRounds {
  readonly #plan: SamplingPlan;
  readonly #since: number;
  readonly #calendar: WorkCalendar;
  readonly #named: boolean;

  /** `since`: when the plan became known, ms UTC; nobody could measure for what was due before. */
  constructor(model: PlantModel, asset: string, plan: SamplingPlan, since: number) {
    const name = model.equipment.get(asset)?.calendar;
    const declared = name === undefined ? undefined : model.calendars.get(name);
    const wholeDays = { start: "00:00", end: "00:00", days: [1, 2, 3, 4, 5, 6, 7], breaks: [] };
    const shifts = [{ name: WHOLE_DAYS, ...wholeDays }];
    [this.#plan, this.#since] = [plan, since];
    this.#named = declared !== undefined;
    this.#calendar = new WorkCalendar(declared ?? { name: WHOLE_DAYS, zone: model.zone, dayStart: "00:00", shifts, holidays: [] });
  }

  /** `taken`: due instant → when somebody measured for it. */
  at(now: number, taken: Taken): SamplingRound {
    const shifts = this.#shifts(now);
    const begun = shifts.filter(({ start }) => start <= now).slice(-2);
    const shown = begun.map((shift) => {
      // What somebody measured counts in any case: the plan may have been known here before.
      const due = shift.due.filter((one) => one >= this.#since || taken.has(one));
      return { ...shift, due: dueMeasurements(this.#plan, due, taken, now, shift.end) };
    });
    const open = shown.flatMap(({ due }) => due).findLast(({ state }) => state === "due" || state === "overdue") ?? null;
    const next = shifts.flatMap(({ due }) => due).find((due) => due > now && !taken.has(due)) ?? null;
    return { shifts: shown.toReversed(), open, next };
  }

  /** The due instant that a measurement at `at` is for; null: none. */
  answered(at: number, taken: Taken): number | null {
    return answeredDue(
      this.#plan,
      this.#shifts(at).flatMap(({ due }) => due.filter((one) => one >= this.#since)),
      taken,
      at,
    );
  }

  #shifts(now: number): { readonly name: string | null; readonly start: number; readonly end: number; readonly due: readonly number[] }[] {
    const windows = this.#calendar.plannedWindows(now - REACH, now + REACH);
    const byShift = new Map<number, PlannedWindow[]>();
    for (const window of windows) {
      if (window.shiftStart === null) continue;
      const known = byShift.get(window.shiftStart);
      if (known === undefined) byShift.set(window.shiftStart, [window]);
      else known.push(window);
    }
    return [...byShift].map(([start, own]) => {
      const end = own.at(-1)?.end ?? start;
      return { name: this.#named ? (own[0]?.shift ?? null) : null, start, end, due: dueTimes(this.#plan, own, start, end) };
    });
  }
}
