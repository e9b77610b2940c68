/** Who really keeps each machine of the demo plant from working, and what the plant says meanwhile. */
import { type PlantModel, tagsAt } from "../../core/connect/model/index.ts";
import type { OeeLineEvent } from "../../core/operate/line/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { BottlingLine, NAMESPACE_URI, readSite } from "../../plant/simulator/index.ts";
import { SITE_DIR } from "./demo-site.ts";

/** How often the truth is asked, ms. */
const EVERY = 100;
const FAULT = /^(?:Micro stop|Breakdown|Material)/;

export interface TrueCulprits {
  readonly samples: readonly Sample[];
  /** Per asset and step of `everyMs` from the start: the asset that keeps it from working; null while it works. */
  readonly hinderedBy: ReadonlyMap<string, readonly (string | null)[]>;
  /** When each asset was not running for a reason that is not waiting. */
  readonly ownStops: readonly { readonly asset: string; readonly start: number; readonly end: number; readonly fault: boolean }[];
  readonly everyMs: number;
  readonly from: number;
}

export function trueCulprits(
  model: PlantModel,
  story: { readonly seed: number; readonly from: number; readonly to: number },
): TrueCulprits {
  const line = new BottlingLine({ seed: story.seed, start: story.from, ...readSite(SITE_DIR) });
  const samples: Sample[] = [];
  const hinderedBy = new Map<string, (string | null)[]>();
  for (let at = story.from; at <= story.to; at += EVERY) {
    for (const { nodeId, value, timestamp } of line.advanceTo(at))
      for (const { id } of tagsAt(model, `nsu=${NAMESPACE_URI};s=${nodeId}`)) samples.push({ tag: id, value, quality: "Good", timestamp });
    for (const [asset, who] of line.hinderedBy) {
      const known = hinderedBy.get(asset);
      if (known === undefined) hinderedBy.set(asset, [who]);
      else known.push(who);
    }
  }
  const ownStops = line.truth.assets.flatMap((asset) =>
    (line.truth.summary(asset, story.from, story.to)?.intervals ?? [])
      .filter(({ reason }) => reason !== "" && reason !== "Blocked" && reason !== "Starved")
      .map(({ start, end, reason }) => ({ asset, start, end, fault: FAULT.test(reason) })),
  );
  return { samples, hinderedBy, ownStops, everyMs: EVERY, from: story.from };
}

/**
 * How much of the line's down time is given to the station that really kept the constraint from working, ms. The truth is
 * known in steps, so each minute is compared station by station: what both say of a station is right.
 */
export function attributed(
  events: readonly OeeLineEvent[],
  { hinderedBy, everyMs, from }: TrueCulprits,
  constraint: string,
  line: string,
): { readonly down: number; readonly right: number } {
  let [down, right] = [0, 0];
  for (const { start, end, data } of events) {
    const really = new Map<string, number>();
    for (let at = start; at < (end ?? start); at += everyMs) {
      const who = hinderedBy.get(constraint)?.[Math.round((at - from) / everyMs)]?.slice(line.length + 1);
      if (who !== undefined) really.set(who, (really.get(who) ?? 0) + everyMs);
    }
    down += data.line_down_ms;
    for (const { station, lost_ms } of data.stations) right += Math.min(lost_ms, really.get(station) ?? 0);
  }
  return { down, right };
}

/**
 * The same for minutes in which only one thing can be the cause: a single station had a fault then or in the `lookBackMs`
 * before, and none was stopped for another reason. It rests on nothing but who had a fault.
 */
export function singleCauses(
  events: readonly OeeLineEvent[],
  { ownStops }: TrueCulprits,
  line: string,
  lookBackMs: number,
): { readonly down: number; readonly right: number } {
  let [down, right] = [0, 0];
  for (const { start, end, data } of events) {
    if (data.line_down_ms === 0) continue;
    const near = ownStops.filter((stop) => stop.start < (end ?? start) && stop.end > start - lookBackMs);
    const only = near[0]?.asset;
    if (only === undefined || near.some(({ asset, fault }) => asset !== only || !fault)) continue;
    down += data.line_down_ms;
    right += data.stations.find(({ station }) => `${line}.${station}` === only)?.lost_ms ?? 0;
  }
  return { down, right };
}
