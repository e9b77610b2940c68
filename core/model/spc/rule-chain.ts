/**
 * Run lengths of run rules, exactly: points that are independent make what a rule engine remembers a Markov chain (Champ and Woodall
 * 1987). It is built from the rules as data. Trends and alternations compare values, so they have no chain of this kind.
 */
import { stepsToEnd } from "./absorbing.ts";
import { type Pair, type Patterns, patternsOf, SIDES, type Zone } from "./rule-patterns.ts";
import type { RuleSet } from "./rules.ts";
import type { Streak } from "./streaks.ts";

/** A kind of point: where it lies among the lines of the rules (see `Patterns`), whether beyond a limit, and how likely. */
export interface Outcome {
  readonly place: number;
  readonly beyond: boolean;
  readonly chance: number;
}

/** Eliminating them takes a second. */
const MOST_STATES = 1_500;
/** Before states that no future tells apart are merged. */
const MOST_FOUND = 20_000;

/** Points until the first signal; null where a rule has no chain, or one too large. */
export function rulesRunLength(set: RuleSet, outcomes: readonly Outcome[]): number | null {
  const patterns = patternsOf(set);
  if (patterns.ofMoves.length > 0) return null;
  const possible = outcomes.filter(({ chance }) => chance > 0);
  const found = statesOf(new Memory(set, patterns), possible);
  if (found === null) return null;
  const { states, next } = merged(found);
  if (states > MOST_STATES) return null;
  const ends = new Float64Array(states);
  const moves = Array.from({ length: states }, (_, state) => {
    const row = new Float64Array(states);
    for (const [o, { chance }] of possible.entries()) {
      const to = next[state * possible.length + o] as number;
      if (to === SIGNAL) ends[state] = (ends[state] as number) + chance;
      else row[to] = (row[to] as number) + chance;
    }
    return row;
  });
  return stepsToEnd(moves, ends)[0] as number;
}

const SIGNAL = -1;

interface States {
  readonly states: number;
  /** By state, then by outcome: the state after it, or a signal. */
  readonly next: Int32Array;
}

/** All that can follow on a fresh start, which is state 0. */
function statesOf(memory: Memory, outcomes: readonly Outcome[]): States | null {
  const known = new Map<string, number>([[memory.first.join(), 0]]);
  const all = [memory.first];
  const next: number[] = [];
  for (const state of all) {
    for (const outcome of outcomes) {
      const after = memory.after(state, outcome);
      if (after === null) {
        next.push(SIGNAL);
        continue;
      }
      const key = after.join();
      let to = known.get(key);
      if (to === undefined) {
        if (all.length >= MOST_FOUND) return null;
        to = all.push(after) - 1;
        known.set(key, to);
      }
      next.push(to);
    }
  }
  return { states: all.length, next: Int32Array.from(next) };
}

/** Moore's: states of one class lead to the same classes. */
function merged({ states, next }: States): States {
  const outcomes = next.length / states;
  let classes = new Int32Array(states);
  for (let count = 1; ; ) {
    const keys = new Map<string, number>();
    const finer = new Int32Array(states);
    for (let state = 0; state < states; state += 1) {
      let key = `${classes[state]}`;
      for (let o = 0; o < outcomes; o += 1) {
        const to = next[state * outcomes + o] as number;
        key += `,${to === SIGNAL ? SIGNAL : classes[to]}`;
      }
      const own = keys.get(key) ?? keys.size;
      keys.set(key, own);
      finer[state] = own;
    }
    classes = finer;
    if (keys.size === count) break;
    count = keys.size;
  }
  const one = new Map<number, number>();
  for (const [state, own] of classes.entries()) if (!one.has(own)) one.set(own, state);
  const moved = [...one.values()].flatMap((state) =>
    Array.from({ length: outcomes }, (_, o) => {
      const to = next[state * outcomes + o] as number;
      return to === SIGNAL ? SIGNAL : (classes[to] as number);
    }),
  );
  return { states: one.size, next: Int32Array.from(moved) };
}

