/**
 * The event `downtime.part.v1`: what one minute of the clock holds of a part of a stop. Boards add them up by reason, over
 * any window, as they do with the atoms of OEE; the stops and statements that they come from stay what people read.
 */
import { type Static, Type } from "typebox";
import type { TwinEvent } from "../../connect/event/index.ts";

export const DOWNTIME_PART = "downtime.part.v1";

/** Reason where nobody and nothing gave one. */
export const NO_REASON = "~";

export const DOWNTIME_PART_DATA = Type.Object(
  {
    reason: Type.String({ description: "Id in the reasons tree; ~ where none was given." }),
    loss: Type.String({ description: "Loss class of the part; micro for a micro-stop." }),
    duration_ms: Type.Integer({ minimum: 0, description: "Planned time of the part in this minute." }),
    stops: Type.Integer({ minimum: 0, description: "1 in the first minute of the part; a stop merged into another counts with it." }),
  },
  { additionalProperties: false },
);

export type DowntimePartData = Static<typeof DOWNTIME_PART_DATA>;
export type DowntimePartEvent = TwinEvent<DowntimePartData>;

/** [start, end) in ms UTC, within one minute. */
export interface PartMinute {
  readonly start: number;
  readonly end: number;
  readonly reason: string;
  readonly loss: string;
  readonly stops: number;
}

export function partEvent(asset: string, { start, end, reason, loss, stops }: PartMinute, revision: number): DowntimePartEvent {
  return { kind: DOWNTIME_PART, asset, start, end, revision, data: { reason, loss, duration_ms: end - start, stops } };
}

/** What replaces a minute that no longer starts here or carries these tags: the same key and tags, no length. */
export function withdrawnPart(part: PartMinute): PartMinute {
  return { ...part, end: part.start, stops: 0 };
}

/** The minute that an event states; null for one that was withdrawn. */
export function partOf({ start, end, data }: Pick<DowntimePartEvent, "start" | "end" | "data">): PartMinute | null {
  const { reason, loss, stops, duration_ms } = data;
  return duration_ms === 0 ? null : { start, end: end ?? start + duration_ms, reason, loss, stops };
}
