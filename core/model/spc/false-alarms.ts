/** How often a chart alarms although nothing has happened, for whoever chooses its rules. */
import { normalCdf } from "../distribution/index.ts";
import { cusumArl, ewmaArl } from "./arl-integral.ts";
import { normals } from "./arl.ts";
import { applicableRules, ControlChart } from "./chart.ts";
import { type ChartKind, isLimits, type Limits, limitsOf } from "./limits.ts";
import { ruleText } from "./rule-text.ts";
import { DEFAULT_RULE_OPTIONS, RULE_SETS, type RuleOptions, type RuleSet, type RunRule } from "./rules.ts";

/** `exact`: a formula, a Markov chain or an integral equation. `simulated`: within about 2 %. */
export type ArlBasis = "exact" | "simulated";

export interface InControlArl {
  /** Points between false alarms, of independent normal points with limits from a long baseline. */
  readonly arl: number;
  readonly basis: ArlBasis;
}

/**
 * Combinations of Nelson's rules and the Western Electric ones. Exact: Champ and Woodall's Markov chain (1987), windows partial at
 * the start, which costs less than 0.2 %, but for the full set. Simulated: full windows, last point beyond.
 */
const KNOWN: readonly (readonly [rules: readonly RunRule[], arl: number, basis: ArlBasis])[] = [
  [nelson("N3"), 420.74, "simulated"],
  [nelson("N4"), 597.77, "simulated"],
  [nelson("N5"), 514.37, "simulated"],
  [nelson("N6"), 292.48, "simulated"],
  [nelson("N7"), 956.48, "simulated"],
  [nelson("N8"), 14_638, "simulated"],
  [nelson("N1", "N2"), 216.6955, "exact"],
  [nelson("N1", "N5"), 225.4384, "exact"],
  [nelson("N1", "N6"), 166.0545, "exact"],
  [nelson("N1", "N5", "N6"), 132.8928, "exact"],
  [nelson("N1", "N2", "N5", "N6"), 109.0493, "exact"],
  [nelson("N1", "N2", "N3", "N4"), 119.08, "simulated"],
  [RULE_SETS.nelson, 73.65, "simulated"],
  [westernElectric("WE1", "WE4"), 152.7301, "exact"],
  [westernElectric("WE1", "WE2", "WE4"), 122.0508, "exact"],
  [westernElectric("WE1", "WE3", "WE4"), 105.7831, "exact"],
  [RULE_SETS.westernElectric, 91.899, "exact"],
  [[...nelson("N1"), { id: "", test: "run", length: 7 }], 95.7312, "exact"],
];

const SIMULATED_POINTS = 1_000_000;
const SEED = 1924;

const BY_KEY = new Map(KNOWN.map(([rules, arl, basis]) => [keyOf(rules), { arl, basis }]));
/** Points between false alarms of a chart with these rules. */
export function inControlArl(limits: Limits, rules: RuleSet): InControlArl {
  const { kind, width, parameters } = limits;
  const { lambda = 1, k = 0, h = 1, headStart = 0 } = parameters;
  if (kind === "cusum") return { arl: cusumArl(k, h, 0, headStart), basis: "exact" };
  const sigmas = "sigmas" in width ? width.sigmas : 0;
  if (kind === "ewma") return { arl: ewmaArl(lambda, sigmas), basis: "exact" };
  const applied = applicableRules(kind, rules);
  const limit = "sigmas" in width ? 1 / (2 * normalCdf(-width.sigmas)) : 1 / width.probability;
  if (kind === "g") return { arl: simulated(limits, applied), basis: "simulated" };
  if (SPREADS.has(kind) && "sigmas" in width) return { arl: simulatedSpread(limits, applied), basis: "simulated" };
  const plain = usual(applied.options) && (sigmas === 3 || ("probability" in width && Math.abs(width.probability - 0.0027) < 1e-5));
  const known = plain ? BY_KEY.get(keyOf(applied.rules)) : undefined;
  if (known !== undefined) return known;
  const [only] = applied.rules;
  if (applied.rules.length === 1 && only?.test === "limits") return { arl: limit, basis: "exact" };
  // The first of so many equal tosses in a row.
  if (applied.rules.length === 1 && only?.test === "run") return { arl: 2 ** only.length - 1, basis: "exact" };
  return { arl: simulated(limits, applied), basis: "simulated" };
}

