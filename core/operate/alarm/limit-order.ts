/** Limits of one tag against each other: out of order, the more serious alarm comes first or never. */
import type { AlarmDefinition, LimitKind } from "./definition.ts";

/** From below. */
const ORDER: readonly LimitKind[] = ["low-low", "low", "high", "high-high"];

interface Limit {
  readonly kind: LimitKind;
  readonly limit: number;
  readonly deadband: number;
}

/** A sentence for each two limits of a tag that contradict each other, and for each deadband that leaves no way back. */
export function limitFaults(definitions: readonly AlarmDefinition[]): readonly string[] {
  const byTag = new Map<string, Limit[]>();
  for (const { source } of definitions) if ("limit" in source) byTag.set(source.tag, [...(byTag.get(source.tag) ?? []), source]);
  return [...byTag].flatMap(([tag, limits]) => {
    const ordered = limits.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
    return ordered.flatMap((upper, i) => ordered.slice(0, i).flatMap((lower) => faultOf(tag, lower, upper) ?? []));
  });
}

function faultOf(tag: string, lower: Limit, upper: Limit): string | undefined {
  if (lower.kind === upper.kind) return undefined;
  const [below, above] = [`${lower.kind} (${lower.limit})`, `${upper.kind} (${upper.limit})`];
  if (lower.limit >= upper.limit) return `The limits of ${tag} are out of order: ${below} is not below ${above}. Correct one of them.`;
  const facing = ORDER.indexOf(lower.kind) < 2 && ORDER.indexOf(upper.kind) >= 2;
  if (!facing || Math.max(lower.deadband, upper.deadband) < upper.limit - lower.limit) return undefined;
  const wide = `A deadband of ${tag} is as wide as the distance from ${below} to ${above}`;
  return `${wide}: the alarm returns only where the other one comes. Make it smaller.`;
}
