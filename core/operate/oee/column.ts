/** A column of readings in time order: binary search, cheap append, insertion for the late ones. */
export interface ColumnState<T> {
  readonly times: readonly number[];
  readonly values: readonly T[];
}

export class Column<T> {
  #times: number[];
  #values: T[];

  constructor(state: ColumnState<T> = { times: [], values: [] }) {
    this.#times = [...state.times];
    this.#values = [...state.values];
  }

  get length(): number {
    return this.#times.length;
  }

  /** Time of row `index`; −∞ before the first and +∞ after the last row. */
  time(index: number): number {
    if (index < 0) return Number.NEGATIVE_INFINITY;
    return this.#times[index] ?? Number.POSITIVE_INFINITY;
  }

  value(index: number): T | undefined {
    return this.#values[index];
  }

  /** Index of the last row at or before `t`; −1 when there is none. */
  at(t: number): number {
    const last = this.#times.length - 1;
    if (last < 0 || (this.#times[last] as number) <= t) return last;
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] as number) <= t) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Puts a row after row `index` (as found by `at`). */
  insertAfter(index: number, time: number, value: T): void {
    if (index === this.#times.length - 1) {
      this.#times.push(time);
      this.#values.push(value);
    } else {
      this.#times.splice(index + 1, 0, time);
      this.#values.splice(index + 1, 0, value);
    }
  }

  /** Replaces the time of the last row. */
  moveLast(time: number): void {
    this.#times[this.#times.length - 1] = time;
  }

  /** Forgets everything before `t` except the last row at or before it, which still says what holds at `t`. */
  trim(t: number): void {
    const first = this.at(t);
    if (first <= 0) return;
    this.#times = this.#times.slice(first);
    this.#values = this.#values.slice(first);
  }

  /** A copy; with `from`, without what `trim(from)` would forget. */
  state(from = Number.NEGATIVE_INFINITY): ColumnState<T> {
    const first = Math.max(0, this.at(from));
    return { times: this.#times.slice(first), values: this.#values.slice(first) };
  }
}
