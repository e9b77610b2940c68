/**
 * How many points in a row fulfil a condition, for many conditions at once. Counters lie four to an integer, a byte each: they grow,
 * begin anew and are compared together. What a point does to them stands in a table, by what kind of point it is.
 */

/** What a point does to a streak; one at rest neither grows nor ends. */
export type Effect = "counts" | "breaks" | "rests";

export interface Streak {
  /** So many points complete it, 1 … 31. */
  readonly length: number;
  /** By the kind of point: as many for every streak. */
  readonly effects: readonly Effect[];
  /** What `next` answers for it: bits of an integer. */
  readonly hit: number;
}

const PER_WORD = 4;
/** The highest bit of each counter. */
const TOPS = 0x80808080 | 0;
/** Bits that no counter ever has, because it ends one short of complete. */
const NEVER = 0xe0e0e0e0 | 0;

/** Columns of the table, a row for each kind of point and word: what is added, what is kept, what is short of the highest bit. */
const KEPT = 1;
const SHORT = 2;
const COLUMNS = 3;

export class Streaks {
  private readonly counts: Int32Array;
  private readonly table: Int32Array;
  private readonly hits: readonly number[];

  constructor(streaks: readonly Streak[]) {
    const words = Math.ceil(streaks.length / PER_WORD);
    const table = new Int32Array((streaks[0]?.effects.length ?? 0) * words * COLUMNS);
    for (const [s, { length, effects }] of streaks.entries()) {
      const shift = 8 * (s % PER_WORD);
      for (const [kind, effect] of effects.entries()) {
        const row = (kind * words + Math.floor(s / PER_WORD)) * COLUMNS;
        const set = (column: number, byte: number): void => void (table[row + column] = (table[row + column] as number) | (byte << shift));
        set(0, effect === "counts" ? 1 : 0);
        set(KEPT, effect === "breaks" ? 0 : 0xff);
        set(SHORT, 0x80 - length);
      }
    }
    this.counts = new Int32Array(words);
    this.table = table;
    this.hits = streaks.map(({ hit }) => hit);
  }

  /** Takes a point; the hits of the streaks that are complete with it, whether for the first time or still. */
  next(kind: number): number {
    const { counts, table } = this;
    let hits = 0;
    for (let word = 0, row = COLUMNS * kind * counts.length; word < counts.length; word += 1, row += COLUMNS) {
      const grown = ((counts[word] as number) + (table[row] as number)) & (table[row + KEPT] as number);
      const complete = (grown + (table[row + SHORT] as number)) & TOPS;
      // One short of complete again: a counter has no room for more than a byte.
      counts[word] = grown - (complete >>> 7);
      if (complete !== 0) hits |= this.hitsOf(word, complete);
    }
    return hits;
  }

  reset(): void {
    this.counts.fill(0);
  }

  snapshot(): number[] {
    return [...this.counts];
  }

  /** False, and nothing changed, where the state is not one of so many streaks. */
  restore(state: readonly number[]): boolean {
    if (!Array.isArray(state) || state.length !== this.counts.length) return false;
    if (!state.every((word) => Number.isInteger(word) && (word & NEVER) === 0)) return false;
    this.counts.set(state);
    return true;
  }

  private hitsOf(word: number, complete: number): number {
    let hits = 0;
    for (let one = 0; one < PER_WORD; one += 1) {
      if ((complete & (0x80 << (8 * one))) !== 0) hits |= this.hits[PER_WORD * word + one] as number;
    }
    return hits;
  }
}
