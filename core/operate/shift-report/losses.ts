/** Where the planned time of a machine went in a shift that did not become good units: the losses add up to planned time less ideal good time. */
import type { Effective } from "../downtime/index.ts";
import type { Explanation } from "../explanation/index.ts";

/** [start, end) in ms UTC. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `stop`: has a reason of the tree. `unassigned`: stopped, and nobody and nothing named a reason. `other`: several small ones. */
export type LossKind = "stop" | "micro" | "speed" | "scrap" | "unassigned" | "other";

export type Loss = {
  readonly kind: LossKind;
  /** For `stop` the reason's id, for `unassigned` the bucket; else null. */
  readonly name: string | null;
  readonly ms: number;
  /** Occurrences that began in the shift; null where that means nothing. */
  readonly count: number | null;
};

/**
 * Largest first. Stops are clipped to planned time that has been stated; parts that a person named as planned are no loss. What the atoms hold in
 * lost buckets beyond the stops known (minutes before the twin knew of stops) is unassigned too, so that nothing is missing.
 */
export function lossesOf(explanation: Explanation, { stops }: Effective, planned: readonly Span[]): readonly Loss[] {
  const lost = new Set<string>(explanation.time.filter(({ part }) => part === "loss").map(({ bucket }) => bucket));
  // A stop may be known, or last, beyond the minutes that the atoms tell of.
  const stated = Math.min(explanation.statedTo ?? explanation.from, explanation.to);
  const found = new Map<string, { kind: LossKind; name: string; ms: number; occurrences: Set<number> }>();
  for (const { stop, occurrence, parts } of stops) {
    if (stop.micro) continue;
    for (const part of parts) {
      if (!lost.has(part.bucket)) continue;
      const ms = overlap({ start: part.start, end: Math.min(part.end ?? stated, stated) }, planned);
      if (ms === 0) continue;
      const [kind, name]: [LossKind, string] = part.reason === null ? ["unassigned", part.bucket] : ["stop", part.reason];
      const key = `${kind} ${name}`;
      const entry = found.get(key) ?? { kind, name, ms: 0, occurrences: new Set<number>() };
      entry.ms += ms;
      entry.occurrences.add(occurrence);
      found.set(key, entry);
    }
  }
  const inBucket = (bucket: string): number => explanation.time.find((one) => one.bucket === bucket)?.ms ?? 0;
  const ratio = (name: "availability" | "performance" | "quality"): { above: number; below: number } => {
    const one = explanation.ratios.find((candidate) => candidate.name === name);
    return { above: one?.above.ms ?? 0, below: one?.below.ms ?? 0 };
  };
  const { above: idealTotal, below: run } = ratio("performance");
  const micro = inBucket("micro");
  const microInRun = lost.has("micro") ? 0 : micro;
  const { above: available, below: busy } = ratio("availability");
  const inAtoms = busy - available - (micro - microInRun);
  const inStops = [...found.values()].reduce((sum, { ms }) => sum + ms, 0);
  const losses: Loss[] = [...found.values()].map(({ kind, name, ms, occurrences }) => ({ kind, name, ms, count: occurrences.size }));
  if (inAtoms !== inStops) losses.push({ kind: "unassigned", name: null, ms: inAtoms - inStops, count: null });
  if (micro > 0) losses.push({ kind: "micro", name: null, ms: micro, count: stops.filter(({ stop }) => stop.micro).length });
  // Without an ideal cycle time for all that was made, nobody knows what running should have given.
  if (explanation.counts.unrated === 0) {
    losses.push({ kind: "speed", name: null, ms: run - microInRun - idealTotal, count: null });
    losses.push({
      kind: "scrap",
      name: null,
      ms: idealTotal - ratio("quality").above,
      count: explanation.counts.scrap + explanation.counts.rework,
    });
  }
  return losses.filter(({ ms }) => ms !== 0).toSorted((a, b) => b.ms - a.ms || compare(`${a.kind} ${a.name}`, `${b.kind} ${b.name}`));
}

export function overlap({ start, end }: Span, spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + Math.max(0, Math.min(end, span.end) - Math.max(start, span.start)), 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
