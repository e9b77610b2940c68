/** Which time of a machine people gave to another bucket than its states did: what the OEE calculator lays over its timeline. */
import type { AssignedStretch } from "../oee/index.ts";
import type { Effective } from "./effective.ts";

/**
 * In order and without overlap; of a stop that lasts, what has passed at `until`. An automatic reason names a stop and moves
 * no time: what a state counts as is the equipment class's to say.
 */
export function namedTime({ stops }: Effective, until: number): AssignedStretch[] {
  const result: AssignedStretch[] = [];
  for (const { parts } of stops) {
    for (const { start, end: ends, bucket, by } of parts) {
      const end = ends ?? until;
      if (by !== "operator" || end <= start) continue;
      const last = result.at(-1);
      if (last !== undefined && last.end === start && last.bucket === bucket) result[result.length - 1] = { ...last, end };
      else result.push({ start, end, bucket });
    }
  }
  return result;
}

/** A range and all that is assigned in it now, as `OeeCalculator.assign` takes it. */
export interface AssignedChange {
  readonly from: number;
  readonly to: number;
  readonly stretches: readonly AssignedStretch[];
}

/** The one range in which two lists of stretches differ; null where they are equal. */
export function changedTime(before: readonly AssignedStretch[], after: readonly AssignedStretch[]): AssignedChange | null {
  let first = 0;
  while (first < before.length && first < after.length && same(before[first], after[first])) first += 1;
  let last = 0;
  while (last < Math.min(before.length, after.length) - first && same(before.at(-1 - last), after.at(-1 - last))) last += 1;
  const changed = [...before.slice(first, before.length - last), ...after.slice(first, after.length - last)];
  if (changed.length === 0) return null;
  const from = Math.min(...changed.map(({ start }) => start));
  const to = Math.max(...changed.map(({ end }) => end));
  return { from, to, stretches: after.slice(first, after.length - last) };
}

function same(a: AssignedStretch | undefined, b: AssignedStretch | undefined): boolean {
  return a?.start === b?.start && a?.end === b?.end && a?.bucket === b?.bucket;
}
