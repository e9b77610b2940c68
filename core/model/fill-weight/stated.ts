/** What has been stated, and which intervals late packages make different. */
import type { Part } from "./event.ts";

/** Enough of a stated part to take it back. */
export type StatedPart = Pick<Part, "interval" | "start" | "product">;

/** [from, to), ms UTC. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface StatedState {
  readonly parts: readonly StatedPart[];
  readonly late: readonly Stretch[];
}

/** Of a machine, in every snapshot: some weeks of hours. Older parts can still be counted again, but no more be withdrawn. */
const MOST = 500;

export class Stated {
  #parts: StatedPart[];
  #late: readonly Stretch[];

  constructor({ parts, late }: StatedState = { parts: [], late: [] }) {
    this.#parts = [...parts];
    this.#late = late;
  }

  add({ interval, start, product }: StatedPart): void {
    this.#parts.push({ interval, start, product });
    if (this.#parts.length > MOST) this.#parts = this.#parts.slice(-MOST / 2);
  }

  /** Others were stated there, which are returned; now it is these. */
  replace({ from, to }: Stretch, by: readonly StatedPart[]): readonly StatedPart[] {
    const within = ({ start }: StatedPart): boolean => start >= from && start < to;
    const were = this.#parts.filter(within);
    this.#parts = [...this.#parts.filter((part) => !within(part)), ...by];
    return were;
  }

  /** Something late belongs there. */
  differs(from: number, to: number): void {
    if (this.#late.some((one) => one.from <= from && to <= one.to)) return;
    this.#late = [...this.#late.filter((one) => one.from < from || one.to > to), { from, to }];
  }

  /** Stretches that are over and not the same as stated; they are forgotten where somebody takes them. */
  hand(settled: number, takes: (stretch: Stretch) => boolean): void {
    this.#late = this.#late.filter((one) => one.to > settled || !takes(one));
  }

  state(): StatedState {
    return { parts: this.#parts, late: this.#late };
  }
}
