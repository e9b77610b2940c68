/** Vectors from samples of several tags: one per interval of data time, and subgroups of neighbouring ones. */
import type { TimedSubgroup } from "../limits/index.ts";
import type { ChartSource } from "./definition.ts";

export interface VectorsState {
  /** Of each variable: the last value of the interval so far, or their mean; and how many there were. */
  readonly values: readonly number[];
  readonly counts: readonly number[];
  /** Source time of the last of them. */
  readonly last: number;
  readonly interval: number | null;
  /** Vectors of the subgroup so far, one after the other; absent where each stands alone. */
  readonly whole?: readonly (number | null)[];
}

type Source = Extract<ChartSource, { readonly from: "vectors" }>;

export class Vectors {
  readonly #source: Source;
  readonly #places: ReadonlyMap<string, number>;
  #values: number[];
  #counts: number[];
  #last: number;
  #interval: number | null;
  #whole: (number | null)[];

  constructor(source: Source, state?: VectorsState) {
    this.#source = source;
    this.#places = new Map(source.variables.map(({ tag }, i) => [tag, i]));
    const none = source.variables.map(() => 0);
    const { values, counts, last, interval } = state ?? { values: none, counts: none, last: 0, interval: null };
    [this.#values, this.#counts, this.#last, this.#interval] = [[...values], [...counts], last, interval];
    this.#whole = [...(state?.whole ?? [])];
  }

  read(tag: string, at: number, value: number): void {
    const place = this.#places.get(tag);
    if (place === undefined) return;
    const count = (this.#counts[place] as number) + 1;
    const before = this.#values[place] as number;
    this.#counts[place] = count;
    this.#values[place] = this.#source.of === "last" || count === 1 ? value : before + (value - before) / count;
    this.#last = at;
  }

  /**
   * Time goes on to `at`: the vector of an interval that has ended, or the subgroup that it completes, at the time of its last
   * value. A variable without a value is null, so that the chart refuses it by name; an interval without any is no vector, and
   * what lies on both sides of it is no subgroup.
   */
  reach(at: number): TimedSubgroup | null {
    const { everyMs } = this.#source;
    const interval = Math.floor(at / everyMs) * everyMs;
    const before = this.#interval;
    if (interval === before) return null;
    this.#interval = interval;
    if (this.#counts.every((count) => count === 0)) {
      this.#whole = [];
      return null;
    }
    this.#whole.push(...this.#values.map((value, i) => (this.#counts[i] === 0 ? null : value)));
    this.#clear();
    const complete = this.#whole.length === this.#values.length * (this.#source.size ?? 1);
    const values = this.#whole;
    if (complete || before === null || interval > before + everyMs) this.#whole = [];
    return complete ? { at: this.#last, subgroup: { values } } : null;
  }

  /** Other conditions from here on: what came before is no part of the same vector or subgroup. */
  discard(): void {
    this.#clear();
    this.#whole = [];
  }

  state(): VectorsState {
    const state = { values: [...this.#values], counts: [...this.#counts], last: this.#last, interval: this.#interval };
    return this.#source.size === undefined ? state : { ...state, whole: [...this.#whole] };
  }

  #clear(): void {
    this.#counts = this.#counts.map(() => 0);
    this.#values = this.#values.map(() => 0);
  }
}
