/**
 * The message `alarm.condition.v1`: how any node raises an alarm. It says that a condition of a piece of equipment
 * holds, or does not hold any more, from `start` on; whether and when that is annunciated is the alarm's own matter.
 */
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { TwinEvent } from "../../connect/event/index.ts";
import { ALARM_NAME, PRIORITY } from "./definition.ts";

export const ALARM_CONDITION = "alarm.condition.v1";

export const ALARM_CONDITION_DATA = Type.Object(
  {
    alarm: Type.String({ pattern: ALARM_NAME, description: "Name of the alarm within the asset, the same every time." }),
    active: Type.Boolean({ description: "Whether the condition holds from `start` on." }),
    message: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000, description: "What has happened and what to do." })),
    priority: Type.Optional(PRIORITY),
    class: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    tag: Type.Optional(Type.String({ maxLength: 512 })),
    value: Type.Optional(Type.Union([Type.Number(), Type.String({ maxLength: 1_000 }), Type.Boolean(), Type.Null()])),
    limit: Type.Optional(Type.Number()),
    unit: Type.Optional(Type.String({ maxLength: 64 })),
    latching: Type.Optional(Type.Boolean()),
    group: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    on_delay_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400_000 })),
    off_delay_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400_000 })),
  },
  { additionalProperties: false },
);

export type AlarmConditionData = Static<typeof ALARM_CONDITION_DATA>;
export type AlarmConditionEvent = TwinEvent<AlarmConditionData>;

/** `alarmCondition("acme.galway.bottling.line01.filler01", 1760000000000, { alarm: "spc_rule_1", active: true })`. */
export function alarmCondition(asset: string, at: number, data: AlarmConditionData): AlarmConditionEvent {
  return { kind: ALARM_CONDITION, asset, start: at, end: at, revision: 1, data };
}

/** True for anything that claims to be a condition, well made or not. */
export function claimsCondition(input: unknown): boolean {
  return (
    typeof input === "object" && input !== null && Object.hasOwn(input, "kind") && (input as { kind: unknown }).kind === ALARM_CONDITION
  );
}

/** The condition, or what is wrong with it and where. */
export function readCondition(input: unknown): AlarmConditionEvent | { readonly field: string; readonly problem: string } {
  const own = Object.assign(Object.create(null) as Record<string, unknown>, input);
  const { asset, start, data } = own;
  if (typeof asset !== "string") return { field: "asset", problem: "The asset must be an equipment path." };
  if (!Number.isSafeInteger(start)) return { field: "start", problem: "The start must be an integer number of ms UTC." };
  const [wrong] = Value.Errors(ALARM_CONDITION_DATA, data);
  if (wrong !== undefined || !Value.Check(ALARM_CONDITION_DATA, data))
    return {
      field: `data${(wrong?.instancePath ?? "").replaceAll("/", ".")}`,
      problem: `The condition ${wrong?.message ?? "is malformed"}.`,
    };
  return alarmCondition(asset, start as number, data);
}
