/**
 * The heart of OEE: one-minute atoms of one machine, from everything known about it. Live operation, replay and
 * recompute all go through this one pure function, so they cannot differ.
 */
import type { CountRules } from "../../connect/model/index.ts";
import { MINUTE } from "../minutes/index.ts";
import { AssignedTime } from "./assigned.ts";
import { changeoverSince, fillOverrun } from "./changeover.ts";
import type { Column } from "./column.ts";
import { countBeginnings, countUnits } from "./counts.ts";
import { countByHand } from "./hand-counts.ts";
import { type Bucket, type Count, type Measures, NOTHING, sameMeasures } from "./measures.ts";
import { type OrdersInForce, ordersInForce, statedAt } from "./orders-in-force.ts";
import { changeoversOf, Production, sameBy, type StatedBy } from "./production.ts";
import type { Counter, Readings } from "./readings.ts";
import { type Segment, timeline, type TimelineRules } from "./timeline.ts";

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
  /** Whose counts count; see `DEFAULT_COUNTS`. */
  readonly counts?: CountRules;
}

/** Who stated what an atom is made of, in place of or beside the machine's tags. */
export interface Said {
  /** Order and product. */
  readonly order?: StatedBy;
  /** Units, in order of time. */
  readonly counts?: readonly StatedBy[];
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
  /** Absent where the machine's tags say everything. */
  readonly said?: Said;
}

/** An atom while it is being filled. */
export interface OpenAtom extends Omit<Atom, "measures" | "said"> {
  readonly planned: boolean;
  /** Whether it is known which order is on the machine, or that there is none. */
  readonly tracked: boolean;
  readonly orderBy: StatedBy | undefined;
  readonly countsBy: StatedBy[];
  readonly measures: { ms: Record<Bucket, number> } & { [K in Count]: number };
}

/**
 * Atoms that fill [from, to) (integer ms). Their buckets add up to their length to the millisecond.
 *
 * A count step belongs, whole, to the atom in whose (start, end] its later reading lies: a reading tells of the time
 * before it. A reading at the very instant of a product or order change belongs to the new one, hence to the atom that
 * starts there. Steps across unknown time count as well: no unit is lost or counted twice.
 */
export function atoms(
  readings: Readings,
  from: number,
  to: number,
  rules: OeeRules,
  assigned = AssignedTime.NONE,
  production = Production.NONE,
): Atom[] {
  // What begins at `from` shows by what was before, and start-up scrap by when production started.
  const before = from - 1 - (rules.startUpMs ?? 0);
  const windows = rules.plannedWindows(before, to);
  const segments = timeline(readings, before, to, rules, assigned, changeoversOf(production));
  const orders = ordersInForce(readings, production, from, to);
  const result = frame(orders, from, to, windows, rules);
  fill(result, segments);
  const first = rules.changeovers === undefined ? undefined : result.find(({ measures }) => measures.ms.setup > 0);
  if (first !== undefined && rules.changeovers !== undefined) {
    const since = changeoverSince(first.start);
    const past = {
      segments: timeline(readings, since, to, rules, assigned, changeoversOf(production)),
      windows: rules.plannedWindows(since, to),
      orders: ordersInForce(readings, production, since, to),
    };
    fillOverrun(result, past, rules.changeovers);
  }
  countBeginnings(result, segments);
  const startUps = countUnits(result, { readings, orders }, segments, windows, rules);
  countByHand(result, { orders, production }, startUps, rules.counts);
  return result.map(({ planned: _planned, tracked: _tracked, orderBy, countsBy, ...atom }) => {
    if (orderBy === undefined && countsBy.length === 0) return atom;
    return { ...atom, said: { ...(orderBy && { order: orderBy }), ...(countsBy.length > 0 && { counts: countsBy }) } };
  });
}

/** Empty atoms: the cuts, and what holds in each. */
function frame(inForce: OrdersInForce, from: number, to: number, windows: readonly PlannedWindow[], rules: OeeRules): OpenAtom[] {
  const result: OpenAtom[] = [];
  const { product: products, order: orders, stated } = inForce;
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
    const order = orders.value(o) ?? NONE;
    const said = statedAt(stated, start);
    // Where an order was ended, and the machine's tag names another, it is the tag that says so.
    const holds = said !== undefined && (said.ended === null || order === NONE);
    result.push({
      start,
      end,
      product,
      order,
      shift: window?.shift ?? NONE,
      productionDay: window?.productionDay ?? new Date(start).toISOString().slice(0, 10),
      planned: window?.planned ?? false,
      tracked: rules.tracksOrders === true || said !== undefined,
      orderBy: holds ? said.by : undefined,
      countsBy: [],
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
  while (column.time(next) < limit && column.value(next) === (column.value(at) ?? NONE)) next += 1;
  return Math.min(limit, column.time(next));
}

/** Lays the timeline and the calendar over the atoms. Unplanned time is unplanned whatever the machine does. */
function fill(result: readonly OpenAtom[], segments: readonly Segment[]): void {
  let s = 0;
  for (const atom of result) {
    while ((segments[s] as Segment).end <= atom.start) s += 1;
    for (let at = atom.start; at < atom.end; ) {
      const segment = segments[s] as Segment;
      const until = Math.min(atom.end, segment.end);
      atom.measures.ms[bucketIn(atom, segment.bucket)] += until - at;
      at = until;
      if (segment.end <= at) s += 1;
      if (s >= segments.length) break;
    }
    if (atom.order !== NONE) atom.measures.orderMs = atom.end - atom.start;
  }
}

/** Standing still without an order is no delay of one; a failure is a failure all the same. */
export function bucketIn({ planned, order, tracked }: Pick<OpenAtom, "planned" | "order" | "tracked">, bucket: Bucket): Bucket {
  if (!planned) return "notPlanned";
  return tracked && order === NONE && (bucket === "stop" || bucket === "external") ? "noOrder" : bucket;
}

/** The same statement: nothing that a reader could see differs. */
export function sameAtom(a: Atom, b: Atom): boolean {
  return (
    a.end === b.end &&
    sameSeries(a, b) &&
    a.productionDay === b.productionDay &&
    a.idealCycleUs === b.idealCycleUs &&
    sameMeasures(a.measures, b.measures) &&
    sameSaid(a.said, b.said)
  );
}

function sameSaid(a: Said = {}, b: Said = {}): boolean {
  const all = ({ order, counts = [] }: Said): readonly (StatedBy | undefined)[] => [order, ...counts];
  const [old, young] = [all(a), all(b)];
  return old.length === young.length && old.every((one, i) => same(one, young[i]));
}

function same(a: StatedBy | undefined, b: StatedBy | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameBy(a, b);
}

/** Stored under the same tags, so that a later revision replaces the earlier one. */
export function sameSeries(a: Atom, b: Atom): boolean {
  return a.product === b.product && a.order === b.order && a.shift === b.shift;
}
