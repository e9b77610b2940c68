/**
 * Run rules as data. Tools differ in how they read the same published rule, so what they differ in has a name and a default
 * here. z is the distance from the centre in σ of the plotted statistic.
 */
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { type Reject, reject } from "../../connect/sample/index.ts";
import { isPlain } from "./plain.ts";

const strict = { additionalProperties: false } as const;
/** Patterns are bits of an integer. */
const length = Type.Integer({ minimum: 2, maximum: 31 });
const z = Type.Number({ exclusiveMinimum: 0, maximum: 100 });
const id = Type.String({ pattern: "^[A-Za-z0-9_.-]{1,32}$" });

export const RUN_RULE = Type.Union([
  /** Beyond a control limit. */
  Type.Object({ id, test: Type.Literal("limits") }, strict),
  /** k of the last n points beyond z σ, on the same side or on any. */
  Type.Object(
    {
      id,
      test: Type.Literal("zone"),
      k: Type.Integer({ minimum: 1, maximum: 31 }),
      n: Type.Integer({ minimum: 1, maximum: 31 }),
      z,
      side: Type.Union([Type.Literal("same"), Type.Literal("any")]),
    },
    strict,
  ),
  /** So many points in a row on one side of the centre. */
  Type.Object({ id, test: Type.Literal("run"), length }, strict),
  /** So many points steadily rising or falling. */
  Type.Object({ id, test: Type.Literal("trend"), length }, strict),
  /** So many points going up and down in turn. */
  Type.Object({ id, test: Type.Literal("alternation"), length: Type.Integer({ minimum: 3, maximum: 31 }) }, strict),
  /** So many points in a row within ± z σ, the line included: the limits are too wide. */
  Type.Object({ id, test: Type.Literal("within"), length, z }, strict),
  /** So many points in a row beyond ± z σ: a mixture. */
  Type.Object({ id, test: Type.Literal("outside"), length, z, sides: Type.Union([Type.Literal("both"), Type.Literal("any")]) }, strict),
  /** Two points in a row beyond z σ on opposite sides. */
  Type.Object({ id, test: Type.Literal("opposite"), z }, strict),
]);
export type RunRule = Readonly<Static<typeof RUN_RULE>>;
export type RuleTest = RunRule["test"];

const RULE_OPTIONS = Type.Object(
  {
    /** k-of-n rules wait for n points, or fire on the first k already. */
    startUp: Type.Union([Type.Literal("full"), Type.Literal("partial")]),
    /** The last point of a k-of-n pattern must itself lie beyond the line, or need not. */
    lastPoint: Type.Union([Type.Literal("beyond"), Type.Literal("any")]),
    /** Lengths of trends and alternations count points, or the moves between them. */
    lengths: Type.Union([Type.Literal("points"), Type.Literal("moves")]),
    /** An equal neighbour ends a trend, or counts as a step up and down. It always ends an alternation. */
    tie: Type.Union([Type.Literal("breaks"), Type.Literal("continues")]),
    /** A point exactly on the centre ends a run on one side, or is passed over. */
    onCentre: Type.Union([Type.Literal("breaks"), Type.Literal("skips")]),
    /** A point that is missing or Bad is passed over, or ends every pattern. */
    missing: Type.Union([Type.Literal("skips"), Type.Literal("breaks")]),
    /** After a signal patterns go on, or begin anew. */
    afterSignal: Type.Union([Type.Literal("keep"), Type.Literal("reset")]),
  },
  strict,
);
export type RuleOptions = Readonly<Static<typeof RULE_OPTIONS>>;

export const DEFAULT_RULE_OPTIONS: RuleOptions = {
  startUp: "full",
  lastPoint: "beyond",
  lengths: "points",
  tie: "breaks",
  onCentre: "breaks",
  missing: "skips",
  afterSignal: "keep",
};

/** Hits are bits of an integer. */
export const MOST_RULES = 31;

export const RULE_SET = Type.Object({ rules: Type.Array(RUN_RULE, { minItems: 1, maxItems: MOST_RULES }), options: RULE_OPTIONS }, strict);

