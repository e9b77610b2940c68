/**
 * Runs callbacks so that a throw or a rejection is reported instead of ending the process: Node-RED exits on an
 * unhandled rejection and on a throw inside a timer or an emitter.
 */
import type { Clock } from "../../core/connect/replay/index.ts";
import { REAL_CLOCK } from "./clock.ts";

/** Node's timers fire at once above this. */
const LONGEST_MS = 2_147_483_647;

export class Guard {
  readonly #report: (error: unknown) => void;
  readonly #clock: Clock;
  /** How to cancel each timer that is set. */
  readonly #timers = new Set<() => void>();
  #ended = false;

  constructor(report: (error: unknown) => void, clock: Clock = REAL_CLOCK) {
    this.#report = report;
    this.#clock = clock;
  }

  /** A job that is done when it returns costs no promise. Answers one that never rejects when the job goes on. */
  run(job: () => unknown): Promise<void> | undefined {
    if (this.#ended) return undefined;
    try {
      const result = job();
      if (!isThenable(result)) return undefined;
      const settled = this.#settled(result);
      this.#clock.during?.(settled);
      return settled;
    } catch (error) {
      this.report(error);
      return undefined;
    }
  }

  async #settled(result: PromiseLike<unknown>): Promise<void> {
    try {
      await result;
    } catch (error) {
      this.report(error);
    }
  }

  /** Never throws. */
  report(error: unknown): void {
    try {
      this.#report(error);
    } catch {
      // Reporting itself failed: there is nobody left to tell, and the process must live.
    }
  }

  wrap<A extends readonly unknown[]>(job: (...args: A) => unknown): (...args: A) => void {
    return (...args) => void this.run(() => job(...args));
  }

  /** A run that is still going on when the next is due makes that one be left out. */
  every(ms: number, job: () => unknown): void {
    check(ms);
    let busy = false;
    const once = async (): Promise<void> => {
      if (busy) return;
      busy = true;
      await this.run(job);
      busy = false;
    };
    this.#timers.add(this.#clock.every(ms, () => void once()));
  }

  after(ms: number, job: () => unknown): void {
    check(ms);
    const cancel = this.#clock.after(ms, () => {
      this.#timers.delete(cancel);
      void this.run(job);
    });
    this.#timers.add(cancel);
  }

  clearTimers(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  /** From now on wrapped callbacks do nothing. */
  end(): void {
    this.clearTimers();
    this.#ended = true;
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/** What a person reads about something thrown. */
export function sentence(error: unknown): string {
  if (error instanceof Error) return error.message === "" ? error.name : error.message;
  try {
    return String(error);
  } catch {
    return "An unknown fault.";
  }
}

function check(ms: number): void {
  if (!(ms >= 0 && ms <= LONGEST_MS)) throw new RangeError(`A timer of ${ms} ms is not possible; use 0 to ${LONGEST_MS} ms.`);
}
