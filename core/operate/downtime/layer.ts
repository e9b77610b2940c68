/** A value over time, painted stretch by stretch: what is painted later hides what was there. */
interface Painted<T> {
  readonly from: number;
  readonly to: number;
  readonly value: T;
}

export class Layer<T> {
  /** In order and without overlap. */
  #painted: Painted<T>[] = [];

  at(t: number): T | undefined {
    return this.#painted.find(({ from, to }) => from <= t && t < to)?.value;
  }

  /** The value at `from`, or else the first one before `to`. */
  firstIn(from: number, to: number): T | undefined {
    return this.#painted.find((one) => one.to > from && one.from < to)?.value;
  }

  /** Nothing is painted where `to` is not after `from`; undefined uncovers. */
  paint(from: number, to: number, value: T | undefined): void {
    if (!(from < to)) return;
    const kept = this.#painted.flatMap((one) => {
      if (one.to <= from || one.from >= to) return [one];
      return [
        { ...one, to: from },
        { ...one, from: to },
      ].filter((rest) => rest.from < rest.to);
    });
    this.#painted = value === undefined ? kept : [...kept, { from, to, value }].toSorted((a, b) => a.from - b.from);
  }
}
