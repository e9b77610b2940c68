/**
 * The time buckets of a query. Between two changes of the clocks, local buckets are simply buckets in UTC with an
 * offset; so any query is a few runs of equal buckets, and no store needs to know about time zones.
 */
import { DateTime } from "luxon";
import type { Query } from "./query.ts";

/** Buckets of equal length one after the other: [start, end) in ms UTC, `everyMs` each. */
export interface BucketRun {
  readonly start: number;
  readonly end: number;
  readonly everyMs: number;
}

const DAY_MS = 86_400_000;
/** Every zone in use today is a multiple of this ahead of or behind UTC. */
const ZONE_STEP_MS = 900_000;

/** The runs that cover [from, to). The first bucket may begin before `from`. The query has no fault. */
export function bucketRuns(query: Query): BucketRun[] {
  const { bucket } = query;
  if (!bucket || query.from >= query.to) return [];
  const { everyMs, offsetMs = 0, zone = "UTC" } = bucket;
  if (zone === "UTC" || ZONE_STEP_MS % everyMs === 0) {
    const start = query.from - modulo(query.from - offsetMs, everyMs);
    return [{ start, end: start + Math.ceil((query.to - start) / everyMs) * everyMs, everyMs }];
  }
  return merge(localBuckets(query.from, query.to, everyMs, offsetMs, zone), everyMs);
}

/** The start of every bucket in order. */
export function bucketStarts(runs: readonly BucketRun[]): number[] {
  const starts: number[] = [];
  for (const run of runs) for (let start = run.start; start < run.end; start += run.everyMs) starts.push(start);
  return starts;
}

/** The remainder with the sign of the divisor, as calendars need it before 1970. */
export function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

function localBuckets(from: number, to: number, everyMs: number, offsetMs: number, zone: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  // The day of `from` may begin after it (offset) or, with a negative offset, the next one before it.
  let day = DateTime.fromMillis(from, { zone }).startOf("day").minus({ days: 1 });
  for (let begin = dayBegin(day, offsetMs); begin < to; ) {
    day = day.plus({ days: 1 });
    const next = dayBegin(day, offsetMs);
    const step = everyMs === DAY_MS ? next - begin : everyMs;
    for (let start = begin; start < next && start < to; start += step) {
      const end = Math.min(start + step, next);
      if (end > from) found.push({ start, end });
    }
    begin = next;
  }
  return found;
}

/** The instant at which the clock on the wall shows midnight + offset. */
function dayBegin(day: DateTime, offsetMs: number): number {
  const { year, month, day: date } = day;
  const wall = DateTime.fromObject({ year, month, day: date }, { zone: "UTC" }).plus(offsetMs);
  return wall.setZone(day.zone, { keepLocalTime: true }).toMillis();
}

function merge(buckets: readonly { start: number; end: number }[], everyMs: number): BucketRun[] {
  const runs: BucketRun[] = [];
  for (const { start, end } of buckets) {
    const last = runs.at(-1);
    if (last && last.everyMs === everyMs && end - start === everyMs) runs[runs.length - 1] = { ...last, end };
    else runs.push({ start, end, everyMs: end - start });
  }
  return runs;
}
