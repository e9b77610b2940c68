/** A stop of a machine, and the event `downtime.stop.v1` that states it. */
import { type Static, Type } from "typebox";
import type { TwinEvent } from "../../connect/event/index.ts";
import type { LossClass } from "../../connect/model/index.ts";

export const DOWNTIME_STOP = "downtime.stop.v1";

/** [start, end) in ms UTC, as long as the machine stands for one kind of cause; `end` is null while it lasts. */
export interface Stop {
  readonly start: number;
  readonly end: number | null;
  /** Of its states, the gravest: failure before hold before stop. */
  readonly bucket: LossClass;
  /** The first state with that bucket. */
  readonly state: string;
  /** What the controller said, and the reason of the tree that means it; null for none. */
  readonly text: string | null;
  readonly reason: string | null;
  /** Shorter than the micro-stop threshold over its full length. */
  readonly micro: boolean;
}

export const LOSS_CLASS = Type.Union(
  [
    Type.Literal("failure"),
    Type.Literal("stop"),
    Type.Literal("hold"),
    Type.Literal("setup"),
    Type.Literal("plannedDown"),
    Type.Literal("external"),
    Type.Literal("noOrder"),
  ],
  { description: "The gravest of its states, failure before hold before stop, or what a reason counts as." },
);

export const DOWNTIME_STOP_DATA = Type.Object(
  {
    bucket: LOSS_CLASS,
    state: Type.String({ description: "The first state with that bucket." }),
    text: Type.Union([Type.String(), Type.Null()], { description: "What the controller gave as the reason." }),
    reason: Type.Union([Type.String(), Type.Null()], { description: "Automatic reason: id in the reasons tree." }),
    micro: Type.Boolean({ description: "Shorter than the micro-stop threshold over its full length." }),
    withdrawn: Type.Boolean({ description: "Late data showed that no stop starts here." }),
  },
  { additionalProperties: false },
);

export type DowntimeStopData = Static<typeof DOWNTIME_STOP_DATA>;
export type DowntimeStopEvent = TwinEvent<DowntimeStopData>;

/** The evidence depends on nothing but the rules, so that stating a stop again is the same statement and no new revision. */
export interface StopEvidence {
  readonly asset: string;
  readonly modelRevision: string;
  readonly microStopMs: number;
}

export function stopEvent(stop: Stop, revision: number, evidence: StopEvidence): DowntimeStopEvent {
  const { start, end, ...said } = stop;
  return eventOf(start, end, { ...said, withdrawn: false }, revision, evidence);
}

/** What replaces a stop that late data took away: the same key, no length. Nothing is deleted. */
export function withdrawnStop(stop: Stop, revision: number, evidence: StopEvidence): DowntimeStopEvent {
  const { start, end: _end, ...said } = stop;
  return eventOf(start, start, { ...said, withdrawn: true }, revision, evidence);
}

function eventOf(start: number, end: number | null, data: DowntimeStopData, revision: number, evidence: StopEvidence): DowntimeStopEvent {
  const { asset, modelRevision, microStopMs } = evidence;
  return {
    kind: DOWNTIME_STOP,
    asset,
    start,
    end,
    revision,
    data,
    evidence: { model: modelRevision, options: { micro_stop_ms: microStopMs } },
  };
}

/** The stop that an event states; null for one that was withdrawn. */
export function stopOf({ start, end, data }: Pick<DowntimeStopEvent, "start" | "end" | "data">): Stop | null {
  const { bucket, state, text, reason, micro, withdrawn } = data;
  return withdrawn ? null : { start, end, bucket, state, text, reason, micro };
}

/** Nothing that a reader could see differs. */
export function sameStop(a: Stop, b: Stop): boolean {
  return (
    a.start === b.start &&
    a.end === b.end &&
    a.bucket === b.bucket &&
    a.state === b.state &&
    a.text === b.text &&
    a.reason === b.reason &&
    a.micro === b.micro
  );
}
