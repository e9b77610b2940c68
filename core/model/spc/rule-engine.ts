/**
 * Judges points by run rules, one at a time, in O(1) each and without allocating: a point is turned into two small numbers, its place
 * and its move, and what these mean to each rule is looked up.
 */
import { DOWN, MOVE_BITS, type Pair, type Patterns, patternsOf, SIDES, UP } from "./rule-patterns.ts";
import type { RuleOptions, RuleSet, RunRule } from "./rules.ts";
import { Streaks } from "./streaks.ts";

/** Which limit is crossed. */
export type Side = -1 | 0 | 1;

export interface RuleEngineState {
  /** Points since the last reset, up to 31. */
  readonly seen: number;
  readonly last: number;
  readonly lastMove: number;
  /** Counters of the streaks of places and of moves, four in a number. */
  readonly places: readonly number[];
  readonly moves: readonly number[];
  /** Of each window the last 31 points, the latest in the lowest bit. */
  readonly windows: readonly number[];
}

/** Most points break no rule; they share this. */
const NONE: readonly RunRule[] = Object.freeze([]);

/** Points of the longest pattern that a rule may have. */
const LONGEST_PATTERN = 31;

/** Zones as a table of numbers, because objects cost a third of the time: the window, then these. */
const N = 1;
const K = 2;
const HIT = 3;
const COLUMNS = 4;

export class RuleEngine {
  readonly rules: readonly RunRule[];
  private readonly options: RuleOptions;
  private readonly patterns: Patterns;
  private readonly lines: Float64Array;
  private readonly places: Streaks;
  private readonly moves: Streaks;
  private readonly windows: Int32Array;
  /** Place by window: whether a point there lies in it. */
  private readonly inWindows: Uint8Array;
  private readonly zones: Int32Array;
  private readonly mixtureHits: number;
  private readonly tie: number;
  private readonly anyLast: 0 | 1;
  private readonly centreSkips: boolean;
  private seen = 0;
  private last = 0;
  private lastMove = 0;

  constructor(set: RuleSet) {
    const patterns = patternsOf(set);
    this.rules = set.rules;
    this.options = set.options;
    this.patterns = patterns;
    this.lines = Float64Array.from(patterns.lines);
    this.places = new Streaks(patterns.ofPlaces);
    this.moves = new Streaks(patterns.ofMoves);
    this.windows = new Int32Array(patterns.windows.length);
    this.inWindows = Uint8Array.from(patterns.inWindows.flat(), Number);
    this.zones = Int32Array.from(patterns.zones.flatMap(({ window, n, k, hit }) => [window, n, k, hit]));
    this.mixtureHits = patterns.mixtures.reduce((all, { hit }) => all | hit, 0);
    this.tie = set.options.tie === "continues" ? UP | DOWN : 0;
    this.anyLast = set.options.lastPoint === "any" ? 1 : 0;
    this.centreSkips = set.options.onCentre === "skips";
  }

  /** The rules that this point completes: bit i for rule i. `z` is finite. `side`: the limit it lies beyond. */
  update(z: number, side: Side): number {
    const place = this.placeOf(z);
    const move = this.seen === 0 ? 0 : this.moveTo(z);
    this.last = z;
    // Nothing but small integers from here: a real number handed to a function that is too long to be inlined is a new object.
    return this.judge(place, move, side);
  }

  /** A point that could not be judged. */
  missing(): void {
    if (this.options.missing === "breaks") this.reset();
  }

  /** Patterns begin anew. */
  reset(): void {
    this.places.reset();
    this.moves.reset();
    this.windows.fill(0);
    this.seen = 0;
    this.last = 0;
    this.lastMove = 0;
  }

  /** The rules of a set of hits, the most serious first. */
  hits(bits: number): readonly RunRule[] {
    return bits === 0 ? NONE : this.rules.filter((_, r) => (bits & (1 << r)) !== 0);
  }

