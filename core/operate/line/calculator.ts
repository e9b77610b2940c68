/**
 * Line OEE and culprits as samples of the stations arrive, in any order; the line's counterpart of `OeeCalculator`.
 * What has been said about a minute is never stored: it is computed again, by `lineAtoms`, before and after a late sample
 * goes in, and where the two differ the next revision is emitted.
 */
import { type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import { onGrid, type Stretch } from "../oee/affected.ts";
import { type AssignedStretch, assignmentFault } from "../oee/assigned.ts";
import { marginOf } from "../oee/beyond.ts";
import {
  type Beyond,
  type CalculatorOptions,
  DEFAULT_OPTIONS,
  MINUTE,
  type PushBounds,
  type RunningSums,
  sameSeries,
  type SampleReader,
} from "../oee/index.ts";
import { Running, type RunningState } from "../oee/running.ts";
import { undecidedStopSince } from "../oee/timeline.ts";
import { affectedMinutes, type Fresh, reachedByAssigned } from "./affected.ts";
import { type OeeLine, reachOf } from "./line.ts";
import { type LineAtom, lineAtoms, sameLineAtom, withdrawnLine } from "./line-atoms.ts";
import { type OeeLineEvent, lineEvent } from "./line-event.ts";
import { recomputed, type StationAssignedReader } from "./recompute.ts";
import { StationInterpreter, StationReadings, type StationsState } from "./stations.ts";

export interface LinePushed {
  /** Corrections of minutes already stated. */
  readonly events: readonly OeeLineEvent[];
  readonly rejects: readonly Reject[];
  /** Identical samples received again. */
  readonly duplicates: number;
  readonly beyond: Beyond | null;
}

export interface LineState {
  readonly version: 1;
  readonly begin: number | null;
  readonly stated: number | null;
  /** Atoms before this need the historian; null while everything is in memory. */
  readonly floor: number | null;
  readonly ticked: number | null;
  /** Largest source time per station. */
  readonly heard: Readonly<Record<string, number>>;
  readonly stations: StationsState;
  /** Revision per atom start, where it is above 1. */
  readonly revisions: readonly (readonly [start: number, revision: number])[];
  readonly running: RunningState;
}

export interface LineReassignment {
  /** The minutes that are stated again: exactly those that changed. */
  readonly events: readonly OeeLineEvent[];
  readonly beyond: Beyond | null;
}

const TRIM_EVERY = 60 * MINUTE;
const NO_ROOM =
  "This late sample is not taken, and the line OEE of its minutes stays as it is: too many corrections wait for the historian already. Send it again when the historian answers.";
const NO_ROOM_TO_ASSIGN =
  "The line's minutes stay as they are: too many corrections wait for the historian already. Make the assignment again when it answers.";

export class LineCalculator {
  readonly #line: OeeLine;
  readonly #options: CalculatorOptions;
  readonly #interpreter: StationInterpreter;
  readonly #readings: StationReadings;
  readonly #running: Running;
  readonly #revisions: Map<number, number>;
  readonly #heard: Map<string, number>;
  #begin: number;
  #stated: number;
  #floor: number;
  #ticked: number;

  constructor(line: OeeLine, options: Partial<CalculatorOptions> = {}, from?: LineState) {
    this.#line = line;
    this.#options = { ...DEFAULT_OPTIONS, ...options };
    this.#interpreter = new StationInterpreter(line.stations);
    this.#readings = new StationReadings(line.stations, from?.stations);
    this.#running = new Running(this.#options.rollingMs, from?.running);
    this.#revisions = new Map(from?.revisions);
    this.#heard = new Map(Object.entries(from?.heard ?? {}).filter(([station]) => line.stations.has(station)));
    this.#begin = from?.begin ?? Number.POSITIVE_INFINITY;
    this.#stated = from?.stated ?? Number.NEGATIVE_INFINITY;
    this.#floor = from?.floor ?? Number.NEGATIVE_INFINITY;
    this.#ticked = from?.ticked ?? Number.NEGATIVE_INFINITY;
  }

  static restore(line: OeeLine, options: Partial<CalculatorOptions>, state: LineState): LineCalculator {
    return new LineCalculator(line, options, state);
  }

  get asset(): string {
    return this.#line.asset;
  }

  /** Canonical ids of everything it reads. */
  get tags(): readonly string[] {
    return this.#interpreter.tags;
  }

  /**
   * The line's data clock: that of the station heard of least lately, but never further behind the others than a silence.
   * Null before the first sample.
   */
  get dataTime(): number | null {
    const latest = Math.max(this.#ticked, ...this.#heard.values());
    const patience = Math.max(...[...this.#line.stations.values()].map(({ machine }) => machine.rules.silenceMs ?? 0));
    const slowest = this.#heard.size < this.#line.stations.size ? Number.NEGATIVE_INFINITY : Math.min(...this.#heard.values());
    return finite(Math.max(this.#ticked, slowest, latest - patience));
  }

  /** Every minute before this instant has been stated; null before the first. */
  get watermark(): number | null {
    return finite(this.#stated);
  }

  /** Atoms from here on are computed from memory; older ones need the historian. Null while nothing has been forgotten. */
  get inMemoryFrom(): number | null {
    return finite(this.#floor);
  }

  /** Sums of the hour and the shift of the last stated minute, by the bottleneck method. */
  get running(): RunningSums | null {
    return this.#running.current;
  }

  /** Takes samples of this line's stations (others are passed over). */
  push(samples: readonly Sample[], bounds: PushBounds = {}): LinePushed {
    const rejects: Reject[] = [];
    let fresh: Fresh[] = [];
    let duplicates = 0;
    for (const sample of samples) {
      const reading = this.#interpreter.read(sample, rejects);
      if (reading === null) continue;
      if (reading.time > (bounds.latest ?? Number.POSITIVE_INFINITY)) {
        rejects.push(reject("FUTURE_TIMESTAMP", sample, { tag: sample.tag, field: "timestamp" }));
        continue;
      }
      const known = this.#readings.has(reading);
      if (known === "duplicate") duplicates += 1;
      if (known === "conflict") rejects.push(conflict(sample));
      if (known === "new") fresh.push({ reading, sample });
    }
    let changed = affectedMinutes(fresh, this.#readings, this.#line, this.#known, bounds.oldest);
    if (changed.beyond !== null && bounds.accepts?.(changed.beyond) === false) {
      const refused = new Set(changed.beyond.samples);
      for (const sample of refused) rejects.push(reject("QUEUE_FULL", sample, { message: NO_ROOM, tag: sample.tag }));
      fresh = fresh.filter(({ sample }) => !refused.has(sample));
      changed = affectedMinutes(fresh, this.#readings, this.#line, this.#known, bounds.oldest);
    }
    const { begin, inMemory, beyond } = changed;
    const before = this.#compute(inMemory, Math.max(this.#begin, this.#floor));
    for (const { reading, sample } of fresh) {
      const result = this.#readings.insert(reading);
      if (result === "duplicate") duplicates += 1;
      if (result === "conflict") rejects.push(conflict(sample));
      this.#heard.set(reading.station, Math.max(this.#heard.get(reading.station) ?? reading.time, reading.time));
    }
    const events = this.#differences(before, this.#compute(inMemory, Math.max(begin, this.#floor)));
    this.#begin = begin;
    return { events, rejects, duplicates, beyond };
  }

  /**
   * States the minutes that ended `latenessMs` before the data clock. A minute inside a stop of a station that may still
   * turn out a micro-stop waits until that is known.
   */
  tick(dataTime = this.dataTime ?? Number.NEGATIVE_INFINITY): OeeLineEvent[] {
    if (!Number.isFinite(this.#begin)) return [];
    this.#ticked = Math.max(this.#ticked, dataTime);
    const from = Math.max(this.#stated, this.#begin);
    if (minute(this.#ticked - this.#options.latenessMs) <= from) return [];
    const undecided = [...this.#line.stations].map(
      ([path, { machine }]) =>
        undecidedStopSince(this.#readings.of(path).readings, this.#ticked, machine.rules) ?? Number.POSITIVE_INFINITY,
    );
    const to = minute(Math.min(this.#ticked - this.#options.latenessMs, ...undecided));
    if (to <= from) return [];
    const events = this.#differences([], lineAtoms(this.#readings, from, to, this.#line));
    this.#stated = to;
    this.#forget();
    return events;
  }

  /** See `OeeCalculator.restate`. */
  restate(ms: number): OeeLineEvent[] {
    const from = Math.max(this.#begin, this.#floor, minute(this.#stated - ms));
    if (!(from < this.#stated)) return [];
    return lineAtoms(this.#readings, from, this.#stated, this.#line).map((atom) => this.#event(atom, this.#revisions.get(atom.start) ?? 1));
  }

  /** See `OeeCalculator.assign`: what is assigned of a station's time decides what the line is doing, and who is to blame. */
  assign(
    station: string,
    from: number,
    to: number,
    stretches: readonly AssignedStretch[],
    accepts: (beyond: Beyond) => boolean = () => true,
  ): LineReassignment | { readonly fault: string } {
    if (!this.#line.stations.has(station)) return { events: [], beyond: null };
    const fault = assignmentFault(from, to, stretches);
    if (fault !== undefined) return { fault };
    const { assigned } = this.#readings.of(station);
    const time = assigned.time.replaced(from, to, stretches);
    const reached = Number.isFinite(this.#begin) ? [reachedByAssigned(station, from, to, this.#line)] : [];
    const outside = onGrid(reached, MINUTE, this.#begin, Math.min(this.#floor, this.#stated));
    const change = { station, from, to, was: assigned.time.within(from, to), now: time.within(from, to) };
    const beyond = outside.length === 0 ? null : { stretches: outside, begin: this.#begin, samples: [], reassigned: [change] };
    if (beyond !== null && !accepts(beyond)) return { fault: NO_ROOM_TO_ASSIGN };
    const inMemory = onGrid(reached, MINUTE, Math.max(this.#begin, this.#floor), this.#stated);
    const before = this.#compute(inMemory, this.#begin);
    assigned.replace(time);
    return { events: this.#differences(before, this.#compute(inMemory, this.#begin)), beyond };
  }

  /** See `OeeCalculator.recompute`: what lies beyond the memory, from recorded samples of all stations. */
  async recompute(
    beyond: Beyond,
    read: SampleReader,
    rawFrom: number | null,
    readAssigned?: StationAssignedReader,
  ): Promise<Pick<LinePushed, "events" | "rejects">> {
    const events: OeeLineEvent[] = [];
    const assigned = { of: (station: string) => this.#readings.of(station).assigned, reader: readAssigned };
    for await (const piece of recomputed(this.#line, beyond, read, rawFrom, assigned)) {
      if ("rejects" in piece) return { events: [], rejects: piece.rejects };
      events.push(...this.#differences(piece.before, piece.after));
    }
    return { events, rejects: [] };
  }

  /** A copy for storing. With `keepMs` samples older than that before the watermark are left out: they are then asked from the historian. */
  state(keepMs = Number.POSITIVE_INFINITY): LineState {
    const floor = Math.max(this.#floor, minute(this.#stated - keepMs));
    return {
      version: 1,
      begin: finite(this.#begin),
      stated: finite(this.#stated),
      floor: finite(floor),
      ticked: finite(this.#ticked),
      heard: Object.fromEntries(this.#heard),
      stations: this.#readings.state(floor - this.#margin),
      revisions: [...this.#revisions].filter(([start]) => start >= floor),
      running: this.#running.state(),
    };
  }

  get #known(): { begin: number; stated: number; floor: number } {
    return { begin: this.#begin, stated: this.#stated, floor: this.#floor };
  }

  /** How far before a minute readings decide what is in it. */
  get #margin(): number {
    return reachOf(this.#line) + Math.max(...[...this.#line.stations.values()].map(({ machine }) => marginOf(machine.rules)));
  }

  #compute(stretches: readonly Stretch[], begin: number): LineAtom[] {
    return onGrid(stretches, MINUTE, begin, Number.POSITIVE_INFINITY).flatMap(({ from, to }) =>
      lineAtoms(this.#readings, from, to, this.#line),
    );
  }

  #differences(before: readonly LineAtom[], after: readonly LineAtom[]): OeeLineEvent[] {
    const events: OeeLineEvent[] = [];
    const earlier = new Map(before.map((atom) => [atom.start, atom]));
    for (const atom of after) {
      const was = earlier.get(atom.start);
      earlier.delete(atom.start);
      if (was !== undefined && sameLineAtom(was, atom)) continue;
      if (was !== undefined && !sameSeries(was, atom)) events.push(this.#state(withdrawnLine(was), true));
      events.push(this.#state(atom, was !== undefined));
      if (was !== undefined) this.#running.apply(was, -1);
      this.#running.apply(atom, 1);
    }
    for (const gone of earlier.values()) {
      events.push(this.#state(withdrawnLine(gone), true));
      this.#running.apply(gone, -1);
    }
    return events;
  }

  #state(atom: LineAtom, stated: boolean): OeeLineEvent {
    const last = this.#revisions.get(atom.start) ?? (stated ? 1 : 0);
    if (last > 0) this.#revisions.set(atom.start, last + 1);
    return this.#event(atom, last + 1);
  }

  #event(atom: LineAtom, revision: number): OeeLineEvent {
    return lineEvent(atom, this.#line, revision, this.#options.latenessMs);
  }

  #forget(): void {
    const horizon = minute(this.#stated - this.#options.horizonMs);
    const due = Number.isFinite(this.#floor) ? this.#floor + TRIM_EVERY : this.#begin + TRIM_EVERY;
    if (horizon < due) return;
    this.#floor = horizon;
    this.#readings.trim(horizon - this.#margin);
    this.#readings.forgetAssigned(minute(this.#stated - this.#options.assignedMs));
    this.#running.forget(horizon);
    for (const start of this.#revisions.keys()) if (start < horizon) this.#revisions.delete(start);
  }
}

function conflict(sample: Sample): Reject {
  return reject("DUPLICATE_TIMESTAMP", sample, { tag: sample.tag, field: "timestamp" });
}

function minute(t: number): number {
  return Math.floor(t / MINUTE) * MINUTE;
}

function finite(t: number): number | null {
  return Number.isFinite(t) ? t : null;
}
