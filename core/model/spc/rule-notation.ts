/**
 * Run rules of one's own, written as a person says them: one per line, as in "2 of 3 beyond 2 sigma one side". The id of such a rule
 * is its own notation, so that whoever knows the id knows the rule.
 */
import { Value } from "typebox/value";
import { ruleText } from "./rule-text.ts";
import { MOST_RULES, RULE_SETS, RUN_RULE, type RunRule } from "./rules.ts";

/** One of each kind, for whoever has to write some. */
export const RULE_EXAMPLES = [
  "2 of 3 beyond 2 sigma one side",
  "9 on one side",
  "6 trend",
  "14 alternating",
  "15 within 1 sigma",
  "8 beyond 1 sigma both sides",
  "opposite beyond 2 sigma",
  "beyond limits",
] as const;

/** `unknown`: no rule at all; `numbers`: one whose numbers cannot be; `twice`: the same as one before; `many`: one too many. */
export type NotationCode = "unknown" | "numbers" | "twice" | "many";

export interface NotationFault {
  readonly code: NotationCode;
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** What to do, as a sentence. */
  readonly message: string;
}

const MESSAGES: Readonly<Record<NotationCode, string>> = {
  unknown: `is no run rule. Write one per line, as in ${RULE_EXAMPLES.map((one) => `"${one}"`).join(", ")}.`,
  numbers:
    "has numbers that no rule can have: patterns are 2 to 31 points long (alternations 3 and more), k is not more than n, and sigma is more than 0, at most 100, with at most 3 decimals.",
  twice: "says the same as a rule before it; leave one of them out.",
  many: `is one rule too many; a chart has ${MOST_RULES} at most.`,
};

const WHOLE = "(\\d{1,4})";
const SIGMAS = "(\\d{1,4}(?:\\.\\d{1,9})?)(?: (?:sigma|σ))?";
const POINTS = "(?: points)?(?: in a row)?";
const sides = (words: string): string => `(?: (?:on )?(?:the )?(${words}) sides?)?`;

interface Form {
  readonly words: RegExp;
  /** `side`: the word that was caught, or empty. */
  readonly rule: (numbers: readonly number[], side: string) => object;
}

const FORMS: readonly Form[] = [
  form("beyond (?:a |the )?(?:control )?limits?", () => ({ test: "limits" })),
  form(`${WHOLE} of ${WHOLE}(?: points)? beyond ${SIGMAS}${sides("one|same|any|either")}`, ([k, n, z], side) => ({
    test: "zone",
    k,
    n,
    z,
    side: side === "any" || side === "either" ? "any" : "same",
  })),
  form(`${WHOLE}${POINTS} on (?:one|the same) side(?: of the (?:centre|center))?`, ([length]) => ({ test: "run", length })),
  form(`${WHOLE}${POINTS}(?: steadily)? (?:trend|rising or falling)`, ([length]) => ({ test: "trend", length })),
  form(`${WHOLE}${POINTS} alternating`, ([length]) => ({ test: "alternation", length })),
  form(`${WHOLE}${POINTS} within ${SIGMAS}`, ([length, z]) => ({ test: "within", length, z })),
  form(`${WHOLE}${POINTS} beyond ${SIGMAS}${sides("any|either|both")}`, ([length, z], side) => ({
    test: "outside",
    length,
    z,
    sides: side === "both" ? "both" : "any",
  })),
  form(`opposite beyond ${SIGMAS}`, ([z]) => ({ test: "opposite", z })),
];

function form(words: string, rule: Form["rule"]): Form {
  return { words: new RegExp(`^${words}$`), rule };
}

/** The rules of a text, in its order; or the first line that is none. Empty lines are passed over. `before`: rules that stand already. */
export function readRules(text: string, before: readonly RunRule[] = []): readonly RunRule[] | NotationFault {
  const rules: RunRule[] = [];
  const said = new Set(before.map(ruleText));
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const written = line.trim();
    if (written === "") continue;
    const rule = readRule(written);
    const code =
      typeof rule === "string"
        ? rule
        : said.has(ruleText(rule))
          ? "twice"
          : before.length + rules.length >= MOST_RULES
            ? "many"
            : undefined;
    if (code !== undefined) return { code, line: i + 1, text: written, message: `Line ${i + 1}, "${written}", ${MESSAGES[code]}` };
    rules.push(rule as RunRule);
    said.add(ruleText(rule as RunRule));
  }
  return rules;
}

/** One rule as it is written; its id is its notation. */
function readRule(written: string): RunRule | "unknown" | "numbers" {
  const words = written
    .toLowerCase()
    .replaceAll(/(\d),(?=\d)/g, "$1.")
    .replaceAll(/(\d)(?=σ|sigma)/g, "$1 ")
    .replaceAll(/\s+/g, " ");
  for (const { words: pattern, rule: of } of FORMS) {
    const caught = pattern.exec(words)?.slice(1);
    if (caught === undefined) continue;
    const numbers = caught.map(Number).filter((one) => !Number.isNaN(one));
    const rule = { id: "own", ...of(numbers, caught.find((word) => word !== undefined && /^[a-z]/.test(word)) ?? "") };
    return Value.Check(RUN_RULE, rule) && isPossible(rule) ? { ...rule, id: notation(rule) } : "numbers";
  }
  return "unknown";
}

/** More decimals would make an id too long, and no other rule. */
const DECIMALS = 3;

function isPossible(rule: RunRule): boolean {
  if (rule.test === "zone" && rule.k > rule.n) return false;
  return !("z" in rule) || Number(rule.z.toFixed(DECIMALS)) === rule.z;
}

/** A rule as its own id, as in `2-of-3-beyond-2-one-side`. */
function notation(rule: RunRule): string {
  switch (rule.test) {
    case "limits":
      return "beyond-limits";
    case "zone":
      return `${rule.k}-of-${rule.n}-beyond-${rule.z}-${rule.side === "same" ? "one" : "any"}-side`;
    case "run":
      return `${rule.length}-on-one-side`;
    case "trend":
      return `${rule.length}-trend`;
    case "alternation":
      return `${rule.length}-alternating`;
    case "within":
      return `${rule.length}-within-${rule.z}`;
    case "outside":
      return `${rule.length}-beyond-${rule.z}-${rule.sides}${rule.sides === "both" ? "-sides" : "-side"}`;
    default:
      return `opposite-beyond-${rule.z}`;
  }
}

const PUBLISHED: ReadonlyMap<string, RunRule> = new Map(
  Object.values(RULE_SETS).flatMap((rules: readonly RunRule[]) => rules.map((rule) => [rule.id, rule] as const)),
);

/**
 * The rule behind what an event says of it. Undefined where the text is not that of the published or written rule of this id: somebody
 * may have given another rule the name.
 */
export function ruleOf({ id, text }: { readonly id: string; readonly text: string }): RunRule | undefined {
  const published = PUBLISHED.get(id);
  const written = readRule(id.replaceAll("-", " "));
  const known = published ?? (typeof written === "string" ? undefined : written);
  if (known === undefined) return undefined;
  const variants: RunRule[] = known.test === "outside" ? [known, { ...known, sides: "any" }] : [known];
  return variants.find((one) => ruleText(one) === text);
}
