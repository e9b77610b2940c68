/**
 * The stops of one machine as its samples arrive, in any order. What was stated about a stop is kept; after each sample
 * the stops that it can have changed are found again, and only those that differ are stated, as the next revision.
 */
import { reject, type Reject, type Sample } from "../../connect/sample/index.ts";
import { onGrid, type Stretch } from "../minutes/index.ts";
import { affectedBy } from "../oee/affected.ts";
import { Column, type ColumnState } from "../oee/column.ts";
import { addsNoStep } from "../oee/counted-states.ts";
import type { ReadingsState } from "../oee/readings.ts";
import { lookBackMs } from "../oee/timeline.ts";
import { type Beyond, interpret, type OeeMachine, type Reading, Readings, type Role, rolesByTag } from "../oee/index.ts";
import { type StopReadings, type StopRules, stopsTouching } from "./find-stops.ts";
import { type DowntimeStopEvent, sameStop, type Stop, stopEvent, type StopEvidence, withdrawnStop } from "./stop.ts";

export interface StopMachine {
  readonly oee: OeeMachine;
  /** The tag of the role `stopReason`, and for an enum its texts. */
  readonly reasonTag?: string;
  readonly reasonTexts?: Readonly<Record<string, string>>;
  /** See `StopRules`. */
  readonly reasons: ReadonlyMap<string, string>;
}

export interface StopOptions {
  /** How long, in data time, a stop waits for late samples before it, or its end, is stated, ms. */
  readonly latenessMs: number;
  /** How far back stops are kept, ms of data time. */
  readonly horizonMs: number;
}

export interface TrackerState {
  readonly version: 1;
  readonly dataTime: number | null;
  readonly floor: number | null;
  readonly readings: ReadingsState;
  readonly texts: ColumnState<string | null>;
  readonly stated: readonly (readonly [stop: Stop, revision: number])[];
  readonly withdrawn: readonly (readonly [start: number, revision: number])[];
  readonly pending: readonly number[];
}

export interface TrackedStops {
  readonly events: readonly DowntimeStopEvent[];
  readonly rejects: readonly Reject[];
  /** What late samples change before what is kept; its stops are to be found again from recorded samples (see `foundAgain`). */
  readonly beyond: Beyond | null;
}

/** A stretch that a sample of this push can have changed. */
type Touched = Stretch & { readonly sample: Sample };

const TRIM_EVERY = 3_600_000;
const NONE: readonly Stretch[] = [];

export class StopTracker {
  readonly #machine: StopMachine;
  readonly #options: StopOptions;
  readonly #rules: StopRules;
  readonly #evidence: StopEvidence;
  readonly #roles: ReadonlyMap<string, Role>;
  readonly #readings: StopReadings;
  readonly #stated: Map<number, { readonly stop: Stop; readonly revision: number }>;
  /** Revisions of stops that are no more, so that one that comes back goes on counting. */
  readonly #withdrawn: Map<number, number>;
  /** Starts of stops of which something is still to be stated when its time has come. */
  readonly #pending: Set<number>;
  #dataTime: number;
  #due = Number.POSITIVE_INFINITY;
  #floor: number;

