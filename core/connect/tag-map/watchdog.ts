/** Finds tags that have fallen silent, and looks how long values rest. */
import { type Reject, reject, type Sample } from "../sample/index.ts";
import type { TagState } from "./route.ts";

export interface Silence {
  readonly samples: Sample[];
  readonly rejects: Reject[];
}

/** One STALE reject per tag and episode, and with `marker` one sample `null`, `Bad` 1 ms after the newest one. */
export function watchTags(tags: Iterable<TagState>, marker: boolean, now: number): Silence {
  const samples: Sample[] = [];
  const rejects: Reject[] = [];
  for (const state of tags) {
    const latest = state.recent.latest();
    if (latest !== undefined) state.observed.follow(latest, now);
    const expected = state.expectedEveryMs;
    if (expected === undefined || state.stale) continue;
    // A clock that was set back must not make a tag look fresh for long.
    if (state.lastLive === undefined || state.lastLive > now) state.lastLive = now;
    if (now - state.lastLive <= expected) continue;
    state.stale = true;
    const message = `No new value of ${state.tag} for ${now - state.lastLive} ms; one is expected every ${expected} ms. Check the source and its connection.`;
    rejects.push(reject("STALE", { tag: state.tag, lastReceived: state.lastLive, expectedEveryMs: expected }, { message, tag: state.tag }));
    const { newest } = state.recent;
    if (marker && Number.isFinite(newest)) samples.push({ tag: state.tag, value: null, quality: "Bad", timestamp: newest + 1 });
  }
  return { samples, rejects };
}
