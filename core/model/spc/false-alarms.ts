/** How often a chart alarms although nothing has happened, for whoever chooses its rules. */
import { normalQuantile } from "../distribution/index.ts";
import { normals } from "./arl.ts";
import { applicableRules, ControlChart } from "./chart.ts";
import { CHARTS, type IndependentPoints, type NotEstimable } from "./charts/index.ts";
import { isLimits, type Limits, limitsOf } from "./limits.ts";
import { type NormalPoints, outcomesOf, rulesArl } from "./outcomes.ts";
import { type Outcome, rulesRunLength } from "./rule-chain.ts";
import { ruleText } from "./rule-text.ts";
import { DEFAULT_RULE_OPTIONS, RULE_SETS, type RuleOptions, type RuleSet, type RunRule } from "./rules.ts";
import type { Subgroup } from "./subgroup.ts";

/** `exact`: a formula, a Markov chain or an integral equation. `simulated`: within about 2 %, and 10 % where alarms are rare. */
export type ArlBasis = "exact" | "simulated";

export type InControlArl =
  | {
      /** Points until a false alarm from a fresh start, with limits from a long baseline; infinite where no rule applies. */
      readonly arl: number;
      readonly basis: ArlBasis;
    }
  | { readonly arl: null; readonly why: NotEstimable };

/** Trends and alternations have no chain. From 60,000 runs, full windows, last point beyond. */
const SIMULATED: readonly (readonly [rules: readonly RunRule[], arl: number])[] = [
  [nelson("N3"), 420.74],
  [nelson("N4"), 597.77],
  [nelson("N1", "N2", "N3", "N4"), 119.08],
  [RULE_SETS.nelson, 73.65],
];
const BY_KEY = new Map(SIMULATED.map(([rules, arl]) => [keyOf(rules), arl]));

/** Points between false alarms of a chart with these rules. */
export function inControlArl(limits: Limits, rules: RuleSet): InControlArl {
  const applied = applicableRules(limits.kind, rules);
  if (applied.rules.length === 0) return { arl: Number.POSITIVE_INFINITY, basis: "exact" };
  const inControl = CHARTS[limits.kind].inControl(limits);
  switch (inControl.points) {
    case "normal":
      return estimated(rulesArl(applied, normalPoints(limits)), () => fromTable(limits, applied) ?? simulatedNormal(limits, applied));
    case "independent":
      return estimated(rulesRunLength(applied, ownOutcomes(limits, applied, inControl)), () =>
        simulated(limits, applied, inControl.draw(uniform())),
      );
    case "dependent":
      return estimated(inControl.runLength);
    case "drawn":
      return estimated(null, () => simulated(limits, applied, inControl.draw(uniform())));
    default:
      return { arl: null, why: inControl.why };
  }
}

/** False alarms per day of one chart that takes so many points; NaN where that is not to be told, for which `inControlArl` says why. */
export function expectedFalseAlarmsPerDay(limits: Limits, rules: RuleSet, pointsPerDay: number): number {
  const { arl } = inControlArl(limits, rules);
  return arl === null ? Number.NaN : pointsPerDay / arl;
}

/** A run of no points, or one without end, is no solution. */
function estimated(exact: number | null, otherwise?: () => number): InControlArl {
  const arl = exact ?? otherwise?.() ?? Number.NaN;
  // A chart that always signals does so with its first point, give or take what was rounded.
  if (!(arl > 1 - 1e-9 && arl < Infinity)) return { arl: null, why: "tooLong" };
  return { arl: Math.max(1, arl), basis: exact === null ? "simulated" : "exact" };
}

/** What rules judge is z; of limits by probability it is thirds of the way to them. */
function normalPoints({ width }: Limits): NormalPoints {
  return "sigmas" in width ? { limit: width.sigmas } : { scale: normalQuantile(1 - width.probability / 2) / 3 };
}

/** By the limits that the chart itself has for a subgroup of this size. */
function ownOutcomes(limits: Limits, rules: RuleSet, { example, above, below, at }: IndependentPoints): Outcome[] {
  const taken = new ControlChart(limits, rules).take(example);
  if ("reject" in taken || taken.point === null) return [];
  const { centre, sigma, lower, upper } = taken.point;
  const law = { centre, lower: lower ?? -Infinity, upper: upper ?? Infinity, above, below };
  return outcomesOf(rules, { ...law, at: at ?? ((z) => centre + z * sigma) });
}

/** Simulations end with so many signals, or so many points. */
const SIGNALS = 2_500;
const MOST_POINTS = 4_000_000;
/** Fewer say too little. */
const LEAST_SIGNALS = 100;
const BLOCK = 4_096;

/** Of single normal values, which is what means of them are too. A signal begins patterns anew. */
function simulatedNormal({ width }: Limits, rules: RuleSet): number {
  const limits = limitsOf("i", { centre: 0, sigma: 1, width });
  if (!isLimits(limits)) return Number.NaN;
  const chart = new ControlChart(limits, { rules: rules.rules, options: { ...rules.options, afterSignal: "reset" } });
  const next = normals(uniform());
  const [values, hits] = [new Float64Array(BLOCK), new Uint32Array(BLOCK)];
  let [signals, points] = [0, 0];
  while (signals < SIGNALS && points < MOST_POINTS) {
    for (let i = 0; i < BLOCK; i += 1) values[i] = next();
    chart.updateMany(values, hits);
    for (const hit of hits) if (hit !== 0) signals += 1;
    points += BLOCK;
  }
  return lengthOf(points, signals);
}

/** Subgroups take longer than single values. */
const MOST_SUBGROUPS = 1_000_000;

/** Through the chart itself, anew after each signal. */
function simulated(limits: Limits, rules: RuleSet, next: () => Subgroup): number {
  const chart = new ControlChart(limits, rules);
  let [signals, points] = [0, 0];
  while (signals < SIGNALS && points < MOST_SUBGROUPS) {
    const taken = chart.take(next());
    points += 1;
    if (!("point" in taken) || taken.point === null || taken.point.hits.length === 0) continue;
    signals += 1;
    chart.restart();
  }
  return lengthOf(points, signals);
}

function lengthOf(points: number, signals: number): number {
  return signals < LEAST_SIGNALS ? Number.NaN : points / signals;
}

const SEED = 1924;

/** Mulberry32: small, and even enough to count alarms with. The same seed every time, so that the same rules have the same figure. */
function uniform(): () => number {
  let state = SEED;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Where the table holds. What happens after a signal, or without a value, does not move it. */
function fromTable({ width }: Limits, { rules, options }: RuleSet): number | null {
  const { startUp, lastPoint, lengths, tie }: RuleOptions = DEFAULT_RULE_OPTIONS;
  const usual = options.startUp === startUp && options.lastPoint === lastPoint && options.lengths === lengths && options.tie === tie;
  return usual && "sigmas" in width && width.sigmas === 3 ? (BY_KEY.get(keyOf(rules)) ?? null) : null;
}

/** What rules say without what they are called, in no order. */
function keyOf(rules: readonly RunRule[]): string {
  return rules
    .map((rule) => ruleText(rule))
    .toSorted()
    .join("; ");
}

function nelson(...ids: readonly string[]): RunRule[] {
  return RULE_SETS.nelson.filter(({ id }) => ids.includes(id));
}
