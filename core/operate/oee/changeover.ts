/**
 * Set-up beyond the standard time of its changeover: AUST less PUST of ISO 22400-2, where that is more than nothing.
 *
 * A changeover lasts from the first set-up time after production until production, whatever lies between: breaks, failures,
 * a shift boundary, another set-up. Its standard time is used up once, from the beginning on, by planned set-up time. From
 * what was produced last to what is set up for: a change of mind on the way gives no new time. Trial runs within a stated
 * changeover are not production.
 */
import type { OpenAtom, PlannedWindow } from "./atoms.ts";
import type { Bucket } from "./measures.ts";
import { type OrdersInForce, statedAt } from "./orders-in-force.ts";
import type { Segment } from "./timeline.ts";

/** Standard milliseconds from a product to a product; `*` stands for any. */
export type ChangeoverStandards = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** How far back a changeover is followed, ms. One that began earlier has its standard time anew. */
export const CHANGEOVER_REACH = 24 * 3_600_000;
const MINUTE = 60_000;
const ANY = "*";
const NONE = "~";
const PRODUCTION: ReadonlySet<Bucket> = new Set(["run", "micro"]);

/** The nearest entry: from and to, from to any, any to, any to any; null where there is none. */
export function standardOf(standards: ChangeoverStandards, from: string | null, to: string): number | null {
  for (const [a, b] of [
    [from ?? ANY, to],
    [from ?? ANY, ANY],
    [ANY, to],
    [ANY, ANY],
  ] as const) {
    const row = Object.hasOwn(standards, a) ? standards[a] : undefined;
    if (row !== undefined && Object.hasOwn(row, b)) return row[b] ?? null;
  }
  return null;
}

/** From where on the changeover of a minute is followed. */
export function changeoverSince(t: number): number {
  return Math.floor(t / MINUTE) * MINUTE - CHANGEOVER_REACH;
}

/** What is known from `changeoverSince` the first set-up on. */
export interface ChangeoverPast {
  readonly segments: readonly Segment[];
  readonly windows: readonly PlannedWindow[];
  readonly orders: OrdersInForce;
}

/** Each minute looks back on its own, so that it is the same whatever else is computed with it. */
export function fillOverrun(atoms: readonly OpenAtom[], past: ChangeoverPast, standards: ChangeoverStandards): void {
  const all = [...pieces(past)];
  let at = 0;
  for (const { start, end, measures } of atoms) {
    if (measures.ms.setup === 0) continue;
    const since = changeoverSince(start);
    while ((all[at]?.end ?? Number.POSITIVE_INFINITY) <= start) at += 1;
    let first = at;
    while (first > 0 && !produces(all[first - 1] as Piece) && (all[first - 1] as Piece).end > since) first -= 1;
    const before = all[first - 1];
    let produced = known(before !== undefined && before.end > since ? before.product : all[first]?.product);
    let spent = 0;
    for (let i = first; i < all.length; i += 1) {
      const piece = all[i] as Piece;
      if (piece.start >= end) break;
      if (produces(piece)) [produced, spent] = [known(piece.product), 0];
      if (piece.bucket !== "setup" || !piece.planned) continue;
      const from = Math.max(piece.start, since);
      const standard = standardOf(standards, produced, piece.product);
      const over = standard === null ? piece.end : from + Math.max(0, standard - spent);
      spent += piece.end - from;
      measures.setupOverrunMs += Math.max(0, Math.min(end, piece.end) - Math.max(start, over));
    }
  }
}

function produces({ bucket, changeover }: Piece): boolean {
  return PRODUCTION.has(bucket) && !changeover;
}

function known(product: string | undefined): string | null {
  return product === undefined || product === NONE ? null : product;
}

interface Piece extends Segment {
  readonly planned: boolean;
  readonly product: string;
  /** Within a stated changeover. */
  readonly changeover: boolean;
}

/** The timeline, cut wherever the plan, the product or what is stated changes. */
function* pieces({ segments, windows, orders: { product, stated } }: ChangeoverPast): Generator<Piece> {
  const edges = stated.flatMap(({ start, end }) => [start, end]);
  let [w, e] = [0, 0];
  for (const { start, end, bucket } of segments) {
    let p = product.at(start);
    for (let at = start; at < end; ) {
      while ((windows[w]?.end ?? Number.POSITIVE_INFINITY) <= at) w += 1;
      while ((edges[e] ?? Number.POSITIVE_INFINITY) <= at) e += 1;
      while (product.time(p + 1) <= at) p += 1;
      const window = windows[w];
      const inside = window !== undefined && window.start <= at;
      const until = Math.min(end, product.time(p + 1), edges[e] ?? end, inside ? window.end : (window?.start ?? end));
      const changeover = statedAt(stated, at)?.changeover ?? false;
      yield { start: at, end: until, bucket, planned: inside && window.planned, product: product.value(p) ?? NONE, changeover };
      at = until;
    }
  }
}
