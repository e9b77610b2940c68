/** What rules say: a pattern per kind, so that it can be said in other languages too. */
import type { RunRule } from "./rules.ts";

/** As sentences without their full stop; names of numbers stand between underscores. */
export const RULE_TEXTS = {
  limits: "beyond a control limit",
  zone: "__k__ of __n__ points beyond __z__ σ",
  zoneSame: "__k__ of __n__ points beyond __z__ σ on the same side",
  run: "__length__ points in a row on one side of the centre",
  trend: "__length__ points in a row steadily rising or falling",
  alternation: "__length__ points in a row going up and down in turn",
  within: "__length__ points in a row within __z__ σ",
  outside: "__length__ points in a row beyond __z__ σ",
  outsideBoth: "__length__ points in a row beyond __z__ σ, on both sides",
  opposite: "two points in a row beyond __z__ σ on opposite sides",
} as const;
export type RuleTextKey = keyof typeof RULE_TEXTS;

export interface RuleSaying {
  readonly key: RuleTextKey;
  readonly values: Readonly<Record<string, number>>;
}

/** The pattern of a rule, and its numbers. */
export function ruleSaying({ id: _id, test, ...rest }: RunRule): RuleSaying {
  const values = Object.fromEntries(Object.entries(rest).filter((entry): entry is [string, number] => typeof entry[1] === "number"));
  if (test === "zone" && "side" in rest && rest.side === "same") return { key: "zoneSame", values };
  if (test === "outside" && "sides" in rest && rest.sides === "both") return { key: "outsideBoth", values };
  return { key: test, values };
}

/** What a rule says, as a sentence without its full stop. */
export function ruleText(rule: RunRule): string {
  const { key, values } = ruleSaying(rule);
  return RULE_TEXTS[key].replaceAll(/__(\w+?)__/g, (mark, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : mark));
}
