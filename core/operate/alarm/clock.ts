/**
 * The clock of one machine: the largest source time seen, going on by the clock of this process while nothing arrives.
 * So a delay elapses although a feed reports changes only, and a past that is played fast keeps its own time.
 */
export interface DataClockState {
  readonly edge: number;
  readonly heard: number;
}

/**
 * How long what a source says at once may be under way, ms: a server cuts a long publish into several messages, and a
 * tag may be heard later than another one of the same instant.
 */
const SETTLE_MS = 5_000;

export class DataClock {
  #at: DataClockState | undefined;
  /** Earlier edges: `#next` is settled when it is old enough, `#settled` is. */
  #next: DataClockState | undefined;
  #settled: DataClockState | undefined;

  /** `now`: after a restart the silence of this process is no silence of the machine. */
  constructor(from?: DataClockState, now?: number) {
    this.#at = from === undefined ? undefined : { edge: from.edge, heard: now ?? from.heard };
    [this.#next, this.#settled] = [this.#at, this.#at];
  }

  /** A reading with source time `time` came in at `now`. */
  hear(time: number, now: number): void {
    const before = this.#at;
    if (before !== undefined && time <= before.edge) return;
    this.#at = { edge: time, heard: now };
    // A clock of this process that was set back would let no edge become old enough.
    if (this.#next !== undefined && now >= this.#next.heard && now - this.#next.heard < SETTLE_MS) return;
    this.#settled = before !== undefined && now - before.heard >= SETTLE_MS ? before : (this.#next ?? this.#at);
    this.#next = this.#at;
  }

  /** The machine's time at `now`; `now` itself while nothing has been heard of it. */
  at(now: number): number {
    return this.#at === undefined ? now : goneOn(this.#at, now);
  }

  /**
   * The time up to which every tag of the machine has been heard, for what is judged by the silence of one: the same as
   * `at` while data come at the pace of this process, and behind it where they leap, e.g. in a past that is played fast.
   */
  settledAt(now: number): number {
    const edge = [this.#at, this.#next].find((one) => one !== undefined && now - one.heard >= SETTLE_MS) ?? this.#settled;
    return edge === undefined ? now : Math.min(goneOn(edge, now), this.at(now));
  }

  state(): DataClockState | undefined {
    return this.#at;
  }
}

/** The clock of a machine among others, begun where there is none. */
export function clockIn(clocks: Map<string, DataClock>, asset: string): DataClock {
  const clock = clocks.get(asset) ?? new DataClock();
  clocks.set(asset, clock);
  return clock;
}

export function clockStates(clocks: ReadonlyMap<string, DataClock>): Readonly<Record<string, DataClockState>> {
  return Object.fromEntries([...clocks].flatMap(([asset, clock]) => [[asset, clock.state()] as const].filter(isHeard)));
}

function isHeard(entry: readonly [string, DataClockState | undefined]): entry is readonly [string, DataClockState] {
  return entry[1] !== undefined;
}

function goneOn({ edge, heard }: DataClockState, now: number): number {
  return edge + Math.max(0, now - heard);
}
