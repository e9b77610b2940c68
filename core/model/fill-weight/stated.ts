/** What has been stated, and which intervals late packages make different. */
import type { Part } from "./event.ts";

/** Enough of a stated part to take it back, and to see that less of it is recorded than was counted. */
export interface StatedPart extends Pick<Part, "interval" | "start" | "product"> {
  /** Its packages. */
  readonly n: number;
}

/** [from, to), ms UTC. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface StatedState {
  readonly parts: readonly StatedPart[];
  readonly late: readonly Stretch[];
  /** What began before may be forgotten; null: nothing is. */
  readonly keptFrom: number | null;
}

/** Of a machine, in every snapshot: some weeks of hours. Intervals of older parts are not counted again: they could not be withdrawn. */
const MOST = 500;

export class Stated {
  #parts: StatedPart[];
  #late: readonly Stretch[];
  #keptFrom: number | null;

  constructor({ parts, late, keptFrom }: StatedState = { parts: [], late: [], keptFrom: null }) {
    this.#parts = [...parts];
    this.#late = late;
    this.#keptFrom = keptFrom;
  }

  get keptFrom(): number | null {
    return this.#keptFrom;
  }

  /** Another list whenever something late belongs to one more stretch. */
  get late(): readonly Stretch[] {
    return this.#late;
  }

  add({ interval, start, product, packages }: Part): void {
    this.#parts.push({ interval, start, product, n: packages.n });
    if (this.#parts.length <= MOST) return;
    const inOrder = this.#parts.toSorted((a, b) => a.start - b.start);
    this.#keptFrom = inOrder.at(-MOST / 2 - 1)?.interval.end ?? null;
    this.#parts = inOrder.slice(-MOST / 2);
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
    return { parts: this.#parts, late: this.#late, keptFrom: this.#keptFrom };
  }
}