  constructor(machine: StopMachine, options: StopOptions, from?: TrackerState) {
    const { asset, rules, modelRevision } = machine.oee;
    this.#machine = machine;
    this.#options = options;
    this.#rules = { ...rules, reasons: machine.reasons };
    this.#evidence = { asset, modelRevision, microStopMs: rules.microStopMs };
    this.#roles = rolesByTag(machine.oee);
    this.#readings = { machine: new Readings(rules.silenceMs, from?.readings), texts: new Column(from?.texts) };
    this.#stated = new Map(from?.stated.map(([stop, revision]) => [stop.start, { stop, revision }]));
    this.#withdrawn = new Map(from?.withdrawn);
    this.#pending = new Set(from?.pending);
    this.#dataTime = from?.dataTime ?? Number.NEGATIVE_INFINITY;
    this.#floor = from?.floor ?? Number.NEGATIVE_INFINITY;
    if (this.#pending.size > 0) this.#due = this.#dataTime;
  }

  get asset(): string {
    return this.#machine.oee.asset;
  }

  /** The stops stated so far and still in memory, in order of start. */
  get stops(): readonly Stop[] {
    return [...this.#stated.values()].map(({ stop }) => stop).toSorted((a, b) => a.start - b.start);
  }

  /** Largest source time of the machine; null before its first sample. */
  get dataTime(): number | null {
    return finite(this.#dataTime);
  }

  /** Every stop that starts from here on is in memory; infinite before the first state. */
  get inMemoryFrom(): number {
    return Math.max(this.#floor, this.#first());
  }

  /** Takes samples of this machine (others are passed over). `latest`: later ones are passed over; OEE rejects them. */
  push(samples: readonly Sample[], latest = Number.POSITIVE_INFINITY): TrackedStops {
    const touched: Touched[] = [];
    const rejects: Reject[] = [];
    const before = this.#dataTime;
    for (const sample of samples) {
      if (sample.timestamp > latest) continue;
      const stretches = sample.tag === this.#machine.reasonTag ? this.#takeText(sample, rejects) : this.#takeReading(sample);
      for (const stretch of stretches) touched.push({ ...stretch, sample });
    }
    const texts = this.#textsSince(before);
    if (touched.length + texts.length === 0 && this.#dataTime < this.#due) return { events: [], rejects, beyond: null };
    const beyond = this.#beyond(touched);
    const pending = [...this.#pending].map((start) => ({ from: start, to: start }));
    this.#pending.clear();
    this.#due = Number.POSITIVE_INFINITY;
    const events = merged([...touched, ...texts, ...pending], this.#dataTime).flatMap((stretch) => this.#restate(stretch));
    this.#forget();
    return { events, rejects, beyond };
  }

  /** The stops of the last `ms` once more, for a restart: what reached the ledger is an equal statement there. */
  restate(ms: number): DowntimeStopEvent[] {
    return [...this.#stated.values()]
      .filter(({ stop }) => stop.end === null || stop.end > this.#dataTime - ms)
      .map(({ stop, revision }) => stopEvent(stop, revision, this.#evidence));
  }

  /** A copy for storing. With `keepMs`, without what begins longer before the data time and has ended. */
  state(keepMs = Number.POSITIVE_INFINITY): TrackerState {
    const floor = Math.max(this.#floor, this.#horizon(keepMs));
    return {
      version: 1,
      dataTime: finite(this.#dataTime),
      floor: finite(floor),
      readings: this.#readings.machine.snapshot(this.#reach(floor)),
      texts: this.#readings.texts.state(this.#reach(floor)),
      stated: [...this.#stated.values()].filter(({ stop }) => stop.start >= floor).map(({ stop, revision }) => [stop, revision] as const),
      withdrawn: [...this.#withdrawn].filter(([start]) => start >= floor),
      pending: [...this.#pending],
    };
  }

  #takeReading(sample: Sample): readonly Stretch[] {
    const role = this.#roles.get(sample.tag);
    const reading = role === undefined ? null : (interpret(sample, role, this.#machine.oee)?.reading ?? null);
    if (reading === null) return NONE;
    const known = stateOrSign(reading, this.#rules);
    const { machine } = this.#readings;
    this.#dataTime = Math.max(this.#dataTime, known.time);
    if (machine.has(known) !== "new") return NONE;
    const stretches = affectedBy(this.#deciding(known), machine, this.#machine.oee.rules, this.#floor);
    machine.insert(known);
    return stretches;
  }

  /** A count that is said again says no more than that the machine is there. */
  #deciding(reading: Reading): Reading {
    const { role, time } = reading;
    const again = role === "processed" && time >= this.#floor && addsNoStep(this.#readings.machine, time, reading.value, this.#rules);
    return again ? signOf(reading) : reading;
  }

  /** What lies before the memory, also of stops that reach into it. */
  #beyond(touched: readonly Touched[]): Beyond | null {
    const floor = this.#floor;
    if (touched.length === 0 || !Number.isFinite(floor)) return null;
    // A stop that lay over the floor is in memory from there on only.
    const straddling = stopsTouching(this.#readings, floor, floor, this.#dataTime, this.#rules).filter(({ start }) => start < floor);
    const reach = Math.max(floor, ...straddling.map(({ end }) => (end ?? this.#dataTime) + 1));
    const reaching = touched.filter(({ from }) => from < reach);
    if (reaching.length === 0) return null;
    // Where the silence before a sample began is not known here.
    const since = ({ from, sample }: Touched): number => (Number.isFinite(from) ? from : sample.timestamp);
    const stretches = reaching.map((one) => ({ from: since(one), to: Math.min(one.to, reach) + 1 }));
    return {
      stretches: onGrid(stretches, 1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
      begin: 0,
      samples: [...new Set(reaching.map(({ sample }) => sample))],
    };
  }

  #takeText(sample: Sample, rejects: Reject[]): readonly Stretch[] {
    const time = sample.timestamp;
    const said = textOf(this.#machine, sample);
    const { texts } = this.#readings;
    const index = texts.at(time);
    if (texts.time(index) === time) {
      if (texts.value(index) !== said) rejects.push(reject("DUPLICATE_TIMESTAMP", sample, { tag: sample.tag, field: "timestamp" }));
      return [];
    }
    const next = texts.time(index + 1);
    texts.insertAfter(index, time, said);
    return [{ from: time, to: next }];
  }

  /** Texts that came before the machine's data time had reached them. */
  #textsSince(before: number): Stretch[] {
    const { texts } = this.#readings;
    const result: Stretch[] = [];
    for (let i = texts.length - 1; texts.time(i) > before; i -= 1) result.push({ from: texts.time(i), to: texts.time(i + 1) });
    return result;
  }

  /** States what differs among the stops that touch a stretch. */
  #restate({ from, to }: Stretch): DowntimeStopEvent[] {
    const found = stopsTouching(this.#readings, from, to, this.#dataTime, this.#rules).filter(({ start }) => start >= this.#floor);
    const low = Math.min(from, found[0]?.start ?? from);
    const high = Math.max(to, ...found.map(({ start }) => start));
    const gone = new Map([...this.#stated].filter(([start]) => start >= low && start <= high));
    const events: DowntimeStopEvent[] = [];
    for (const stop of found) {
      gone.delete(stop.start);
      const due = this.#dueAt(stop);
      if (due > this.#dataTime) {
        this.#pending.add(stop.start);
        this.#due = Math.min(this.#due, due);
        continue;
      }
      const was = this.#stated.get(stop.start);
      if (was !== undefined && sameStop(was.stop, stop)) continue;
      const revision = (was?.revision ?? this.#withdrawn.get(stop.start) ?? 0) + 1;
      this.#withdrawn.delete(stop.start);
      this.#stated.set(stop.start, { stop, revision });
      events.push(stopEvent(stop, revision, this.#evidence));
    }
    for (const [start, { stop, revision }] of gone) {
      this.#stated.delete(start);
      this.#withdrawn.set(start, revision + 1);
      events.push(withdrawnStop(stop, revision + 1, this.#evidence));
    }
    return events;
  }

  /**
   * When this can be said of the stop: that it lasts, once it can be no micro-stop and no count is to come that it was none;
   * that it ended, once nothing late is to be expected.
   */
  #dueAt({ start, end }: Stop): number {
    const { latenessMs } = this.#options;
    const { microStopMs, quietMs } = this.#rules;
    if (end !== null) return end + latenessMs;
    return start + Math.max(quietMs === undefined ? latenessMs : quietMs + 1 + latenessMs, microStopMs);
  }

  /** The first reading that says what the machine does. */
  #first(): number {
    const { state, processed } = this.#readings.machine;
    return Math.min(...[state, processed].map((column) => (column.length === 0 ? Number.POSITIVE_INFINITY : column.time(0))));
  }

  /** Before this nothing lasts and nothing is still to be stated. */
  #horizon(ms: number): number {
    const lasting = [...this.#stated.values()].filter(({ stop }) => stop.end === null).map(({ stop }) => stop.start);
    return Math.min(this.#dataTime - ms, ...lasting, ...this.#pending);
  }

  /** Readings from here on decide what begins at the floor: what the machine did just before it shows whether anything does. */
  #reach(floor: number): number {
    return floor - 1 - lookBackMs(this.#rules);
  }

  #forget(): void {
    const horizon = this.#horizon(this.#options.horizonMs);
    if (horizon < (Number.isFinite(this.#floor) ? this.#floor : this.#first()) + TRIM_EVERY) return;
    this.#floor = horizon;
    this.#readings.machine.trim(this.#reach(horizon));
    this.#readings.texts.trim(this.#reach(horizon));
    for (const [start] of this.#stated) if (start < horizon) this.#stated.delete(start);
    for (const [start] of this.#withdrawn) if (start < horizon) this.#withdrawn.delete(start);
  }
}

/** What a sample of the stop reason tag says; null where it says nothing. */
export function textOf({ reasonTexts }: StopMachine, { value, quality }: Sample): string | null {
  if (value === null || quality === "Bad" || quality === "GoodNoData") return null;
  const key = String(value);
  return reasonTexts !== undefined && Object.hasOwn(reasonTexts, key) ? (reasonTexts[key] as string) : key;
}

/** Of products, and of counts where the machine says its state itself, only that the machine was seen matters here. */
function stateOrSign(reading: Reading, { quietMs }: StopRules): Reading {
  const { role } = reading;
  return role === "state" || role === "mode" || (role === "processed" && quietMs !== undefined) ? reading : signOf(reading);
}

function signOf({ time }: Reading): Reading {
  return { role: "heartbeat", time, seen: true };
}

function merged(stretches: readonly Stretch[], until: number): Stretch[] {
  // A point is a stretch too, so each is made one longer for the merge.
  return onGrid(
    stretches.map(({ from, to }) => ({ from, to: Math.min(to, until) + 1 })),
    1,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ).map(({ from, to }) => ({ from, to: to - 1 }));
}

function finite(t: number): number | null {
  return Number.isFinite(t) ? t : null;
}
