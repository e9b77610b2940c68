/**
 * The clock of one machine: the largest source time seen, going on by the clock of this process while nothing arrives.
 * So a delay elapses although a feed reports changes only, and a past that is played fast keeps its own time.
 */
export interface DataClockState {
  readonly edge: number;
  readonly heard: number;
}

export class DataClock {
  #at: DataClockState | undefined;

  /** `now`: after a restart the silence of this process is no silence of the machine. */
  constructor(from?: DataClockState, now?: number) {
    this.#at = from === undefined ? undefined : { edge: from.edge, heard: now ?? from.heard };
  }

  /** A reading with source time `time` came in at `now`. */
  hear(time: number, now: number): void {
    if (this.#at === undefined || time > this.#at.edge) this.#at = { edge: time, heard: now };
  }

  /** The machine's time at `now`; `now` itself while nothing has been heard of it. */
  at(now: number): number {
    return this.#at === undefined ? now : this.#at.edge + Math.max(0, now - this.#at.heard);
  }

  state(): DataClockState | undefined {
    return this.#at;
  }
}
