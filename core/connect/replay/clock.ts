/** The clock that nodes live by. In a replay it shows the recorded time and moves only when the bench moves it. */
export interface Clock {
  /** ms UTC. */
  now(): number;
  /** Calls `job` once, `ms` from now; the answer cancels. */
  after(ms: number, job: () => void): () => void;
  every(ms: number, job: () => void): () => void;
  /** Work that must be over before time may go on. The real clock does not wait and needs none. */
  during?(work: PromiseLike<unknown>): void;
}

interface Alarm {
  readonly at: number;
  /** Alarms of one instant ring in the order in which they were set. */
  readonly serial: number;
  readonly every: number | undefined;
  readonly job: () => void;
}

/** Deterministic: the same alarms ring in the same order, and between two of them everything comes to rest. */
export class ReplayClock implements Clock {
  #now: number;
  #serial = 0;
  readonly #alarms = new Map<number, Alarm>();
  readonly #working = new Map<PromiseLike<unknown>, true>();

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, job: () => void): () => void {
    return this.#set(ms, undefined, job);
  }

  every(ms: number, job: () => void): () => void {
    return this.#set(ms, Math.max(1, ms), job);
  }

  during(work: PromiseLike<unknown>): void {
    this.#working.set(work, true);
    const over = (): void => void this.#working.delete(work);
    work.then(over, over);
  }

  /** Pieces of work under way. */
  get busy(): number {
    return this.#working.size;
  }

  /** From now on time goes on without the work under way. */
  abandon(): void {
    this.#working.clear();
  }

  /** Moves to `to`, never back, alarm by alarm; `settle` lets everything come to rest after each. */
  async advance(to: number, settle: () => Promise<void>, stopped: () => boolean = () => false): Promise<void> {
    for (let next = this.#next(to); next !== undefined && !stopped(); next = this.#next(to)) {
      const [id, alarm] = next;
      this.#now = Math.max(this.#now, alarm.at);
      if (alarm.every === undefined) this.#alarms.delete(id);
      else this.#alarms.set(id, { ...alarm, at: alarm.at + alarm.every, serial: ++this.#serial });
      alarm.job();
      await settle();
    }
    this.#now = Math.max(this.#now, to);
  }

  #set(ms: number, every: number | undefined, job: () => void): () => void {
    const serial = ++this.#serial;
    this.#alarms.set(serial, { at: this.#now + Math.max(every === undefined ? 0 : 1, ms), serial, every, job });
    return () => void this.#alarms.delete(serial);
  }

  #next(to: number): readonly [number, Alarm] | undefined {
    let found: readonly [number, Alarm] | undefined;
    for (const entry of this.#alarms) {
      const [, alarm] = entry;
      if (alarm.at > to) continue;
      if (found === undefined || alarm.at < found[1].at || (alarm.at === found[1].at && alarm.serial < found[1].serial)) found = entry;
    }
    return found;
  }
}
