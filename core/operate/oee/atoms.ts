/**
 * The heart of OEE: one-minute atoms of one machine, from everything known about it. Live operation, replay and
 * recompute all go through this one pure function, so they cannot differ.
 */
import { AssignedTime } from "./assigned.ts";
import type { Column } from "./column.ts";
import { countBeginnings, countUnits } from "./counts.ts";
import { type Bucket, type Count, type Measures, NOTHING, sameMeasures } from "./measures.ts";
import type { Counter, Readings } from "./readings.ts";
import { type Segment, timeline, type TimelineRules } from "./timeline.ts";

export const MINUTE = 60_000;
/** Product, order or shift where there is none. */
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
  /** Ideal cycle time in whole microseconds per unit at an instant; it changes at whole minutes. Null when there is none. */
  readonly idealCycleUs: (product: string, at: number) => number | null;
  /** Largest value of each counter before it starts again from 0, where that is declared. */
  readonly maxima?: Readonly<Partial<Record<Counter, number>>>;
  /** Whether the machine says which order is on it; time without one is then told apart. */
  readonly tracksOrders?: boolean;
}

/** [start, end): at most a minute, cut wherever the product, the order, the shift or the plan changes. */
export interface Atom {
  readonly start: number;
  readonly end: number;
  readonly product: string;
  readonly order: string;
  readonly shift: string;
  readonly productionDay: string;
  readonly idealCycleUs: number | null;
  readonly measures: Measures;
}

/** An atom while it is being filled. */
export interface OpenAtom extends Omit<Atom, "measures"> {
  readonly planned: boolean;
  readonly measures: { ms: Record<Bucket, number> } & { [K in Count]: number };
}

/**
 * Atoms that fill [from, to) (integer ms). Their buckets add up to their length to the millisecond.
 *
 * A count step belongs, whole, to the atom in whose (start, end] its later reading lies: a reading tells of the time
 * before it. A reading at the very instant of a product or order change belongs to the new one, hence to the atom that
 * starts there. Steps across unknown time count as well: no unit is lost or counted twice.
 */
export function atoms(readings: Readings, from: number, to: number, rules: OeeRules, assigned = AssignedTime.NONE): Atom[] {
  // What begins at `from` shows by what was before, and start-up scrap by when production started.
  const before = from - 1 - (rules.startUpMs ?? 0);
  const windows = rules.plannedWindows(before, to);
  const segments = timeline(readings, before, to, rules, assigned);
  const result = frame(readings, from, to, windows, rules);
  fill(result, segments, rules);
  countBeginnings(result, segments);
  countUnits(result, readings, segments, windows, rules);
  return result.map(({ planned: _planned, ...atom }) => atom);
}

/** Empty atoms: the cuts, and what holds in each. */
function frame(readings: Readings, from: number, to: number, windows: readonly PlannedWindow[], rules: OeeRules): OpenAtom[] {
  const result: OpenAtom[] = [];
  const [products, orders] = [readings.product, readings.order];
  let w = 0;
  let p = products.at(from);
  let o = orders.at(from);
  for (let start = from; start < to; ) {
    while (w < windows.length && (windows[w] as PlannedWindow).end <= start) w += 1;
    const next = windows[w];
    const window = next !== undefined && next.start <= start ? next : undefined;
    const edge = window === undefined ? (next?.start ?? to) : window.end;
    while (products.time(p + 1) <= start) p += 1;
    while (orders.time(o + 1) <= start) o += 1;
    const product = products.value(p) ?? NONE;
    const minuteEnd = (Math.floor(start / MINUTE) + 1) * MINUTE;
    const end = nextChange(orders, o, nextChange(products, p, Math.min(to, edge, minuteEnd)));
    result.push({
      start,
      end,
      product,
      order: orders.value(o) ?? NONE,
      shift: window?.shift ?? NONE,
      productionDay: window?.productionDay ?? new Date(start).toISOString().slice(0, 10),
      planned: window?.planned ?? false,
      idealCycleUs: rules.idealCycleUs(product, start),
      measures: { ...NOTHING, ms: { ...NOTHING.ms } },
    });
    start = end;
  }
  return result;
}

/** When the text of row `at` is followed by another one; at most `limit`. The same said again is no change. */
function nextChange(column: Column<string>, at: number, limit: number): number {
  let next = at + 1;
  while (column.time(next) < limit && column.value(next) === column.value(at)) next += 1;
  return Math.min(limit, column.time(next));
}

/** Lays the timeline and the calendar over the atoms. Unplanned time is unplanned whatever the machine does. */
function fill(result: readonly OpenAtom[], segments: readonly Segment[], rules: OeeRules): void {
  let s = 0;
  for (const atom of result) {
    while ((segments[s] as Segment).end <= atom.start) s += 1;
    for (let at = atom.start; at < atom.end; ) {
      const segment = segments[s] as Segment;
      const until = Math.min(atom.end, segment.end);
      atom.measures.ms[bucketIn(atom, segment.bucket, rules)] += until - at;
      at = until;
      if (segment.end <= at) s += 1;
      if (s >= segments.length) break;
    }
    if (atom.order !== NONE) atom.measures.orderMs = atom.end - atom.start;
  }
}

/** Standing still without an order is no delay of one; a failure is a failure all the same. */
export function bucketIn(
  { planned, order }: Pick<OpenAtom, "planned" | "order">,
  bucket: Bucket,
  { tracksOrders = false }: OeeRules,
): Bucket {
  if (!planned) return "notPlanned";
  return tracksOrders && order === NONE && (bucket === "stop" || bucket === "external") ? "noOrder" : bucket;
}

/** The same statement: nothing that a reader could see differs. */
export function sameAtom(a: Atom, b: Atom): boolean {
  return (
    a.end === b.end &&
    sameSeries(a, b) &&
    a.productionDay === b.productionDay &&
    a.idealCycleUs === b.idealCycleUs &&
    sameMeasures(a.measures, b.measures)
  );
}

/** Stored under the same tags, so that a later revision replaces the earlier one. */
export function sameSeries(a: Atom, b: Atom): boolean {
  return a.product === b.product && a.order === b.order && a.shift === b.shift;
}
