/**
 * Who waits until everything before their question has gone on. Each has a mark, so that what comes after holds up nobody:
 * a plant fills its queue as fast as it empties, and never leaves it empty.
 */
export class Flushes {
  #asking: (() => void)[] = [];
  /** In order of their marks: they are taken one after the other. */
  readonly #waiting: { readonly mark: number; readonly resolve: () => void }[] = [];

  /** Resolves when what was there before the call has gone on. */
  add(): Promise<void> {
    return new Promise((resolve) => {
      this.#asking.push(resolve);
    });
  }

  /** Gives those who ask their mark, the id that `newest` answers; where nobody asks it costs nothing. Before each reading. */
  async mark(newest: () => Promise<number>): Promise<void> {
    const asking = this.#asking.length;
    if (asking === 0) return;
    const mark = await newest();
    // Who has asked meanwhile may have appended after that was read.
    for (const resolve of this.#asking.splice(0, asking)) this.#waiting.push({ mark, resolve });
  }

  /** Something read after the marks were taken begins with `first`; undefined when nothing waits any more. */
  begins(first: number | undefined): void {
    for (let next = this.#waiting[0]; next !== undefined && next.mark < (first ?? Number.POSITIVE_INFINITY); next = this.#waiting[0]) {
      this.#waiting.shift();
      next.resolve();
    }
  }
}
