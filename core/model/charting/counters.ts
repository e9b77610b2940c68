/** Subgroups from counters: what they gained in an interval of data time. */
import { counterStep } from "../../operate/oee/counter.ts";
import type { TimedSubgroup } from "../limits/index.ts";
import type { ChartSource } from "./definition.ts";

export interface CountersState {
  readonly count: number | null;
  readonly size: number | null;
  readonly gained: { readonly count: number; readonly size: number };
  readonly interval: number | null;
  /** The counters were known when the interval began. */
  readonly whole: boolean;
}

/** A longer silence is a gap, not so many intervals in which nothing happened. */
const MOST_INTERVALS = 1_000;
const BEGIN: CountersState = { count: null, size: null, gained: { count: 0, size: 0 }, interval: null, whole: false };

type Source = Extract<ChartSource, { readonly from: "counters" }>;

export class Counters {
  readonly #source: Source;
  #count: number | null;
  #size: number | null;
  #gained: { count: number; size: number };
  #interval: number | null;
  #whole: boolean;

  constructor(source: Source, { count, size, gained, interval, whole }: CountersState = BEGIN) {
    this.#source = source;
    [this.#count, this.#size, this.#gained, this.#interval, this.#whole] = [count, size, { ...gained }, interval, whole];
  }

  /** A reading of one of the counters. The first of each says only where it stands. */
  read(tag: string, value: number): void {
    const { count, size } = this.#source;
    if (tag === count.tag) {
      if (this.#count !== null) this.#gained.count += counterStep(this.#count, value, count.maximum);
      this.#count = value;
    }
    if (tag === size?.tag) {
      if (this.#size !== null) this.#gained.size += counterStep(this.#size, value, size.maximum);
      this.#size = value;
    }
  }

  /**
   * Time goes on to `at`. An interval in which nothing was inspected gives no subgroup, and neither does the one in which the
   * counters were read for the first time.
   */
  reach(at: number): TimedSubgroup[] {
    const { everyMs, size } = this.#source;
    const interval = Math.floor(at / everyMs) * everyMs;
    const before = this.#interval;
    if (interval === before) return [];
    const gained = this.#gained;
    const whole = this.#whole;
    this.#interval = interval;
    this.#gained = { count: 0, size: 0 };
    this.#whole = this.#count !== null && (size === null || this.#size !== null);
    if (before === null) return [];
    const ended = { at: before + everyMs, subgroup: size === null ? { count: gained.count } : gained };
    const first = whole && (size === null || gained.size > 0) ? [ended] : [];
    // Without a reading in between these were silent, and known from their beginning.
    const silent = (interval - before) / everyMs - 1;
    if (size !== null || !this.#whole || silent > MOST_INTERVALS) return first;
    return [...first, ...Array.from({ length: silent }, (_, i) => ({ at: before + (i + 2) * everyMs, subgroup: { count: 0 } }))];
  }

  /** Other conditions from here on. Of counts on the same area only a whole interval can be judged; others bring their size. */
  discard(): void {
    this.#gained = { count: 0, size: 0 };
    if (this.#source.size === null) this.#whole = false;
  }

  state(): CountersState {
    return { count: this.#count, size: this.#size, gained: { ...this.#gained }, interval: this.#interval, whole: this.#whole };
  }
}
