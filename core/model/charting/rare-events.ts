/** Intervals between rare events, from the counter of the events: good units made in between, or hours. */
import { counterStep } from "../../operate/oee/counter.ts";
import type { TimedSubgroup } from "../limits/index.ts";
import type { ChartSource } from "./definition.ts";

export interface RareEventsState {
  /** Where the counters stand; null before their first reading. */
  readonly events: number | null;
  readonly units: number | null;
  /** Of the last event, ms UTC; null: none was seen in these circumstances, so no interval has begun. */
  readonly last: number | null;
  /** Units since then. */
  readonly made: number;
  /** Events of the instant `at` that are not told yet. */
  readonly pending: number;
  readonly at: number;
  /** Of the last interval that was told: each has an instant of its own. */
  readonly told: number;
}

const BEGIN: RareEventsState = { events: null, units: null, last: null, made: 0, pending: 0, at: 0, told: 0 };
const HOUR = 3_600_000;
/** More in one step is a counter that was set, not so many events of one instant. */
const MOST_AT_ONCE = 1_000;

type Source = Extract<ChartSource, { readonly from: "events" }>;

export class RareEvents {
  readonly #source: Source;
  #state: { -readonly [K in keyof RareEventsState]: RareEventsState[K] };

  constructor(source: Source, state: RareEventsState = BEGIN) {
    this.#source = source;
    this.#state = { ...state };
  }

  /** A reading of one of the counters. The first of each says only where it stands. */
  read(at: number, tag: string, value: number): void {
    const { count, size } = this.#source;
    const state = this.#state;
    state.at = at;
    if (tag === count.tag) {
      if (state.events !== null) state.pending += counterStep(state.events, value, count.maximum);
      state.events = value;
    }
    if (tag === size?.tag) {
      if (state.units !== null) state.made += counterStep(state.units, value, size.maximum);
      state.units = value;
    }
  }

  /**
   * Time goes on to `at`: what happened before it is told, both counters of an instant together. The first event begins an
   * interval and ends none; of several at once all but the first follow each other with nothing in between.
   */
  reach(at: number): TimedSubgroup[] {
    const state = this.#state;
    if (state.pending === 0 || at <= state.at) return [];
    const { at: instant, last, pending, made } = state;
    [state.pending, state.made, state.last] = [0, 0, instant];
    if (last === null || pending > MOST_AT_ONCE) return [];
    const between = this.#source.size === null ? (instant - last) / HOUR : Math.max(0, Math.round(made - pending));
    return Array.from({ length: pending }, (_, i) => {
      state.told = Math.max(instant, state.told + 1);
      return { at: state.told, subgroup: { values: [i === 0 ? between : 0] } };
    });
  }

  /** Other conditions from here on: what has begun under the old ones is no whole interval. */
  discard(): void {
    [this.#state.last, this.#state.made, this.#state.pending] = [null, 0, 0];
  }

  state(): RareEventsState {
    return { ...this.#state };
  }
}
