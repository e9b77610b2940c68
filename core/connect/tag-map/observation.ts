/** What a tag map knows of a tag beyond mapping it: how long its value rests, and what of it was refused. For people who look. */
import type { Reject, RejectCode, SampleValue } from "../sample/index.ts";
import type { SourceReading } from "./reading.ts";
import type { LatestSample } from "./recent.ts";
import type { UnmappedAddresses } from "./unmapped.ts";

/** Refusals of one kind; `message` is that of the last one. Kinds are few, so this is bounded. */
export interface CountedReject {
  readonly code: RejectCode;
  readonly count: number;
  readonly message: string;
  /** Time of reception of the last one, ms UTC. */
  readonly at: number;
}

/** Changes of a value as `follow` has seen them. */
export interface Resting {
  readonly changes: number;
  /** Longest source time between two changes, ms; 0 before the second one. */
  readonly longestMs: number;
  /** When the value was first seen as it is now, ms UTC of this process. */
  readonly since: number;
}

/** Sentences quote what they refuse. */
const LONGEST_MESSAGE = 300;
const [LONGEST_PROTOCOL, LONGEST_ADDRESS] = [64, 1_024];

export class TagObservation {
  #value: SampleValue | undefined;
  #changedAt = 0;
  #since = 0;
  #changes = 0;
  #longestMs = 0;
  readonly #rejects = new Map<RejectCode, CountedReject>();

  /** Undefined until a value was seen. */
  get resting(): Resting | undefined {
    return this.#value === undefined ? undefined : { changes: this.#changes, longestMs: this.#longestMs, since: this.#since };
  }

  get rejects(): readonly CountedReject[] {
    return [...this.#rejects.values()];
  }

  /**
   * Looks at the newest sample, now and then; what changed in between counts once. A missing value (null) is neither a rest
   * nor a change.
   */
  follow({ value, timestamp }: LatestSample, now: number): void {
    if (value === null || value === this.#value) return;
    if (this.#value !== undefined) {
      // The first value may have stood for long before anybody looked, so its rest begins with the first change.
      if (this.#changes > 0) this.#longestMs = Math.max(this.#longestMs, timestamp - this.#changedAt);
      this.#changes += 1;
    }
    this.#value = value;
    this.#changedAt = timestamp;
    this.#since = now;
  }

  refused({ code, message }: Reject, at: number): void {
    const count = (this.#rejects.get(code)?.count ?? 0) + 1;
    this.#rejects.set(code, { code, count, message: message.slice(0, LONGEST_MESSAGE), at });
  }
}

/** Counts refusals with the tag or the address that they are about. Never throws. */
export function noteRejects(
  rejects: readonly Reject[],
  at: number,
  tags: ReadonlyMap<string, { readonly observed: TagObservation }>,
  unmapped: UnmappedAddresses,
): void {
  for (const refused of rejects) {
    try {
      if (refused.code === "UNMAPPED") {
        const { protocol, address } = refused.input as SourceReading;
        unmapped.note(protocol.slice(0, LONGEST_PROTOCOL), address.slice(0, LONGEST_ADDRESS), at);
      } else if (refused.tag !== undefined) tags.get(refused.tag)?.observed.refused(refused, at);
    } catch {
      // Getters that throw when they are read again: refused already, only not listed.
    }
  }
}