/**
 * What a rule engine remembers, less what can no longer matter. A state is a list of numbers: points seen (where windows must be full), a
 * counter for each streak, a window of bits for each zone, two for each pair.
 */
class Memory {
  readonly first: readonly number[];
  private readonly set: RuleSet;
  private readonly patterns: Patterns;
  private readonly mostSeen: number;

  constructor(set: RuleSet, patterns: Patterns) {
    this.set = set;
    this.patterns = patterns;
    this.mostSeen = set.options.startUp === "full" ? Math.max(0, ...patterns.zones.map(({ n }) => n)) : 0;
    const { ofPlaces, zones, opposites, mixtures } = patterns;
    this.first = Array.from({ length: 1 + ofPlaces.length + zones.length + 2 * (opposites.length + mixtures.length) }, () => 0);
  }

  /** Null: the point signals. */
  after(state: readonly number[], { place, beyond }: Outcome): readonly number[] | null {
    const { ofPlaces, zones, opposites, mixtures, limitHits, runHits } = this.patterns;
    const { lastPoint, onCentre } = this.set.options;
    let hits = beyond ? limitHits : 0;
    const seen = Math.min((state[0] as number) + 1, this.mostSeen);
    const next = [seen];
    for (const streak of ofPlaces) {
      const count = grown(streak, state[next.length] as number, place);
      if (count === streak.length) hits |= streak.hit;
      next.push(Math.min(count, streak.length - 1));
    }
    for (const zone of zones) {
      const points = ((state[next.length] as number) << 1) | this.bit(place, zone.window);
      const judged = ((points & 1) === 1 || lastPoint === "any") && (this.mostSeen === 0 || seen >= zone.n);
      if (judged && ones(points) >= zone.k) hits |= zone.hit;
      next.push(useful(points, zone));
    }
    for (const { above, below, hit } of opposites) {
      const [up, down] = [this.bit(place, above), this.bit(place, below)];
      if ((up & (state[next.length + 1] as number) & ~down) | (down & (state[next.length] as number) & ~up)) hits |= hit;
      next.push(up, down);
    }
    for (const pair of mixtures) {
      const [above, below] = [pair.above, pair.below].map((window, i) =>
        latestOf(((state[next.length + i] as number) << 1) | this.bit(place, window)),
      ) as [number, number];
      if (above === 0 || below === 0) hits &= ~pair.hit;
      next.push(...this.sinceBreak(pair, next, [above, below]));
    }
    if (onCentre === "skips" && place % SIDES === 0) hits &= ~runHits;
    return hits === 0 ? next : null;
  }

  private bit(place: number, window: number): number {
    return Number((this.patterns.inWindows[place] as readonly boolean[])[window]);
  }

  /** A mixture is a streak, so what was before that began does not matter. */
  private sinceBreak({ n, hit }: Pair, next: readonly number[], windows: readonly number[]): number[] {
    const streak = this.patterns.ofPlaces.findIndex((one) => one.hit === hit);
    const length = Math.min(n - 1, next[1 + streak] as number);
    return windows.map((bits) => bits & (2 ** length - 1));
  }
}

function grown({ effects }: Streak, count: number, place: number): number {
  const effect = effects[place];
  return effect === "counts" ? count + 1 : effect === "breaks" ? 0 : count;
}

/** Of n points, those before the next one that can still be among k of n. */
function useful(points: number, { n, k }: Pick<Zone, "n" | "k">): number {
  let [kept, count] = [0, 0];
  for (let age = 0; age < n - 1; age += 1) {
    if ((points & (1 << age)) === 0) continue;
    count += 1;
    if (count + (n - 1 - age) >= k) kept |= 1 << age;
  }
  return kept;
}

/** The lowest bit alone. */
function latestOf(bits: number): number {
  return bits & -bits;
}

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
