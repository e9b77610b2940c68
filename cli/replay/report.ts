/** What a replay found, for people and for machines. */
import { ABSENT, type Comparison, encodeValue, showComparison } from "../../core/connect/recording/index.ts";
import { type FlowNode, nameOf } from "../../core/connect/replay/index.ts";
import type { BenchResult } from "./run-bench.ts";
import type { Plan } from "./plan.ts";

export interface Outcome {
  readonly flow: readonly FlowNode[];
  readonly plan: Plan;
  readonly bench: BenchResult;
  /** Lines of the recording that were passed over. */
  readonly skipped: readonly { readonly line: number; readonly message: string }[];
  /** Whether the tab is as it was when the recording was made; undefined when the recording does not say. */
  readonly unchanged: boolean | undefined;
  /** Absent when the recording was brought up to date instead. */
  readonly comparison: Comparison | undefined;
  /** Messages that came out. */
  readonly actual: number;
}

export function showOutcome({ flow, plan, bench, skipped, unchanged, comparison, actual }: Outcome): string {
  const names = (ids: readonly string[]): string => ids.map((id) => nameOf(flow, id)).join(", ");
  const closed = plan.closed.map(({ id, type }) => `${nameOf(flow, id)} (${type}, ${bench.kept[id] ?? 0} messages)`).join(", ");
  const lines = [
    ...skipped.map(({ line, message }) => `line ${line}: ${message}`),
    `${bench.done} messages sent in at ${names(plan.injected)}; captured at ${names(plan.captured)}.`,
    ...(plan.off.length > 0 ? [`Switched off: ${names(plan.off.map(({ id }) => id))}.`] : []),
    ...(closed === "" ? [] : [`Kept from leaving: ${closed}.`]),
    ...bench.warnings.map(({ node, text }) => `warning: ${node === undefined ? "" : `${nameOf(flow, node)}: `}${text}`),
  ];
  if (comparison === undefined) lines.push(`The recording now expects ${actual} messages.`);
  else {
    const { expected, equal, different } = comparison;
    lines.push(...showComparison(comparison, (id) => nameOf(flow, id)));
    if (different === 0) lines.push(`Equal: all ${equal} expected.`);
    else lines.push(`Different: ${different} differences, ${equal} of ${expected} as expected.${flowRemark(unchanged)}`);
  }
  return `${lines.join("\n")}\n`;
}

function flowRemark(unchanged: boolean | undefined): string {
  if (unchanged === undefined) return "";
  return unchanged
    ? " The flow is the one that was recorded."
    : " The flow has changed since it was recorded; if the new results are right, run again with --update.";
}

/** JSON; recorded values are encoded as in a recording. */
export function outcomeJson({ flow, plan, bench, skipped, unchanged, comparison, actual }: Outcome): string {
  const some = (ids: readonly string[]): object[] => nodes(flow.filter(({ id }) => ids.includes(id)));
  return `${JSON.stringify(
    {
      result: comparison === undefined ? "updated" : comparison.different === 0 ? "equal" : "different",
      sent: bench.done,
      received: actual,
      injected: some(plan.injected),
      captured: some(plan.captured),
      switchedOff: nodes(plan.off),
      closed: plan.closed.map(({ id, type, name }) => ({ id, type, name: name ?? "", messages: bench.kept[id] ?? 0 })),
      flowUnchanged: unchanged ?? null,
      warnings: [...skipped.map(({ line, message }) => ({ line, text: message })), ...bench.warnings],
      ...(comparison && {
        comparison: {
          ...comparison,
          differences: comparison.differences.map((difference) => ({
            ...difference,
            ...("expected" in difference ? { expected: value(difference.expected) } : {}),
            ...("actual" in difference ? { actual: value(difference.actual) } : {}),
          })),
        },
      }),
    },
    null,
    2,
  )}\n`;
}

function nodes(list: readonly FlowNode[]): object[] {
  return list.map(({ id, type, name }) => ({ id, type, name: name ?? "" }));
}

function value(item: unknown): unknown {
  return item === ABSENT ? null : encodeValue(item);
}
