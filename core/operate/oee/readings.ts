/** What is known of one machine, by role and in time order: the complete input of the OEE mathematics. */
import { Column, type ColumnState } from "./column.ts";

export interface ReadingsState {
  readonly state: ColumnState<string | null>;
  readonly mode: ColumnState<string | null>;
  readonly product: ColumnState<string>;
  readonly processed: ColumnState<number>;
  readonly defective: ColumnState<number>;
  readonly seen: ColumnState<0>;
  /** Absent in snapshots from before orders and rework were read. */
  readonly order?: ColumnState<string>;
  readonly rework?: ColumnState<number>;
  /** Absent in snapshots from before there was a second counter. */
  readonly second?: ColumnState<number>;
}

/** Cumulative counters of a machine. */
export type Counter = "processed" | "defective" | "rework" | "second";
export type Role = "state" | "mode" | "product" | "order" | Counter | "heartbeat";

/** One usable reading. `null` for state and mode: not usable from this instant on (quality Bad, or not readable). */
export type Reading =
  | { readonly role: "state" | "mode"; readonly time: number; readonly value: string | null; readonly seen: boolean }
  | { readonly role: "product" | "order"; readonly time: number; readonly value: string; readonly seen: true }
  | { readonly role: Counter; readonly time: number; readonly value: number; readonly seen: true }
  | { readonly role: "heartbeat"; readonly time: number; readonly seen: true };

export class Readings {
  readonly state: Column<string | null>;
  readonly mode: Column<string | null>;
  readonly product: Column<string>;
  readonly order: Column<string>;
  readonly processed: Column<number>;
  readonly defective: Column<number>;
  readonly rework: Column<number>;
  readonly second: Column<number>;
  /** Instants at which the machine was seen alive, thinned: only what decides where silence begins and ends is kept. */
  readonly seen: Column<0>;
  readonly #silenceMs: number | null;

  /** `silenceMs`: without any reading for longer than this the machine's state is unknown; null: a state holds for ever. */
  constructor(silenceMs: number | null, from?: ReadingsState) {
    this.#silenceMs = silenceMs;
    this.state = new Column(from?.state);
    this.mode = new Column(from?.mode);
    this.product = new Column(from?.product);
    this.order = new Column(from?.order);
    this.processed = new Column(from?.processed);
    this.defective = new Column(from?.defective);
    this.rework = new Column(from?.rework);
    this.second = new Column(from?.second);
    this.seen = new Column(from?.seen);
  }

  /** `duplicate` and `conflict`: the role has a reading at this instant already, with the same or another value. */
  has(reading: Reading): "new" | "duplicate" | "conflict" {
    if (reading.role === "heartbeat") return "new";
    const column = this[reading.role];
    const index = column.at(reading.time);
    if (column.time(index) !== reading.time) return "new";
    return column.value(index) === reading.value ? "duplicate" : "conflict";
  }

  /** Puts a reading in its place, unless there is one of its role at this instant. */
  insert(reading: Reading): "new" | "duplicate" | "conflict" {
    const known = this.has(reading);
    if (known !== "new") return known;
    if (reading.seen) this.#see(reading.time);
    if (reading.role === "heartbeat") return known;
    const column: Column<string | number | null> = this[reading.role];
    column.insertAfter(column.at(reading.time), reading.time, reading.value);
    return known;
  }

  /**
   * Silences longer than `silenceMs` are the only thing this column decides. An instant whose neighbours are within
   * `silenceMs` of each other can never bound one, now or after later insertions, so it is not kept.
   */
  #see(time: number): void {
    if (this.#silenceMs === null) return;
    const index = this.seen.at(time);
    if (this.seen.time(index) === time) return;
    if (index === this.seen.length - 1) {
      if (time - this.seen.time(index - 1) <= this.#silenceMs) this.seen.moveLast(time);
      else this.seen.insertAfter(index, time, 0);
    } else if (this.seen.time(index + 1) - this.seen.time(index) > this.#silenceMs) this.seen.insertAfter(index, time, 0);
  }

  /** Forgets what is before `t`, of the counters what is before `counts`. */
  trim(t: number, counts = t): void {
    for (const column of [this.state, this.mode, this.product, this.order, this.seen]) column.trim(t);
    for (const column of [this.processed, this.defective, this.rework, this.second]) column.trim(counts);
  }

  /** A copy without what `trim` would forget. */
  snapshot(from?: number, counts = from): ReadingsState {
    return {
      state: this.state.state(from),
      mode: this.mode.state(from),
      product: this.product.state(from),
      processed: this.processed.state(counts),
      defective: this.defective.state(counts),
      seen: this.seen.state(from),
      order: this.order.state(from),
      rework: this.rework.state(counts),
      second: this.second.state(counts),
    };
  }
}
