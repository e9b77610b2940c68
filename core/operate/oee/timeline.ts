/** The machine's timeline: contiguous segments, each in one bucket, before the calendar is laid over it. */
import { type AssignedStretch, AssignedTime } from "./assigned.ts";
import type { ChangeoverStandards } from "./changeover.ts";
import type { Column } from "./column.ts";
import { countedStates, type CountingRules, openCount } from "./counted-states.ts";
import type { Bucket } from "./measures.ts";
import type { Readings } from "./readings.ts";
import { within } from "./stretches.ts";
import { bucketOf, type TimeModel } from "./time-model.ts";

export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly bucket: Bucket;
}

export interface TimelineRules extends CountingRules {
  readonly timeModel: TimeModel;
  /** A stop shorter than this over its full length is a micro-stop, ms; 0: none are. */
  readonly microStopMs: number;
  /** See `Readings`. */
  readonly silenceMs: number | null;
  /** Scrap within this time after a start of production is start-up scrap, ms; by default there is none. */
  readonly startUpMs?: number;
  /** Standard times of changeovers; absent: no set-up is beyond its standard. */
  readonly changeovers?: ChangeoverStandards;
}

/** Stops of the machine's own. */
export const OWN_STOP: ReadonlySet<Bucket> = new Set(["stop", "hold", "failure"]);

const PRODUCING: ReadonlySet<Bucket> = new Set(["run", "micro"]);

/** How far before a window readings can decide what is in it, apart from silence and start-up, ms. */
export function lookBackMs({ microStopMs, quietMs = 0 }: Pick<TimelineRules, "microStopMs" | "quietMs">): number {
  return microStopMs + quietMs;
}

/**
 * Segments that fill [from, to), no two neighbours in the same bucket. Whether a stop is a micro-stop is judged by what
 * the machine said, over its full length; a stated changeover replaces what of it is no production, and what has been
 * assigned replaces everything.
 */
export function timeline(
  readings: Readings,
  from: number,
  to: number,
  rules: TimelineRules,
  assigned: AssignedTime = AssignedTime.NONE,
  changeovers: readonly AssignedStretch[] = [],
): Segment[] {
  const said = overlaid(machineTimeline(readings, from, to, rules), within(changeovers, from, to), PRODUCING);
  return overlaid(said, assigned.within(from, to));
}

function machineTimeline(readings: Readings, from: number, to: number, rules: TimelineRules): Segment[] {
  if (rules.microStopMs <= 0) return segments(readings, from, to, rules);
  // A stop that reaches `microStopMs` past an edge is long whatever lies beyond, so its true length need not be known.
  const wide = segments(readings, from - rules.microStopMs, to + rules.microStopMs, rules);
  return clip(withMicroStops(wide, rules.microStopMs), from, to);
}

/** `over`, in order of time and inside what `all` fills, replaces what lies under it, but for what `stays`. */
function overlaid(all: Segment[], over: readonly Segment[], stays: ReadonlySet<Bucket> = new Set()): Segment[] {
  if (over.length === 0) return all;
  const result: Segment[] = [];
  let o = 0;
  for (const { start, end, bucket } of all) {
    for (let at = start; at < end; ) {
      while ((over[o]?.end ?? Number.POSITIVE_INFINITY) <= at) o += 1;
      const next = over[o];
      const covers = next !== undefined && next.start <= at;
      const until = Math.min(end, covers ? next.end : (next?.start ?? end));
      extend(result, at, until, covers && !stays.has(bucket) ? next.bucket : bucket);
      at = until;
    }
  }
  return result;
}

function segments(readings: Readings, from: number, to: number, rules: TimelineRules): Segment[] {
  const { mode, seen } = readings;
  const state = statesOf(readings, from, to, rules);
  const result: Segment[] = [];
  let s = state.at(from);
  let m = mode.at(from);
  let k = seen.at(from);
  let start = from;
  while (start < to) {
    const silent = rules.silenceMs !== null && seen.time(k + 1) - seen.time(k) > rules.silenceMs;
    const end = Math.min(to, state.time(s + 1), mode.time(m + 1), rules.silenceMs === null ? to : seen.time(k + 1));
    extend(result, start, end, silent ? "unknown" : bucketOf(rules.timeModel, state.value(s), mode.value(m)));
    if (state.time(s + 1) === end) s += 1;
    if (mode.time(m + 1) === end) m += 1;
    if (seen.time(k + 1) === end) k += 1;
    start = end;
  }
  return result;
}

/** What the machine said, or what its counts say for it: right within [from, to). */
export function statesOf(readings: Readings, from: number, to: number, rules: CountingRules): Column<string | null> {
  return rules.quietMs === undefined ? readings.state : countedStates(readings, from, to, rules);
}

function extend(result: Segment[], start: number, end: number, bucket: Bucket): void {
  const last = result.at(-1);
  if (last?.bucket === bucket) result[result.length - 1] = { start: last.start, end, bucket };
  else result.push({ start, end, bucket });
}

/** Consecutive own stops are one stop; unknown time and waiting for others end it. */
function withMicroStops(all: readonly Segment[], microStopMs: number): Segment[] {
  const result: Segment[] = [];
  for (let i = 0; i < all.length; ) {
    let after = i;
    while (after < all.length && OWN_STOP.has((all[after] as Segment).bucket)) after += 1;
    const first = all[i] as Segment;
    if (after === i) {
      result.push(first);
      i += 1;
      continue;
    }
    const stop = all.slice(i, after);
    const end = (stop.at(-1) as Segment).end;
    if (end - first.start < microStopMs) result.push({ start: first.start, end, bucket: "micro" });
    else result.push(...stop);
    i = after;
  }
  return result;
}

function clip(all: readonly Segment[], from: number, to: number): Segment[] {
  return all
    .filter((segment) => segment.end > from && segment.start < to)
    .map(({ start, end, bucket }) => ({ start: Math.max(start, from), end: Math.min(end, to), bucket }));
}

/** Whether the last state known at `t` is a stop of the machine's own. */
export function inOwnStop(readings: Readings, t: number, rules: TimelineRules): boolean {
  const { mode } = readings;
  const state = statesOf(readings, t, t + 1, rules);
  return OWN_STOP.has(bucketOf(rules.timeModel, state.value(state.at(t)), mode.value(mode.at(t))));
}

/**
 * The instant since which it is not known at `t` what the machine does: in one own stop and, as far as is known, for less
 * than `microStopMs`; or without a count for no longer than it may be.
 */
export function undecidedStopSince(readings: Readings, t: number, rules: TimelineRules): number | null {
  const open = openCount(readings, t, rules);
  if (open === null && !inOwnStop(readings, t, rules)) return null;
  return shortStopBefore(readings, open ?? t, rules) ?? open;
}

/** Where an own stop that lasts up to `t` began, if that is less than `microStopMs` ago. */
function shortStopBefore(readings: Readings, t: number, rules: TimelineRules): number | null {
  if (rules.microStopMs <= 0) return null;
  let since: number | null = null;
  for (const segment of segments(readings, t - rules.microStopMs, t, rules).toReversed()) {
    if (!OWN_STOP.has(segment.bucket)) break;
    since = segment.start;
  }
  return since !== null && since > t - rules.microStopMs ? since : null;
}
