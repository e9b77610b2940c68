/** A value over time, painted stretch by stretch: what is painted later hides what was there. */
import { firstWhere } from "./search.ts";

interface Painted<T> {
  readonly from: number;
  readonly to: number;
  readonly value: T;
}

export class Layer<T> {
  /** In order and without overlap. */
  readonly #painted: Painted<T>[] = [];

  at(t: number): T | undefined {
    const one = this.#painted[this.#endingAfter(t)];
    return one !== undefined && one.from <= t ? one.value : undefined;
  }

  /** The value at `from`, or else the first one before `to`. */
  firstIn(from: number, to: number): T | undefined {
    const one = this.#painted[this.#endingAfter(from)];
    return one !== undefined && one.from < to ? one.value : undefined;
  }

  /** Nothing is painted where `to` is not after `from`; undefined uncovers. */
  paint(from: number, to: number, value: T | undefined): void {
    if (!(from < to)) return;
    const first = this.#endingAfter(from);
    const after = firstWhere(this.#painted, (one) => one.from >= to);
    const [left, right] = [this.#painted[first], this.#painted[after - 1]];
    const kept: Painted<T>[] = [];
    if (after > first && left !== undefined && left.from < from) kept.push({ ...left, to: from });
    if (value !== undefined) kept.push({ from, to, value });
    if (after > first && right !== undefined && right.to > to) kept.push({ ...right, from: to });
    this.#painted.splice(first, Math.max(0, after - first), ...kept);
  }

  #endingAfter(t: number): number {
    return firstWhere(this.#painted, (one) => one.to > t);
  }
}
