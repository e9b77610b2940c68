/**
 * Slows down guessing per account *and* address: whoever guesses blocks only their own address for that account, and
 * never for longer than a minute (passwords), so nobody can lock out everybody (or anybody for good).
 */
const FREE_FAILURES = 5;
const PASSWORDS = { longestWaitMs: 60_000, forgetAfterMs: 600_000 };
const HOUR_MS = 3_600_000;
/**
 * A PIN of four digits has 10,000 forms: with an hour between attempts, trying half of them takes half a year. A person's
 * PIN is slowed down wherever it is tried; their badge and password still work.
 */
export const PINS = { longestWaitMs: HOUR_MS, forgetAfterMs: 24 * HOUR_MS };
/** Guessing from ever new addresses must not fill the memory; the oldest entries go first. */
const MOST_PAIRS = 10_000;

interface Failures {
  readonly count: number;
  readonly last: number;
}

export interface ThrottleLimits {
  readonly longestWaitMs: number;
  /** Failures are forgotten when no further one came for so long. */
  readonly forgetAfterMs: number;
}

export class Throttle {
  readonly #limits: ThrottleLimits;
  readonly #failures = new Map<string, Failures>();

  constructor(limits: ThrottleLimits = PASSWORDS) {
    this.#limits = limits;
  }

  /** How long this pair has to wait before the next attempt, ms; 0 when it may try now. */
  waitMs(account: string, address: string, now: number): number {
    const failures = this.#failures.get(key(account, address));
    if (!failures || failures.count < FREE_FAILURES || now - failures.last > this.#limits.forgetAfterMs) return 0;
    const wait = Math.min(this.#limits.longestWaitMs, 1_000 * 2 ** (failures.count - FREE_FAILURES));
    return Math.max(0, failures.last + wait - now);
  }

  failed(account: string, address: string, now: number): void {
    const name = key(account, address);
    const before = this.#failures.get(name);
    const count = before && now - before.last <= this.#limits.forgetAfterMs ? before.count + 1 : 1;
    this.#failures.delete(name);
    this.#failures.set(name, { count, last: now });
    if (this.#failures.size > MOST_PAIRS) this.#failures.delete(this.#failures.keys().next().value as string);
  }

  succeeded(account: string, address: string): void {
    this.#failures.delete(key(account, address));
  }
}

function key(account: string, address: string): string {
  return JSON.stringify([account.slice(0, 100), address.slice(0, 100)]);
}
