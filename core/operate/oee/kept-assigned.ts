/** Assigned time of one machine, as far back as it is kept in memory. */
import { type AssignedStretch, AssignedTime } from "./assigned.ts";
import type { AssignedReader } from "./beyond.ts";

export interface KeptAssignedState {
  readonly stretches: readonly AssignedStretch[];
  /** What was assigned before this has been forgotten; null: nothing has. */
  readonly from: number | null;
}

export class KeptAssigned {
  #time: AssignedTime;
  #from: number;

  constructor({ stretches, from }: KeptAssignedState = { stretches: [], from: null }) {
    this.#time = new AssignedTime(stretches);
    this.#from = from ?? Number.NEGATIVE_INFINITY;
  }

  get time(): AssignedTime {
    return this.#time;
  }

  replace(time: AssignedTime): void {
    this.#time = time;
  }

  /** The oldest instant of which it is known what is assigned, with a reader that knows older ones; minus infinity: all are. */
  knownFrom(reader: AssignedReader | undefined): number {
    return reader === undefined ? this.#from : Number.NEGATIVE_INFINITY;
  }

  /** What is assigned now in [from, to), asked of the reader where it is no longer kept. */
  async around(from: number, to: number, reader: AssignedReader | undefined): Promise<AssignedTime> {
    if (reader !== undefined && from < this.#from) return new AssignedTime(await reader(from, to));
    return new AssignedTime(this.#time.within(from, to));
  }

  forget(before: number): void {
    const kept = this.#time.within(before, Number.POSITIVE_INFINITY);
    if (kept.length === this.#time.stretches.length) return;
    this.#time = new AssignedTime(kept);
    this.#from = before;
  }

  state(): KeptAssignedState {
    return { stretches: this.#time.stretches, from: Number.isFinite(this.#from) ? this.#from : null };
  }
}
