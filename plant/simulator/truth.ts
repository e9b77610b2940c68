/** Ground truth: what really happened, to the millisecond, kept apart from what the tags say. Tests compare the twin with it. */

export interface TruthInterval {
  readonly start: number;
  /** Infinity while it lasts. */
  readonly end: number;
  /** PackML state number of OPC 30050. */
  readonly state: number;
  readonly mode: number;
  /** Why the machine is in this state, e.g. `Micro stop: bottle jam`; empty while it runs. */
  readonly reason: string;
  readonly product: string;
}

export interface TruthSummary {
  readonly asset: string;
  readonly from: number;
  readonly to: number;
  /** Units finished in [from, to). */
  readonly processed: number;
  readonly defective: number;
  readonly byProduct: Readonly<Record<string, { readonly processed: number; readonly defective: number; readonly executeMs: number }>>;
  /** Milliseconds per PackML state number and unit mode, key `state/mode`. */
  readonly stateMs: Readonly<Record<string, number>>;
  /** Milliseconds per reason. */
  readonly reasonMs: Readonly<Record<string, number>>;
  readonly intervals: readonly TruthInterval[];
}

/** Instants of one kind of event in time order. */
class Instants {
  #times: number[] = [];

  add(time: number): void {
    this.#times.push(time);
  }

  /** How many lie in [from, to). */
  count(from: number, to: number): number {
    return this.#firstAtOrAfter(to) - this.#firstAtOrAfter(from);
  }

  forgetBefore(time: number): void {
    this.#times = this.#times.slice(this.#firstAtOrAfter(time));
  }

  #firstAtOrAfter(time: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? Infinity) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

class AssetTruth {
  intervals: TruthInterval[] = [];
  readonly processed = new Instants();
  readonly defective = new Instants();
}

export class Truth {
  readonly #assets = new Map<string, AssetTruth>();
  #knownFrom = -Infinity;

  /** Time before which the truth was forgotten to bound memory. */
  get knownFrom(): number {
    return this.#knownFrom;
  }

  get assets(): readonly string[] {
    return [...this.#assets.keys()];
  }

  /** A new state, mode, reason or product begins; closes the interval before it. */
  begin(asset: string, next: Omit<TruthInterval, "end">): void {
    const { intervals } = this.#of(asset);
    const last = intervals.at(-1);
    if (last && last.start === next.start) intervals.pop();
    else if (last) intervals[intervals.length - 1] = { ...last, end: next.start };
    intervals.push({ ...next, end: Infinity });
  }

  processed(asset: string, time: number): void {
    this.#of(asset).processed.add(time);
  }

  defective(asset: string, time: number): void {
    this.#of(asset).defective.add(time);
  }

  /** Sums over [from, to) of one asset; `undefined` for an asset that does not exist. */
  summary(asset: string, from: number, to: number): TruthSummary | undefined {
    const truth = this.#assets.get(asset);
    if (!truth) return undefined;
    const intervals = truth.intervals
      .filter((i) => i.start < to && i.end > from)
      .map((i) => ({ ...i, start: Math.max(i.start, from), end: Math.min(i.end, to) }));
    const stateMs: Record<string, number> = {};
    const reasonMs: Record<string, number> = {};
    const byProduct: Record<string, { processed: number; defective: number; executeMs: number }> = {};
    for (const { start, end, state, mode, reason, product } of intervals) {
      const key = `${state}/${mode}`;
      stateMs[key] = (stateMs[key] ?? 0) + end - start;
      if (reason) reasonMs[reason] = (reasonMs[reason] ?? 0) + end - start;
      const sums = (byProduct[product] ??= { processed: 0, defective: 0, executeMs: 0 });
      sums.processed += truth.processed.count(start, end);
      sums.defective += truth.defective.count(start, end);
      if (state === 6) sums.executeMs += end - start;
    }
    const processed = truth.processed.count(from, to);
    const defective = truth.defective.count(from, to);
    return { asset, from, to, processed, defective, byProduct, stateMs, reasonMs, intervals };
  }

  /** Bounds memory of a plant that runs for weeks. */
  forgetBefore(time: number): void {
    this.#knownFrom = time;
    for (const truth of this.#assets.values()) {
      truth.intervals = truth.intervals.filter((i) => i.end > time);
      truth.processed.forgetBefore(time);
      truth.defective.forgetBefore(time);
    }
  }

  #of(asset: string): AssetTruth {
    let truth = this.#assets.get(asset);
    if (!truth) this.#assets.set(asset, (truth = new AssetTruth()));
    return truth;
  }
}
