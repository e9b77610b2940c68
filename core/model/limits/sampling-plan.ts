/** When somebody is to measure by hand, and what came of it. */
import { type Static, Type } from "typebox";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const SAMPLING_PLAN = Type.Object(
  {
    /** From one measurement to the next, ms; counted from the start of each shift. */
    everyMs: Type.Integer({ minimum: MINUTE, maximum: DAY }),
    /** Values of one measurement. */
    size: Type.Integer({ minimum: 1, maximum: 50 }),
    /** How much later it still counts as in time, ms. */
    graceMs: Type.Integer({ minimum: 0, maximum: DAY }),
  },
  { additionalProperties: false },
);
export type SamplingPlan = Readonly<Static<typeof SAMPLING_PLAN>>;

/** A stretch of a calendar, as `WorkCalendar.plannedWindows` gives them. */
export interface Working {
  readonly start: number;
  readonly end: number;
  readonly planned: boolean;
  /** When the whole shift starts, even if the window was cut later; null outside shifts. */
  readonly shiftStart: number | null;
}

/**
 * Instants in [from, to) at which a measurement is due, counted from the start of each shift. What falls into a break is due
 * when the break is over; in time without a shift nothing is due. `windows` cover the range, in order.
 */
export function dueTimes({ everyMs }: SamplingPlan, windows: readonly Working[], from: number, to: number): number[] {
  const due = new Set<number>();
  const working = windows.filter(({ planned }) => planned);
  for (const [i, { start, end, shiftStart }] of working.entries()) {
    if (shiftStart === null) continue;
    const before = working[i - 1];
    const resumed = before?.shiftStart === shiftStart && before.end < start;
    // The last due instant before this window lies in the break that it follows.
    const steps = Math.ceil((start - shiftStart) / everyMs);
    const missed = shiftStart + (steps - 1) * everyMs;
    if (resumed && steps > 0 && missed >= before.end && missed < start) due.add(start);
    for (let at = shiftStart + steps * everyMs; at < end; at += everyMs) due.add(at);
  }
  return [...due].filter((at) => at >= from && at < to).toSorted((a, b) => a - b);
}

/** `upcoming`: not due yet. `missed`: the next one is due, or the plan's time is over, and nobody measured. */
export type DueState = "upcoming" | "due" | "overdue" | "taken" | "taken-late" | "missed";

export interface DueMeasurement {
  readonly due: number;
  readonly state: DueState;
  /** When it was taken. */
  readonly taken: number | null;
}

/** What became of each due instant by `now`. `taken`: due instant → when somebody measured for it. After `over` nobody measures any more. */
export function dueMeasurements(
  plan: SamplingPlan,
  due: readonly number[],
  taken: ReadonlyMap<number, number>,
  now: number,
  over = Number.POSITIVE_INFINITY,
): DueMeasurement[] {
  return due.map((at, i) => {
    const when = taken.get(at);
    if (when !== undefined) return { due: at, state: when <= at + plan.graceMs ? "taken" : "taken-late", taken: when };
    const next = due[i + 1] ?? Math.min(at + plan.everyMs, over);
    const state = now < at ? "upcoming" : now >= next ? "missed" : now <= at + plan.graceMs ? "due" : "overdue";
    return { due: at, state, taken: null };
  });
}

/**
 * Which due instant a measurement at `at` is for: the last one until the next is due, or the next one already while it is no
 * further away than the grace. Null where that is taken: it was measured besides.
 */
export function answeredDue(
  { everyMs, graceMs }: SamplingPlan,
  due: readonly number[],
  taken: ReadonlyMap<number, number>,
  at: number,
): number | null {
  const last = due.findLast((one) => one <= at);
  if (last !== undefined && at < last + everyMs && !taken.has(last)) return last;
  const next = due.find((one) => one > at);
  return next !== undefined && next - at <= graceMs && !taken.has(next) ? next : null;
}
