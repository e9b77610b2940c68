/** What fresh readings change: where history begins, and which stated minutes, in memory and beyond. */
import type { Sample } from "../../connect/sample/index.ts";
import type { Beyond } from "../oee/beyond.ts";
import { MINUTE, minute, onGrid, type Stretch } from "./grid.ts";

export interface Fresh<R> {
  readonly reading: R;
  readonly sample: Sample;
}

export interface Changed {
  readonly begin: number;
  readonly inMemory: readonly Stretch[];
  readonly beyond: Beyond | null;
}

/** What is known before the fresh readings: history from `begin`, stated up to `stated`, in memory from `floor`. */
interface Known {
  readonly begin: number;
  readonly stated: number;
  readonly floor: number;
}

/** What a further reading can change. */
export interface Reach<R> {
  /** Never too little; what it changes in fact is found by comparing. Before `floor` the readings are not complete. */
  reachedBy(reading: R, floor: number): readonly Stretch[];
  /** A source may report values it has held for days; only some readings prove that the asset was watched at that time. */
  startsHistory(reading: R): boolean;
}

/** History is not begun before `oldest`. */
export function changedBy<R extends { readonly time: number }>(
  fresh: readonly Fresh<R>[],
  known: Known,
  reach: Reach<R>,
  oldest: number | undefined,
): Changed {
  const { stated, floor } = known;
  let begin = known.begin;
  for (const { reading } of fresh)
    if (reach.startsHistory(reading)) begin = Math.min(begin, Math.max(minute(reading.time), minute(oldest ?? reading.time)));
  const all: Stretch[] = begin < known.begin ? [{ from: begin, to: known.begin }] : [];
  const reaching: Sample[] = [];
  for (const { reading, sample } of fresh) {
    let reaches = reading.time < known.begin && reading.time < floor && reach.startsHistory(reading);
    for (const stretch of reach.reachedBy(reading, floor)) {
      if (stretch.from < stated) all.push(stretch);
      if (stretch.from < floor) reaches = true;
    }
    if (reaches) reaching.push(sample);
  }
  if (all.length === 0) return { begin, inMemory: [], beyond: null };
  const stretches = onGrid(all, MINUTE, begin, Math.min(floor, stated));
  return {
    begin,
    inMemory: onGrid(all, MINUTE, Math.max(begin, floor), stated),
    beyond: stretches.length === 0 ? null : { stretches, begin: known.begin, samples: reaching },
  };
}
