import { fingerprint } from "../fingerprint/index.ts";
import type { Sample } from "../sample/index.ts";

/** A sample's fate is shared by all samples of one group commit. */
export interface Fate {
  readonly durable: boolean;
}

export type Seen<F extends Fate> = "new" | "conflict" | { readonly duplicateOf: F };

interface TagMemory<F extends Fate> {
  /** A ring: the last `perTag` samples in order of arrival. */
  readonly times: number[];
  readonly prints: (number | string)[];
  readonly fates: F[];
  next: number;
}

/**
 * Remembers the last samples of each tag, to tell an identical duplicate from a different value at the same instant.
 * Bounds: `perTag` samples (32) of `tags` tags (20 000), about 40 MB at most. Beyond them, and before a restart, a
 * duplicate is written again, which changes nothing, and of two different values at one instant the last written stays.
 */
export class RecentSamples<F extends Fate> {
  readonly #perTag: number;
  readonly #tags: number;
  readonly #memory = new Map<string, TagMemory<F>>();

  constructor(bounds?: { readonly perTag?: number; readonly tags?: number }) {
    this.#perTag = bounds?.perTag ?? 32;
    this.#tags = bounds?.tags ?? 20_000;
  }

  knows(tag: string): boolean {
    return this.#memory.has(tag);
  }

  look(sample: Sample): Seen<F> {
    const memory = this.#memory.get(sample.tag);
    const at = memory?.times.indexOf(sample.timestamp) ?? -1;
    if (!memory || at < 0) return "new";
    return memory.prints[at] === printOf(sample) ? { duplicateOf: memory.fates[at] as F } : "conflict";
  }

  remember(sample: Sample, fate: F): void {
    let memory = this.#memory.get(sample.tag);
    if (!memory) {
      if (this.#memory.size >= this.#tags) this.#forgetFirstTag();
      memory = { times: [], prints: [], fates: [], next: 0 };
      this.#memory.set(sample.tag, memory);
    }
    const slot = memory.next;
    memory.times[slot] = sample.timestamp;
    memory.prints[slot] = printOf(sample);
    memory.fates[slot] = fate;
    memory.next = (slot + 1) % this.#perTag;
  }

  /** What did not become durable was never there: the same sample may be sent again. */
  forget(sample: Sample): void {
    const memory = this.#memory.get(sample.tag);
    const at = memory?.times.indexOf(sample.timestamp) ?? -1;
    if (memory && at >= 0) memory.times[at] = Number.NaN;
  }

  #forgetFirstTag(): void {
    for (const tag of this.#memory.keys()) {
      this.#memory.delete(tag);
      return;
    }
  }
}

/** Equal for samples that are stored alike. Text beyond 64 characters is kept as length and hash. */
function printOf({ value, quality, status }: Sample): number | string {
  const stored = typeof value === "boolean" ? Number(value) : value;
  if (typeof stored === "number" && quality === "Good" && status === undefined) return stored;
  const shown = typeof stored === "string" && stored.length > 64 ? `${stored.length}#${fingerprint(stored)}` : String(stored);
  return `${quality} ${status ?? ""} ${typeof stored} ${shown}`;
}