/** The order of the rules is their seriousness, the most serious first. */
export interface RuleSet {
  readonly rules: readonly RunRule[];
  readonly options: RuleOptions;
}

const limits = (id: string): RunRule => ({ id, test: "limits" });
const zone = (id: string, k: number, n: number, z: number): RunRule => ({ id, test: "zone", k, n, z, side: "same" });
const run = (id: string, length: number): RunRule => ({ id, test: "run", length });
const trend = (id: string, length: number): RunRule => ({ id, test: "trend", length });
const alternation = (id: string, length: number): RunRule => ({ id, test: "alternation", length });
const within = (id: string, length: number): RunRule => ({ id, test: "within", length, z: 1 });
const outside = (id: string, length: number): RunRule => ({ id, test: "outside", length, z: 1, sides: "both" });

/** Rules by the name under which they were published. */
export const RULE_SETS = {
  /** Statistical Quality Control Handbook (1956). */
  westernElectric: [limits("WE1"), zone("WE2", 2, 3, 2), zone("WE3", 4, 5, 1), run("WE4", 8)],
  /** Nelson (1984). */
  nelson: [
    limits("N1"),
    run("N2", 9),
    trend("N3", 6),
    alternation("N4", 14),
    zone("N5", 2, 3, 2),
    zone("N6", 4, 5, 1),
    within("N7", 15),
    outside("N8", 8),
  ],
  /** As Nelson's, with seven points on one side. */
  aiag: [
    limits("A1"),
    run("A2", 7),
    trend("A3", 6),
    alternation("A4", 14),
    zone("A5", 2, 3, 2),
    zone("A6", 4, 5, 1),
    within("A7", 15),
    outside("A8", 8),
  ],
  /** Introduction to Statistical Quality Control: Western Electric's, and four sensitising rules. */
  montgomery: [
    limits("M1"),
    zone("M2", 2, 3, 2),
    zone("M3", 4, 5, 1),
    run("M4", 8),
    trend("M5", 6),
    within("M6", 15),
    alternation("M7", 14),
    outside("M8", 8),
  ],
  juran: [limits("J1"), zone("J2", 2, 3, 2), zone("J3", 4, 5, 1), trend("J4", 6), outside("J5", 8), run("J6", 9)],
  /** Of laboratories (1981), without the warning 1-2s. */
  westgard: [limits("1-3s"), zone("2-2s", 2, 2, 2), { id: "R-4s", test: "opposite", z: 2 }, zone("4-1s", 4, 4, 1), run("10x", 10)],
} as const satisfies Readonly<Record<string, readonly RunRule[]>>;
export type RuleSetName = keyof typeof RULE_SETS;

/** Rules 1 and 2 of Nelson: 217 points between false alarms; all eight would raise one every 74. */
export const DEFAULT_RULES: RuleSet = ruleSet("nelson", ["N1", "N2"]);

/** A published set, or some of its rules, with the named options changed. */
export function ruleSet(name: RuleSetName, ids?: readonly string[], options: Partial<RuleOptions> = {}): RuleSet {
  const all: readonly RunRule[] = RULE_SETS[name];
  return { rules: ids === undefined ? all : all.filter(({ id }) => ids.includes(id)), options: { ...DEFAULT_RULE_OPTIONS, ...options } };
}

/** Whether a value of unknown origin is a set of rules; the sentence says what is wrong. */
export function readRuleSet(input: unknown): RuleSet | Reject {
  if (!isPlain(input) || !Value.Check(RULE_SET, input))
    return reject("BAD_LIMITS", input, { message: "These are no run rules: a field is missing, unknown or out of range.", field: "rules" });
  const ids = new Set(input.rules.map(({ id }) => id));
  if (ids.size !== input.rules.length)
    return reject("BAD_LIMITS", input, {
      message: "Two run rules have the same id; a hit could not be told from another.",
      field: "rules",
    });
  const impossible = input.rules.find((rule) => rule.test === "zone" && rule.k > rule.n);
  if (impossible !== undefined)
    return reject("BAD_LIMITS", input, {
      message: `Rule ${impossible.id} wants more points beyond its line than it looks at.`,
      field: "rules",
    });
  return input;
}
