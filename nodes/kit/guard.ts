/**
 * Runs callbacks so that a throw or a rejection is reported instead of ending the process: Node-RED exits on an
 * unhandled rejection and on a throw inside a timer or an emitter.
 */

/** Node's timers fire at once above this. */
const LONGEST_MS = 2_147_483_647;

export class Guard {
  readonly #report: (error: unknown) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  #ended = false;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** A job that is done when it returns costs no promise. Answers one that never rejects when the job goes on. */
  run(job: () => unknown): Promise<void> | undefined {
    if (this.#ended) return undefined;
    try {
      const result = job();
      return isThenable(result) ? this.#settled(result) : undefined;
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
    this.#timers.add(setInterval(() => void once(), ms));
  }

  after(ms: number, job: () => unknown): void {
    check(ms);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.run(job);
    }, ms);
    this.#timers.add(timer);
  }

  clearTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
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
