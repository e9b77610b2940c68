/** Energy of one machine as samples arrive, in any order, beside its OEE and by the same rules; see `RevisedMinutes`. */
import type { Reject, Sample } from "../../connect/sample/index.ts";
import {
  type Accepts,
  type CalculatorOptions,
  type MinutesState,
  type Missing,
  type PushedMinutes,
  type Recomputed,
  type RestatedMinutes,
  type Revisions,
  RevisedMinutes,
  type Stretch,
} from "../minutes/index.ts";
import { followUpMs } from "../oee/affected.ts";
import type { AssignedStretch, Beyond, OeeMachine, SaidReaders, SampleReader, StatedProduction } from "../oee/index.ts";
import { type KeptAssignedState, type KeptProductionState, KeptSaid } from "../oee/kept-said.ts";
import { differenceOf, rulesBefore } from "../oee/reconsider.ts";
import { undecidedStopSince } from "../oee/timeline.ts";
import { affectedByEnergy, machineReachOf, reachOf } from "./affected.ts";
import { type EnergyAtom, energyAtoms, sameEnergyAtom, sameEnergySeries, withdrawnEnergy } from "./atoms.ts";
import { type EnergyAtomEvent, energyEvent } from "./atom-event.ts";
import { type CurrentFigures, EnergyFigures, type FiguresState } from "./figures.ts";
import { type AnyRole, type EnergyMeter, energyRoles, interpretEnergy } from "./meter.ts";
import { type EnergyReading, EnergyReadings, type EnergyReadingsState, isMeterReading } from "./readings.ts";
import { recomputed } from "./recompute.ts";

export type EnergyPushed = PushedMinutes<EnergyAtomEvent>;
export type EnergyReassignment = RestatedMinutes<EnergyAtomEvent>;

export interface EnergyCalculatorState extends Omit<MinutesState, "revisions"> {
  readonly version: 1;
  readonly dataTime: number | null;
  readonly readings: EnergyReadingsState;
  readonly statements: { readonly revisions: Revisions; readonly figures: FiguresState };
  /** Absent in snapshots from before energy followed assigned time. */
  readonly assigned?: KeptAssignedState;
  /** Absent in snapshots from before energy followed stated production. */
  readonly production?: KeptProductionState;
}

const ATOMS = { same: sameEnergyAtom, sameSeries: sameEnergySeries, withdrawn: withdrawnEnergy };

export class EnergyCalculator extends RevisedMinutes<EnergyReading, EnergyAtom, EnergyAtomEvent, Partial<SaidReaders>> {
  protected override readonly subject = "energy";
  protected override readonly readings: EnergyReadings;
  readonly #meter: EnergyMeter;
  readonly #roles: ReadonlyMap<string, AnyRole>;
  readonly #figures: EnergyFigures;
  readonly #said: KeptSaid;

  constructor(meter: EnergyMeter, options: Partial<CalculatorOptions> = {}, from?: EnergyCalculatorState) {
    super(ATOMS, options, from && { ...from, revisions: from.statements.revisions }, from?.dataTime);
    this.#meter = meter;
    this.#roles = energyRoles(meter);
    this.readings = new EnergyReadings(meter.rules.machine.silenceMs, from?.readings);
    this.#figures = new EnergyFigures(meter.demandMs, meter.zone, from?.statements.figures);
    this.#said = new KeptSaid(from);
  }

  get current(): CurrentFigures | null {
    return this.#figures.current;
  }

