/**
 * OEE of one machine as samples arrive, in any order. Time is data time: it advances with the samples and with `tick`.
 * What has been said about a minute is never stored: it is computed again, by `atoms`, before and after a late sample
 * goes in, and where the two differ the next revision is emitted.
 */
import { type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import { followUpMs, onGrid, type Stretch } from "./affected.ts";
import { type AssignedStretch, AssignedTime, assignmentFault, type Reassigned } from "./assigned.ts";
import { type Atom, atoms, MINUTE } from "./atoms.ts";
import type { OeeAtomEvent } from "./atom-event.ts";
import { type Beyond, countMarginOf, marginOf, recomputed, type SaidReaders, type SampleReader } from "./beyond.ts";
import {
  type CalculatorOptions,
  type CalculatorState,
  DEFAULT_OPTIONS,
  type PushBounds,
  type Pushed,
  type Reassignment,
} from "./calculator-state.ts";
import { type Changed, changedBy, type Fresh, minute } from "./changed.ts";
import { interpret, type OeeMachine, rolesByTag } from "./machine.ts";
import { Production, type ProductionChange, productionDifference, productionFault, type StatedProduction } from "./production.ts";
import { type Reading, Readings, type Role } from "./readings.ts";
import { Running, type RunningSums } from "./running.ts";
import { differenceOf, rulesBefore } from "./reconsider.ts";
import { Statements } from "./statements.ts";
import { undecidedStopSince } from "./timeline.ts";

const TRIM_EVERY = 60 * MINUTE;
const NO_ROOM =
  "This late sample is not taken, and the OEE of its minutes stays as it is: too many corrections wait for the historian already. Send it again when the historian answers.";
const NO_ROOM_TO_SAY =
  "What was said is not taken: too many corrections wait for the historian already. Say it again when the historian answers.";

export class OeeCalculator {
  readonly #machine: OeeMachine;
  readonly #options: CalculatorOptions;
  readonly #roles: ReadonlyMap<string, Role>;
  readonly #readings: Readings;
  readonly #statements: Statements;
  #assigned: AssignedTime;
  #assignedFrom: number;
  #production: Production;
  #productionFrom: number;
  #begin: number;
  #stated: number;
  #floor: number;
  #dataTime: number;

  constructor(machine: OeeMachine, options: Partial<CalculatorOptions> = {}, from?: CalculatorState) {
    this.#machine = machine;
    this.#options = { ...DEFAULT_OPTIONS, ...options };
    this.#roles = rolesByTag(machine);
    this.#readings = new Readings(machine.rules.silenceMs, from?.readings);
    this.#assigned = new AssignedTime(from?.assigned ?? []);
    this.#assignedFrom = from?.assignedFrom ?? Number.NEGATIVE_INFINITY;
    this.#production = new Production(from?.production ?? Production.NONE);
    this.#productionFrom = from?.productionFrom ?? Number.NEGATIVE_INFINITY;
    this.#begin = from?.begin ?? Number.POSITIVE_INFINITY;
    this.#stated = from?.stated ?? Number.NEGATIVE_INFINITY;
    this.#floor = from?.floor ?? Number.NEGATIVE_INFINITY;
    this.#dataTime = from?.dataTime ?? Number.NEGATIVE_INFINITY;
    const { latenessMs, rollingMs } = this.#options;
    const recent = from === undefined || rollingMs <= 0 ? [] : this.#lastStated(rollingMs);
    this.#statements = new Statements(machine, latenessMs, new Running(rollingMs, from?.running, recent), from?.revisions);
  }

  get asset(): string {
    return this.#machine.asset;
  }

  /** Largest source time seen or ticked; null before the first sample. */
  get dataTime(): number | null {
    return Number.isFinite(this.#dataTime) ? this.#dataTime : null;
  }

  /** Every minute before this instant has been stated; null before the first. */
  get watermark(): number | null {
    return Number.isFinite(this.#stated) ? this.#stated : null;
  }

  /** Atoms from here on are computed from memory; older ones need the historian. Null while nothing has been forgotten. */
  get inMemoryFrom(): number | null {
    return finite(this.#floor);
  }

  /** Sums of the hour, the shift and the order of the last stated minute, and of the last minutes. */
  get running(): RunningSums | null {
    return this.#statements.running;
  }

  /** Product of the last stated minute. */
  get product(): string {
    return this.#statements.product;
  }

  /** The hours, shifts and orders that have ended since this was last asked, the last one of each kind; their figures are final. */
  takeClosed(): ReturnType<Statements["takeClosed"]> {
    return this.#statements.takeClosed();
  }

  /** Takes samples of this machine (others are passed over). */
  push(samples: readonly Sample[], bounds: PushBounds = {}): Pushed {
    const rejects: Reject[] = [];
    let fresh: Fresh[] = [];
    let duplicates = 0;
    for (const sample of samples) {
      const reading = this.#read(sample, rejects, bounds.latest);
      if (reading === null) continue;
      const known = this.#readings.has(reading);
      if (known === "duplicate") duplicates += 1;
      if (known === "conflict") rejects.push(reject("DUPLICATE_TIMESTAMP", sample, { tag: sample.tag, field: "timestamp" }));
      if (known !== "new") continue;
      fresh.push({ reading, sample });
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
      const result = this.#readings.insert(reading);
      if (result === "duplicate") duplicates += 1;
      if (result === "conflict") rejects.push(reject("DUPLICATE_TIMESTAMP", sample, { tag: sample.tag, field: "timestamp" }));
      this.#dataTime = Math.max(this.#dataTime, reading.time);
    }
    const events = this.#statements.differences(before, this.#compute(inMemory, Math.max(begin, this.#floor)));
    this.#begin = begin;
    return { events, rejects, duplicates, beyond };
  }

  /**
   * States the minutes that ended `latenessMs` before the data clock. A minute inside a stop that may still turn out a
   * micro-stop waits until that is known.
   */
  tick(dataTime: number): OeeAtomEvent[] {
    if (!Number.isFinite(this.#begin)) return [];
    this.#dataTime = Math.max(this.#dataTime, dataTime);
    const from = Math.max(this.#stated, this.#begin);
    if (minute(this.#dataTime - this.#options.latenessMs) <= from) return [];
    const undecided = undecidedStopSince(this.#readings, this.#dataTime, this.#machine.rules) ?? Number.POSITIVE_INFINITY;
    const to = minute(Math.min(this.#dataTime - this.#options.latenessMs, undecided));
    if (to <= from) return [];
    const events = this.#statements.differences([], this.#atoms(from, to));
    this.#stated = to;
    this.#forget();
    return events;
  }

  /**
   * The atoms of the last `ms` before the watermark once more, with the revisions they have: for a restart, when the last
   * events may not have reached the ledger. Those that did are equal statements there.
   */
  restate(ms: number): OeeAtomEvent[] {
    return this.#lastStated(ms).map((atom) => this.#statements.again(atom));
  }

  /**
   * Recomputes what lies beyond the memory from recorded samples. `rawFrom`: the oldest instant for which raw samples
   * are still kept (null: all are). Atoms that need older ones, or what people said that is no longer kept and that nobody
   * can read back, are refused with that date. The ledger has the last word on revisions: it drops statements that equal
   * its latest.
   */
  async recompute(
    beyond: Beyond,
    read: SampleReader,
    rawFrom: number | null,
    said: Partial<SaidReaders> = {},
  ): Promise<Pick<Pushed, "events" | "rejects">> {
    const first = (beyond.stretches[0]?.from ?? 0) - marginOf(this.#machine.rules);
    if (first < (rawFrom ?? Number.NEGATIVE_INFINITY)) return refused(beyond, rawFrom as number, RAW);
    if (said.assigned === undefined && first < this.#assignedFrom) return refused(beyond, this.#assignedFrom, ASSIGNED);
    if (said.production === undefined && first < this.#productionFrom) return refused(beyond, this.#productionFrom, PRODUCTION);
    const readers: SaidReaders = {
      assigned: async (from, to) => (from < this.#assignedFrom && said.assigned?.(from, to)) || this.#assigned.within(from, to),
      production: async (from, to) => (from < this.#productionFrom && said.production?.(from, to)) || this.#production.within(from, to),
    };
    const events: OeeAtomEvent[] = [];
    for await (const { before, after } of recomputed(this.#machine, beyond, read, readers))
      for (const event of this.#statements.differences(before, after)) events.push(event);
    return { events, rejects: [] };
  }

  /**
   * Replaces what is assigned in [from, to) by `stretches` and states exactly the minutes again that this changes. Minutes
   * beyond the memory come back as `beyond`, for `recompute`. With `accepts` false, or on a fault, nothing has changed.
   */
  assign(
    from: number,
    to: number,
    stretches: readonly AssignedStretch[],
    accepts: (beyond: Beyond) => boolean = () => true,
  ): Reassignment | { readonly fault: string } {
    const fault = assignmentFault(from, to, stretches);
    if (fault !== undefined) return { fault };
    const assigned = this.#assigned.replaced(from, to, stretches);
    const change: Reassigned = { from, to, was: this.#assigned.within(from, to), now: assigned.within(from, to) };
    if (JSON.stringify(change.was) === JSON.stringify(change.now)) return { events: [], beyond: null };
    return this.#said([{ from, to }], { reassigned: [change] }, accepts, () => (this.#assigned = assigned));
  }

  /**
   * Takes what is stated of production in [from, to), all of it, in place of what was, and states exactly the minutes again
   * that this changes; otherwise as `assign`. `LASTING` for what has no end yet.
   */
  stateProduction(
    from: number,
    to: number,
    stated: StatedProduction,
    accepts: (beyond: Beyond) => boolean = () => true,
  ): Reassignment | { readonly fault: string } {
    const fault = productionFault(from, to, stated);
    if (fault !== undefined) return { fault };
    const production = this.#production.replaced(from, to, stated);
    const change: ProductionChange = { from, to, was: this.#production.within(from, to), now: production.within(from, to) };
    const differing = productionDifference(change.was, change.now);
    return this.#said(differing, { restated: [change] }, accepts, () => (this.#production = production));
  }

  /** `taken` makes what was said of these stretches hold. */
  #said(
    stretches: readonly Stretch[],
    change: Pick<Beyond, "reassigned" | "restated">,
    accepts: (beyond: Beyond) => boolean,
    taken: () => void,
  ): Reassignment | { readonly fault: string } {
    // A count at the instant of a change moves; what follows begins there, and beginnings are counted; see `affectedBy`.
    const reached = stretches.map(({ from, to }) => ({ from: from - 1, to: to + followUpMs(this.#machine.rules) }));
    const [begin, floor] = [this.#begin, Math.min(this.#floor, this.#stated)];
    const outside = Number.isFinite(begin) ? onGrid(reached, MINUTE, begin, floor) : [];
    const beyond = outside.length === 0 ? null : { stretches: outside, begin, samples: [], ...change };
    if (beyond !== null && !accepts(beyond)) return { fault: NO_ROOM_TO_SAY };
    const inMemory = Number.isFinite(begin) ? onGrid(reached, MINUTE, Math.max(begin, this.#floor), this.#stated) : [];
    const before = this.#compute(inMemory, Math.max(begin, this.#floor));
    taken();
    return { events: this.#statements.differences(before, this.#compute(inMemory, Math.max(begin, this.#floor))), beyond };
  }

  /**
   * States again what cycle times and calendar of before, `was`, make different from `oldest` on: exactly the minutes that
   * changed, and `beyond` for those that are not in memory. With `accepts` false those stay as they are. After a restart it
   * comes before any sample, since what is stated then holds already.
   */
  reconsider(was: OeeMachine, oldest: number, accepts: (beyond: Beyond) => boolean = () => true): Reassignment {
    const begin = Math.max(this.#begin, minute(oldest));
    const difference = begin < this.#stated ? differenceOf(was, this.#machine, begin, this.#stated) : null;
    if (difference === null) return { events: [], beyond: null };
    const outside = onGrid(difference.stretches, MINUTE, begin, Math.min(this.#floor, this.#stated));
    const beyond = outside.length === 0 ? null : { stretches: outside, begin, samples: [], rulesWere: [difference.was] };
    const kept = beyond === null || accepts(beyond) ? beyond : null;
    const inMemory = onGrid(difference.stretches, MINUTE, Math.max(begin, this.#floor), this.#stated);
    const rulesWere = rulesBefore(this.#machine.rules, [difference.was]);
    const before = inMemory.flatMap(({ from, to }) => atoms(this.#readings, from, to, rulesWere, this.#assigned, this.#production));
    return { events: this.#statements.differences(before, this.#compute(inMemory, begin)), beyond: kept };
  }

  /** A copy for storing. With `keepMs` samples older than that before the watermark are left out: they are then asked from the historian. */
  state(keepMs = Number.POSITIVE_INFINITY): CalculatorState {
    const floor = Math.max(this.#floor, minute(this.#stated - keepMs));
    const { rules } = this.#machine;
    return {
      version: 1,
      begin: finite(this.#begin),
      stated: finite(this.#stated),
      floor: finite(floor),
      dataTime: finite(this.#dataTime),
      readings: this.#readings.snapshot(floor - marginOf(rules), floor - countMarginOf(rules)),
      ...this.#statements.state(floor),
      assigned: this.#assigned.stretches,
      assignedFrom: finite(this.#assignedFrom),
      production: { orders: this.#production.orders, counts: this.#production.counts },
      productionFrom: finite(this.#productionFrom),
    };
  }

  static restore(machine: OeeMachine, options: Partial<CalculatorOptions>, state: CalculatorState): OeeCalculator {
    return new OeeCalculator(machine, options, state);
  }

  #read(sample: Sample, rejects: Reject[], latest = Number.POSITIVE_INFINITY): Reading | null {
    const role = this.#roles.get(sample.tag);
    if (role === undefined) return null;
    const result = interpret(sample, role, this.#machine);
    if (result?.reject !== undefined) rejects.push(result.reject);
    if (!result?.reading) return null;
    if (result.reading.time <= latest) return result.reading;
    rejects.push(reject("FUTURE_TIMESTAMP", sample, { tag: sample.tag, field: "timestamp" }));
    return null;
  }

  #changedBy(fresh: readonly Fresh[], oldest: number | undefined): Changed {
    const known = { readings: this.#readings, begin: this.#begin, stated: this.#stated, floor: this.#floor };
    return changedBy(fresh, known, this.#machine, oldest);
  }

  #compute(stretches: readonly Stretch[], begin: number): Atom[] {
    return stretches.flatMap(({ from, to }) => (to <= begin ? [] : this.#atoms(Math.max(from, begin), to)));
  }

  #lastStated(ms: number): Atom[] {
    const from = Math.max(this.#begin, this.#floor, minute(this.#stated - ms));
    return from < this.#stated ? this.#atoms(from, this.#stated) : [];
  }

  #atoms(from: number, to: number): Atom[] {
    return atoms(this.#readings, from, to, this.#machine.rules, this.#assigned, this.#production);
  }

  #forget(): void {
    const horizon = minute(this.#stated - this.#options.horizonMs);
    const due = Number.isFinite(this.#floor) ? this.#floor + TRIM_EVERY : this.#begin + TRIM_EVERY;
    if (horizon < due) return;
    this.#floor = horizon;
    const { rules } = this.#machine;
    this.#readings.trim(horizon - marginOf(rules), horizon - countMarginOf(rules));
    this.#statements.forget(horizon);
    this.#forgetSaid(minute(this.#stated - this.#options.assignedMs));
  }

  #forgetSaid(before: number): void {
    const { orders, counts } = this.#production.within(before, Number.POSITIVE_INFINITY);
    if (orders[0]?.start !== this.#production.orders[0]?.start || counts.length < this.#production.counts.length) {
      this.#production = new Production({ orders, counts });
      this.#productionFrom = before;
    }
    const kept = this.#assigned.within(before, Number.POSITIVE_INFINITY);
    if (kept.length === this.#assigned.stretches.length) return;
    this.#assigned = new AssignedTime(kept);
    this.#assignedFrom = before;
  }
}

function finite(t: number): number | null {
  return Number.isFinite(t) ? t : null;
}

const RAW = {
  what: "raw samples are kept",
  remedy: "Keep them longer in the historian, or correct the figures there.",
};
const ASSIGNED = {
  what: "assigned time is kept",
  remedy: "Correct the figures in the historian.",
};
const PRODUCTION = { ...ASSIGNED, what: "what was stated of orders and counts is kept" };

function refused(
  { samples, reassigned = [], restated = [], rulesWere = [] }: Beyond,
  from: number,
  { what, remedy }: typeof RAW,
): Pick<Pushed, "events" | "rejects"> {
  const message = `OEE before ${new Date(from).toISOString()} cannot be recomputed: ${what} from that date on only. ${remedy}`;
  const late = samples.map((sample) => reject("ANCIENT_TIMESTAMP", sample, { message, tag: sample.tag }));
  return {
    events: [],
    rejects: [...late, ...[...reassigned, ...restated, ...rulesWere].map((change) => reject("ANCIENT_TIMESTAMP", change, { message }))],
  };
}
