/**
 * How the alarm system performs (ISA-18.2 clause on monitoring, IEC 62682): rates, floods, bad actors, chattering,
 * fleeting and stale alarms, and the distribution of priorities. Pure functions over annunciations.
 */
import type { AlarmPriority } from "./definition.ts";
import { type FloodPeriod, floodsOf } from "./flood.ts";

/** One annunciation of one alarm. Instants in ms. */
export interface Annunciation {
  /** See `alarmPath`. */
  readonly alarm: string;
  readonly priority: AlarmPriority;
  readonly time: number;
  /** When the condition was normal again; null while it holds. */
  readonly returned: number | null;
  /** It did not return: it was kept quiet, annunciated again or ended then. */
  readonly cutOff?: boolean;
  /** When somebody acknowledged it; null while nobody has. */
  readonly acknowledged?: number | null;
}

export interface Actor {
  readonly alarm: string;
  readonly count: number;
}

export interface AlarmPerformance {
  readonly annunciated: number;
  /** Null of less than 10 min. Bins are fixed, from the start of the time looked at. */
  readonly averagePer10min: number | null;
  readonly maximumPer10min: number;
  readonly binsOver10: number;
  readonly shareOfBinsOver10: number | null;
  /** Share of the time in flood: from more than 10 in the last 10 min to fewer than 5. */
  readonly shareInFlood: number | null;
  readonly floods: readonly FloodPeriod[];
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
  const reading = new PerformanceReading(from, to);
  reading.take(all);
  return reading.performance();
}

/** The same by the piece: most of the work is done as they are taken. */
export class PerformanceReading {
  readonly #from: number;
  readonly #to: number;
  readonly #byAlarm = new Map<string, Annunciation[]>();
  readonly #times: number[] = [];
  readonly #bins = new Map<number, number>();
  readonly #byPriority: Record<AlarmPriority, number> = { critical: 0, high: 0, medium: 0, low: 0 };
  readonly #waited = { sum: 0, count: 0 };
  #floods: readonly FloodPeriod[] | undefined;
  #whole: readonly (readonly [string, readonly Annunciation[]])[] | undefined;

  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  take(annunciations: readonly Annunciation[]): void {
    [this.#floods, this.#whole] = [undefined, undefined];
    for (const one of annunciations) {
      const { alarm, time, priority, acknowledged } = one;
      const known = this.#byAlarm.get(alarm);
      if (known === undefined) this.#byAlarm.set(alarm, [one]);
      else known.push(one);
      if (!this.#isInside(one)) continue;
      this.#times.push(time);
      const bin = Math.floor((time - this.#from) / BIN_MS);
      this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1);
      this.#byPriority[priority] += 1;
      if (acknowledged == null) continue;
      this.#waited.sum += Math.max(0, acknowledged - time);
      this.#waited.count += 1;
    }
  }

  /** The longest parts of what is left to do at the end, one by one, for who pauses between them. */
  *rest(): Generator<void, void> {
    this.#flooded();
    yield;
    this.#ordered();
    yield;
  }

  #flooded(): readonly FloodPeriod[] {
    this.#floods ??= floodsOf(
      this.#times.toSorted((a, b) => a - b),
      this.#to,
    );
    return this.#floods;
  }

  /** By alarm, in order of time. */
  #ordered(): readonly (readonly [string, readonly Annunciation[]])[] {
    this.#whole ??= [...this.#byAlarm].map(([alarm, list]) => [alarm, list.toSorted((a, b) => a.time - b.time)] as const);
    return this.#whole;
  }

  performance(): AlarmPerformance {
    const [from, to, annunciated] = [this.#from, this.#to, this.#times.length];
    const length = Math.max(0, to - from);
    const binsOver10 = [...this.#bins.values()].filter((count) => count > BIN_LIMIT).length;
    const [floods, whole] = [this.#flooded(), this.#ordered()];
    const byAlarm = whole.map(([alarm, list]) => [alarm, list.filter((one) => this.#isInside(one))] as const);
    const badActors = byAlarm
      .flatMap(([alarm, list]) => (list.length === 0 ? [] : [{ alarm, count: list.length }]))
      .toSorted((a, b) => b.count - a.count || (a.alarm < b.alarm ? -1 : 1))
      .slice(0, BAD_ACTORS);
    const chattering = new Set(byAlarm.filter(([, list]) => chatters(list)).map(([alarm]) => alarm));
    const fleeting = byAlarm.filter(([alarm, list]) => !chattering.has(alarm) && list.some(isFleeting)).map(([alarm]) => alarm);
    return {
      annunciated,
      averagePer10min: length < BIN_MS ? null : annunciated / (length / BIN_MS),
      maximumPer10min: Math.max(0, ...this.#bins.values()),
      binsOver10,
      shareOfBinsOver10: share(binsOver10, Math.ceil(length / BIN_MS)),
      shareInFlood: share(
        floods.reduce((sum, { start, end }) => sum + end - start, 0),
        length,
      ),
      floods,
      badActors,
      shareOfBadActors: share(
        badActors.reduce((sum, { count }) => sum + count, 0),
        annunciated,
      ),
      chattering: [...chattering].toSorted(),
      fleeting: fleeting.toSorted(),
      stale: whole
        .filter(([, list]) => isStale(list, from, to))
        .map(([alarm]) => alarm)
        .toSorted(),
      byPriority: { ...this.#byPriority },
      meanTimeToAcknowledge: share(this.#waited.sum, this.#waited.count),
    };
  }

  #isInside({ time }: Annunciation): boolean {
    return time >= this.#from && time < this.#to;
  }
}

/** Three annunciations within a minute, anywhere. `list` in order of time. */
function chatters(list: readonly Annunciation[]): boolean {
  return list.some(({ time }, i) => {
    const first = list[i - CHATTER.count + 1]?.time;
    return first !== undefined && time - first <= CHATTER.withinMs;
  });
}

function isFleeting({ time, returned, cutOff = false }: Annunciation): boolean {
  return !cutOff && returned !== null && returned - time <= FLEETING_MS;
}

/** An alarm that is annunciated again at the instant at which it was cut off has been active all along. `list` in order of time. */
function isStale(list: readonly Annunciation[], from: number, to: number): boolean {
  let [since, until] = [0, Number.NEGATIVE_INFINITY];
  return list.some(({ time, returned, cutOff = false }) => {
    // Two statements of one alarm never start in the same millisecond.
    if (time > until + 1) since = time;
    until = cutOff ? (returned ?? to) : Number.NEGATIVE_INFINITY;
    return time < to && (returned ?? to) > from && Math.min(returned ?? to, to) - since > STALE_MS;
  });
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
