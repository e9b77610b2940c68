import type { Timing } from "./timing.ts";

/** Repeats one step at a time: the step answers how long to wait before the next one, in ms. */
export class Loop {
  readonly #timing: Timing;
  readonly #step: () => Promise<number>;
  #running: Promise<void> | undefined;
  #stopping = false;
  #woken = false;
  #endPause: (() => void) | undefined;

  /** `step` must not reject: it turns failures into a wait. */
  constructor(timing: Timing, step: () => Promise<number>) {
    this.#timing = timing;
    this.#step = step;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the pause, or skips the next one when a step is under way. */
  wake(): void {
    this.#woken = true;
    this.#endPause?.();
  }

  /** Resolves when the step under way has ended; no other follows. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#endPause?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#woken = false;
      const wait = await this.#step();
      if (wait > 0) await this.#pause(wait);
    }
  }

  #pause(ms: number): Promise<void> {
    if (this.#stopping || this.#woken) return Promise.resolve();
    return new Promise((resolve) => {
      const alarm = this.#timing.after(ms, () => this.#endPause?.());
      this.#endPause = () => {
        alarm.cancel();
        this.#endPause = undefined;
        resolve();
      };
    });
  }
}
