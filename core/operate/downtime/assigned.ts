/** Which time of a machine people gave to another bucket than its states did: what the OEE calculator lays over its timeline. */
import type { LossClass } from "../../connect/model/index.ts";
import type { Effective } from "./effective.ts";

/** [start, end), integer ms UTC. */
export interface NamedTime {
  readonly start: number;
  readonly end: number;
  readonly bucket: LossClass;
}

/**
 * In order and without overlap; of a stop that lasts, what has passed at `until`. An automatic reason names a stop and moves
 * no time: what a state counts as is the equipment class's to say.
 */
export function namedTime({ stops }: Effective, until: number): NamedTime[] {
  const result: NamedTime[] = [];
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
