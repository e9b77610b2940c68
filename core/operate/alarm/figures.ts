/** Annunciations as the ledger holds them, and the counts of a node as samples. */
import type { Contract, ContractTag } from "../../connect/contract/index.ts";
import type { Sample } from "../../connect/sample/index.ts";
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import type { AlarmCounts } from "./alarms-state.ts";
import type { Annunciation } from "./performance.ts";
import { alarmOf, isAnnunciation } from "./state-event.ts";

/** The annunciations among entries of the ledger (latest revisions). One that was cut off, e.g. by shelving, counts as returned then. */
export function annunciationsOf(entries: readonly LedgerEntry[]): Annunciation[] {
  return entries.flatMap((entry) => {
    const stated = alarmOf(entry);
    if (stated === undefined || !isAnnunciation(stated.data)) return [];
    const { priority, returned, acknowledged } = stated.data;
    const cutOff = returned === null && entry.end !== null;
    const made = {
      alarm: entry.asset,
      priority,
      time: entry.start,
      returned: returned ?? entry.end,
      acknowledged: acknowledged?.at ?? null,
    };
    return [cutOff ? { ...made, cutOff } : made];
  });
}

/** What a node publishes of its alarms. */
export const ALARM_CONTRACT: Contract = {
  name: "_alarm_v1",
  tags: new Map<string, ContractTag>([
    ["active", { type: "int" }],
    ["unacknowledged", { type: "int" }],
    ["inhibited", { type: "int" }],
    ["annunciated_10min", { type: "int" }],
    ["flood", { type: "bool" }],
  ]),
};

/** `<asset>._alarm_v1.active` and so on: what boards and flows want to know without asking the ledger. */
export function alarmSamples(asset: string, counts: AlarmCounts, timestamp: number): Sample[] {
  const sample = (name: string, value: number | boolean): Sample => ({
    tag: `${asset}.${ALARM_CONTRACT.name}.${name}`,
    value,
    quality: "Good",
    timestamp,
  });
  return [
    sample("active", counts.active),
    sample("unacknowledged", counts.unacknowledged),
    sample("inhibited", counts.inhibited),
    sample("annunciated_10min", counts.recent),
    sample("flood", counts.flood),
  ];
}
