import type { Timing } from "../../core/connect/spine/index.ts";

/** A clock that stands still until a test moves it. */
export class FakeTiming implements Timing {
  #now: number;
  #serial = 0;
  readonly #alarms = new Map<number, { readonly at: number; readonly job: () => void }>();

  constructor(start = 1_700_000_000_000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, job: () => void): { cancel(): void } {
    const id = ++this.#serial;
    this.#alarms.set(id, { at: this.#now + ms, job });
    return { cancel: () => this.#alarms.delete(id) };
  }

  /** Lets everything run that needs no time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Moves the clock alarm by alarm, with everything settled in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#alarms.delete(next.id);
      this.#now = Math.max(this.#now, next.at);
      next.job();
      await this.settle();
    }
    this.#now = end;
  }

  #next(end: number): { id: number; at: number; job: () => void } | undefined {
    let found: { id: number; at: number; job: () => void } | undefined;
    for (const [id, alarm] of this.#alarms) if (alarm.at <= end && (!found || alarm.at < found.at)) found = { id, ...alarm };
    return found;
  }
}
