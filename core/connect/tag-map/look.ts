/** What a tag map knows of one tag, as a copy for people who look. */
import type { SampleSource } from "../sample/index.ts";
import type { CountedReject, Resting } from "./observation.ts";
import type { LatestSample } from "./recent.ts";
import type { TagState } from "./route.ts";

export interface TagLook {
  readonly tag: string;
  /** The sample with the largest source time; undefined: never seen. */
  readonly latest: LatestSample | undefined;
  /** Reception of the last live sample, ms UTC; undefined since a restart until the next one. */
  readonly received: number | undefined;
  readonly expectedEveryMs: number | undefined;
  /** No live sample for `expectedEveryMs`. */
  readonly stale: boolean;
  readonly resting: Resting | undefined;
  readonly rejects: readonly CountedReject[];
  /** The addresses that have fed it, with the mapping `id@revision` that led here. */
  readonly sources: readonly SampleSource[];
}

export function tagLook(state: TagState, sources: readonly SampleSource[]): TagLook {
  const { tag, recent, lastLive, expectedEveryMs, stale, observed } = state;
  return {
    tag,
    latest: recent.latest(),
    received: lastLive,
    expectedEveryMs,
    stale,
    resting: observed.resting,
    rejects: observed.rejects,
    sources,
  };
}
