/** Alarms without a row: defined by the condition that another node sends, or by what the ledger says of them. */
import type { AlarmConditionEvent } from "./condition-event.ts";
import type { AlarmDefinition } from "./definition.ts";
import type { AlarmStateData } from "./state-event.ts";

export function definitionRaised({ asset, data }: AlarmConditionEvent): AlarmDefinition {
  return {
    asset,
    alarm: data.alarm,
    source: { kind: "condition" },
    priority: data.priority ?? "low",
    class: data.class ?? "process",
    message: data.message ?? data.alarm,
    ...(data.unit === undefined ? {} : { unit: data.unit }),
    onDelayMs: data.on_delay_ms ?? 0,
    offDelayMs: data.off_delay_ms ?? 0,
    latching: data.latching ?? false,
    ...(data.group === undefined ? {} : { group: data.group }),
    suppressedIn: [],
  };
}

/** As far as a statement tells it: delays and latching are in none. */
export function definitionStated({ asset, alarm, priority, class: kind, message, unit, group }: AlarmStateData): AlarmDefinition {
  return {
    asset,
    alarm,
    source: { kind: "condition" },
    priority,
    class: kind,
    message,
    ...(unit === null ? {} : { unit }),
    onDelayMs: 0,
    offDelayMs: 0,
    latching: false,
    ...(group === null ? {} : { group }),
    suppressedIn: [],
  };
}