  /** See `OeeCalculator.assign`: the energy of time that is given to another bucket goes with it. */
  assign(
    from: number,
    to: number,
    stretches: readonly AssignedStretch[],
    accepts?: Accepts,
  ): EnergyReassignment | { readonly fault: string } {
    return this.say(this.#said.assign(from, to, stretches), (stretch) => stretch, accepts);
  }

  /** See `OeeCalculator.stateProduction`: energy belongs to the order and the product of its time, and to the units made in it. */
  stateProduction(from: number, to: number, stated: StatedProduction, accepts?: Accepts): EnergyReassignment | { readonly fault: string } {
    const followed = (stretch: Stretch): Stretch => ({ from: stretch.from - 1, to: stretch.to + followUpMs(this.#meter.rules.machine) });
    return this.say(this.#said.state(from, to, stated), followed, accepts);
  }

  /** See `OeeCalculator.reconsider`: energy knows no cycle times, so what counts is the calendar of before. */
  reconsider(was: EnergyMeter, oldest: number, accepts?: Accepts): EnergyReassignment {
    const { machine, rules } = this.#meter;
    const timed = ({ rules: { machine: of } }: EnergyMeter): OeeMachine => ({ ...machine, cycles: new Map(), rules: of });
    return this.restateUnder(
      oldest,
      (from, to) => differenceOf(timed(was), timed(this.#meter), from, to),
      (from, to, were) => this.#atoms(from, to, { ...rules, machine: rulesBefore(rules.machine, [were]) }),
      accepts,
    );
  }

  /** A copy for storing; see `OeeCalculator.state`. */
  state(keepMs = Number.POSITIVE_INFINITY): EnergyCalculatorState {
    const floor = this.floorOf(keepMs);
    const { revisions, ...minutes } = this.minutesState(floor);
    return {
      version: 1,
      ...minutes,
      dataTime: this.dataTime,
      readings: this.readings.snapshot(floor - machineReachOf(this.#meter.rules), floor),
      statements: { revisions, figures: this.#figures.state() },
      ...this.#said.snapshot(),
    };
  }

  protected override read(sample: Sample, rejects: Reject[]): EnergyReading | null {
    const role = this.#roles.get(sample.tag);
    if (role === undefined) return null;
    const result = interpretEnergy(sample, role, this.#meter);
    if (result.reject !== undefined) rejects.push(result.reject);
    return result.reading;
  }

  /** Samples of the machine itself are refused by its OEE. */
  protected override refusesConflict(reading: EnergyReading): boolean {
    return isMeterReading(reading);
  }

  protected override reachedBy(reading: EnergyReading, floor: number): Stretch[] {
    return affectedByEnergy(reading, this.readings, this.#meter.rules, floor);
  }

  /** A heartbeat, or where there is none any sign of life, proves that the machine was watched. */
  protected override startsHistory({ role }: EnergyReading): boolean {
    return role === "heartbeat" || (this.#meter.machine.tags.heartbeat === undefined && role !== "factor");
  }

  /** A factor may be of another day, and of another place: it does not tell how far this machine's data reaches. */
  protected override heard(reading: EnergyReading): void {
    if (reading.role !== "factor") super.heard(reading);
  }

  /** A minute whose energy the meter has not told yet waits as long as it may. */
  protected override due(clock: number, latenessMs: number): number {
    const due = super.due(clock, latenessMs);
    return Math.min(due, this.#metered(due));
  }

  protected override atoms(from: number, to: number): EnergyAtom[] {
    return this.#atoms(from, to, this.#meter.rules);
  }

  protected override undecidedSince(clock: number): number | null {
    return undecidedStopSince(this.readings.machine, clock, this.#meter.rules.machine);
  }

  protected override event(atom: EnergyAtom, revision: number, latenessMs: number): EnergyAtomEvent {
    return energyEvent(atom, this.#meter, revision, latenessMs);
  }

  protected override sum(atom: EnergyAtom, sign: 1 | -1): void {
    this.#figures.apply(atom, sign);
  }

  protected override forget(floor: number, said: number): void {
    this.readings.trim(floor - machineReachOf(this.#meter.rules), floor);
    this.#figures.forget(floor);
    this.#said.forget(said);
  }

  protected override get margin(): number {
    return reachOf(this.#meter.rules);
  }

  protected override get marginAfter(): number {
    return reachOf(this.#meter.rules) + 1;
  }

  protected override missing(first: number, said?: Partial<SaidReaders>): Missing | undefined {
    return this.#said.missing(first, said);
  }

  protected override recomputed(beyond: Beyond, read: SampleReader, said?: Partial<SaidReaders>): AsyncIterable<Recomputed<EnergyAtom>> {
    const readingsOf = (samples: readonly Sample[]) => samples.map((one) => this.read(one, [])).filter((reading) => reading !== null);
    return recomputed(this.#meter, beyond, read, { roles: this.#roles, readingsOf }, this.#said.readers(said));
  }

  /** Up to where the registers have told what was used, or could not tell any more; a reactive one that fell silent is not waited for. */
  #metered(due: number): number {
    const { gapMs } = this.#meter.rules;
    const last = (register: "active" | "reactive"): number => this.readings[register].time(this.readings[register].length - 1);
    const [active, reactive] = [last("active"), last("reactive")];
    const told = active - reactive > gapMs ? active : Math.min(active, reactive);
    return Math.max(told, due - gapMs);
  }

  #atoms(from: number, to: number, rules: EnergyMeter["rules"]): EnergyAtom[] {
    return energyAtoms(this.readings, from, to, rules, this.#said.assigned, this.#said.production);
  }
}
