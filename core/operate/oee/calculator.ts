/**
 * OEE of one machine as samples arrive, in any order. Time is data time: it advances with the samples and with `tick`.
 * What has been said about a minute is never stored: it is computed again, by `atoms`, before and after a late sample
 * goes in, and where the two differ the next revision is emitted.
 */
import { type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import { affectedBy, onGrid, type Stretch } from "./affected.ts";
import { type Atom, atoms, MINUTE, sameAtom, sameSeries } from "./atoms.ts";
import { atomEvent, type OeeAtomEvent, withdrawn } from "./atom-event.ts";
import { interpret, type OeeMachine, rolesByTag } from "./machine.ts";
import { type Reading, Readings, type ReadingsState, type Role } from "./readings.ts";
import { Running, type RunningState, type RunningSums } from "./running.ts";
import { lookBackMs, undecidedStopSince } from "./timeline.ts";

export interface CalculatorOptions {
  /** How long after its end, in data time, a minute waits for late samples before it is first stated, ms. */
  readonly latenessMs: number;
  /** How far back samples are kept in memory, ms of data time. */
  readonly horizonMs: number;
}

export const DEFAULT_OPTIONS: CalculatorOptions = { latenessMs: 10_000, horizonMs: 26 * 60 * MINUTE };

/** Stated minutes that are no longer in memory, and the late samples that change them; hand it to `recompute`. */
export interface Beyond {
  readonly stretches: readonly Stretch[];
  /** Nothing had been stated before this instant. */
  readonly begin: number;
  readonly samples: readonly Sample[];
}

export interface PushBounds {
  /** History is not stated before this instant. */
  readonly oldest?: number;
  /** A sample after this instant is rejected, since it would drive the data clock. */
  readonly latest?: number;
  /** Asked before anything changes; false rejects the late samples, so that they can be sent again. By default it is taken. */
  readonly accepts?: (beyond: Beyond) => boolean;
}

export interface Pushed {
  /** Corrections of minutes already stated. */
  readonly events: readonly OeeAtomEvent[];
  readonly rejects: readonly Reject[];
  /** Identical samples received again. */
  readonly duplicates: number;
  readonly beyond: Beyond | null;
}

/** Reads recorded samples back, as `Historian.readSamples` does; `carryIn` adds the last one before `from` of each tag. */
export type SampleReader = (range: {
  readonly tags: readonly { readonly id: string }[];
  readonly from: number;
  readonly to: number;
  readonly carryIn: true;
}) => Promise<readonly Sample[]>;

export interface CalculatorState {
  readonly version: 1;
  readonly begin: number | null;
  readonly stated: number | null;
  /** Atoms before this need the historian; null while everything is in memory. */
  readonly floor: number | null;
  readonly dataTime: number | null;
  readonly readings: ReadingsState;
  /** Revision per atom start, where it is above 1. */
  readonly revisions: readonly (readonly [start: number, revision: number])[];
  readonly running: RunningState;
}

const TRIM_EVERY = 60 * MINUTE;
/** Computing as much as this keeps the event loop for some milliseconds; what is read next gives others their turn. */
const READ_AT_ONCE = 2 * 60 * MINUTE;
const NO_ROOM =
  "This late sample is not taken, and the OEE of its minutes stays as it is: too many corrections wait for the historian already. Send it again when the historian answers.";

export class OeeCalculator {
  readonly #machine: OeeMachine;
  readonly #options: CalculatorOptions;
  readonly #roles: ReadonlyMap<string, Role>;
  readonly #readings: Readings;
  readonly #revisions: Map<number, number>;
  readonly #running: Running;
  #begin: number;
  #stated: number;
  #floor: number;
  #dataTime: number;

  constructor(machine: OeeMachine, options: Partial<CalculatorOptions> = {}, from?: CalculatorState) {
    this.#machine = machine;
    this.#options = { ...DEFAULT_OPTIONS, ...options };
    this.#roles = rolesByTag(machine);
    this.#readings = new Readings(machine.rules.silenceMs, from?.readings);
    this.#revisions = new Map(from?.revisions);
    this.#running = new Running(from?.running);
    this.#begin = from?.begin ?? Number.POSITIVE_INFINITY;
    this.#stated = from?.stated ?? Number.NEGATIVE_INFINITY;
    this.#floor = from?.floor ?? Number.NEGATIVE_INFINITY;
    this.#dataTime = from?.dataTime ?? Number.NEGATIVE_INFINITY;
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

  /** Sums of the hour and the shift of the last stated minute. */
  get running(): RunningSums | null {
    return this.#running.current;
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
    const events = this.#differences(before, this.#compute(inMemory, Math.max(begin, this.#floor)));
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
    const events = this.#differences([], atoms(this.#readings, from, to, this.#machine.rules));
    this.#stated = to;
    this.#forget();
    return events;
  }

  /**
   * The atoms of the last `ms` before the watermark once more, with the revisions they have: for a restart, when the last
   * events may not have reached the ledger. Those that did are equal statements there.
   */
  restate(ms: number): OeeAtomEvent[] {
    const from = Math.max(this.#begin, this.#floor, minute(this.#stated - ms));
    if (!(from < this.#stated)) return [];
    return atoms(this.#readings, from, this.#stated, this.#machine.rules).map((atom) =>
      atomEvent(atom, this.#machine, this.#revisions.get(atom.start) ?? 1, this.#options.latenessMs),
    );
  }

  /**
   * Recomputes what lies beyond the memory from recorded samples. `rawFrom`: the oldest instant for which raw samples
   * are still kept (null: all are). Atoms that need older ones are refused with that date. The ledger has the last word
   * on revisions: it drops statements that equal its latest.
   */
  async recompute(beyond: Beyond, read: SampleReader, rawFrom: number | null): Promise<Pick<Pushed, "events" | "rejects">> {
    const { rules, tags } = this.#machine;
    const margin = lookBackMs(rules) + (rules.silenceMs ?? 0);
    const first = beyond.stretches[0]?.from ?? 0;
    if (rawFrom !== null && first - margin < rawFrom) {
      const kept = new Date(rawFrom).toISOString();
      const message = `OEE before ${kept} cannot be recomputed: raw samples are kept from that date on only. Keep them longer in the historian, or correct the figures there.`;
      return { events: [], rejects: beyond.samples.map((sample) => reject("ANCIENT_TIMESTAMP", sample, { message, tag: sample.tag })) };
    }
    const late = this.#readingsOf(beyond.samples);
    const isLate = new Set(late.map(key));
    const ids = Object.values(tags).map((id) => ({ id }));
    const events: OeeAtomEvent[] = [];
    for (const { from, to } of pieces(beyond.stretches, READ_AT_ONCE)) {
      const samples = await read({ tags: ids, from: from - margin, to: to + margin, carryIn: true });
      const recorded = this.#readingsOf([...samples, ...(await this.#carryIn(samples, from - margin, read, isLate))]);
      const without = filled(
        rules.silenceMs,
        recorded.filter((one) => !isLate.has(key(one))),
      );
      const withLate = filled(rules.silenceMs, [...recorded, ...late]);
      const stated = to <= beyond.begin ? [] : atoms(without, Math.max(from, beyond.begin), to, rules);
      events.push(...this.#differences(stated, atoms(withLate, from, to, rules)));
    }
    return { events, rejects: [] };
  }

  /**
   * Where the last sample before `from` says nothing of its role (a count or product of quality Bad, a speed at which the
   * state stays what it was), or nothing of what was known before the late ones, the last one before that which does.
   */
  async #carryIn(samples: readonly Sample[], from: number, read: SampleReader, isLate: ReadonlySet<string>): Promise<Sample[]> {
    const result: Sample[] = [];
    for (const [id, role] of this.#roles) {
      if (role === "heartbeat") continue;
      const tells = (sample: Sample): boolean => this.#readingsOf([sample]).some((one) => one.role === role && !isLate.has(key(one)));
      let carried = samples.filter(({ tag, timestamp }) => tag === id && timestamp < from).at(-1);
      for (let back = 0; carried !== undefined && !tells(carried); back = Math.min(READ_AT_ONCE, back * 2 + MINUTE)) {
        const { timestamp } = carried;
        const before = await read({ tags: [{ id }], from: timestamp - back, to: timestamp, carryIn: true });
        const older = before.filter((one) => one.timestamp < timestamp).toSorted((a, b) => a.timestamp - b.timestamp);
        carried = older.findLast(tells) ?? older[0];
      }
      if (carried !== undefined) result.push(carried);
    }
    return result;
  }

  /** A copy for storing. With `keepMs` samples older than that before the watermark are left out: they are then asked from the historian. */
  state(keepMs = Number.POSITIVE_INFINITY): CalculatorState {
    const floor = Math.max(this.#floor, minute(this.#stated - keepMs));
    return {
      version: 1,
      begin: finite(this.#begin),
      stated: finite(this.#stated),
      floor: finite(floor),
      dataTime: finite(this.#dataTime),
      readings: this.#readings.snapshot(floor - lookBackMs(this.#machine.rules)),
      revisions: [...this.#revisions].filter(([start]) => start >= floor),
      running: this.#running.state(),
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

  #readingsOf(samples: readonly Sample[]): Reading[] {
    return samples.map((sample) => this.#read(sample, [])).filter((reading) => reading !== null);
  }

  /** A source may report values it has held for days; only a heartbeat proves that the machine was watched at that time. */
  #startsHistory(reading: Reading): boolean {
    return this.#machine.tags.heartbeat === undefined || reading.role === "heartbeat";
  }

  #changedBy(fresh: readonly Fresh[], oldest: number | undefined): Changed {
    let begin = this.#begin;
    for (const { reading } of fresh)
      if (this.#startsHistory(reading)) begin = Math.min(begin, Math.max(minute(reading.time), minute(oldest ?? reading.time)));
    const all: Stretch[] = begin < this.#begin ? [{ from: begin, to: this.#begin }] : [];
    const reaching: Sample[] = [];
    for (const { reading, sample } of fresh) {
      let reaches = reading.time < this.#begin && reading.time < this.#floor && this.#startsHistory(reading);
      for (const stretch of affectedBy(reading, this.#readings, this.#machine.rules, this.#floor)) {
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

  #compute(stretches: readonly Stretch[], begin: number): Atom[] {
    const { rules } = this.#machine;
    return stretches.flatMap(({ from, to }) => (to <= begin ? [] : atoms(this.#readings, Math.max(from, begin), to, rules)));
  }

  #differences(before: readonly Atom[], after: readonly Atom[]): OeeAtomEvent[] {
    if (before.length === 0 && after.length === 0) return [];
    const events: OeeAtomEvent[] = [];
    const earlier = new Map(before.map((atom) => [atom.start, atom]));
    for (const atom of after) {
      const was = earlier.get(atom.start);
      earlier.delete(atom.start);
      if (was !== undefined && sameAtom(was, atom)) continue;
      if (was !== undefined && !sameSeries(was, atom)) events.push(this.#state(withdrawn(was), true));
      events.push(this.#state(atom, was !== undefined));
      if (was !== undefined) this.#running.apply(was, -1);
      this.#running.apply(atom, 1);
    }
    for (const gone of earlier.values()) {
      events.push(this.#state(withdrawn(gone), true));
      this.#running.apply(gone, -1);
    }
    return events;
  }

  #state(atom: Atom, stated: boolean): OeeAtomEvent {
    const last = this.#revisions.get(atom.start) ?? (stated ? 1 : 0);
    if (last > 0) this.#revisions.set(atom.start, last + 1);
    return atomEvent(atom, this.#machine, last + 1, this.#options.latenessMs);
  }

  #forget(): void {
    const horizon = minute(this.#stated - this.#options.horizonMs);
    const due = Number.isFinite(this.#floor) ? this.#floor + TRIM_EVERY : this.#begin + TRIM_EVERY;
    if (horizon < due) return;
    this.#floor = horizon;
    this.#readings.trim(horizon - lookBackMs(this.#machine.rules));
    this.#running.forget(horizon);
    for (const start of this.#revisions.keys()) if (start < horizon) this.#revisions.delete(start);
  }
}

/** What fresh readings change: where history begins, and which stated minutes, in memory and beyond. */
interface Changed {
  readonly begin: number;
  readonly inMemory: readonly Stretch[];
  readonly beyond: Beyond | null;
}

interface Fresh {
  readonly reading: Reading;
  readonly sample: Sample;
}

function minute(t: number): number {
  return Math.floor(t / MINUTE) * MINUTE;
}

function finite(t: number): number | null {
  return Number.isFinite(t) ? t : null;
}

function key(reading: Reading): string {
  return `${reading.role} ${reading.time}`;
}

function filled(silenceMs: number | null, readings: readonly Reading[]): Readings {
  const result = new Readings(silenceMs);
  for (const reading of readings.toSorted((a, b) => a.time - b.time)) result.insert(reading);
  return result;
}

function pieces(stretches: readonly Stretch[], length: number): Stretch[] {
  return stretches.flatMap(({ from, to }) =>
    Array.from({ length: Math.ceil((to - from) / length) }, (_, i) => ({
      from: from + i * length,
      to: Math.min(to, from + (i + 1) * length),
    })),
  );
}
