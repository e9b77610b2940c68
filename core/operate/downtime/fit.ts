/** Whether a statement still fits the stops it was made about, after late data may have changed them. */
import { firstWhere } from "./search.ts";
import type { StopStatement } from "./statement.ts";
import type { Stop } from "./stop.ts";

/** [from, to) in ms. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

/**
 * `gone`: there is no stop any more where it speaks of one. `moved`: the stop begins elsewhere than its author saw.
 * `changed`: the stop ends elsewhere than its author saw, or there is less of it than the statement speaks of.
 */
export type Misfit = "gone" | "moved" | "changed";

/** What a statement reaches over, and what is wrong with it. Whatever of it lies in a stop still holds. */
export function fit(statement: StopStatement, stops: readonly Stop[]): { readonly extent: Extent; readonly misfit: Misfit | null } {
  const extent = extentOf(statement, stops);
  const touched = stopsIn(stops, extent);
  return { extent, misfit: misfitOf(statement, extent, touched) };
}

function extentOf({ stop, recorded, data }: StopStatement, stops: readonly Stop[]): Extent {
  if (data.action === "revert") return { from: 0, to: 0 };
  // A cut is as long as one millisecond, so that it lies in the stop that it cuts.
  if (data.action === "split") return { from: data.at, to: data.at + 1 };
  const { from, to } = data;
  if (to !== null) return { from, to };
  // About a whole stop: it goes with the stop's end. Where the stop is gone, it means the time that its author saw.
  const meant = stopMeant(stop, from, stops);
  if (meant !== undefined && meant.end === null && meant.start <= from) return { from, to: Number.POSITIVE_INFINITY };
  return { from, to: Math.max(from, meant?.end ?? data.seen_end ?? recorded) };
}

/** The stop to whose end a statement goes that names none: the one it begins in, else the one it is about, if it still begins there. */
export function stopMeant(about: number, from: number, stops: readonly Stop[]): Stop | undefined {
  const [own] = stopsIn(stops, { from, to: from + 1 });
  const same = stops[firstWhere(stops, ({ start }) => start >= about)];
  return own ?? (same?.start === about ? same : undefined);
}

/** The stops that an extent touches. `stops` in order of start and without overlap. */
export function stopsIn(stops: readonly Stop[], { from, to }: Extent): readonly Stop[] {
  const first = firstWhere(stops, ({ end }) => (end ?? Number.POSITIVE_INFINITY) > from);
  const after = firstWhere(stops, ({ start }) => start >= to);
  return stops.slice(first, Math.max(first, after));
}

function misfitOf({ stop, data }: StopStatement, { from, to }: Extent, touched: readonly Stop[]): Misfit | null {
  const [first, last] = [touched[0], touched.at(-1)];
  if (first === undefined || last === undefined) return "gone";
  if (!touched.some(({ start }) => start === stop)) return "moved";
  if (data.action === "split") return null;
  const end = last.end ?? Number.POSITIVE_INFINITY;
  if (from < first.start || to > end) return "changed";
  if (data.action === "merge") return null;
  return touched.length > 1 || (data.seen_end !== null && first.end !== data.seen_end) ? "changed" : null;
}
