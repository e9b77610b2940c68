/** The alarm list as an operator sees it: what is open now, what is kept quiet, and what has been. */
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import { type AlarmPriority, type AlarmRationale, rankOf } from "./definition.ts";
import { displayed } from "./displayed.ts";
import type { AlarmNaming } from "./naming.ts";
import type { AlarmResponse, AlarmResponseData } from "./response.ts";
import { alarmOf, type AlarmStateData, type Deed, type EndReason, type Inhibition, isAnnunciation } from "./state-event.ts";
import { type AlarmState, isUnacknowledged } from "./states.ts";

export interface ShownAlarm {
  /** See `alarmPath`: what a response is sent to. */
  readonly path: string;
  readonly asset: string;
  readonly label: string;
  readonly alarm: string;
  readonly message: string;
  readonly priority: AlarmPriority;
  readonly class: string;
  readonly state: AlarmState;
  readonly active: boolean;
  readonly start: number;
  readonly end: number | null;
  readonly returned: number | null;
  readonly value: AlarmStateData["value"];
  /** Name of the state, or of the value of an enumeration, that raised it; null where there is none. */
  readonly meaning: string | null;
  readonly limit: number | null;
  readonly unit: string | null;
  /** Path of the control chart whose signal raised it, while that is at work. */
  readonly chart: string | null;
  readonly acknowledged: Deed | null;
  readonly inhibited: Inhibition | null;
  readonly firstOut: boolean | null;
  readonly realarms: number;
  /** Where neither the process nor a person ended it. */
  readonly endedBecause: EndReason | null;
  /** Of the definition that is at work. */
  readonly rationale?: AlarmRationale;
  /** What somebody has done and the alarm has not taken yet. */
  readonly pending: { readonly action: AlarmResponseData["action"]; readonly by: string } | null;
}

export interface AlarmListView {
  readonly now: number;
  readonly zone: string;
  readonly person: { readonly label: string; readonly responds: boolean; readonly services: boolean };
  /** Waiting for somebody first, then by priority, then the newest. */
  readonly open: readonly ShownAlarm[];
  /** Shelved, suppressed by design, out of service. */
  readonly inhibited: readonly ShownAlarm[];
  /** Open alarms beyond those shown. */
  readonly more: number;
  readonly flood: boolean;
  readonly recent: number;
  /** Out of service for longer, an alarm is to be looked at, ms. */
  readonly reviewAfterMs: number;
}

type Entry = Pick<LedgerEntry, "kind" | "asset" | "start" | "end" | "data" | "recorded">;

const MOST_SHOWN = 300;

export function shownAlarm(entry: Entry, naming: AlarmNaming, responses: readonly AlarmResponse[] = []): ShownAlarm | undefined {
  const stated = alarmOf(entry);
  if (stated === undefined) return undefined;
  const { start, end, data } = stated;
  const { asset, alarm, message, priority, class: kind, state, active, returned, acknowledged, inhibited } = data;
  const chart = naming.chartOf(data);
  const latest = responses.findLast(({ path, data: said }) => path === entry.asset && waitsFor(said, state, start, end));
  return {
    path: entry.asset,
    asset,
    label: naming.labelOf(asset),
    alarm,
    message,
    priority,
    class: kind,
    state,
    active,
    start,
    end,
    returned,
    ...displayed({ ...data, unit: data.unit ?? chart?.unit ?? null }, naming.display),
    meaning: naming.meaningOf(data),
    chart: chart?.path ?? null,
    acknowledged,
    inhibited,
    firstOut: data.first_out,
    realarms: data.realarms,
    endedBecause: data.ended_because ?? null,
    pending: latest === undefined || latest.recorded < entry.recorded ? null : { action: latest.data.action, by: latest.author },
  };
}

/** Whether a response asks for something that the alarm is not yet. */
function waitsFor(said: AlarmResponseData, state: AlarmState, start: number, end: number | null): boolean {
  if (end !== null) return false;
  if (said.action === "acknowledge") return said.occurrence === start && isUnacknowledged(state);
  if (said.action === "reset") return said.occurrence === start && state === "latched-acknowledged";
  if (said.action === "shelve") return state !== "shelved" && state !== "out-of-service";
  if (said.action === "unshelve") return state === "shelved";
  return said.action === "remove-from-service" ? state !== "out-of-service" : state === "out-of-service";
}

/** Open alarms and inhibited ones of what `entries` (open statements) and recent responses say. */
export function shownAlarms(
  entries: readonly Entry[],
  responses: readonly AlarmResponse[],
  naming: AlarmNaming,
): Pick<AlarmListView, "open" | "inhibited" | "more"> {
  const shown = entries.flatMap((entry) => (entry.end === null ? (shownAlarm(entry, naming, responses) ?? []) : []));
  const open = shown.filter(isAnnunciation).toSorted(byUrgency);
  const inhibited = shown.filter((one) => !isAnnunciation(one)).toSorted((a, b) => b.start - a.start);
  return { open: open.slice(0, MOST_SHOWN), inhibited: inhibited.slice(0, MOST_SHOWN), more: Math.max(0, open.length - MOST_SHOWN) };
}

function byUrgency(a: ShownAlarm, b: ShownAlarm): number {
  const waits = Number(isUnacknowledged(b.state)) - Number(isUnacknowledged(a.state));
  return waits || rankOf(a.priority) - rankOf(b.priority) || b.start - a.start;
}
