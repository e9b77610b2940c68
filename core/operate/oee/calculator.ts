/** OEE of one machine as samples arrive, in any order; see `RevisedMinutes`. Time is data time: it advances with the samples and with `tick`. */
import type { Reject, Sample } from "../../connect/sample/index.ts";
import { type Accepts, type CalculatorOptions, DEFAULT_OPTIONS, type Recomputed, RevisedMinutes, type Stretch } from "../minutes/index.ts";
import { affectedBy, followUpMs } from "./affected.ts";
import type { AssignedStretch } from "./assigned.ts";
import { type Atom, atoms, sameAtom, sameSeries } from "./atoms.ts";
import { atomEvent, type OeeAtomEvent, withdrawn } from "./atom-event.ts";
import { type Beyond, countMarginOf, marginAfterOf, marginOf, recomputed, type SaidReaders, type SampleReader } from "./beyond.ts";
import type { CalculatorState, Reassignment } from "./calculator-state.ts";
import { KeptSaid, type KeptSaidState } from "./kept-said.ts";
import { interpret, type OeeMachine, rolesByTag } from "./machine.ts";
import type { StatedProduction } from "./production.ts";
import { type Reading, Readings, type Role } from "./readings.ts";
import { differenceOf, rulesBefore } from "./reconsider.ts";
import { Running, type RunningSums } from "./running.ts";
import { undecidedStopSince } from "./timeline.ts";

export class OeeCalculator extends RevisedMinutes<Reading, Atom, OeeAtomEvent, Partial<SaidReaders>> {
  protected override readonly subject = "OEE";
  protected override readonly readings: Readings;
  readonly #machine: OeeMachine;
  readonly #roles: ReadonlyMap<string, Role>;
  readonly #said: KeptSaid;
  readonly #running: Running;

  constructor(machine: OeeMachine, options: Partial<CalculatorOptions> = {}, from?: CalculatorState) {
    super({ same: sameAtom, sameSeries, withdrawn }, options, from, from?.dataTime);
    this.#machine = machine;
    this.#roles = rolesByTag(machine);
    this.readings = new Readings(machine.rules.silenceMs, from?.readings);
    this.#said = new KeptSaid(from && saidIn(from));
    const { rollingMs = DEFAULT_OPTIONS.rollingMs } = options;
    this.#running = new Running(rollingMs, from?.running, from === undefined || rollingMs <= 0 ? [] : this.lastStated(rollingMs));
  }

  static restore(machine: OeeMachine, options: Partial<CalculatorOptions>, state: CalculatorState): OeeCalculator {
    return new OeeCalculator(machine, options, state);
  }

  get asset(): string {
    return this.#machine.asset;
  }

  /** Sums of the hour, the shift and the order of the last stated minute, and of the last minutes. */
  get running(): RunningSums | null {
    return this.#running.current;
  }

  /** Product of the last stated minute. */
  get product(): string {
    return this.#running.product;
  }

  /** The hours, shifts and orders that have ended since this was last asked, the last one of each kind; their figures are final. */
  takeClosed(): ReturnType<Running["takeClosed"]> {
    return this.#running.takeClosed();
  }

