/**
 * What people, or an MES, state about a machine's production: which order and product were on it, and how many units were
 * made. Kept beside the readings, which stay what they were; laid over them by `atoms`.
 */
import type { AssignedStretch } from "./assigned.ts";
import { replaced, type Span, within } from "./stretches.ts";

/** The sources that state orders, the one that goes first in front. What neither states, the machine's own tags say. */
export const STATED_SOURCES = ["manual", "mes"] as const;
export type StatedSource = (typeof STATED_SOURCES)[number];

/** Who states something, and when it was recorded, ms UTC. */
export interface StatedBy {
  readonly source: StatedSource;
  readonly author: string;
  readonly recorded: number;
}

/** End of what lasts: the last instant that there is, so that it stays a number in a snapshot. */
export const LASTING = 8_640_000_000_000_000;

/** What was stated to be on the machine in [start, end); `LASTING` while it lasts. */
export interface StatedOrder extends Span {
  /** Null: not stated, the machine's tag says it, if it has one. */
  readonly order: string | null;
  readonly product: string | null;
  /** The order that has ended, where none took its place: the machine's tag may still name it. */
  readonly ended: string | null;
  /** The machine is changed over to the product: what is no production is set-up. */
  readonly changeover: boolean;
  readonly by: StatedBy;
}

/** A count may be of a period of this length at most, ms. */
export const LONGEST_COUNT = 7 * 24 * 3_600_000;

/** Units that people counted. Of a period: spread evenly over (from, to] in whole units. Else `from` is `to`, where all of them count. */
export interface StatedCount {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly good: number;
  readonly scrap: number;
  readonly rework: number;
  readonly by: StatedBy;
}

export interface StatedProduction {
  readonly orders: readonly StatedOrder[];
  readonly counts: readonly StatedCount[];
}

/** What was stated of [from, to) before and is now; a change that waits for the historian is kept as this. */
export interface ProductionChange {
  readonly from: number;
  readonly to: number;
  readonly was: StatedProduction;
  readonly now: StatedProduction;
  /** Of a line: the station whose production it is. */
  readonly station?: string;
}

/** What is stated of one machine. A count belongs to the range in which it ends. Immutable. */
export class Production implements StatedProduction {
  static readonly NONE = new Production({ orders: [], counts: [] });
  readonly orders: readonly StatedOrder[];
  readonly counts: readonly StatedCount[];

  /** As `productionFault` accepts it, in any order. */
  constructor({ orders, counts }: StatedProduction) {
    this.orders = orders.toSorted((a, b) => a.start - b.start);
    this.counts = counts.toSorted((a, b) => a.to - b.to || (a.id < b.id ? -1 : 1));
  }

  get isEmpty(): boolean {
    return this.orders.length === 0 && this.counts.length === 0;
  }

  /** Orders clipped to [from, to), and the counts that end in it. */
  within(from: number, to: number): StatedProduction {
    return { orders: within(this.orders, from, to), counts: this.counts.filter((one) => one.to >= from && one.to < to) };
  }

  /** The counts with a unit in (from, to]. */
  countsOver(from: number, to: number): readonly StatedCount[] {
    return this.counts.filter((one) => one.to > from && one.from <= to);
  }

  replaced(from: number, to: number, { orders, counts }: StatedProduction): Production {
    const kept = this.counts.filter((one) => one.to < from || one.to >= to);
    return new Production({ orders: replaced(this.orders, from, to, orders), counts: [...kept, ...counts] });
  }
}

/** What is no production while a machine is changed over is set-up. */
export function changeoversOf({ orders }: StatedProduction): readonly AssignedStretch[] {
  return orders.flatMap(({ start, end, changeover }) => (changeover ? [{ start, end, bucket: "setup" as const }] : []));
}

/** Where the two differ, as far as atoms can show it; in no particular order. */
export function productionDifference(was: StatedProduction, now: StatedProduction): { readonly from: number; readonly to: number }[] {
  return [...orderDifference(was.orders, now.orders), ...countDifference(was.counts, now.counts)];
}

function orderDifference(was: readonly StatedOrder[], now: readonly StatedOrder[]): { from: number; to: number }[] {
  const cuts = [...new Set([...was, ...now].flatMap(({ start, end }) => [start, end]))].toSorted((a, b) => a - b);
  const result: { from: number; to: number }[] = [];
  let [w, n] = [0, 0];
  for (const [i, from] of cuts.slice(0, -1).entries()) {
    const to = cuts[i + 1] as number;
    while ((was[w]?.end ?? LASTING) <= from && w < was.length) w += 1;
    while ((now[n]?.end ?? LASTING) <= from && n < now.length) n += 1;
    const [old, young] = [covering(was[w], from), covering(now[n], from)];
    if (!sameOrder(old, young)) result.push({ from, to });
  }
  return result;
}

function covering(one: StatedOrder | undefined, t: number): StatedOrder | undefined {
  return one !== undefined && one.start <= t && t < one.end ? one : undefined;
}

function sameOrder(a: StatedOrder | undefined, b: StatedOrder | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const same = a.order === b.order && a.product === b.product && a.ended === b.ended && a.changeover === b.changeover;
  return same && sameBy(a.by, b.by);
}

export function sameBy(a: StatedBy, b: StatedBy): boolean {
  return a.source === b.source && a.author === b.author && a.recorded === b.recorded;
}

function countDifference(was: readonly StatedCount[], now: readonly StatedCount[]): { from: number; to: number }[] {
  const [old, young] = [new Set(was.map(textOf)), new Set(now.map(textOf))];
  const changed = [...was.filter((one) => !young.has(textOf(one))), ...now.filter((one) => !old.has(textOf(one)))];
  return changed.map(({ from, to }) => ({ from: from - 1, to: to + 1 }));
}

function textOf({ id, from, to, good, scrap, rework, by }: StatedCount): string {
  return JSON.stringify([id, from, to, good, scrap, rework, by.source, by.author, by.recorded]);
}

const COUNT_RANGE = "A count is of an instant, or of a period that ends in the range, in integer milliseconds.";

/** What is wrong with what is to be stated of [from, to), in one sentence; undefined when it can be taken. */
export function productionFault(from: number, to: number, { orders, counts }: StatedProduction): string | undefined {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from >= to)
    return "The range of what is stated is two instants in integer milliseconds, the earlier first.";
  let last = from;
  for (const { start, end } of orders.toSorted((a, b) => a.start - b.start)) {
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start >= end)
      return "A stated order begins before it ends, in integer milliseconds.";
    if (start < last || end > to) return "Two stated orders overlap, or one reaches beyond the range; clip it.";
    last = end;
  }
  for (const count of counts) {
    const { from: begin, to: end } = count;
    if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin > end || end < from || end >= to) return COUNT_RANGE;
    if (end - begin > LONGEST_COUNT) return "A count is of a period of 7 days at most.";
    const wrong = (["good", "scrap", "rework"] as const).find((name) => !Number.isSafeInteger(count[name]) || count[name] < 0);
    if (wrong !== undefined) return negative(wrong, count[wrong]);
  }
  return undefined;
}

/** A count that was too high is corrected by replacing it, never by counting backwards. */
export function negative(name: string, units: number): string {
  return `A count is a whole number of units, 0 or more; ${name} is ${units}. If an earlier count was too high, replace that count.`;
}
