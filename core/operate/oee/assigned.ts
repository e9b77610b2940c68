/** Time that people or rules have assigned to a bucket: it replaces what the machine said, to the millisecond. */
import { MACHINE_BUCKETS, type MachineBucket } from "./measures.ts";
import { replaced, type Span, within } from "./stretches.ts";

export interface AssignedStretch extends Span {
  readonly bucket: MachineBucket;
}

/** What was assigned in [from, to) before and is now; a change that waits for the historian is kept as this. */
export interface Reassigned {
  readonly from: number;
  readonly to: number;
  readonly was: readonly AssignedStretch[];
  readonly now: readonly AssignedStretch[];
  /** Of a line: the station whose time it is. */
  readonly station?: string;
}

/** Assigned stretches of one machine, in order of time and without overlap. Immutable. */
export class AssignedTime {
  static readonly NONE = new AssignedTime([]);
  readonly stretches: readonly AssignedStretch[];

  /** `stretches` as `assignmentFault` accepts them, in any order. */
  constructor(stretches: readonly AssignedStretch[]) {
    this.stretches = stretches.toSorted((a, b) => a.start - b.start);
  }

  /** The stretches within [from, to), clipped to it. */
  within(from: number, to: number): AssignedStretch[] {
    return within(this.stretches, from, to);
  }

  /** A copy in which `stretches` (inside [from, to)) take the place of whatever was assigned there. */
  replaced(from: number, to: number, stretches: readonly AssignedStretch[]): AssignedTime {
    return new AssignedTime(replaced(this.stretches, from, to, stretches));
  }
}

const BUCKET_NAMES: ReadonlySet<string> = new Set(MACHINE_BUCKETS);

/** What is wrong with an assignment for [from, to), in one sentence; undefined when it can be taken. */
export function assignmentFault(from: number, to: number, stretches: readonly AssignedStretch[]): string | undefined {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from >= to)
    return "The range of an assignment is two instants in integer milliseconds, the earlier first.";
  let last = from;
  for (const { start, end, bucket } of stretches.toSorted((a, b) => a.start - b.start)) {
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start >= end)
      return "An assigned stretch begins before it ends, in integer milliseconds.";
    if (start < from || end > to)
      return "An assigned stretch reaches beyond the range that is assigned; widen the range or clip the stretch.";
    if (start < last) return "Two assigned stretches overlap; clip one of them.";
    if (!BUCKET_NAMES.has(bucket)) return `${JSON.stringify(bucket)} is no bucket that time can be assigned to.`;
    last = end;
  }
  return undefined;
}