/** False alarms per day of one chart that takes so many points. */
export function expectedFalseAlarmsPerDay(limits: Limits, rules: RuleSet, pointsPerDay: number): number {
  return pointsPerDay / inControlArl(limits, rules).arl;
}

/** The same seed every time, so that the same rules have the same figure. */
function simulated({ kind, centre, width, parameters: { median } }: Limits, rules: RuleSet): number {
  const rare = kind === "g";
  const limits = rare
    ? limitsOf("g", { centre, width, parameters: { median: median ?? centre } })
    : limitsOf("i", { centre: 0, sigma: 1, width });
  if (!isLimits(limits)) return Number.NaN;
  const chart = new ControlChart(limits, { rules: rules.rules, options: { ...rules.options, afterSignal: "reset" } });
  const next = rare ? geometric(centre, uniform(SEED)) : normals(uniform(SEED));
  const points = rare ? SIMULATED_POINTS / 10 : SIMULATED_POINTS;
  let signals = 0;
  for (let point = 0; point < points; point += 1) if (rare ? breaks(chart, next()) : chart.update(next()) !== 0) signals += 1;
  return points / signals;
}

/** Of a pair: skew, so that σ limits of it alarm two to three times as often as those of its level. */
const SPREADS: ReadonlySet<ChartKind> = new Set<ChartKind>(["r", "s", "mr", "dnom-mr", "z-mr"]);
const SIMULATED_SPREADS = 200_000;
/** Where subgroups vary in size. */
const USUAL_SIZE = 5;

/** Of normal values, through the chart itself. */
function simulatedSpread({ kind, width, parameters: { size } }: Limits, rules: RuleSet): number {
  const n = kind !== "r" && kind !== "s" ? 1 : size === "varies" ? USUAL_SIZE : size;
  const limits = limitsOf(n === 1 ? "mr" : kind, { centre: 0, sigma: 1, width, parameters: { size: n } });
  if (!isLimits(limits)) return Number.NaN;
  const chart = new ControlChart(limits, { rules: rules.rules, options: { ...rules.options, afterSignal: "reset" } });
  const next = normals(uniform(SEED));
  const values = Array.from({ length: n }, () => 0);
  let signals = 0;
  for (let point = 0; point < SIMULATED_SPREADS; point += 1) {
    for (let i = 0; i < n; i += 1) values[i] = next();
    const taken = chart.take({ values });
    if ("point" in taken && (taken.point?.hits.length ?? 0) > 0) signals += 1;
  }
  return SIMULATED_SPREADS / signals;
}

function breaks(chart: ControlChart, value: number): boolean {
  const taken = chart.take({ values: [value] });
  return "point" in taken && (taken.point?.hits.length ?? 0) > 0;
}

/** Good units between two events of which each has the same chance; `average` of them. Skew, and far from normal. */
function geometric(average: number, random: () => number): () => number {
  const good = Math.log(average / (1 + average));
  return () => Math.floor(Math.log(1 - random()) / good);
}

/** Mulberry32: small, and even enough to count alarms with. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Options under which the table holds. What happens after a signal, or without a value, does not move it. */
function usual({ startUp, lastPoint, lengths, tie }: RuleOptions): boolean {
  const known = DEFAULT_RULE_OPTIONS;
  return startUp === known.startUp && lastPoint === known.lastPoint && lengths === known.lengths && tie === known.tie;
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

function westernElectric(...ids: readonly string[]): RunRule[] {
  return RULE_SETS.westernElectric.filter(({ id }) => ids.includes(id));
}
