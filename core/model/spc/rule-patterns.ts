/**
 * What run rules look for, in terms of what a rule engine remembers. All that they want to know of a point is its place (how many of
 * their lines it lies beyond, on which side of the centre) and its move (from the point before it, and how that one had moved).
 */
import type { RuleOptions, RuleSet, RunRule } from "./rules.ts";
import type { Effect, Streak } from "./streaks.ts";

/** A place is three times the lines that the point lies beyond, and 0 on the centre, 1 above it, 2 below it. */
const ABOVE = 1;
const BELOW = 2;
export const SIDES = 3;

/** Of a point beyond so many lines on this side of the centre: 1, −1 or 0. */
export function placeOf(beyond: number, side: number): number {
  return SIDES * beyond + (side > 0 ? ABOVE : side < 0 ? BELOW : 0);
}

/** A move is a set of these; a tie may be both. With the move before it, two bits higher, it is one of 16. */
export const UP = 1;
export const DOWN = 2;
export const MOVE_BITS = 2;
const MOVES = 2 ** (2 * MOVE_BITS);

/** A window remembers of the last 31 points whether they lay beyond a line on this side, or on either. */
export interface Window {
  /** Its index among the lines. */
  readonly line: number;
  readonly side: typeof ABOVE | typeof BELOW | "either";
}

/** At least `k` of the last `n` points in a window. */
export interface Zone {
  readonly window: number;
  readonly n: number;
  readonly k: number;
  readonly hit: number;
}

/** What the last `n` points did on both sides of a line; the windows above and below it. */
export interface Pair {
  readonly above: number;
  readonly below: number;
  readonly n: number;
  readonly hit: number;
}

/** Of rule i, a hit is bit i. */
export interface Patterns {
  /** In σ, ascending. */
  readonly lines: readonly number[];
  readonly windows: readonly Window[];
  /** For each place: whether a point there lies in each window. */
  readonly inWindows: readonly (readonly boolean[])[];
  readonly ofPlaces: readonly Streak[];
  readonly ofMoves: readonly Streak[];
  readonly zones: readonly Zone[];
  /** One above and one below, one after the other. */
  readonly opposites: readonly Pair[];
  /** Beyond a line all of them, and not all on one side. */
  readonly mixtures: readonly Pair[];
  readonly limitHits: number;
  /** Of the rules about the side of the centre. */
  readonly runHits: number;
}

export function patternsOf({ rules, options }: RuleSet): Patterns {
  const lines = [...new Set(rules.flatMap((rule) => ("z" in rule ? [rule.z] : [])))].toSorted((a, b) => a - b);
  const places = Array.from({ length: SIDES * (lines.length + 1) }, (_, place) => place);
  const windows: Window[] = [];
  const windowOf = (line: number, side: Window["side"]): number => {
    const known = windows.findIndex((one) => one.line === line && one.side === side);
    return known < 0 ? windows.push({ line, side }) - 1 : known;
  };
  const lineOf = ({ z }: { readonly z: number }): number => lines.indexOf(z);
  const beyond = (place: number, line: number): boolean => place >= SIDES * (line + 1);
  const pairOf = (line: number, n: number, hit: number): Pair => ({ above: windowOf(line, ABOVE), below: windowOf(line, BELOW), n, hit });
  const ofPlaces = (length: number, hit: number, effect: (place: number) => Effect): Streak => ({
    length,
    hit,
    effects: places.map(effect),
  });
  const each = <T extends RunRule["test"], P>(test: T, of: (rule: RunRule & { readonly test: T }, hit: number) => P[]): P[] =>
    rules.flatMap((rule, r) => (rule.test === test ? of(rule as RunRule & { readonly test: T }, 1 << r) : []));
  const streaks = [
    ...each("run", ({ length }, hit) =>
      [ABOVE, BELOW].map((side) => ofPlaces(length, hit, (place) => (place % SIDES === side ? "counts" : onOtherSide(place, options)))),
    ),
    ...each("within", (rule, hit) => [ofPlaces(rule.length, hit, (place) => (beyond(place, lineOf(rule)) ? "breaks" : "counts"))]),
    ...each("outside", (rule, hit) => [ofPlaces(rule.length, hit, (place) => (beyond(place, lineOf(rule)) ? "counts" : "breaks"))]),
  ];
  const zones = each("zone", (rule, hit) => {
    const sides = rule.side === "same" ? ([ABOVE, BELOW] as const) : (["either"] as const);
    return sides.map((side): Zone => ({ window: windowOf(lineOf(rule), side), n: rule.n, k: rule.k, hit }));
  });
  const opposites = each("opposite", (rule, hit) => [pairOf(lineOf(rule), 2, hit)]);
  const mixtures = each("outside", (rule, hit) => (rule.sides === "both" ? [pairOf(lineOf(rule), rule.length, hit)] : []));
  const hitsOf = (test: RunRule["test"]): number => each(test, (_, hit) => [hit]).reduce((all, hit) => all | hit, 0);
  return {
    lines,
    windows,
    inWindows: places.map((place) => windows.map(({ line, side }) => beyond(place, line) && (side === "either" || place % SIDES === side))),
    ofPlaces: streaks,
    ofMoves: [
      ...each("trend", ({ length }, hit) => [UP, DOWN].map((way) => ofMoves(movesIn(length, options), hit, (move) => (move & way) !== 0))),
      // One turn fewer than moves.
      ...each("alternation", ({ length }, hit) => [ofMoves(movesIn(length, options) - 1, hit, (move) => TURNS.has(move))]),
    ],
    zones,
    opposites,
    mixtures,
    limitHits: hitsOf("limits"),
    runHits: hitsOf("run"),
  };
}

/** Up after down, and down after up. */
const TURNS: ReadonlySet<number> = new Set([(DOWN << MOVE_BITS) | UP, (UP << MOVE_BITS) | DOWN]);

function movesIn(length: number, { lengths }: RuleOptions): number {
  return lengths === "points" ? length - 1 : length;
}

function ofMoves(length: number, hit: number, counts: (move: number) => boolean): Streak {
  return { length, hit, effects: Array.from({ length: MOVES }, (_, move) => (counts(move) ? "counts" : "breaks")) };
}

/** What a point that is not on this side does to a run. */
function onOtherSide(place: number, { onCentre }: RuleOptions): Effect {
  return place % SIDES === 0 && onCentre === "skips" ? "rests" : "breaks";
}
