/** Line OEE and culprits as samples of the stations arrive, in any order; the line's counterpart of `OeeCalculator`. */
import type { Reject, Sample } from "../../connect/sample/index.ts";
import {
  type Accepts,
  type CalculatorOptions,
  DEFAULT_OPTIONS,
  finite,
  type MinutesState,
  type Missing,
  type Recomputed,
  type RestatedMinutes,
  RevisedMinutes,
  type Stretch,
} from "../minutes/index.ts";
import type { AssignedStretch } from "../oee/assigned.ts";
import { marginAfterOf, marginOf } from "../oee/beyond.ts";
import { type Beyond, type RunningSums, sameSeries, type SampleReader, type StatedProduction } from "../oee/index.ts";
import { Running, type RunningState } from "../oee/running.ts";
import { undecidedStopSince } from "../oee/timeline.ts";
import { reachedBy, reachedBySaid, startsHistory } from "./affected.ts";
import { SIDE_REACH_MS } from "./conditions.ts";
import { type OeeLine, reachOf } from "./line.ts";
import { type LineAtom, lineAtoms, sameLineAtom, withdrawnLine } from "./line-atoms.ts";
import { type OeeLineEvent, lineEvent } from "./line-event.ts";
import { recomputed } from "./recompute.ts";
import { StationInterpreter, type StationReading, StationReadings, type StationSaidReaders, type StationsState } from "./stations.ts";

export type LineReassignment = RestatedMinutes<OeeLineEvent>;

export interface LineState extends MinutesState {
  readonly version: 1;
  readonly ticked: number | null;
  /** Largest source time per station. */
  readonly heard: Readonly<Record<string, number>>;
  readonly stations: StationsState;
  readonly running: RunningState;
}

export class LineCalculator extends RevisedMinutes<StationReading, LineAtom, OeeLineEvent, StationSaidReaders> {
  protected override readonly subject = "line OEE";
  protected override readonly readings: StationReadings;
  readonly #line: OeeLine;
  readonly #interpreter: StationInterpreter;
  readonly #running: Running;
  readonly #heard: Map<string, number>;

  constructor(line: OeeLine, options: Partial<CalculatorOptions> = {}, from?: LineState) {
    super({ same: sameLineAtom, sameSeries, withdrawn: withdrawnLine }, options, from, from?.ticked);
    this.#line = line;
    this.#interpreter = new StationInterpreter(line.stations);
    this.readings = new StationReadings(line.stations, from?.stations);
    this.#running = new Running(options.rollingMs ?? DEFAULT_OPTIONS.rollingMs, from?.running);
    this.#heard = new Map(Object.entries(from?.heard ?? {}).filter(([station]) => line.stations.has(station)));
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
  override get dataTime(): number | null {
    const ticked = this.clock ?? Number.NEGATIVE_INFINITY;
    const latest = Math.max(ticked, ...this.#heard.values());
    const patience = Math.max(...[...this.#line.stations.values()].map(({ machine }) => machine.rules.silenceMs ?? 0));
    const slowest = this.#heard.size < this.#line.stations.size ? Number.NEGATIVE_INFINITY : Math.min(...this.#heard.values());
    return finite(Math.max(ticked, slowest, latest - patience));
  }

  /** Sums of the hour and the shift of the last stated minute, by the bottleneck method. */
  get running(): RunningSums | null {
    return this.#running.current;
  }

  /** See `OeeCalculator.assign`: what is assigned of a station's time decides what the line is doing, and who is to blame. */
  assign(
    station: string,
    from: number,
    to: number,
    stretches: readonly AssignedStretch[],
    accepts?: Accepts,
  ): LineReassignment | { readonly fault: string } {
    if (!this.#line.stations.has(station)) return { events: [], beyond: null };
    const saying = this.readings.of(station).said.assign(from, to, stretches, station);
    return this.say(saying, (stretch) => reachedBySaid(station, stretch, this.#line), accepts);
  }

  /** See `OeeCalculator.stateProduction`: a station's orders and counts are the line's where it leads, sets the pace or ends it. */
  stateProduction(
    station: string,
    from: number,
    to: number,
    stated: StatedProduction,
    accepts?: Accepts,
  ): LineReassignment | { readonly fault: string } {
    if (!this.#line.stations.has(station)) return { events: [], beyond: null };
    const saying = this.readings.of(station).said.state(from, to, stated, station);
    return this.say(saying, (stretch) => reachedBySaid(station, stretch, this.#line), accepts);
  }

  /** A copy for storing; see `OeeCalculator.state`. */
  state(keepMs = Number.POSITIVE_INFINITY): LineState {
    const floor = this.floorOf(keepMs);
    return {
      version: 1,
      ...this.minutesState(floor),
      ticked: this.clock,
      heard: Object.fromEntries(this.#heard),
      stations: this.readings.state(floor - this.margin),
      running: this.#running.state(),
    };
  }

  protected override read(sample: Sample, rejects: Reject[]): StationReading | null {
    return this.#interpreter.read(sample, rejects);
  }

  protected override reachedBy(reading: StationReading, floor: number): Stretch[] {
    return reachedBy(reading, this.readings, this.#line, floor);
  }

  protected override startsHistory(reading: StationReading): boolean {
    return startsHistory(reading, this.#line);
  }

  protected override heard({ station, time }: StationReading): void {
    this.#heard.set(station, Math.max(this.#heard.get(station) ?? time, time));
  }

  protected override atoms(from: number, to: number): LineAtom[] {
    return lineAtoms(this.readings, from, to, this.#line);
  }

  protected override undecidedSince(clock: number): number {
    const since = [...this.#line.stations].map(([path, { machine }]) =>
      undecidedStopSince(this.readings.of(path).readings, clock, machine.rules),
    );
    return Math.min(...since.map((one) => one ?? Number.POSITIVE_INFINITY));
  }

  protected override event(atom: LineAtom, revision: number, latenessMs: number): OeeLineEvent {
    return lineEvent(atom, this.#line, revision, latenessMs);
  }

  protected override sum(atom: LineAtom, sign: 1 | -1): void {
    this.#running.apply(atom, sign);
  }

  protected override forget(floor: number, said: number): void {
    this.readings.trim(floor - this.margin);
    this.readings.forgetSaid(said);
    this.#running.forget(floor);
  }

  protected override get margin(): number {
    return reachOf(this.#line) + Math.max(...[...this.#line.stations.values()].map(({ machine }) => marginOf(machine.rules)));
  }

  /** A walk looks back only. */
  protected override get marginAfter(): number {
    return SIDE_REACH_MS + Math.max(...[...this.#line.stations.values()].map(({ machine }) => marginAfterOf(machine.rules)));
  }

  protected override missing(first: number, said?: StationSaidReaders): Missing | undefined {
    return this.readings.missing(first, said);
  }

  protected override recomputed(beyond: Beyond, read: SampleReader, said?: StationSaidReaders): AsyncIterable<Recomputed<LineAtom>> {
    return recomputed(this.#line, beyond, read, { before: this.margin, after: this.marginAfter }, this.readings, said);
  }
}
