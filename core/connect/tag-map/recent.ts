/** The recent samples of one tag, for telling an identical duplicate from a contradiction. */
import type { Quality, SampleValue } from "../sample/index.ts";

export type Verdict = "new" | "duplicate" | "contradiction";

export interface LatestSample {
  readonly timestamp: number;
  readonly value: SampleValue;
  readonly quality: Quality;
}

/** How it is kept across restarts: newest instant, then `[timestamp, value, quality]` from oldest to newest arrival. */
export interface RecentState {
  readonly newest: number;
  readonly entries: readonly (readonly [number, SampleValue, Quality])[];
}

/**
 * A ring of the last `size` accepted samples, in order of arrival. What has left the ring can no longer be recognised:
 * it is let through, and the historian, whose writes are idempotent, has the last word.
 */
export class RecentSamples {
  /** Largest timestamp seen; samples after it need no search. */
  newest = Number.NEGATIVE_INFINITY;
  readonly #size: number;
  readonly #times: number[] = [];
  readonly #values: SampleValue[] = [];
  readonly #qualities: Quality[] = [];
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  admit(timestamp: number, value: SampleValue, quality: Quality): Verdict {
    if (timestamp > this.newest) this.newest = timestamp;
    else {
      const at = this.#times.indexOf(timestamp);
      if (at >= 0) return this.#values[at] === value && this.#qualities[at] === quality ? "duplicate" : "contradiction";
    }
    this.#times[this.#next] = timestamp;
    this.#values[this.#next] = value;
    this.#qualities[this.#next] = quality;
    this.#next = this.#next + 1 === this.#size ? 0 : this.#next + 1;
    return "new";
  }

  /** The one with the largest timestamp, as long as it is remembered. */
  latest(): LatestSample | undefined {
    const last = this.#next === 0 ? this.#times.length - 1 : this.#next - 1;
    const at = this.#times[last] === this.newest ? last : this.#times.lastIndexOf(this.newest);
    return at < 0 ? undefined : { timestamp: this.newest, value: this.#values[at] as SampleValue, quality: this.#qualities[at] as Quality };
  }

  state(): RecentState {
    const count = this.#times.length;
    const oldest = count < this.#size ? 0 : this.#next;
    const entries = this.#times.map((_, n) => {
      const at = (oldest + n) % count;
      return [this.#times[at] as number, this.#values[at] as SampleValue, this.#qualities[at] as Quality] as const;
    });
    return { newest: this.newest, entries };
  }

  restore(state: RecentState): void {
    for (const [timestamp, value, quality] of state.entries.slice(-this.#size)) this.admit(timestamp, value, quality);
    this.newest = Math.max(this.newest, state.newest);
  }
}
