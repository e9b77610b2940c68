/** Where the planned time of a machine went in a shift that did not become good units: the losses add up to planned time less ideal good time. */
import type { ReportedMachine } from "./report.ts";

/** [start, end) in ms UTC. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * `stop`: has a reason of the tree. `unassigned`: stopped, and nobody and nothing named a reason. `changeover`: in a stated
 * changeover. `overrun`: set-up beyond the standard time of its changeover. `other`: several small ones.
 */
export type LossKind = "stop" | "micro" | "speed" | "scrap" | "changeover" | "overrun" | "unassigned" | "other";

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
export function lossesOf(
  { explanation, effective: { stops }, changeovers }: Omit<ReportedMachine, "asset">,
  planned: readonly Span[],
): readonly Loss[] {
  const lost = new Set<string>(explanation.time.filter(({ part }) => part === "loss").map(({ bucket }) => bucket));
  // A stop may be known, or last, beyond the minutes that the atoms tell of.
  const stated = Math.min(explanation.statedTo ?? explanation.from, explanation.to);
  const found = new Map<string, Found>();
  const add = (kind: LossKind, name: string | null, bucket: string, ms: number, occurrence: number): void => {
    if (ms === 0) return;
    const key = `${kind} ${name}`;
    const entry = found.get(key) ?? { kind, name, bucket, ms: 0, occurrences: new Set<number>() };
    entry.ms += ms;
    entry.occurrences.add(occurrence);
    found.set(key, entry);
  };
  const [changedOver, other] = [outside(planned, outside(planned, changeovers)), outside(planned, changeovers)];
  for (const { stop, occurrence, parts } of stops) {
    if (stop.micro) continue;
    for (const part of parts) {
      const span = { start: part.start, end: Math.min(part.end ?? stated, stated) };
      // What a person names goes before a stated changeover, and that before what the machine says.
      const named = part.by === "operator";
      if (!named && lost.has("setup")) add("changeover", null, "setup", overlap(span, changedOver), occurrence);
      if (!lost.has(part.bucket)) continue;
      const [kind, name]: [LossKind, string] = part.reason === null ? ["unassigned", part.bucket] : ["stop", part.reason];
      add(kind, name, part.bucket, overlap(span, named ? planned : other), occurrence);
    }
  }
  const overrun = lost.has("setup") ? explanation.setupOverrunMs : 0;
  takeOverrun([...found.values()], overrun);
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
  if (overrun > 0) losses.push({ kind: "overrun", name: null, ms: overrun, count: null });
  const unknown = inAtoms - inStops - overrun;
  if (unknown !== 0) losses.push({ kind: "unassigned", name: null, ms: unknown, count: null });
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

interface Found {
  readonly kind: LossKind;
  readonly name: string | null;
  readonly bucket: string;
  ms: number;
  readonly occurrences: Set<number>;
}

/** The overrun is a loss of its own, so it is taken off what was named as set-up: stated changeovers first, then the longest. */
function takeOverrun(found: readonly Found[], overrun: number): void {
  const setups = found.filter(({ bucket }) => bucket === "setup");
  let left = overrun;
  for (const one of setups.toSorted((a, b) => Number(b.kind === "changeover") - Number(a.kind === "changeover") || b.ms - a.ms)) {
    const taken = Math.min(left, one.ms);
    one.ms -= taken;
    left -= taken;
  }
}

/** What of `spans` lies in none of `holes`; both in order of time and without overlap. */
export function outside(spans: readonly Span[], holes: readonly Span[]): Span[] {
  return spans.flatMap(({ start, end }) => {
    const result: Span[] = [];
    let at = start;
    for (const hole of holes) {
      if (hole.end <= at || hole.start >= end) continue;
      if (hole.start > at) result.push({ start: at, end: hole.start });
      at = Math.max(at, hole.end);
    }
    return at < end ? [...result, { start: at, end }] : result;
  });
}

export function overlap({ start, end }: Span, spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + Math.max(0, Math.min(end, span.end) - Math.max(start, span.start)), 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
