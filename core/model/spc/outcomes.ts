/** What a point may be to run rules, and how likely: cells between the lines that they know, and the lines themselves. */
import { normalCdf } from "../distribution/index.ts";
import { type Outcome, rulesRunLength } from "./rule-chain.ts";
import { patternsOf, placeOf } from "./rule-patterns.ts";
import type { RuleSet } from "./rules.ts";

/** Of what a chart plots. */
interface Law {
  readonly centre: number;
  /** −∞ and +∞ where there is no limit. */
  readonly lower: number;
  readonly upper: number;
  /** The plotted value at z. */
  readonly at: (z: number) => number;
  /** Chance of a plotted value above x, and below. */
  readonly above: (x: number) => number;
  readonly below: (x: number) => number;
}

export interface NormalPoints {
  /** Where the limits are, in z. */
  readonly limit?: number;
  /** σ of the points in one of z. */
  readonly scale?: number;
  /** Of their mean, in their own σ. */
  readonly shift?: number;
}

/** Independent normal points until rules signal; null where a rule has no chain. */
export function rulesArl(rules: RuleSet, { limit = 3, scale = 1, shift = 0 }: NormalPoints = {}): number | null {
  const law = {
    centre: 0,
    lower: -limit,
    upper: limit,
    at: (z: number) => z,
    above: (z: number) => normalCdf(shift - z * scale),
    below: (z: number) => normalCdf(z * scale - shift),
  };
  return rulesRunLength(rules, outcomesOf(rules, law));
}

/** Less than this is what rounding leaves of nothing. */
const ROUNDING = 1e-14;

export function outcomesOf(rules: RuleSet, { centre, lower, upper, at, above, below }: Law): Outcome[] {
  const { lines } = patternsOf(rules);
  const [high, low] = [lines.map((z) => at(z)), lines.map((z) => at(-z))];
  const cuts = [...new Set([centre, lower, upper, ...high, ...low])].filter((x) => Number.isFinite(x)).toSorted((a, b) => a - b);
  const outcome = (x: number, chance: number): Outcome => ({
    place: placeOf(x < centre ? low.filter((line) => x < line).length : high.filter((line) => x > line).length, Math.sign(x - centre)),
    beyond: x > upper || x < lower,
    chance,
  });
  const on = cuts.map((x) => {
    const chance = 1 - above(x) - below(x);
    return chance > ROUNDING ? chance : 0;
  });
  return [
    ...cuts.map((x, i) => outcome(x, on[i] as number)),
    ...[Number.NEGATIVE_INFINITY, ...cuts].map((from, i) => {
      const to = cuts[i] ?? Number.POSITIVE_INFINITY;
      if (from === -Infinity) return outcome(to - 1, below(to));
      if (to === Infinity) return outcome(from + 1, above(from));
      // From the tail that is nearer, or its digits would be lost.
      const chance = from < centre ? below(to) - below(from) - (on[i - 1] as number) : above(from) - above(to) - (on[i] as number);
      return outcome(from / 2 + to / 2, Math.max(0, chance));
    }),
  ];
}
