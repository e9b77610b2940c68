/**
 * How the alarm system performs (ISA-18.2 clause on monitoring, IEC 62682): rates, floods, bad actors, chattering,
 * fleeting and stale alarms, and the distribution of priorities. Pure functions over annunciations.
 */
import { type AlarmPriority, PRIORITIES } from "./definition.ts";
import { floodsOf } from "./flood.ts";

/** One annunciation of one alarm. Instants in ms. */
export interface Annunciation {
  /** See `alarmPath`. */
  readonly alarm: string;
  readonly priority: AlarmPriority;
  readonly time: number;
  /** When the condition was normal again; null while it holds. */
  readonly returned: number | null;
  /** When somebody acknowledged it; null while nobody has. */
  readonly acknowledged?: number | null;
}

export interface Actor {
  readonly alarm: string;
  readonly count: number;
}

export interface AlarmPerformance {
  readonly annunciated: number;
  /** Fixed bins of 10 min from the start of the time looked at. */
  readonly averagePer10min: number | null;
  readonly maximumPer10min: number;
  readonly binsOver10: number;
  readonly shareOfBinsOver10: number | null;
  /** Share of the time in flood: from more than 10 in the last 10 min to fewer than 5. */
  readonly shareInFlood: number | null;
  readonly floods: readonly { readonly start: number; readonly end: number }[];
  /** The ten alarms that came most often, the most frequent first, and their share of all. */
  readonly badActors: readonly Actor[];
  readonly shareOfBadActors: number | null;
  /** Alarms annunciated three times or more within 60 s. */
  readonly chattering: readonly string[];
  /** Alarms that came and went by themselves within 10 s or less, without chattering. */
  readonly fleeting: readonly string[];
  /** Alarms active without a break for more than 24 h. */
  readonly stale: readonly string[];
  readonly byPriority: Readonly<Record<AlarmPriority, number>>;
  /** Mean time to acknowledge, ms; null where nothing was acknowledged. */
  readonly meanTimeToAcknowledge: number | null;
}

/** What a well-kept alarm system stays within, per operator (ISA-18.2, EEMUA 191). */
export const ALARM_TARGETS = {
  averagePer10min: 1,
  maximumPer10min: 10,
  shareOfBinsOver10: 0.01,
  shareInFlood: 0.01,
  shareOfBadActors: 0.05,
  chattering: 0,
  stale: 5,
  /** Shares of the three usual priorities. */
  byPriority: { low: 0.8, medium: 0.15, high: 0.05 },
} as const;

const BIN_MS = 600_000;
const BIN_LIMIT = 10;
const CHATTER = { count: 3, withinMs: 60_000 } as const;
const FLEETING_MS = 10_000;
const STALE_MS = 24 * 3_600_000;
const BAD_ACTORS = 10;

/** Of the annunciations in [from, to), in any order. An alarm that was active before `from` counts where it is stale. */
export function alarmPerformance(all: readonly Annunciation[], from: number, to: number): AlarmPerformance {
  const ordered = all.toSorted((a, b) => a.time - b.time);
  const inside = ordered.filter(({ time }) => time >= from && time < to);
  const bins = new Map<number, number>();
  for (const { time } of inside) {
    const bin = Math.floor((time - from) / BIN_MS);
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  const length = Math.max(0, to - from);
  const binCount = Math.ceil(length / BIN_MS);
  const binsOver10 = [...bins.values()].filter((count) => count > BIN_LIMIT).length;
  const floods = floodsOf(
    inside.map(({ time }) => time),
    to,
  );
  const byAlarm = Map.groupBy(inside, ({ alarm }) => alarm);
  const actors = [...byAlarm]
    .map(([alarm, times]) => ({ alarm, count: times.length }))
    .toSorted((a, b) => b.count - a.count || (a.alarm < b.alarm ? -1 : 1));
  const badActors = actors.slice(0, BAD_ACTORS);
  const chattering = [...byAlarm].filter(([, times]) => chatters(times.map(({ time }) => time))).map(([alarm]) => alarm);
  const fleeting = [...byAlarm].filter(([alarm, times]) => !chattering.includes(alarm) && times.some(isFleeting)).map(([alarm]) => alarm);
  const waits = inside.flatMap(({ time, acknowledged }) => (acknowledged == null ? [] : [Math.max(0, acknowledged - time)]));
  return {
    annunciated: inside.length,
    averagePer10min: share(inside.length, length / BIN_MS),
    maximumPer10min: Math.max(0, ...bins.values()),
    binsOver10,
    shareOfBinsOver10: share(binsOver10, binCount),
    shareInFlood: share(
      floods.reduce((sum, { start, end }) => sum + end - start, 0),
      length,
    ),
    floods,
    badActors,
    shareOfBadActors: share(
      badActors.reduce((sum, { count }) => sum + count, 0),
      inside.length,
    ),
    chattering: chattering.toSorted(),
    fleeting: fleeting.toSorted(),
    stale: staleAlarms(ordered, from, to),
    byPriority: Object.fromEntries(
      PRIORITIES.map((priority) => [priority, inside.filter((one) => one.priority === priority).length]),
    ) as Record<AlarmPriority, number>,
    meanTimeToAcknowledge: share(
      waits.reduce((sum, wait) => sum + wait, 0),
      waits.length,
    ),
  };
}

/** Three annunciations within a minute, anywhere. `times` in order. */
function chatters(times: readonly number[]): boolean {
  return times.some((time, i) => {
    const first = times[i - CHATTER.count + 1];
    return first !== undefined && time - first <= CHATTER.withinMs;
  });
}

function isFleeting({ time, returned }: Annunciation): boolean {
  return returned !== null && returned - time <= FLEETING_MS;
}

/** An alarm that is annunciated again while it holds (after shelving, say) has been active all along. */
function staleAlarms(ordered: readonly Annunciation[], from: number, to: number): string[] {
  const stale = [...Map.groupBy(ordered, ({ alarm }) => alarm)].filter(([, list]) =>
    list.some(({ time, returned }) => time < to && (returned ?? to) > from && Math.min(returned ?? to, to) - time > STALE_MS),
  );
  return stale.map(([alarm]) => alarm).toSorted();
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
