/**
 * Mean and standard deviation of the last `size` values, whatever has passed through. Running sums, also in Welford's form,
 * subtract what leaves the window and so keep the rounding of a spike for ever; two stacks only ever add: the older half is kept
 * as aggregates from each of its values to its end, the younger one as one aggregate (Chan's merge joins them).
 */
export class SlidingWindow {
  readonly size: number;
  /** Values since the last turn, and what they come to. */
  private readonly young: Float64Array;
  private youngCount = 0;
  private youngMean = 0;
  private youngSquares = 0;
  /** Of the block before: mean and Σ(x − mean)² from place i to its end. */
  private readonly oldMean: Float64Array;
  private readonly oldSquares: Float64Array;
  /** First place of it that is still inside; `size` when none is. */
  private oldFirst: number;

  /** `size`: 1 or more values. */
  constructor(size: number) {
    this.size = size;
    this.young = new Float64Array(size);
    this.oldMean = new Float64Array(size);
    this.oldSquares = new Float64Array(size);
    this.oldFirst = size;
  }

  /** O(1) over any `size` updates; the caller keeps NaN and infinities out. */
  push(value: number): void {
    if (this.youngCount === this.size) this.turn();
    if (this.oldFirst < this.size) this.oldFirst += 1;
    this.young[this.youngCount] = value;
    this.youngCount += 1;
    const deviation = value - this.youngMean;
    this.youngMean += deviation / this.youngCount;
    this.youngSquares += deviation * (value - this.youngMean);
  }

  get count(): number {
    return this.size - this.oldFirst + this.youngCount;
  }

  /** NaN of nothing. */
  get mean(): number {
    const n = this.count;
    if (n === 0) return Number.NaN;
    if (this.oldFirst === this.size) return this.youngMean;
    const old = this.oldMean[this.oldFirst] as number;
    return old + ((this.youngMean - old) * this.youngCount) / n;
  }

  /** Divisor n − 1; NaN of fewer than two values. */
  get sd(): number {
    const n = this.count;
    if (n < 2) return Number.NaN;
    if (this.oldFirst === this.size) return Math.sqrt(this.youngSquares / (n - 1));
    const between = this.youngMean - (this.oldMean[this.oldFirst] as number);
    const squares = (this.oldSquares[this.oldFirst] as number) + this.youngSquares;
    return Math.sqrt((squares + (between * between * (this.size - this.oldFirst) * this.youngCount) / n) / (n - 1));
  }

  clear(): void {
    this.oldFirst = this.size;
    this.youngCount = this.youngMean = this.youngSquares = 0;
  }

  /** Plain numbers: counts and younger values first, then the aggregates of the older ones. */
  snapshot(): number[] {
    const { size, oldFirst, youngCount } = this;
    return [
      size,
      oldFirst,
      youngCount,
      this.youngMean,
      this.youngSquares,
      ...this.young.subarray(0, youngCount),
      ...this.oldMean.subarray(oldFirst),
      ...this.oldSquares.subarray(oldFirst),
    ];
  }

  /** False, and nothing changed, where the state is not one of a window of this size. */
  restore(state: readonly number[]): boolean {
    const [size = Number.NaN, first = Number.NaN, count = Number.NaN, mean = 0, squares = 0] = state;
    const valid = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= this.size;
    if (size !== this.size || !valid(first) || !valid(count) || state.length !== 5 + count + 2 * (size - first)) return false;
    if (!state.every((one) => Number.isFinite(one)) || (first < size && first !== count)) return false;
    [this.oldFirst, this.youngCount, this.youngMean, this.youngSquares] = [first, count, mean, squares];
    this.young.set(state.slice(5, 5 + count));
    this.oldMean.set(state.slice(5 + count, 5 + count + size - first), first);
    this.oldSquares.set(state.slice(5 + count + size - first), first);
    return true;
  }

  /** The younger block becomes the older one. */
  private turn(): void {
    let [mean, squares] = [0, 0];
    for (let i = this.size - 1; i >= 0; i -= 1) {
      const value = this.young[i] as number;
      const deviation = value - mean;
      mean += deviation / (this.size - i);
      squares += deviation * (value - mean);
      this.oldMean[i] = mean;
      this.oldSquares[i] = squares;
    }
    this.oldFirst = 0;
    this.youngCount = this.youngMean = this.youngSquares = 0;
  }
}