  /**
   * Replaces what is assigned in [from, to) by `stretches` and states exactly the minutes again that this changes. Minutes
   * beyond the memory come back as `beyond`, for `recompute`. With `accepts` false, or on a fault, nothing has changed.
   */
  assign(from: number, to: number, stretches: readonly AssignedStretch[], accepts?: Accepts): Reassignment | { readonly fault: string } {
    return this.say(this.#said.assign(from, to, stretches), this.#followed, accepts);
  }

  /**
   * Takes what is stated of production in [from, to), all of it, in place of what was, and states exactly the minutes again
   * that this changes; otherwise as `assign`. `LASTING` for what has no end yet.
   */
  stateProduction(from: number, to: number, stated: StatedProduction, accepts?: Accepts): Reassignment | { readonly fault: string } {
    return this.say(this.#said.state(from, to, stated), this.#followed, accepts);
  }

  /**
   * States again what cycle times and calendar of before, `was`, make different from `oldest` on: exactly the minutes that
   * changed, and `beyond` for those that are not in memory. With `accepts` false those stay as they are. After a restart it
   * comes before any sample, since what is stated then holds already.
   */
  reconsider(was: OeeMachine, oldest: number, accepts?: Accepts): Reassignment {
    return this.restateUnder(
      oldest,
      (from, to) => differenceOf(was, this.#machine, from, to),
      (from, to, were) => this.#atoms(from, to, rulesBefore(this.#machine.rules, [were])),
      accepts,
    );
  }

  /** A copy for storing. With `keepMs` samples older than that before the watermark are left out: they are then asked from the historian. */
  state(keepMs = Number.POSITIVE_INFINITY): CalculatorState {
    const floor = this.floorOf(keepMs);
    const { rules } = this.#machine;
    const { assigned, production } = this.#said.snapshot();
    return {
      version: 1,
      ...this.minutesState(floor),
      dataTime: this.dataTime,
      readings: this.readings.snapshot(floor - marginOf(rules), floor - countMarginOf(rules)),
      running: this.#running.state(),
      assigned: assigned.stretches,
      assignedFrom: assigned.from,
      production: { orders: production.orders, counts: production.counts },
      productionFrom: production.from,
    };
  }

  protected override read(sample: Sample, rejects: Reject[]): Reading | null {
    const role = this.#roles.get(sample.tag);
    const result = role === undefined ? undefined : interpret(sample, role, this.#machine);
    if (result?.reject !== undefined) rejects.push(result.reject);
    return result?.reading ?? null;
  }

  protected override reachedBy(reading: Reading, floor: number): Stretch[] {
    return affectedBy(reading, this.readings, this.#machine.rules, floor);
  }

  /** Only a heartbeat proves that the machine was watched at that time, where it has one. */
  protected override startsHistory({ role }: Reading): boolean {
    return this.#machine.tags.heartbeat === undefined || role === "heartbeat";
  }

  protected override atoms(from: number, to: number): Atom[] {
    return this.#atoms(from, to, this.#machine.rules);
  }

  protected override undecidedSince(clock: number): number | null {
    return undecidedStopSince(this.readings, clock, this.#machine.rules);
  }

  protected override event(atom: Atom, revision: number, latenessMs: number): OeeAtomEvent {
    return atomEvent(atom, this.#machine, revision, latenessMs);
  }

  protected override sum(atom: Atom, sign: 1 | -1): void {
    this.#running.apply(atom, sign);
  }

  protected override forget(floor: number, said: number): void {
    const { rules } = this.#machine;
    this.readings.trim(floor - marginOf(rules), floor - countMarginOf(rules));
    this.#running.forget(floor);
    this.#said.forget(said);
  }

  protected override get margin(): number {
    return marginOf(this.#machine.rules);
  }

  protected override get marginAfter(): number {
    return marginAfterOf(this.#machine.rules);
  }

  protected override missing(first: number, said?: Partial<SaidReaders>): ReturnType<KeptSaid["missing"]> {
    return this.#said.missing(first, said);
  }

  protected override recomputed(beyond: Beyond, read: SampleReader, said?: Partial<SaidReaders>): AsyncIterable<Recomputed<Atom>> {
    return recomputed(this.#machine, beyond, read, this.#said.readers(said));
  }

  /** A count at the instant of a change moves; what follows begins there, and beginnings are counted; see `affectedBy`. */
  readonly #followed = ({ from, to }: Stretch): Stretch => ({ from: from - 1, to: to + followUpMs(this.#machine.rules) });

  #atoms(from: number, to: number, rules: OeeMachine["rules"]): Atom[] {
    return atoms(this.readings, from, to, rules, this.#said.assigned, this.#said.production);
  }
}

function saidIn({ assigned = [], assignedFrom = null, production, productionFrom = null }: CalculatorState): KeptSaidState {
  return { assigned: { stretches: assigned, from: assignedFrom }, production: production && { ...production, from: productionFrom } };
}
