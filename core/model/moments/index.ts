/** Mean, standard deviation, range and median of a sample, as exact as its binary digits allow. */

/** NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  return sumOf(values) / values.length;
}

/** Sample standard deviation, divisor n − 1; NaN of fewer than two values. */
export function sd(values: ArrayLike<number>): number {
  const n = values.length;
  if (n < 2) return Number.NaN;
  const about = mean(values);
  let rest = 0;
  for (let i = 0; i < n; i += 1) rest += (values[i] as number) - about;
  // Corrected for a mean that is not quite one.
  return Math.sqrt(Math.max(0, squaresAbout(values, about) - (rest * rest) / n) / (n - 1));
}

/** Largest minus smallest. */
export function range(values: ArrayLike<number>): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high - low;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[half] as number) : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}

/** Neumaier's compensated sum, which loses nothing to the size of what came before. */
export function sumOf(values: ArrayLike<number>): number {
  let [total, lost] = [0, 0];
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/** Σ (x − about)². */
export function squaresAbout(values: ArrayLike<number>, about: number): number {
  let total = 0;
  for (let i = 0; i < values.length; i += 1) {
    const deviation = (values[i] as number) - about;
    total += deviation * deviation;
  }
  return total;
}
