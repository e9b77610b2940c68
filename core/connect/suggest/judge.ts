/** How likely one variable is one tag: odds from the name, the type, the unit, the range and the texts of enumerations. */
import { aspectOf, type Aspect, type Target } from "./targets.ts";
import { judgeRange, judgeTexts, judgeType, judgeUnit, type Finding } from "./kinds.ts";
import type { Token } from "./tokens.ts";
import type { SurveyedVariable } from "./variable.ts";

/** A variable as it reads inside one machine. */
export interface Candidate {
  readonly variable: SurveyedVariable;
  /** What the name says, without the part that names the machine. */
  readonly own: readonly Token[];
  /** What the folders between the machine and the variable say. */
  readonly context: readonly Token[];
  /** What its display name and description say. */
  readonly described: readonly Token[];
  readonly aspect: Aspect | undefined;
}

export interface Verdict {
  /** Probability against "none of them", not yet against other variables. */
  readonly odds: number;
  readonly reasons: readonly string[];
}

/** Log odds of a pair of which nothing is known, and what a name that says it all adds. */
const NOTHING_KNOWN = -3.2;
const WHOLE_NAME = 6.5;
/** How much a word counts that the name does not say itself. */
const FROM_CONTEXT = 0.85;
const FROM_DESCRIPTION = 0.6;
const FROM_MACHINE = 0.5;
const IMPLIED = 0.7;
/** How much a word of the tag that is not found counts, and a word of the name that the tag does not have. */
const MISSED = 0.7;
const SURPLUS = { quantity: 0.6, share: 0.6, thing: 0.45, unknown: 0.3, aspect: 0 } as const;
/** Without a word in common nothing is proposed above this. */
const WITHOUT_NAME = 0.9;
/** Two different quantities, or shares, in the names: not impossible, names lie. */
const CONTRADICTION = -4;
/** The tag's own word is missing and the name has one of its own: `CycleTime` is hardly the `fill_time`. */
const ANOTHER_THING = -1.2;
const WORTH_SHOWING = 0.02;

interface NameMatch {
  readonly score: number;
  readonly words: readonly string[];
  /** Added to the log odds where the name speaks of something else. */
  readonly against: number;
}

/** Undefined where the pair is impossible (type, unit, set point against actual value) or not worth showing. */
export function judge(
  target: Target,
  candidate: Candidate,
  machine: ReadonlySet<string>,
  weightOf: (concept: string) => number,
): Verdict | undefined {
  const { tag } = target;
  const type = judgeType(tag, candidate.variable);
  if (type === undefined) return undefined;
  const aspect = judgeAspect(target, candidate.aspect);
  if (aspect === undefined) return undefined;
  const unit = judgeUnit(tag, candidate.variable);
  if (unit === undefined) return undefined;
  const match = bestMatch(target, candidate, machine, weightOf);
  const named = match.words.length > 0;
  const texts = judgeTexts(tag, candidate.variable);
  // A type, a unit and a range that fit say little where the name says nothing.
  const findings: Finding[] = [type, unit, judgeRange(tag, candidate.variable), texts, aspect];
  const sum = findings.reduce((total, { weight }) => total + weight, NOTHING_KNOWN + WHOLE_NAME * match.score + match.against);
  const probability = 1 / (1 + Math.exp(-sum));
  const bounded = named ? probability : Math.min(WITHOUT_NAME, probability);
  if (bounded < WORTH_SHOWING) return undefined;
  const reasons = findings.flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
  return { odds: bounded / (1 - bounded), reasons: named ? [`name: ${match.words.join(" + ")}`, ...reasons] : reasons };
}

/** A set point is never proposed for an actual value, nor the other way round; limits and means only for their like. */
function judgeAspect({ aspect, saysActual }: Target, seen: Aspect | undefined): Finding | undefined {
  if (seen === undefined)
    return aspect === "actual" ? { weight: 0 } : { weight: -1.2, reason: `the tag is a ${WORDS[aspect]}, the name does not say so` };
  if (seen !== aspect) return undefined;
  return { weight: saysActual || aspect !== "actual" ? 0.6 : 0.2, reason: `both are a ${WORDS[aspect]}` };
}

const WORDS: Readonly<Record<Aspect, string>> = { set: "set point", actual: "present value", limit: "limit", mean: "mean" };

function bestMatch(target: Target, candidate: Candidate, machine: ReadonlySet<string>, weightOf: (concept: string) => number): NameMatch {
  let best: NameMatch = { score: 0, words: [], against: 0 };
  for (const [index, reading] of target.readings.entries()) {
    const match = matchName(reading, candidate, machine, weightOf);
    if (index === 0 || match.score > best.score) best = match;
  }
  return best;
}

function matchName(
  wanted: readonly Token[],
  candidate: Candidate,
  machine: ReadonlySet<string>,
  weightOf: (concept: string) => number,
): NameMatch {
  const { own, context, described } = candidate;
  const said = own.some((token) => token.kind === "quantity") ? own : [...own, ...context];
  // `Ausschuss`, `Total`: what is good, bad or all of it, and says no quantity, is a count.
  const isCount = !said.some((token) => token.kind === "quantity") && own.some((token) => token.kind === "share");
  const words: string[] = [];
  let hit = 0;
  let missed = 0;
  let lacksThing = false;
  let hasOther = false;
  for (const token of wanted) {
    const weight = weightOf(token.concept);
    const strength = found(token, own) || FROM_CONTEXT * found(token, context) || FROM_DESCRIPTION * found(token, described);
    if (strength > 0) words.push(token.text);
    const meant = strength || (token.concept === "count" && isCount ? IMPLIED : machine.has(token.concept) ? FROM_MACHINE : 0);
    lacksThing ||= strength === 0 && isThing(token);
    hit += weight * meant;
    missed += weight * (1 - meant);
  }
  let surplus = 0;
  for (const token of own) {
    if (token.kind === "aspect" || machine.has(token.concept) || found(token, wanted) > 0) continue;
    hasOther ||= isThing(token);
    surplus += SURPLUS[token.kind] * weightOf(token.concept);
  }
  const score = words.length === 0 ? 0 : hit / (hit + MISSED * missed + surplus);
  const contradiction = contradict("quantity", wanted, said) || contradict("share", wanted, said) ? CONTRADICTION : 0;
  return { score, words, against: contradiction + (lacksThing && hasOther ? ANOTHER_THING : 0) };
}

function isThing({ kind }: Token): boolean {
  return kind === "thing" || kind === "unknown";
}

function contradict(kind: "quantity" | "share", wanted: readonly Token[], said: readonly Token[]): boolean {
  const ours = wanted.filter((token) => token.kind === kind);
  const theirs = said.filter((token) => token.kind === kind);
  return ours.length > 0 && theirs.length > 0 && !ours.some((token) => theirs.some((other) => other.concept === token.concept));
}

function found(token: Token, among: readonly Token[]): number {
  for (const other of among) {
    if (other.concept === token.concept) return Math.min(token.strength, other.strength);
    if (token.kind === "unknown" && other.kind === "unknown" && related(token.concept, other.concept)) return 0.8;
  }
  return 0;
}

/** `temper` and `tempering`: one begins with the other and is most of it. */
function related(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= 4 && long.startsWith(short);
}

export function aspectOfName(own: readonly Token[], context: readonly Token[], described: readonly Token[]): Aspect | undefined {
  return aspectOf(own) ?? aspectOf(context) ?? aspectOf(described);
}
