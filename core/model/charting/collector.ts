/** Subgroups from single values, in order of time. */
import type { TimedSubgroup } from "../limits/index.ts";
import { LARGEST_RANGE_SIZE } from "../spc/index.ts";
import type { Subgrouping } from "./definition.ts";

export interface CollectorState {
  readonly values: readonly number[];
  readonly first: number;
  readonly last: number;
  /** Start of the interval that has its subgroup already, or that is being filled. */
  readonly interval: number | null;
  readonly done: boolean;
}

const EMPTY: CollectorState = { values: [], first: 0, last: 0, interval: null, done: false };

export class Collector {
  readonly #rule: Subgrouping;
  readonly #spanMs: number;
  #values: number[] = [];
  #first = 0;
  #last = 0;
  #interval: number | null = null;
  /** The interval has its subgroup. */
  #done = false;

  constructor(rule: Subgrouping, spanMs: number, { values, first, last, interval, done }: CollectorState = EMPTY) {
    this.#rule = rule;
    this.#spanMs = spanMs;
    [this.#values, this.#first, this.#last, this.#interval, this.#done] = [[...values], first, last, interval, done];
  }

  /** The subgroup that this value completes. Its time is that of its last value, or the end of its interval. */
  add(at: number, value: number): TimedSubgroup | null {
    const rule = this.#rule;
    if (rule.by === "interval") {
      // More values than a chart can take are as good as the first of them.
      if (this.#values.length < LARGEST_RANGE_SIZE) this.#values.push(value);
      this.#last = at;
      return null;
    }
    if (this.#done) return null;
    if (rule.size === 1) {
      this.#done = rule.everyMs > 0;
      return { at, subgroup: { values: [value] } };
    }
    if (this.#spanMs > 0 && this.#values.length > 0 && at - this.#first > this.#spanMs) this.#values = [];
    if (this.#values.length === 0) this.#first = at;
    this.#values.push(value);
    if (this.#values.length < rule.size) return null;
    const subgroup = { at, subgroup: { values: this.#values } };
    this.#values = [];
    this.#done = rule.everyMs > 0;
    return subgroup;
  }

  /** Time goes on to `at`: a new interval begins, and the one before has what it has. */
  reach(at: number): TimedSubgroup | null {
    const { everyMs } = this.#rule;
    if (everyMs === 0) return null;
    const interval = Math.floor(at / everyMs) * everyMs;
    if (interval === this.#interval) return null;
    const ended = this.#interval;
    this.#interval = interval;
    this.#done = false;
    if (this.#rule.by === "count" || ended === null || this.#values.length === 0) return null;
    const subgroup = { at: ended + everyMs, subgroup: { values: this.#values } };
    this.#values = [];
    return subgroup;
  }

  /** The interval has its subgroup, so that no further value is asked for. */
  get isDone(): boolean {
    return this.#done;
  }

  /** Conditions have changed: what was collected under the old ones is no whole subgroup. */
  discard(): void {
    this.#values = [];
  }

  state(): CollectorState {
    return { values: [...this.#values], first: this.#first, last: this.#last, interval: this.#interval, done: this.#done };
  }
}
