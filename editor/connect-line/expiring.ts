/** Things kept for people between two requests: few, and not for long. */
import { randomUUID } from "node:crypto";

interface Kept<T> {
  readonly owner: string;
  readonly thing: T;
  used: number;
}

export interface ExpiringOptions<T> {
  readonly most: number;
  /** Not used for so long, ms: gone. */
  readonly idleMs: number;
  readonly now: () => number;
  /** Called once for each thing that goes. */
  readonly end?: (thing: T) => void;
}

/** Each belongs to the person who made it; nobody else finds it. When there are too many, the one unused longest goes. */
export class Expiring<T> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #options: ExpiringOptions<T>;

  constructor(options: ExpiringOptions<T>) {
    this.#options = options;
  }

  add(owner: string, thing: T): string {
    this.sweep();
    while (this.#kept.size >= this.#options.most) {
      const [oldest] = [...this.#kept].toSorted(([, a], [, b]) => a.used - b.used);
      if (oldest !== undefined) this.drop(oldest[0]);
    }
    const id = randomUUID();
    this.#kept.set(id, { owner, thing, used: this.#options.now() });
    return id;
  }

  get(owner: string, id: string): T | undefined {
    this.sweep();
    const kept = this.#kept.get(id);
    if (kept === undefined || kept.owner !== owner) return undefined;
    kept.used = this.#options.now();
    return kept.thing;
  }

  drop(id: string): void {
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    if (kept !== undefined) this.#options.end?.(kept.thing);
  }

  /** Lets go of everything that nobody used. */
  sweep(): void {
    const oldest = this.#options.now() - this.#options.idleMs;
    for (const [id, { used }] of this.#kept) if (used < oldest) this.drop(id);
  }
}
