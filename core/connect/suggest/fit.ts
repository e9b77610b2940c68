/** How well a place fits a class: the best pairs of tags and variables, one to one, and what they add up to. */
import { assign } from "./assign.ts";
import { judge, type Verdict } from "./judge.ts";
import type { Place } from "./places.ts";
import type { Target, TargetClass, Targets } from "./targets.ts";

export interface Fit {
  readonly type: TargetClass;
  /** In tags: found with certainty, less what is missing and what a machine has to have. */
  readonly score: number;
  /** The place's name says the class. */
  readonly named: readonly string[];
  /** Verdicts by tag, then by variable of the place; undefined is impossible. */
  readonly verdicts: readonly (readonly (Verdict | undefined)[])[];
  /** Variable of each tag, or -1. */
  readonly chosen: readonly number[];
}

/** A pair less likely than this is no proposal, so that nobody has to strike it out. */
const LEAST_PROBABILITY = 0.3;
const LEAST_ODDS = LEAST_PROBABILITY / (1 - LEAST_PROBABILITY);
/** What a place has to show before it counts as a machine, in tags. */
const MACHINE = 1.2;
const MISSING = 0.3;
const NAMED = 1.5;
/** Others' variables in a place speak against it, a little each. */
const UNEXPLAINED = 0.01;
const MOST_UNEXPLAINED = 50;

/** Fits of a place to all classes, in the order of the classes. */
export function fitsOf(place: Place, targets: Targets): readonly Fit[] {
  const machine = new Set(place.words.map((token) => token.concept));
  const judged = new Map<Target, readonly (Verdict | undefined)[]>();
  return targets.classes.map((type) => {
    const verdicts = type.targets.map((target) => {
      const known = judged.get(target) ?? place.candidates.map((candidate) => judge(target, candidate, machine, targets.weightOf));
      judged.set(target, known);
      return known;
    });
    return fitOf(place, type, verdicts, machine);
  });
}

function fitOf(place: Place, type: TargetClass, verdicts: Fit["verdicts"], machine: ReadonlySet<string>): Fit {
  // Only variables that some tag wants take part; among equals the one with the lower address comes first.
  const wanted = place.candidates.flatMap((_, index) => (verdicts.some((row) => (row[index]?.odds ?? 0) >= LEAST_ODDS) ? [index] : []));
  const gains = verdicts.map((row) =>
    wanted.map((index) => {
      const odds = row[index]?.odds ?? 0;
      return odds >= LEAST_ODDS ? Math.log1p(odds) : 0;
    }),
  );
  const chosen = assign(gains).map((column) => (column < 0 ? -1 : (wanted[column] ?? -1)));
  const named = type.words.filter((token) => machine.has(token.concept)).map((token) => token.text);
  let score = named.length > 0 ? NAMED - MACHINE : -MACHINE;
  for (const [row, index] of chosen.entries()) {
    const odds = index < 0 ? 0 : (verdicts[row]?.[index]?.odds ?? 0);
    // Squared: many pairs that may be right do not make a machine.
    score += index < 0 ? -MISSING : (odds / (1 + odds)) ** 2;
  }
  const left = place.candidates.length - chosen.filter((index) => index >= 0).length;
  return { type, score: score - UNEXPLAINED * Math.min(left, MOST_UNEXPLAINED), named, verdicts, chosen };
}

/**
 * Probability of a chosen pair among all that compete for its tag or its variable. What a rival pair is part of
 * elsewhere is held against it: a count that is surely the rejects hardly competes for the total.
 */
export function confidenceOf({ verdicts, chosen }: Fit, row: number): number {
  const index = chosen[row] ?? -1;
  const oddsAt = (tag: number, variable: number): number => verdicts[tag]?.[variable]?.odds ?? 0;
  const own = oddsAt(row, index);
  const rowOf = new Map(chosen.map((variable, tag) => [variable, tag]));
  let rivals = 0;
  for (const variable of (verdicts[row] ?? []).keys()) {
    if (variable === index) continue;
    const taker = rowOf.get(variable);
    rivals += oddsAt(row, variable) / (1 + (taker === undefined ? 0 : oddsAt(taker, variable)));
  }
  for (const tag of verdicts.keys()) {
    if (tag !== row) rivals += oddsAt(tag, index) / (1 + ((chosen[tag] ?? -1) < 0 ? 0 : oddsAt(tag, chosen[tag] ?? -1)));
  }
  return own / (1 + own + rivals);
}