  snapshot(): RuleEngineState {
    const { seen, last, lastMove } = this;
    return { seen, last, lastMove, places: this.places.snapshot(), moves: this.moves.snapshot(), windows: [...this.windows] };
  }

  /** False, and nothing changed, where the state is not one of these rules. */
  restore({ seen, last, lastMove, places, moves, windows }: RuleEngineState): boolean {
    if (!isUpTo(LONGEST_PATTERN, seen) || !isUpTo(UP | DOWN, lastMove) || !Number.isFinite(last) || !Array.isArray(windows)) return false;
    if (windows.length !== this.windows.length || !windows.every((one) => Number.isInteger(one))) return false;
    const before = this.places.snapshot();
    if (!this.places.restore(places)) return false;
    if (!this.moves.restore(moves)) {
      this.places.restore(before);
      return false;
    }
    this.windows.set(windows);
    [this.seen, this.last, this.lastMove] = [seen, last, lastMove];
    return true;
  }

  /** Comparisons are turned into numbers and not branched on: of noise, a processor guesses every second branch wrong. */
  private placeOf(z: number): number {
    const { lines } = this;
    const size = Math.abs(z);
    let beyond = 0;
    for (let i = 0; i < lines.length; i += 1) beyond += Number((lines[i] as number) < size);
    return SIDES * beyond + (Number(z > 0) | (Number(z < 0) << 1));
  }

  private moveTo(z: number): number {
    const move = Number(this.last < z) | (Number(z < this.last) << 1);
    return move === 0 ? this.tie : move;
  }

  private judge(place: number, move: number, side: Side): number {
    const { windows, inWindows, patterns } = this;
    if (this.seen < LONGEST_PATTERN) this.seen += 1;
    let hits = side === 0 ? 0 : patterns.limitHits;
    hits |= this.places.next(place) | this.moves.next((this.lastMove << MOVE_BITS) | move);
    this.lastMove = move;
    let inAny: number = this.anyLast;
    for (let window = 0, at = place * windows.length; window < windows.length; window += 1, at += 1) {
      const inside = inWindows[at] as number;
      windows[window] = ((windows[window] as number) << 1) | inside;
      inAny |= inside;
    }
    if (inAny !== 0) hits |= this.zonesHit();
    if (patterns.opposites.length > 0) hits |= this.oppositesHit();
    if ((hits & this.mixtureHits) !== 0) hits &= ~this.oneSided();
    if (this.centreSkips && place % SIDES === 0) hits &= ~patterns.runHits;
    if (hits !== 0 && this.options.afterSignal === "reset") this.reset();
    return hits;
  }

  private zonesHit(): number {
    const { zones, anyLast } = this;
    const full = this.options.startUp === "full";
    let hits = 0;
    for (let i = 0; i < zones.length; i += COLUMNS) {
      const points = this.windows[zones[i] as number] as number;
      const n = zones[i + N] as number;
      if (((points & 1) | anyLast) === 0 || (full && this.seen < n)) continue;
      if (ones(points & latest(n)) >= (zones[i + K] as number)) hits |= zones[i + HIT] as number;
    }
    return hits;
  }

  private oppositesHit(): number {
    let hits = 0;
    for (const { above, below, hit } of this.patterns.opposites) {
      const [up, down] = [(this.windows[above] as number) & latest(2), (this.windows[below] as number) & latest(2)];
      if ((up === 1 && down === 2) || (up === 2 && down === 1)) hits |= hit;
    }
    return hits;
  }

  /** Of the rules that want points on both sides, those that have them on one. */
  private oneSided(): number {
    const none = (window: number, n: number): boolean => ((this.windows[window] as number) & latest(n)) === 0;
    return this.patterns.mixtures.reduce((all, { above, below, n, hit }: Pair) => (none(above, n) || none(below, n) ? all | hit : all), 0);
  }
}

function isUpTo(most: number, value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}

/** The bits of the latest `n` points, 1 … 31. */
function latest(n: number): number {
  return 0x7fffffff >>> (LONGEST_PATTERN - n);
}

/** Set bits of an integer of at most 31. */
function ones(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
