/** A comparison for people: one line per difference, with position and both values. */
import type { Comparison, Difference } from "./compare.ts";
import { encodeValue } from "./encoding.ts";
import { ABSENT } from "./equal.ts";

const LONGEST_VALUE = 160;

/** `called` gives the name of a node. */
export function showComparison(comparison: Comparison, called: (node: string) => string): readonly string[] {
  const { differences, different } = comparison;
  const lines = differences.flatMap((difference) => showDifference(difference, called));
  return different > differences.length ? [...lines, `… and ${different - differences.length} more`] : lines;
}

function showDifference(difference: Difference, called: (node: string) => string): readonly string[] {
  const { kind, node, tag, position, line, at } = difference;
  const where = [
    `${called(node)}, ${tag === undefined ? `message ${position}` : `${tag}, sample ${position}`}`,
    ...(line === undefined ? [] : [`line ${line}`]),
    new Date(at).toISOString(),
  ].join(", ");
  if (kind === "missing") return [`${where}: missing`, `  expected  ${showValue(difference.expected)}`];
  if (kind === "extra") return [`${where}: not expected`, `  got       ${showValue(difference.actual)}`];
  return [
    `${where}: ${difference.path === "" ? "changed" : difference.path}`,
    `  expected  ${showValue(difference.expected)}`,
    `  got       ${showValue(difference.actual)}`,
  ];
}

/** One line; long ones are cut. */
export function showValue(value: unknown): string {
  if (value === ABSENT) return "(absent)";
  const text = JSON.stringify(encodeValue(value, "value"));
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}
