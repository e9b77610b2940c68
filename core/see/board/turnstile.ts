/** Lets a bounded number of jobs run at once, the others in order of arrival. */
export class Turnstile {
  readonly #width: number;
  #inside = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(width: number) {
    this.#width = width;
  }

  async pass<T>(job: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#width) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#inside += 1;
    try {
      return await job();
    } finally {
      this.#inside -= 1;
      this.#waiting.shift()?.();
    }
  }
}
