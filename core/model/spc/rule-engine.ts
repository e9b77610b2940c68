/**
 * Judges points by run rules, one at a time, in O(1) each and without allocating. What a rule looks back on is kept as bits of
 * the last 31 points: which lay above or below each line, which stepped up or down. A pattern is then a mask.
 */
import type { RuleOptions, RuleSet, RuleTest, RunRule } from "./rules.ts";

/** Which limit is crossed. */
export type Side = -1 | 0 | 1;

export interface RuleEngineState {
  /** Points since the last reset, up to 31. */
  readonly seen: number;
  readonly last: number;
  /** Bits of the past: up, down, turned, then above and below each line. */
  readonly bits: readonly number[];
}

/** Most points break no rule; they share this. */
const NONE: readonly RunRule[] = Object.freeze([]);

/** As far back as any rule looks. */
const LONGEST_PATTERN = 31;

/** Words of bits, the latest point lowest: stepped up, stepped down, turned (stepped the other way than before). */
const UP = 0;
const DOWN = 1;
const TURNED = 2;
const LINES = 3;
/** And for each line, of which the first is the centre: above it, below its negative, either, neither. */
const ABOVE = 0;
const BELOW = 1;
const OUTSIDE = 2;
const WITHIN = 3;
const WORDS_PER_LINE = 4;

/** `need` of the bits in `mask` of a word complete the rules in `hit`. */
interface Pattern {
  readonly word: number;
  readonly mask: number;
  readonly need: number;
  readonly hit: number;
}

export class RuleEngine {
  readonly rules: readonly RunRule[];
  private readonly lines: Float64Array;
  private readonly words: Int32Array;
  private seen = 0;
  private last = 0;
  /** Rules of the limits; those about the centre; those that want both sides. */
  private readonly limitHits: number;
  private readonly centreHits: number;
  private readonly both: readonly Pattern[];
  private readonly bothHits: number;
  /** Every bit of the mask, and k of them; as tables of numbers, because objects cost a third of the time. */
  private readonly streaks: Int32Array;
  private readonly zones: Int32Array;
  private readonly opposites: readonly Pattern[];
  private readonly options: RuleOptions;
  private readonly ties: 0 | 1;
  private readonly centreSkips: boolean;
  private readonly anyLast: boolean;

  constructor({ rules, options }: RuleSet) {
    this.rules = rules;
    this.options = options;
    const lines = [...new Set([0, ...rules.map(lineOf)])];
    const patterns = rules.map((rule, r) => patternsOf(rule, 1 << r, LINES + WORDS_PER_LINE * lines.indexOf(lineOf(rule)), options));
    const of = (...tests: RuleTest[]): Pattern[] => patterns.flatMap((all, r) => (tests.includes((rules[r] as RunRule).test) ? all : []));
    const hitsOf = (wanted: (rule: RunRule) => boolean): number =>
      rules.reduce((bits, rule, r) => (wanted(rule) ? bits | (1 << r) : bits), 0);
    this.lines = Float64Array.from(lines);
    this.words = new Int32Array(LINES + WORDS_PER_LINE * lines.length);
    this.streaks = table(of("run", "trend", "alternation", "within", "outside"));
    this.zones = table(of("zone"));
    this.opposites = of("opposite");
    this.limitHits = hitsOf(({ test }) => test === "limits");
    this.centreHits = hitsOf(({ test }) => test === "run");
    this.bothHits = hitsOf((rule) => rule.test === "outside" && rule.sides === "both");
    this.both = of("outside").filter(({ hit }) => (hit & this.bothHits) !== 0);
    this.ties = options.tie === "continues" ? 1 : 0;
    this.centreSkips = options.onCentre === "skips";
    this.anyLast = options.lastPoint === "any";
  }

  /** The rules that this point completes: bit i for rule i. `z` is finite. `side`: the limit it lies beyond. */
  update(z: number, side: Side): number {
    this.remember(z);
    const { words, streaks, zones } = this;
    let hits = side === 0 ? 0 : this.limitHits;
    for (let i = 0; i < streaks.length; i += COLUMNS) {
      const all = streaks[i + MASK] as number;
      if (((words[streaks[i] as number] as number) & all) === all) hits |= streaks[i + HIT] as number;
    }
    for (let i = 0; i < zones.length; i += COLUMNS) {
      const bits = words[zones[i] as number] as number;
      if ((bits & 1) === 1 || this.anyLast) hits |= this.zone(i, bits);
    }
    if (this.opposites.length > 0) hits |= this.opposite();
    if ((hits & this.bothHits) !== 0) hits &= ~this.oneSided();
    if (z === 0 && this.centreSkips) hits &= ~this.centreHits;
    if (hits !== 0 && this.options.afterSignal === "reset") this.reset();
    return hits;
  }

  /** Points one after another, judged against limits at ± `limit` σ; what is no finite number is a missing point. */
  updateMany(z: Float64Array, out: Uint32Array, limit = 3): void {
    for (let i = 0; i < z.length; i += 1) {
      const one = z[i] as number;
      if (one - one !== 0) {
        this.missing();
        out[i] = 0;
      } else out[i] = this.update(one, one > limit ? 1 : one < -limit ? -1 : 0);
    }
  }

  /** A point that could not be judged. */
  missing(): void {
    if (this.options.missing === "breaks") this.reset();
  }

  /** Patterns begin anew. */
  reset(): void {
    this.words.fill(0);
    this.seen = 0;
    this.last = 0;
  }

  /** The rules of a set of hits, the most serious first. */
  hits(bits: number): readonly RunRule[] {
    return bits === 0 ? NONE : this.rules.filter((_, r) => (bits & (1 << r)) !== 0);
  }

