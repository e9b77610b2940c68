/** What has been: the newest alarms, and the figures of ISA-18.2 over all of them, read by the piece. */
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import type { AlarmPriority } from "./definition.ts";
import { annunciationsOf } from "./figures.ts";
import { shownAlarm, type ShownAlarm } from "./list.ts";
import type { AlarmNaming } from "./naming.ts";
import type { OutOfService } from "./out-of-service.ts";
import { type AlarmPerformance, PerformanceReading } from "./performance.ts";

export interface AlarmHistory {
  /** What the figures are divided by begins here: nothing was recorded before, or nobody asked. */
  readonly from: number;
  readonly to: number;
  readonly performance: AlarmPerformance;
  /** The newest first; at most 200. */
  readonly alarms: readonly ShownAlarm[];
  /** How many alarms are defined at present, by priority: how urgent the plant says it is, beside how urgent it was. */
  readonly defined: Readonly<Record<AlarmPriority, number>>;
  /** Out of service at present, and for longer than `reviewAfterMs`. */
  readonly outOfService: readonly OutOfService[];
  readonly reviewAfterMs: number;
  /** There were more statements than were read: the figures are those of the newest. */
  readonly cut: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** What is at work at present, beside what has been. */
export interface AlarmsAtWork extends Pick<AlarmHistory, "outOfService" | "reviewAfterMs"> {
  /** Those of the alarms that are defined. */
  readonly priorities: readonly AlarmPriority[];
}

const MOST_SHOWN = 200;

/** Of [from, to), and of what began before and matters there: what is stale began long ago. */
export class AlarmHistoryReading {
  readonly #from: number;
  readonly #to: number;
  readonly #performance: PerformanceReading;
  #newest: readonly LedgerEntry[] = [];

  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
    this.#performance = new PerformanceReading(from, to);
  }

  /** Latest revisions, in any order, each once. */
  take(entries: readonly LedgerEntry[]): void {
    this.#performance.take(annunciationsOf(entries));
    const inside = entries.filter(({ start }) => start >= this.#from);
    this.#newest = [...this.#newest, ...inside].toSorted((a, b) => b.start - a.start).slice(0, MOST_SHOWN);
  }

  /** See `PerformanceReading`. */
  rest(): Generator<void, void> {
    return this.#performance.rest();
  }

  history(cut: boolean, naming: AlarmNaming, { priorities, outOfService, reviewAfterMs }: AlarmsAtWork): AlarmHistory {
    const defined = { critical: 0, high: 0, medium: 0, low: 0 };
    for (const priority of priorities) defined[priority] += 1;
    const performance = this.#performance.performance();
    const { badActors, chattering, fleeting, stale } = performance;
    const named = [...[...badActors, ...outOfService].map(({ alarm }) => alarm), ...chattering, ...fleeting, ...stale];
    return {
      from: this.#from,
      to: this.#to,
      performance,
      alarms: this.#newest.flatMap((entry) => shownAlarm(entry, naming) ?? []),
      defined,
      outOfService,
      reviewAfterMs,
      cut,
      labels: Object.fromEntries(named.map((path) => [path, nameOf(path, naming)])),
    };
  }
}

/** `Filler, fill_weight_HH`. */
function nameOf(path: string, naming: AlarmNaming): string {
  const at = path.lastIndexOf(".");
  return `${naming.labelOf(path.slice(0, at))}, ${path.slice(at + 1)}`;
}
