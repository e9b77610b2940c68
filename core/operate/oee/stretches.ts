/** Stretches of time of one machine that say something, in order of time and without overlap. */

/** [start, end) in integer ms UTC. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The stretches within [from, to), clipped to it. `all` in order of time and without overlap. */
export function within<T extends Span>(all: readonly T[], from: number, to: number): T[] {
  const result: T[] = [];
  for (let i = firstEndingAfter(all, from); i < all.length; i += 1) {
    const one = all[i] as T;
    if (one.start >= to) break;
    result.push({ ...one, start: Math.max(one.start, from), end: Math.min(one.end, to) });
  }
  return result;
}

/** A copy in which `some` (inside [from, to)) take the place of whatever lay there. */
export function replaced<T extends Span>(all: readonly T[], from: number, to: number, some: readonly T[]): T[] {
  const [before, after] = [within(all, Number.NEGATIVE_INFINITY, from), within(all, to, Number.POSITIVE_INFINITY)];
  return [...before, ...some, ...after].toSorted((a, b) => a.start - b.start);
}

function firstEndingAfter(all: readonly Span[], t: number): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((all[middle] as Span).end <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}
