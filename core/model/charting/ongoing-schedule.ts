/** Which periods of a chart are to be stated, and which once more because of what came late. Pure: its clock is passed in. */
import type { Period, PeriodKind, Periods } from "./ongoing-periods.ts";

export interface OngoingRule {
  readonly period: PeriodKind;
  /** When a period that is over is stated; `message`: only when somebody asks. */
  readonly when: "shift" | "day" | "message";
  /** A period is stated so long after its end, so that late values find their place, ms. */
  readonly latenessMs: number;
}

export interface StatedPeriod extends Period {
  /** Where its values begin, also of a number of subgroups. */
  readonly first: number;
  /** Tells whether the same was stated before. */
  readonly said: string;
}

export interface OngoingScheduleState {
  /** Every period that was over by then has been stated; null: none yet. */
  readonly settled: number | null;
  readonly stated: readonly StatedPeriod[];
  /** By the key of a period: since when, and when last, something made it different, ms. */
  readonly late: readonly (readonly [key: number, since: number, last: number])[];
}

/** A period that is over and not stated, and the instant at which it was due. */
export interface DuePeriod {
  readonly at: number;
  readonly period: Period;
}

const DAY = 24 * 3_600_000;
/** Where nothing is known the last period that is over is stated: a week with the days between its end and now. */
const FIRST_LOOK = 9 * DAY;
/** History is read no further back. */
const OLDEST = 31 * DAY;
/** A month of shifts. */
const MOST_KEPT = 100;
/** Late values come many at a time; a period is stated again when no more come, or when they have come for long. */
const QUIET = 60_000;
const PATIENCE = 10 * 60_000;

export class OngoingSchedule {
  readonly #rule: OngoingRule;
  #settled: number | null;
  #stated: readonly StatedPeriod[];
  readonly #late: Map<number, readonly [since: number, last: number]>;

  constructor(rule: OngoingRule, { settled, stated, late }: OngoingScheduleState = { settled: null, stated: [], late: [] }) {
    [this.#rule, this.#settled, this.#stated] = [rule, settled, stated];
    this.#late = new Map(late.map(([key, since, last]) => [key, [since, last]]));
  }

  /** The earliest period that is over and not stated. */
  due(periods: Periods, now: number): DuePeriod | undefined {
    const { period: kind, when, latenessMs } = this.#rule;
    if (when === "message") return undefined;
    const until = now - latenessMs;
    const settled = this.#settled ?? firstSettled(periods, this.#rule, until);
    for (const at of periods.ends(when, Math.max(settled, now - OLDEST), until)) {
      const period = periods.ended(kind, at);
      // A week is over once, however many shifts end after it.
      if (period !== undefined && period.to > settled) return { at, period };
    }
    return undefined;
  }

  /** It has been stated; see `StatedPeriod`. False: the same was stated before. */
  state({ period, at }: { readonly period: Period; readonly at?: number }, first: number | null, said: string): boolean {
    if (at !== undefined) this.#settled = at;
    this.#late.delete(period.key);
    const before = this.#stated.find(({ key }) => key === period.key);
    const others = this.#stated.filter(({ key }) => key !== period.key);
    const one = { ...period, first: first ?? period.to, said };
    this.#stated = [...others, one].toSorted((a, b) => a.to - b.to).slice(-MOST_KEPT);
    return before?.said !== said;
  }

  /** Something of this instant has changed since it was stated. True: a stated period is another by it. */
  changed(at: number, now: number): boolean {
    // What is live belongs to no period that has been stated; it comes at line rate.
    if (at >= (this.#stated.at(-1)?.to ?? Number.NEGATIVE_INFINITY)) return false;
    const touched = this.#stated.filter(({ first, to }) => at >= first && at < to);
    for (const { key } of touched) this.#late.set(key, [this.#late.get(key)?.[0] ?? now, now]);
    return touched.length > 0;
  }

  /** What was not heard meanwhile may have changed whatever ended since then. */
  missed(since: number, now: number): void {
    for (const { key, to } of this.#stated) if (to > since) this.#late.set(key, [this.#late.get(key)?.[0] ?? now, now]);
  }

  /** Stated periods that are others by now, when it has become quiet about them; the earliest first. */
  again(now: number): readonly StatedPeriod[] {
    return this.#stated.filter(({ key }) => {
      const late = this.#late.get(key);
      return late !== undefined && (now - late[1] >= QUIET || now - late[0] >= PATIENCE);
    });
  }

  /** No period that ends later has been stated. */
  isLast({ to }: Period): boolean {
    return this.#stated.every((one) => one.to <= to);
  }

  saved(): OngoingScheduleState {
    return { settled: this.#settled, stated: this.#stated, late: [...this.#late].map(([key, [since, last]]) => [key, since, last]) };
  }
}

function firstSettled(periods: Periods, { period: kind, when }: OngoingRule, until: number): number {
  if (when === "message") return until;
  const last = periods.ends(when, until - FIRST_LOOK, until).at(-1);
  const ended = last === undefined ? undefined : periods.ended(kind, last);
  return last === undefined || ended === undefined ? until : Math.min(last, ended.to) - 1;
}
