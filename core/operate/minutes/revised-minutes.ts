/**
 * Minutes of one asset that are stated as data time passes, and stated again where late samples, what people say or another
 * plant model change them. What has been said about a minute is never stored: it is computed again, as atoms, before and
 * after the change goes in, and where the two differ the next revision is emitted. Machines, lines and meters each say what
 * their readings and atoms are, and keep the sums under way.
 */
import { type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import type { Beyond, SampleReader } from "../oee/beyond.ts";
import type { Saying } from "../oee/kept-said.ts";
import type { RulesDifference, RulesWas } from "../oee/reconsider.ts";
import { type Changed, changedBy, type Fresh } from "./changed.ts";
import { finite, MINUTE, minute, onGrid, type Stretch } from "./grid.ts";
import {
  type Accepts,
  type CalculatorOptions,
  DEFAULT_OPTIONS,
  type PushBounds,
  type PushedMinutes,
  type RestatedMinutes,
} from "./options.ts";
import { type Missing, refused } from "./refused.ts";
import { type AtomKind, type Revisions, Statements } from "./statements.ts";

/** Where a restored calculator goes on; null stands for what is not known yet. */
export interface MinutesState {
  readonly begin: number | null;
  readonly stated: number | null;
  /** Atoms before this need the historian; null while everything is in memory. */
  readonly floor: number | null;
  readonly revisions: Revisions;
}

/** What was, and what is to be, stated of a piece of time. */
export interface Recomputed<A> {
  readonly before: readonly A[];
  readonly after: readonly A[];
}

/** `duplicate` and `conflict`: there is a reading of this kind at this instant already, with the same or another value. */
interface KnownReadings<R> {
  has(reading: R): "new" | "duplicate" | "conflict";
  insert(reading: R): "new" | "duplicate" | "conflict";
}

const TRIM_EVERY = 60 * MINUTE;
const TOO_MANY = "too many corrections wait for the historian already.";
const taken: Accepts = () => true;

/** `R`: readings, `A`: atoms, `E`: events, `S`: who reads back what people said. */
export abstract class RevisedMinutes<R extends { readonly time: number }, A extends { readonly start: number }, E, S> {
  /** What is stated, as in "the OEE of its minutes". */
  protected abstract readonly subject: string;
  protected abstract readonly readings: KnownReadings<R>;
  readonly #options: CalculatorOptions;
  readonly #statements: Statements<A, E>;
  #begin: number;
  #stated: number;
  #floor: number;
  #clock: number;

  /** `clock`: how far data time had come. */
  protected constructor(kind: AtomKind<A>, options: Partial<CalculatorOptions>, from?: MinutesState, clock: number | null = null) {
    this.#options = { ...DEFAULT_OPTIONS, ...options };
    const stating = {
      event: (atom: A, revision: number) => this.event(atom, revision, this.#options.latenessMs),
      sum: (atom: A, sign: 1 | -1) => this.sum(atom, sign),
    };
    this.#statements = new Statements(kind, stating, from?.revisions);
    this.#begin = from?.begin ?? Number.POSITIVE_INFINITY;
    this.#stated = from?.stated ?? Number.NEGATIVE_INFINITY;
    this.#floor = from?.floor ?? Number.NEGATIVE_INFINITY;
    this.#clock = clock ?? Number.NEGATIVE_INFINITY;
  }

  /** What a sample says; null where it is of another asset, says nothing or is refused. */
  protected abstract read(sample: Sample, rejects: Reject[]): R | null;
  /** See `Reach`. */
  protected abstract reachedBy(reading: R, floor: number): readonly Stretch[];
  protected abstract startsHistory(reading: R): boolean;
  /** Atoms that fill [from, to), from everything in memory. */
  protected abstract atoms(from: number, to: number): readonly A[];
  /** From when on a minute may still turn out another one by what comes next; null where everything is decided. */
  protected abstract undecidedSince(clock: number): number | null;
  /** See `Stating`. */
  protected abstract event(atom: A, revision: number, latenessMs: number): E;
  protected abstract sum(atom: A, sign: 1 | -1): void;
  /** Forgets what says nothing of `floor` and later, and what people said of times before `said`. */
  protected abstract forget(floor: number, said: number): void;
  /** How far before a minute readings decide what is in it, ms. */
  protected abstract readonly margin: number;
  /** How far after a minute readings decide what is in it, ms. */
  protected abstract readonly marginAfter: number;
  /** What people said that is no longer kept from `first` on, with those who can read it back. */
  protected abstract missing(first: number, said: S | undefined): Missing | undefined;
  /** Piece by piece, so that memory stays small however much there is to compute. */
  protected abstract recomputed(beyond: Beyond, read: SampleReader, said: S | undefined): AsyncIterable<Recomputed<A>>;

  /** Whether another value at an instant that has one is refused here. */
  protected refusesConflict(_reading: R): boolean {
    return true;
  }

  /** A reading tells how far data time has come. */
  protected heard({ time }: R): void {
    this.#clock = Math.max(this.#clock, time);
  }

  /** Up to where minutes are due at a data time. */
  protected due(clock: number, latenessMs: number): number {
    return clock - latenessMs;
  }

  protected get clock(): number | null {
    return finite(this.#clock);
  }

  /** Largest source time seen or ticked; null before the first sample. */
  get dataTime(): number | null {
    return this.clock;
  }

  /** Every minute before this instant has been stated; null before the first. */
  get watermark(): number | null {
    return finite(this.#stated);
  }

  /** Atoms from here on are computed from memory; older ones need the historian. Null while nothing has been forgotten. */
  get inMemoryFrom(): number | null {
    return finite(this.#floor);
  }

  /** Takes samples of this asset (others are passed over). */
  push(samples: readonly Sample[], bounds: PushBounds = {}): PushedMinutes<E> {
    const rejects: Reject[] = [];
    let fresh: Fresh<R>[] = [];
    let duplicates = 0;
    for (const sample of samples) {
      const reading = this.read(sample, rejects);
      if (reading === null) continue;
      if (reading.time > (bounds.latest ?? Number.POSITIVE_INFINITY)) {
        rejects.push(reject("FUTURE_TIMESTAMP", sample, { tag: sample.tag, field: "timestamp" }));
        continue;
      }
      const known = this.readings.has(reading);
      if (known === "new") fresh.push({ reading, sample });
      else duplicates += this.#again(known, { reading, sample }, rejects);
    }

    let changed = this.#changedBy(fresh, bounds.oldest);
    const besides = this.#besides(fresh, changed.beyond);
    if (besides.length > 0) bounds.meanwhile?.(besides, this.margin);
    if (changed.beyond !== null && bounds.accepts?.(changed.beyond) === false) {
      const refusedOnes = new Set(changed.beyond.samples);
      const message = `This late sample is not taken, and the ${this.subject} of its minutes stays as it is: ${TOO_MANY} Send it again when the historian answers.`;
      for (const sample of refusedOnes) rejects.push(reject("QUEUE_FULL", sample, { message, tag: sample.tag }));
      fresh = fresh.filter(({ sample }) => !refusedOnes.has(sample));
      changed = this.#changedBy(fresh, bounds.oldest);
    }
    const { begin, inMemory, beyond } = changed;
    const before = this.#compute(inMemory, this.#begin);
    for (const one of fresh) {
      const known = this.readings.insert(one.reading);
      if (known !== "new") duplicates += this.#again(known, one, rejects);
      this.heard(one.reading);
    }
    const events = this.#statements.differences(before, this.#compute(inMemory, begin));
    this.#begin = begin;
    return { events, rejects, duplicates, beyond };
  }

  /**
   * States the minutes that ended `latenessMs` before the data clock. A minute inside a stop that may still turn out a
   * micro-stop waits until that is known.
   */
  tick(dataTime: number = this.dataTime ?? Number.NEGATIVE_INFINITY): E[] {
    if (!Number.isFinite(this.#begin)) return [];
    this.#clock = Math.max(this.#clock, dataTime);
    const from = Math.max(this.#stated, this.#begin);
    const due = this.due(this.#clock, this.#options.latenessMs);
    if (minute(due) <= from) return [];
    const to = minute(Math.min(due, this.undecidedSince(this.#clock) ?? Number.POSITIVE_INFINITY));
    if (to <= from) return [];
    const events = this.#statements.differences([], this.atoms(from, to));
    this.#stated = to;
    this.#forget();
    return events;
  }

  /**
   * The atoms of the last `ms` before the watermark once more, with the revisions they have: for a restart, when the last
   * events may not have reached the ledger. Those that did are equal statements there.
   */
  restate(ms: number): E[] {
    return this.lastStated(ms).map((atom) => this.#statements.again(atom));
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
    said?: S,
  ): Promise<Pick<PushedMinutes<E>, "events" | "rejects">> {
    const first = (beyond.stretches[0]?.from ?? 0) - this.margin;
    const raw = rawFrom !== null && first < rawFrom ? ({ from: rawFrom, what: "raw samples are kept" } as const) : undefined;
    const missing = raw ?? this.missing(first, said);
    if (missing !== undefined) {
      const subject = `${this.subject.charAt(0).toUpperCase()}${this.subject.slice(1)}`;
      return { events: [], rejects: refused(subject, beyond, missing) };
    }
    const events: E[] = [];
    for await (const { before, after } of this.recomputed(beyond, read, said))
      for (const event of this.#statements.differences(before, after)) events.push(event);
    return { events, rejects: [] };
  }

  /** Takes what somebody said, and states exactly the minutes again that it changes. `followed`: how far a change is felt. */
  protected say(
    saying: Saying | { readonly fault: string },
    followed: (stretch: Stretch) => Stretch,
    accepts: Accepts = taken,
  ): RestatedMinutes<E> | { readonly fault: string } {
    if ("fault" in saying) return saying;
    const reached = saying.stretches.map(followed);
    const outside = onGrid(reached, MINUTE, this.#begin, Math.min(this.#floor, this.#stated));
    const beyond = outside.length === 0 ? null : { stretches: outside, begin: this.#begin, samples: [], ...saying.change };
    if (beyond !== null && !accepts(beyond)) {
      const fault = `What was said is not taken, and the ${this.subject} of its minutes stays as it is: ${TOO_MANY} Say it again when the historian answers.`;
      return { fault };
    }
    const inMemory = onGrid(reached, MINUTE, Math.max(this.#begin, this.#floor), this.#stated);
    const before = this.#compute(inMemory, this.#begin);
    saying.take();
    return { events: this.#statements.differences(before, this.#compute(inMemory, this.#begin)), beyond };
  }

  /**
   * States again what the rules of before make different from `oldest` on. With `accepts` false what is not in memory stays
   * as it is.
   */
  protected restateUnder(
    oldest: number,
    differenceIn: (from: number, to: number) => RulesDifference | null,
    atomsUnder: (from: number, to: number, were: RulesWas) => readonly A[],
    accepts: Accepts = taken,
  ): RestatedMinutes<E> {
    const begin = Math.max(this.#begin, minute(oldest));
    const difference = begin < this.#stated ? differenceIn(begin, this.#stated) : null;
    if (difference === null) return { events: [], beyond: null };
    const { stretches, was } = difference;
    const outside = onGrid(stretches, MINUTE, begin, Math.min(this.#floor, this.#stated));
    const beyond = outside.length === 0 ? null : { stretches: outside, begin, samples: [], rulesWere: [was] };
    const kept = beyond === null || accepts(beyond) ? beyond : null;
    const inMemory = onGrid(stretches, MINUTE, Math.max(begin, this.#floor), this.#stated);
    const before = inMemory.flatMap(({ from, to }) => atomsUnder(from, to, was));
    return { events: this.#statements.differences(before, this.#compute(inMemory, begin)), beyond: kept };
  }

  /** The atoms of the last `ms` before the watermark, as far as they are in memory. */
  protected lastStated(ms: number): readonly A[] {
    const from = Math.max(this.#begin, this.#floor, minute(this.#stated - ms));
    return from < this.#stated ? this.atoms(from, this.#stated) : [];
  }

  /** From where on a copy keeps what it needs, when samples older than `keepMs` before the watermark are left out. */
  protected floorOf(keepMs: number): number {
    return Math.max(this.#floor, minute(this.#stated - keepMs));
  }

  protected minutesState(floor: number): MinutesState {
    return { begin: finite(this.#begin), stated: finite(this.#stated), floor: finite(floor), revisions: this.#statements.state(floor) };
  }

  /** 1 for an identical sample; another value at the same instant is refused. */
  #again(known: "duplicate" | "conflict", { reading, sample }: Fresh<R>, rejects: Reject[]): number {
    if (known === "duplicate") return 1;
    if (this.refusesConflict(reading)) rejects.push(reject("DUPLICATE_TIMESTAMP", sample, { tag: sample.tag, field: "timestamp" }));
    return 0;
  }

  #changedBy(fresh: readonly Fresh<R>[], oldest: number | undefined): Changed {
    const reach = {
      reachedBy: (reading: R, floor: number) => this.reachedBy(reading, floor),
      startsHistory: (reading: R) => this.startsHistory(reading),
    };
    return changedBy(fresh, { begin: this.#begin, stated: this.#stated, floor: this.#floor }, reach, oldest);
  }

  /** What corrects nothing beyond the memory, as things are, but is read where something there is corrected. */
  #besides(fresh: readonly Fresh<R>[], beyond: Beyond | null): Sample[] {
    const end = this.#floor + this.marginAfter;
    const correcting = new Set(beyond?.samples);
    return fresh.filter(({ reading, sample }) => reading.time < end && !correcting.has(sample)).map(({ sample }) => sample);
  }

  #compute(stretches: readonly Stretch[], begin: number): A[] {
    const first = Math.max(begin, this.#floor);
    return stretches.flatMap(({ from, to }) => (to <= first ? [] : this.atoms(Math.max(from, first), to)));
  }

  #forget(): void {
    const horizon = minute(this.#stated - this.#options.horizonMs);
    const due = Number.isFinite(this.#floor) ? this.#floor + TRIM_EVERY : this.#begin + TRIM_EVERY;
    if (horizon < due) return;
    this.#floor = horizon;
    this.#statements.forget(horizon);
    this.forget(horizon, minute(this.#stated - this.#options.assignedMs));
  }
}
