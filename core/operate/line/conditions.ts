/** What a station is doing, as the line sees it: waiting for its neighbours is told apart from standing still by itself. */
import { Column, type ColumnState } from "../oee/column.ts";
import type { AssignedStretch, AssignedTime } from "../oee/assigned.ts";
import type { MachineBucket, OeeRules, Readings } from "../oee/index.ts";
import { timeline } from "../oee/timeline.ts";

/** `external`: waiting, and nothing says for which side. The others are the bucket of the station's own stop, or unknown. */
export type Condition = MachineBucket | "blocked" | "starved";

export interface ConditionSegment {
  readonly start: number;
  readonly end: number;
  readonly condition: Condition;
}

export interface FlagsState {
  readonly blocked: ColumnState<boolean | null>;
  readonly starved: ColumnState<boolean | null>;
}

/** When a station said that it is blocked or starved; null: not usable from that instant on. */
export class Flags {
  readonly blocked: Column<boolean | null>;
  readonly starved: Column<boolean | null>;

  constructor(from?: FlagsState) {
    this.blocked = new Column(from?.blocked);
    this.starved = new Column(from?.starved);
  }

  trim(t: number): void {
    this.blocked.trim(t);
    this.starved.trim(t);
  }

  snapshot(from?: number): FlagsState {
    return { blocked: this.blocked.state(from), starved: this.starved.state(from) };
  }
}

/**
 * Machines raise the flag in Suspended, not on the way in and out. Waiting without a flag belongs to the side of the
 * same wait's flagged part if that is at most this far away, ms.
 */
export const SIDE_REACH_MS = 10_000;

const NO_SIDE: Condition = "external";

/** Whether the station stands still for a reason of its own, planned or not. */
export function isOwnStop(condition: Condition): boolean {
  return condition !== "run" && condition !== "unknown" && !isWaiting(condition);
}

export function isWaiting(condition: Condition): boolean {
  return condition === "blocked" || condition === "starved" || condition === NO_SIDE;
}

/** Segments that fill [from, to), without regard to the calendar and without micro-stops: a stop is a stop. */
export function conditions(
  readings: Readings,
  flags: Flags,
  from: number,
  to: number,
  rules: OeeRules,
  assigned?: AssignedTime,
  changeovers?: readonly AssignedStretch[],
): ConditionSegment[] {
  const result: ConditionSegment[] = [];
  const segments = timeline(readings, from - SIDE_REACH_MS, to + SIDE_REACH_MS, { ...rules, microStopMs: 0 }, assigned, changeovers);
  for (const { start, end, bucket } of segments)
    if (bucket === NO_SIDE) for (const one of sided(flags, start, end)) extend(result, one);
    else extend(result, { start, end, condition: bucket as MachineBucket });
  return result
    .filter((segment) => segment.end > from && segment.start < to)
    .map(({ start, end, condition }) => ({ start: Math.max(start, from), end: Math.min(end, to), condition }));
}

/** One wait, cut by side. */
function sided(flags: Flags, from: number, to: number): ConditionSegment[] {
  const parts: ConditionSegment[] = [];
  let b = flags.blocked.at(from);
  let s = flags.starved.at(from);
  for (let start = from; start < to; ) {
    const end = Math.min(to, flags.blocked.time(b + 1), flags.starved.time(s + 1));
    const [blocked, starved] = [flags.blocked.value(b) === true, flags.starved.value(s) === true];
    extend(parts, { start, end, condition: blocked === starved ? NO_SIDE : blocked ? "blocked" : "starved" });
    if (flags.blocked.time(b + 1) === end) b += 1;
    if (flags.starved.time(s + 1) === end) s += 1;
    start = end;
  }
  return parts.flatMap((part, i) => (part.condition === NO_SIDE ? reached(part, parts[i - 1], parts[i + 1]) : [part]));
}

/** The side before reaches into the gap first, then the side after. */
function reached({ start, end }: ConditionSegment, before?: ConditionSegment, after?: ConditionSegment): ConditionSegment[] {
  const first = before === undefined ? start : Math.min(end, start + SIDE_REACH_MS);
  const last = after === undefined ? end : Math.max(first, end - SIDE_REACH_MS);
  const pieces: ConditionSegment[] = [
    { start, end: first, condition: before?.condition ?? NO_SIDE },
    { start: first, end: last, condition: NO_SIDE },
    { start: last, end, condition: after?.condition ?? NO_SIDE },
  ];
  return pieces.filter((piece) => piece.end > piece.start);
}

function extend(result: ConditionSegment[], next: ConditionSegment): void {
  const last = result.at(-1);
  if (last?.condition === next.condition && last.end === next.start) result[result.length - 1] = { ...last, end: next.end };
  else result.push(next);
}

/** Index of the segment that holds at `t`, which must lie inside the segments. */
export function indexAt(segments: readonly ConditionSegment[], t: number): number {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((segments[middle] as ConditionSegment).end <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}
