/**
 * The heart of OEE: one-minute atoms of one machine, from everything known about it. Live operation, replay and
 * recompute all go through this one pure function, so they cannot differ.
 */
import { AssignedTime } from "./assigned.ts";
import { counterStep } from "./counter.ts";
import { BUCKETS, type Bucket, type Measures, NOTHING } from "./measures.ts";
import type { Readings } from "./readings.ts";
import { type Segment, timeline, type TimelineRules } from "./timeline.ts";

export const MINUTE = 60_000;
/** Product or shift where there is none. */
export const NONE = "~";

/** A stretch of the calendar. Windows are contiguous; see `core/operate/calendar`. */
export interface PlannedWindow {
  readonly start: number;
  readonly end: number;
  readonly planned: boolean;
  readonly shift: string | null;
  readonly productionDay: string;
}

export interface OeeRules extends TimelineRules {
  readonly plannedWindows: (from: number, to: number) => readonly PlannedWindow[];
  /** Ideal cycle time in whole microseconds per unit; null when there is none. */
  readonly idealCycleUs: (product: string) => number | null;
  /** Largest value of each counter before it starts again from 0, where that is declared. */
  readonly processedMax?: number;
  readonly defectiveMax?: number;
}

/** [start, end): at most a minute, cut wherever the product, the shift or the plan changes. */
export interface Atom {
  readonly start: number;
  readonly end: number;
  readonly product: string;
  readonly shift: string;
  readonly productionDay: string;
  readonly idealCycleUs: number | null;
  readonly measures: Measures;
}

/**
 * Atoms that fill [from, to) (integer ms). Their buckets add up to their length to the millisecond.
 *
 * A count step belongs, whole, to the atom in whose (start, end] its later reading lies: a reading tells of the time
 * before it. A reading at the very instant of a product change belongs to the new product, hence to the atom that
 * starts there. Steps across unknown time count as well: no unit is lost or counted twice.
 */
export function atoms(readings: Readings, from: number, to: number, rules: OeeRules, assigned = AssignedTime.NONE): Atom[] {
  const result = frame(readings, from, to, rules);
  fill(result, timeline(readings, from, to, rules, assigned));
  count(result, readings, "processed", rules);
  count(result, readings, "defective", rules);
  return result.map(({ planned: _planned, ...atom }) => atom);
}

interface Open extends Omit<Atom, "measures"> {
  readonly planned: boolean;
  readonly measures: { ms: Record<Bucket, number> } & { -readonly [K in Exclude<keyof Measures, "ms">]: Measures[K] };
}

/** Empty atoms: the cuts, and what holds in each. */
function frame(readings: Readings, from: number, to: number, rules: OeeRules): Open[] {
  const result: Open[] = [];
  const windows = rules.plannedWindows(from, to);
  let w = 0;
  let p = readings.product.at(from);
  for (let start = from; start < to; ) {
    while (w < windows.length && (windows[w] as PlannedWindow).end <= start) w += 1;
    const next = windows[w];
    const window = next !== undefined && next.start <= start ? next : undefined;
    const edge = window === undefined ? (next?.start ?? to) : window.end;
    while (readings.product.time(p + 1) <= start) p += 1;
    const product = readings.product.value(p) ?? NONE;
    const end = nextChange(readings.product, p, Math.min(to, edge, (Math.floor(start / MINUTE) + 1) * MINUTE));
    result.push({
      start,
      end,
      product,
      shift: window?.shift ?? NONE,
      productionDay: window?.productionDay ?? new Date(start).toISOString().slice(0, 10),
      planned: window?.planned ?? false,
      idealCycleUs: rules.idealCycleUs(product),
      measures: { ...NOTHING, ms: { ...NOTHING.ms } },
    });
    start = end;
  }
  return result;
}

/** When the product of row `p` is followed by another one; at most `limit`. A product said again is no change. */
function nextChange(product: Readings["product"], p: number, limit: number): number {
  let next = p + 1;
  while (product.time(next) < limit && product.value(next) === product.value(p)) next += 1;
  return Math.min(limit, product.time(next));
}

/** Lays the timeline and the calendar over the atoms. Unplanned time is unplanned whatever the machine does. */
function fill(result: readonly Open[], segments: readonly Segment[]): void {
  let s = 0;
  for (const { start, end, planned, measures } of result) {
    while ((segments[s] as Segment).end <= start) s += 1;
    for (let at = start; at < end; ) {
      const segment = segments[s] as Segment;
      const until = Math.min(end, segment.end);
      measures.ms[planned ? segment.bucket : "notPlanned"] += until - at;
      at = until;
      if (segment.end <= at) s += 1;
      if (s >= segments.length) break;
    }
  }
}

function count(result: readonly Open[], readings: Readings, counter: "processed" | "defective", rules: OeeRules): void {
  const first = result[0];
  const last = result.at(-1);
  if (first === undefined || last === undefined) return;
  const column = readings[counter];
  const maximum = counter === "processed" ? rules.processedMax : rules.defectiveMax;
  let a = 0;
  for (let i = Math.max(1, column.at(first.start - 1) + 1); i < column.length && column.time(i) <= last.end; i += 1) {
    const time = column.time(i);
    const starts = isProductChange(readings, time);
    if (starts ? time === last.end : time === first.start) continue;
    while (starts ? (result[a] as Open).start < time : (result[a] as Open).end < time) a += 1;
    const atom = result[a] as Open;
    const step = counterStep(column.value(i - 1) as number, column.value(i) as number, maximum);
    atom.measures[counter === "processed" ? "total" : "scrap"] += step;
    if (atom.idealCycleUs === null) atom.measures.unrated += step;
    else atom.measures[counter === "processed" ? "idealTotalUs" : "idealScrapUs"] += step * atom.idealCycleUs;
  }
}

function isProductChange({ product }: Readings, time: number): boolean {
  const index = product.at(time);
  return product.time(index) === time && product.value(index) !== product.value(index - 1);
}

/** The same statement: nothing that a reader could see differs. */
export function sameAtom(a: Atom, b: Atom): boolean {
  return (
    a.end === b.end &&
    sameSeries(a, b) &&
    a.productionDay === b.productionDay &&
    a.idealCycleUs === b.idealCycleUs &&
    BUCKETS.every((bucket) => a.measures.ms[bucket] === b.measures.ms[bucket]) &&
    (["total", "scrap", "idealTotalUs", "idealScrapUs", "unrated"] as const).every((key) => a.measures[key] === b.measures[key])
  );
}

/** Stored under the same tags, so that a later revision replaces the earlier one. */
export function sameSeries(a: Atom, b: Atom): boolean {
  return a.product === b.product && a.shift === b.shift;
}
