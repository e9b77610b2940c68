/**
 * The event `alarm.state.v1`: one annunciation of one alarm, from its start until it is over, or one period in which
 * the alarm was inhibited. Every change in between is the next revision; `end` is null while it lasts.
 */
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import type { TwinEvent } from "../../connect/event/index.ts";
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import { PRIORITY } from "./definition.ts";

export const ALARM_STATE = "alarm.state.v1";

const instant = Type.Integer();
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);
const text = Type.String({ maxLength: 1_000 });

/** What a person did about it; `by` is the name of the account. */
const deed = { by: Type.String({ maxLength: 200 }), at: instant, comment: nullable(text) };

export const ALARM_STATE_DATA = Type.Object(
  {
    asset: Type.String({ description: "Equipment path. The event's own `asset` is this and the alarm's name." }),
    alarm: Type.String({ description: "Name of the alarm within the asset." }),
    state: Type.Union(
      [
        Type.Literal("normal"),
        Type.Literal("unacknowledged"),
        Type.Literal("acknowledged"),
        Type.Literal("rtn-unacknowledged"),
        Type.Literal("latched-unacknowledged"),
        Type.Literal("latched-acknowledged"),
        Type.Literal("shelved"),
        Type.Literal("suppressed"),
        Type.Literal("out-of-service"),
      ],
      { description: "ISA-18.2 state; with an `end`, the state that came after." },
    ),
    active: Type.Boolean({ description: "Whether the condition held at the latest change." }),
    priority: PRIORITY,
    class: text,
    source: Type.String({ description: "What it watches: `high`, `state`, `stale`, `rejects`, `condition` …" }),
    message: text,
    tag: nullable(Type.String()),
    value: Type.Union([Type.Number(), text, Type.Boolean(), Type.Null()], { description: "The value that raised it." }),
    limit: nullable(Type.Number()),
    unit: nullable(Type.String()),
    returned: Type.Union([instant, Type.Null()], { description: "When the condition was normal again." }),
    acknowledged: nullable(Type.Object(deed, { additionalProperties: false })),
    inhibited: Type.Union(
      [
        Type.Object(
          {
            by: nullable(Type.String()),
            at: instant,
            comment: nullable(text),
            until: nullable(instant),
            as: Type.Optional(
              Type.Union([Type.Literal("shelved"), Type.Literal("suppressed"), Type.Literal("out-of-service")], {
                description: "What it was; `state` is what came after. Not in older statements: there what has an `until` was shelved.",
              }),
            ),
          },
          { additionalProperties: false },
        ),
        Type.Null(),
      ],
      { description: "Who shelved it or took it out of service, and until when; `by` is null where the plant's design did." },
    ),
    group: nullable(Type.String()),
    first_out: Type.Union([Type.Boolean(), Type.Null()], { description: "First of its group; null without a group." }),
    realarms: Type.Integer({
      description: "How often it was annunciated again: while nobody had acknowledged it, or because it stood on after that.",
    }),
    ended_because: Type.Optional(
      Type.Union(
        [
          Type.Literal("definition-removed"),
          Type.Literal("definition-changed"),
          Type.Literal("other-node"),
          Type.Literal("re-alarm"),
          Type.Literal("planned-end"),
        ],
        {
          description:
            "Where neither the process nor a person ended it: its definition is gone, watches something else, or is another node's; " +
            "it was acknowledged and stood on (`re-alarm`, the next statement goes on); shelving or the time out of service was over.",
        },
      ),
    ),
  },
  { additionalProperties: false },
);

/** Compiled: a page of history checks some ten thousand statements at once. */
const CHECKED = Compile(ALARM_STATE_DATA);

export type AlarmStateData = Static<typeof ALARM_STATE_DATA>;
export type AlarmStateEvent = TwinEvent<AlarmStateData>;
export type EndReason = NonNullable<AlarmStateData["ended_because"]>;
export type Deed = NonNullable<AlarmStateData["acknowledged"]>;
export type Inhibition = NonNullable<AlarmStateData["inhibited"]>;

/** What an entry of the ledger says of an alarm; undefined where it is none. */
export function alarmOf(
  entry: Pick<LedgerEntry, "kind" | "start" | "end" | "data">,
): { readonly start: number; readonly end: number | null; readonly data: AlarmStateData } | undefined {
  if (entry.kind !== ALARM_STATE || !CHECKED.Check(entry.data)) return undefined;
  return { start: entry.start, end: entry.end, data: entry.data };
}

/** Whether a statement is about an annunciation, not about a time in which the alarm was inhibited. */
export function isAnnunciation({ inhibited }: Pick<AlarmStateData, "inhibited">): boolean {
  return inhibited === null;
}
