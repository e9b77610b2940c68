/** The hours of a calendar in which nobody is on call. */
import type { WorkCalendar } from "../calendar/index.ts";
import { isOnCall, OFF_SHIFT, type Recipient } from "./recipient.ts";

export interface RosterGap {
  /** Names of shifts without anybody, `off` among them for the time outside shifts. */
  readonly shifts: readonly string[];
  /** How long altogether, ms. */
  readonly length: number;
  /** When it begins for the first time. */
  readonly first: number;
}

/** Undefined where somebody is on call throughout [from, to), or there are no recipients at all: then nobody is meant to be told. */
export function rosterGap(
  calendar: WorkCalendar,
  recipients: readonly Pick<Recipient, "shifts">[],
  from: number,
  to: number,
): RosterGap | undefined {
  if (recipients.length === 0) return undefined;
  const open = calendar.plannedWindows(from, to).filter(({ shift }) => !recipients.some((one) => isOnCall(one, shift)));
  const [first] = open;
  if (first === undefined) return undefined;
  return {
    shifts: [...new Set(open.map(({ shift }) => shift ?? OFF_SHIFT))],
    length: open.reduce((sum, { start, end }) => sum + end - start, 0),
    first: first.start,
  };
}
