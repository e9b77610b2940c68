/** Alarm floods as they happen: more annunciations than an operator can take in. */

const WINDOW_MS = 600_000;
/** ISA-18.2: a flood begins with more than 10 annunciations in 10 min and is over below 5. */
const BEGINS_ABOVE = 10;
const ENDS_BELOW = 5;

export interface FloodState {
  /** Annunciations of the last 10 min, in order. */
  readonly times: readonly number[];
  readonly flood: boolean;
}

export interface FloodPeriod {
  readonly start: number;
  readonly end: number;
}

/** Streaming: annunciations go in, in about the order of time; what lies 10 min back is forgotten. */
export class FloodDetector {
  #times: number[];
  #flood: boolean;

  constructor(from: FloodState = { times: [], flood: false }) {
    this.#times = [...from.times];
    this.#flood = from.flood;
  }

  annunciate(time: number): void {
    // A flood that nobody saw end is over all the same.
    this.at(time);
    let index = this.#times.length;
    while (index > 0 && (this.#times[index - 1] as number) > time) index -= 1;
    this.#times.splice(index, 0, time);
    if (this.#times.length > BEGINS_ABOVE) this.#flood = true;
  }

  /** Annunciations in (now − 10 min, now], and whether it is a flood. */
  at(now: number): { readonly recent: number; readonly flood: boolean } {
    this.#forget(now);
    if (this.#times.length < ENDS_BELOW) this.#flood = false;
    return { recent: this.#times.length, flood: this.#flood };
  }

  state(): FloodState {
    return { times: [...this.#times], flood: this.#flood };
  }

  #forget(now: number): void {
    let first = 0;
    while (first < this.#times.length && (this.#times[first] as number) <= now - WINDOW_MS) first += 1;
    if (first > 0) this.#times.splice(0, first);
  }
}

/** The floods among annunciations (in order of time) up to `to`. */
export function floodsOf(times: readonly number[], to: number): FloodPeriod[] {
  const floods: FloodPeriod[] = [];
  let start: number | undefined;
  let [came, first] = [0, 0];
  const leave = (until: number): void => {
    // Each annunciation leaves the window 10 min after it came.
    while (first < times.length && (times[first] as number) + WINDOW_MS <= until) {
      const leaves = (times[first] as number) + WINDOW_MS;
      first += 1;
      if (start !== undefined && came - first < ENDS_BELOW) {
        floods.push({ start, end: leaves });
        start = undefined;
      }
    }
  };
  for (const time of times) {
    leave(time);
    came += 1;
    if (start === undefined && came - first > BEGINS_ABOVE) start = time;
  }
  leave(to);
  if (start !== undefined) floods.push({ start, end: to });
  return floods;
}