  snapshot(): RuleEngineState {
    return { seen: this.seen, last: this.last, bits: [...this.words] };
  }

  /** False, and nothing changed, where the state is not one of these rules. */
  restore({ seen, last, bits }: RuleEngineState): boolean {
    const valid = Number.isInteger(seen) && seen >= 0 && Number.isFinite(last) && Array.isArray(bits);
    if (!valid || bits.length !== this.words.length || !bits.every((one) => Number.isInteger(one))) return false;
    this.words.set(bits);
    this.seen = seen;
    this.last = last;
    return true;
  }

  private remember(value: number): void {
    const { words, lines, last } = this;
    // −0 would look negative.
    const z = value + 0;
    const first = this.seen === 0;
    const up = first ? 0 : negative(last - z);
    const down = first ? 0 : negative(z - last);
    const tie = first ? 0 : this.ties & ~(up | down);
    const ups = words[UP] as number;
    const downs = words[DOWN] as number;
    words[UP] = (ups << 1) | up | tie;
    words[DOWN] = (downs << 1) | down | tie;
    // A tie that counts as a step both ways is none here.
    words[TURNED] = ((words[TURNED] as number) << 1) | (up & downs & ~ups) | (down & ups & ~downs);
    const above = negative(0 - z);
    const below = negative(z);
    // A point on the centre may leave the runs about it as they were. No rule asks for more about it than above and below.
    if ((above | below) === 1 || !this.centreSkips) {
      words[LINES + ABOVE] = ((words[LINES + ABOVE] as number) << 1) | above;
      words[LINES + BELOW] = ((words[LINES + BELOW] as number) << 1) | below;
    }
    const size = Math.abs(z);
    for (let i = 1, at = LINES + WORDS_PER_LINE; i < lines.length; i += 1, at += WORDS_PER_LINE) {
      const outside = negative((lines[i] as number) - size);
      words[at + ABOVE] = ((words[at + ABOVE] as number) << 1) | (outside & above);
      words[at + BELOW] = ((words[at + BELOW] as number) << 1) | (outside & below);
      words[at + OUTSIDE] = ((words[at + OUTSIDE] as number) << 1) | outside;
      words[at + WITHIN] = ((words[at + WITHIN] as number) << 1) | (outside ^ 1);
    }
    this.last = z;
    if (this.seen < LONGEST_PATTERN) this.seen += 1;
  }

  private zone(i: number, bits: number): number {
    const { zones } = this;
    const mask = zones[i + MASK] as number;
    if (this.seen < ones(mask) && this.options.startUp === "full") return 0;
    return ones(bits & mask) >= (zones[i + NEED] as number) ? (zones[i + HIT] as number) : 0;
  }

  private opposite(): number {
    let hits = 0;
    for (const { word, hit } of this.opposites) {
      const above = (this.words[word + ABOVE] as number) & 3;
      const below = (this.words[word + BELOW] as number) & 3;
      if ((above === 1 && below === 2) || (above === 2 && below === 1)) hits |= hit;
    }
    return hits;
  }

  /** Of the rules that want points on both sides, those that have them on one. */
  private oneSided(): number {
    let hits = 0;
    for (const { word, mask, hit } of this.both) {
      const line = word - OUTSIDE;
      const above = (this.words[line + ABOVE] as number) & mask;
      const below = (this.words[line + BELOW] as number) & mask;
      if (above === 0 || below === 0) hits |= hit;
    }
    return hits;
  }
}

/** A pattern in a table: its word, then these. */
const MASK = 1;
const NEED = 2;
const HIT = 3;
const COLUMNS = 4;

function table(patterns: readonly Pattern[]): Int32Array {
  return Int32Array.from(patterns.flatMap(({ word, mask, need, hit }) => [word, mask, need, hit]));
}

/** Sign bits are read and not compared: of noise, a processor guesses every second comparison wrong. */
const REAL = new Float64Array([-1]);
const HALVES = new Int32Array(REAL.buffer);
const HIGH = (HALVES[1] as number) < 0 ? 1 : 0;

/** 1 below zero, else 0; also of −0. */
function negative(x: number): number {
  REAL[0] = x;
  return (HALVES[HIGH] as number) >>> 31;
}

/** `line`: where the words of the rule's line begin. */
function patternsOf(rule: RunRule, hit: number, line: number, { lengths }: RuleOptions): Pattern[] {
  const all = (word: number, length: number): Pattern => ({ word, mask: 2 ** length - 1, need: length, hit });
  switch (rule.test) {
    case "limits":
      return [];
    case "zone": {
      const of = (word: number): Pattern => ({ ...all(word, rule.n), need: rule.k });
      return rule.side === "same" ? [of(line + ABOVE), of(line + BELOW)] : [of(line + OUTSIDE)];
    }
    case "run":
      return [all(line + ABOVE, rule.length), all(line + BELOW, rule.length)];
    case "trend": {
      const moves = lengths === "points" ? rule.length - 1 : rule.length;
      return [all(UP, moves), all(DOWN, moves)];
    }
    case "alternation":
      // One turn fewer than moves.
      return [all(TURNED, lengths === "points" ? rule.length - 2 : rule.length - 1)];
    case "within":
      return [all(line + WITHIN, rule.length)];
    case "outside":
      return [all(line + OUTSIDE, rule.length)];
    default:
      return [all(line, 2)];
  }
}

/** The centre, for rules without a line of their own. */
function lineOf(rule: RunRule): number {
  return "z" in rule ? rule.z : 0;
}

/** Set bits of an integer of at most 31. */
function ones(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
