/**
 * Energy of one machine as samples arrive, in any order, beside its OEE and by the same rules: time is data time, and what
 * has been said about a minute is computed again, by `energyAtoms`, before and after a late sample goes in; where the two
 * differ the next revision is emitted.
 */
import { type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import {
  type Beyond,
  type CalculatorOptions,
  DEFAULT_OPTIONS,
  MINUTE,
  type OeeMachine,
  type AssignedReader,
  type AssignedStretch,
  type PushBounds,
  type Pushed,
  type SampleReader,
} from "../oee/index.ts";
import { onGrid, type Stretch } from "../oee/affected.ts";
import { assignmentFault } from "../oee/assigned.ts";
import { KeptAssigned, type KeptAssignedState } from "../oee/kept-assigned.ts";
import { differenceOf, rulesBefore } from "../oee/reconsider.ts";
import { lookBackMs, undecidedStopSince } from "../oee/timeline.ts";
import { affectedByEnergy, reachOf } from "./affected.ts";
import { type EnergyAtom, energyAtoms } from "./atoms.ts";
import type { EnergyAtomEvent } from "./atom-event.ts";
import type { CurrentFigures } from "./figures.ts";
import { type AnyRole, type EnergyMeter, energyRoles, interpretEnergy } from "./meter.ts";
import { type EnergyReading, EnergyReadings, type EnergyReadingsState, isMeterReading } from "./readings.ts";
import { recomputed } from "./recompute.ts";
import { EnergyStatements, type StatementsState } from "./statements.ts";

export interface EnergyPushed extends Omit<Pushed, "events"> {
  /** Corrections of minutes already stated. */
  readonly events: readonly EnergyAtomEvent[];
}

export interface EnergyReassignment {
  /** The minutes that are stated again: exactly those that changed. */
  readonly events: readonly EnergyAtomEvent[];
  readonly beyond: Beyond | null;
}

export interface EnergyCalculatorState {
  readonly version: 1;
  readonly begin: number | null;
  readonly stated: number | null;
  /** Atoms before this need the historian; null while everything is in memory. */
  readonly floor: number | null;
  readonly dataTime: number | null;
  readonly readings: EnergyReadingsState;
  readonly statements: StatementsState;
  /** Absent in snapshots from before energy followed assigned time. */
  readonly assigned?: KeptAssignedState;
}

interface Fresh {
  readonly reading: EnergyReading;
  readonly sample: Sample;
}

const TRIM_EVERY = 60 * MINUTE;
const NO_ROOM =
  "This late sample is not taken, and the energy of its minutes stays as it is: too many corrections wait for the historian already. Send it again when the historian answers.";
const NO_ROOM_TO_ASSIGN =
  "The energy of these minutes stays where it is: too many corrections wait for the historian already. Make the assignment again when it answers.";

export class EnergyCalculator {
  readonly #meter: EnergyMeter;
  readonly #options: CalculatorOptions;
  readonly #roles: ReadonlyMap<string, AnyRole>;
  readonly #readings: EnergyReadings;
  readonly #statements: EnergyStatements;
  readonly #assigned: KeptAssigned;
  #begin: number;
  #stated: number;
  #floor: number;
  #dataTime: number;

  constructor(meter: EnergyMeter, options: Partial<CalculatorOptions> = {}, from?: EnergyCalculatorState) {
    this.#meter = meter;
    this.#options = { ...DEFAULT_OPTIONS, ...options };
    this.#roles = energyRoles(meter);
    this.#readings = new EnergyReadings(meter.rules.machine.silenceMs, from?.readings);
    this.#statements = new EnergyStatements(meter, this.#options.latenessMs, from?.statements);
    this.#assigned = new KeptAssigned(from?.assigned);
    this.#begin = from?.begin ?? Number.POSITIVE_INFINITY;
    this.#stated = from?.stated ?? Number.NEGATIVE_INFINITY;
    this.#floor = from?.floor ?? Number.NEGATIVE_INFINITY;
    this.#dataTime = from?.dataTime ?? Number.NEGATIVE_INFINITY;
  }

  /** Largest source time seen or ticked; null before the first sample. */
  get dataTime(): number | null {
    return finite(this.#dataTime);
  }

  /** Every minute before this instant has been stated; null before the first. */
  get watermark(): number | null {
    return finite(this.#stated);
  }

  /** Atoms from here on are computed from memory; older ones need the historian. Null while nothing has been forgotten. */
  get inMemoryFrom(): number | null {
    return finite(this.#floor);
  }

  get current(): CurrentFigures | null {
    return this.#statements.figures.current;
  }

  /** Takes samples of this machine (others are passed over). */
  push(samples: readonly Sample[], bounds: PushBounds = {}): EnergyPushed {
    const rejects: Reject[] = [];
    let duplicates = 0;
    let fresh: Fresh[] = [];
    for (const sample of samples) {
      const reading = this.#read(sample, rejects, bounds.latest);
      if (reading === null) continue;
      if (this.#readings.has(reading) === "new") fresh.push({ reading, sample });
      else duplicates += this.#again(reading, sample, rejects);
    }
    let changed = this.#changedBy(fresh, bounds.oldest);
    if (changed.beyond !== null && bounds.accepts?.(changed.beyond) === false) {
      const refused = new Set(changed.beyond.samples);
      for (const sample of refused) rejects.push(reject("QUEUE_FULL", sample, { message: NO_ROOM, tag: sample.tag }));
      fresh = fresh.filter(({ sample }) => !refused.has(sample));
      changed = this.#changedBy(fresh, bounds.oldest);
    }
    const { begin, inMemory, beyond } = changed;
    const before = this.#compute(inMemory, Math.max(this.#begin, this.#floor));
    for (const { reading, sample } of fresh) {
      if (this.#readings.insert(reading) !== "new") duplicates += this.#again(reading, sample, rejects);
      // A factor may be of another day, and of another place: it does not tell how far this machine's data reaches.
      if (reading.role !== "factor") this.#dataTime = Math.max(this.#dataTime, reading.time);
    }
    const events = this.#statements.differences(before, this.#compute(inMemory, Math.max(begin, this.#floor)));
    this.#begin = begin;
    return { events, rejects, duplicates, beyond };
  }

  /**
   * States the minutes that ended `latenessMs` before the data clock. A minute inside a stop that may still turn out a
   * micro-stop waits until that is known, and one whose energy the meter has not told yet waits as long as it may.
   */
  tick(dataTime: number): EnergyAtomEvent[] {
    if (!Number.isFinite(this.#begin)) return [];
    this.#dataTime = Math.max(this.#dataTime, dataTime);
    const from = Math.max(this.#stated, this.#begin);
    const due = Math.min(this.#dataTime - this.#options.latenessMs, this.#metered());
    if (minute(due) <= from) return [];
    const undecided = undecidedStopSince(this.#readings.machine, this.#dataTime, this.#meter.rules.machine);
    const to = minute(Math.min(due, undecided ?? Number.POSITIVE_INFINITY));
    if (to <= from) return [];
    const events = this.#statements.differences([], this.#atoms(from, to));
    this.#stated = to;
    this.#forget();
    return events;
  }

  /** See `OeeCalculator.restate`. */
  restate(ms: number): EnergyAtomEvent[] {
    const from = Math.max(this.#begin, this.#floor, minute(this.#stated - ms));
    if (!(from < this.#stated)) return [];
    return this.#atoms(from, this.#stated).map((atom) => this.#statements.again(atom));
  }

  /** See `OeeCalculator.assign`: the energy of time that is given to another bucket goes with it. */
  assign(
    from: number,
    to: number,
    stretches: readonly AssignedStretch[],
    accepts: (beyond: Beyond) => boolean = () => true,
  ): EnergyReassignment | { readonly fault: string } {
    const fault = assignmentFault(from, to, stretches);
    if (fault !== undefined) return { fault };
    const was = this.#assigned.time;
    const now = was.replaced(from, to, stretches);
    const [begin, floor] = [this.#begin, Math.max(this.#begin, this.#floor)];
    const changed = Number.isFinite(begin) ? [{ from, to }] : [];
    const outside = onGrid(changed, MINUTE, begin, Math.min(this.#floor, this.#stated));
    const reassigned = [{ from, to, was: was.within(from, to), now: now.within(from, to) }];
    const beyond = outside.length === 0 ? null : { stretches: outside, begin, samples: [], reassigned };
    if (beyond !== null && !accepts(beyond)) return { fault: NO_ROOM_TO_ASSIGN };
    const inMemory = onGrid(changed, MINUTE, floor, this.#stated);
    const before = this.#compute(inMemory, floor);
    this.#assigned.replace(now);
    return { events: this.#statements.differences(before, this.#compute(inMemory, floor)), beyond };
  }

  /** See `OeeCalculator.reconsider`: energy knows no cycle times, so what counts is the calendar of before. */
  reconsider(was: EnergyMeter, oldest: number, accepts: (beyond: Beyond) => boolean = () => true): EnergyReassignment {
    const begin = Math.max(this.#begin, minute(oldest));
    const [old, young] = [was.rules.machine, this.#meter.rules.machine];
    const timed = (rules: typeof old): OeeMachine => ({ ...this.#meter.machine, cycles: new Map(), rules });
    const difference = begin < this.#stated ? differenceOf(timed(old), timed(young), begin, this.#stated) : null;
    if (difference === null) return { events: [], beyond: null };
    const outside = onGrid(difference.stretches, MINUTE, begin, Math.min(this.#floor, this.#stated));
    const beyond = outside.length === 0 ? null : { stretches: outside, begin, samples: [], rulesWere: [difference.was] };
    const kept = beyond === null || accepts(beyond) ? beyond : null;
    const inMemory = onGrid(difference.stretches, MINUTE, Math.max(begin, this.#floor), this.#stated);
    const rulesWere = { ...this.#meter.rules, machine: rulesBefore(young, [difference.was]) };
    const before = inMemory.flatMap(({ from, to }) => this.#atoms(from, to, rulesWere));
    return { events: this.#statements.differences(before, this.#compute(inMemory, begin)), beyond: kept };
  }

  /** See `OeeCalculator.recompute`. */
  async recompute(
    beyond: Beyond,
    read: SampleReader,
    rawFrom: number | null,
    readAssigned?: AssignedReader,
  ): Promise<Pick<EnergyPushed, "events" | "rejects">> {
    const first = (beyond.stretches[0]?.from ?? 0) - reachOf(this.#meter.rules);
    if (first < (rawFrom ?? Number.NEGATIVE_INFINITY)) return refused(beyond, rawFrom as number, "raw samples are");
    const assignedFrom = this.#assigned.knownFrom(readAssigned);
    if (first < assignedFrom) return refused(beyond, assignedFrom, "assigned time is");
    const assigned = { kept: this.#assigned, reader: readAssigned };
    const events: EnergyAtomEvent[] = [];
    const readingsOf = (samples: readonly Sample[]) =>
      samples.map((sample) => this.#read(sample, [])).filter((reading) => reading !== null);
    for await (const { before, after } of recomputed(this.#meter, beyond, read, { roles: this.#roles, readingsOf }, assigned))
      for (const event of this.#statements.differences(before, after)) events.push(event);
    return { events, rejects: [] };
  }

  /** A copy for storing; see `OeeCalculator.state`. */
  state(keepMs = Number.POSITIVE_INFINITY): EnergyCalculatorState {
    const floor = Math.max(this.#floor, minute(this.#stated - keepMs));
    return {
      version: 1,
      begin: finite(this.#begin),
      stated: finite(this.#stated),
      floor: finite(floor),
      dataTime: finite(this.#dataTime),
      readings: this.#readings.snapshot(floor - lookBackMs(this.#meter.rules.machine), floor),
      statements: this.#statements.state(floor),
      assigned: this.#assigned.state(),
    };
  }

  #read(sample: Sample, rejects: Reject[], latest = Number.POSITIVE_INFINITY): EnergyReading | null {
    const role = this.#roles.get(sample.tag);
    if (role === undefined) return null;
    const result = interpretEnergy(sample, role, this.#meter);
    if (result.reject !== undefined) rejects.push(result.reject);
    if (result.reading === null || result.reading.time <= latest) return result.reading;
    rejects.push(reject("FUTURE_TIMESTAMP", sample, { tag: sample.tag, field: "timestamp" }));
    return null;
  }

  /** 1 for an identical sample; another value at the same instant is refused. The machine's own are refused by its OEE. */
  #again(reading: EnergyReading, sample: Sample, rejects: Reject[]): number {
    const conflict = this.#readings.has(reading) === "conflict";
    if (conflict && isMeterReading(reading)) rejects.push(reject("DUPLICATE_TIMESTAMP", sample, { tag: sample.tag, field: "timestamp" }));
    return conflict ? 0 : 1;
  }

  /** Up to where the registers have told what was used, or could not tell any more; a reactive one that fell silent is not waited for. */
  #metered(): number {
    const { gapMs } = this.#meter.rules;
    const last = (register: "active" | "reactive"): number => this.#readings[register].time(this.#readings[register].length - 1);
    const [active, reactive] = [last("active"), last("reactive")];
    const told = active - reactive > gapMs ? active : Math.min(active, reactive);
    return Math.max(told, this.#dataTime - this.#options.latenessMs - gapMs);
  }

  /** A source may report values it has held for days; a heartbeat, or where there is none any sign of life, proves that it was watched. */
  #startsHistory({ role }: EnergyReading): boolean {
    return role === "heartbeat" || (this.#meter.machine.tags.heartbeat === undefined && role !== "factor");
  }

  #changedBy(fresh: readonly Fresh[], oldest: number | undefined) {
    let begin = this.#begin;
    for (const { reading } of fresh)
      if (this.#startsHistory(reading)) begin = Math.min(begin, Math.max(minute(reading.time), minute(oldest ?? reading.time)));
    const all: Stretch[] = begin < this.#begin ? [{ from: begin, to: this.#begin }] : [];
    const reaching: Sample[] = [];
    for (const { reading, sample } of fresh) {
      let reaches = reading.time < this.#begin && reading.time < this.#floor && this.#startsHistory(reading);
      for (const stretch of affectedByEnergy(reading, this.#readings, this.#meter.rules, this.#floor)) {
        if (stretch.from < this.#stated) all.push(stretch);
        if (stretch.from < this.#floor) reaches = true;
      }
      if (reaches) reaching.push(sample);
    }
    if (all.length === 0) return { begin, inMemory: [], beyond: null };
    const stretches = onGrid(all, MINUTE, begin, Math.min(this.#floor, this.#stated));
    return {
      begin,
      inMemory: onGrid(all, MINUTE, Math.max(begin, this.#floor), this.#stated),
      beyond: stretches.length === 0 ? null : { stretches, begin: this.#begin, samples: reaching },
    };
  }

  #compute(stretches: readonly Stretch[], begin: number): EnergyAtom[] {
    return stretches.flatMap(({ from, to }) => (to <= begin ? [] : this.#atoms(Math.max(from, begin), to)));
  }

  #atoms(from: number, to: number, rules = this.#meter.rules): EnergyAtom[] {
    return energyAtoms(this.#readings, from, to, rules, this.#assigned.time);
  }

  #forget(): void {
    const horizon = minute(this.#stated - this.#options.horizonMs);
    const due = Number.isFinite(this.#floor) ? this.#floor + TRIM_EVERY : this.#begin + TRIM_EVERY;
    if (horizon < due) return;
    this.#floor = horizon;
    this.#readings.trim(horizon - lookBackMs(this.#meter.rules.machine), horizon);
    this.#statements.forget(horizon);
    this.#assigned.forget(minute(this.#stated - this.#options.assignedMs));
  }
}

function refused(
  { samples, reassigned = [], rulesWere = [] }: Beyond,
  from: number,
  what: string,
): Pick<EnergyPushed, "events" | "rejects"> {
  const message = `Energy before ${new Date(from).toISOString()} cannot be recomputed: ${what} kept from that date on only. Keep raw samples longer in the historian, or correct the figures there.`;
  const late = samples.map((sample) => reject("ANCIENT_TIMESTAMP", sample, { message, tag: sample.tag }));
  const changes = [...reassigned, ...rulesWere].map((change) => reject("ANCIENT_TIMESTAMP", change, { message }));
  return { events: [], rejects: [...late, ...changes] };
}

function minute(t: number): number {
  return Math.floor(t / MINUTE) * MINUTE;
}

function finite(t: number): number | null {
  return Number.isFinite(t) ? t : null;
}
