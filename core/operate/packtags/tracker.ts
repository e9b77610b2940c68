/**
 * State, mode and times of one PackML machine as samples arrive. Everything is a function of the readings: a late one goes
 * to its place, and what it changes of the transitions stated before is stated again as the next revision.
 */
import { type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import { Column, type ColumnState } from "../oee/column.ts";
import type { PackmlState } from "../packml/index.ts";
import { type Cumulative, cumulated } from "./cumulative.ts";
import { type PackmlMachine, type PackmlReading, readPackml } from "./machine.ts";
import { type PackmlTransitionEvent, sameTransition, type Transition, transitionEvent, withdrawn } from "./transition-event.ts";

export interface TrackerState {
  readonly version: 1;
  readonly states: ColumnState<PackmlState | null>;
  readonly modes: ColumnState<string | null>;
  readonly dataTime: number | null;
  /** The first reading of a state or mode, and the last reset: from the later one on the cumulative times count. */
  readonly begin: number | null;
  readonly resetAt: number | null;
  /** The cumulative times up to `settled` no longer change: older samples are refused. */
  readonly settled: number | null;
  readonly stateTimes: Cumulative;
  readonly modeTimes: Cumulative;
  /** Since when the state and mode at `settled` have held. */
  readonly stateSince: number | null;
  readonly modeSince: number | null;
  readonly revisions: readonly (readonly [start: number, revision: number])[];
  readonly latest: PackmlTransitionEvent | null;
}

/** State and mode at the data time; null where they are not known. */
export interface Current {
  readonly time: number;
  readonly stateCurrent: PackmlState | null;
  readonly unitModeCurrent: string | null;
}

/** What PackTags say of a machine at the data time; null where it is not known. Times in ms. */
export interface PackTags extends Current {
  readonly stateCurrentTime: number | null;
  readonly modeCurrentTime: number | null;
  readonly stateCumulativeTime: Cumulative;
  readonly modeCumulativeTime: Cumulative;
  readonly accTimeSinceReset: number;
}

export interface Tracked {
  readonly events: readonly PackmlTransitionEvent[];
  readonly rejects: readonly Reject[];
}

interface Counted {
  readonly until: number;
  readonly states: Cumulative;
  readonly modes: Cumulative;
}

/** How long a late sample can still change what was stated, ms of data time, and how many readings that may be. */
const MEMORY = { ms: 8 * 3_600_000, rows: 2_000 } as const;
const ANCIENT = "It is older than what is remembered of this machine (8 h or 2,000 readings); what was stated of that time stays.";

export class PackmlTracker {
  readonly #machine: PackmlMachine;
  readonly #states: Column<PackmlState | null>;
  readonly #modes: Column<string | null>;
  readonly #revisions: Map<number, number>;
  #dataTime: number;
  #begin: number;
  #resetAt: number;
  #settled: number;
  #stateTimes: Cumulative;
  #modeTimes: Cumulative;
  #stateSince: number | null;
  #modeSince: number | null;
  #latest: PackmlTransitionEvent | null;
  /** The times as they were asked for last; later ones start from there. */
  #counted: Counted | null = null;

  constructor(machine: PackmlMachine, from?: TrackerState) {
    this.#machine = machine;
    this.#states = new Column(from?.states);
    this.#modes = new Column(from?.modes);
    this.#revisions = new Map(from?.revisions);
    this.#dataTime = from?.dataTime ?? Number.NEGATIVE_INFINITY;
    this.#begin = from?.begin ?? Number.POSITIVE_INFINITY;
    this.#resetAt = from?.resetAt ?? Number.NEGATIVE_INFINITY;
    this.#settled = from?.settled ?? Number.NEGATIVE_INFINITY;
    this.#stateTimes = from?.stateTimes ?? {};
    this.#modeTimes = from?.modeTimes ?? {};
    this.#stateSince = from?.stateSince ?? null;
    this.#modeSince = from?.modeSince ?? null;
    this.#latest = from?.latest ?? null;
  }

  /** The last transition in data time that was stated. */
  get latest(): PackmlTransitionEvent | null {
    return this.#latest;
  }

  /** Takes samples of this machine (others are passed over); those after `latest` would drive the data clock and are rejected. */
  push(samples: readonly Sample[], latest = Number.POSITIVE_INFINITY): Tracked {
    const rejects: Reject[] = [];
    const events: PackmlTransitionEvent[] = [];
    // Of one instant the mode comes first, or a transition would be stated without it and then again.
    const isMode = ({ tag }: Sample): number => Number(tag === this.#machine.tags.mode);
    for (const sample of samples.toSorted((a, b) => a.timestamp - b.timestamp || isMode(b) - isMode(a))) {
      const { reading, reject: refused } = readPackml(sample, this.#machine);
      if (refused !== undefined) rejects.push(refused);
      if (reading === null) continue;
      const code = reading.time > latest ? "FUTURE_TIMESTAMP" : this.#refusal(reading);
      if (code === "DUPLICATE") continue;
      const detail = { tag: sample.tag, field: "timestamp", ...(code === "ANCIENT_TIMESTAMP" ? { message: ANCIENT } : {}) };
      if (code === undefined) events.push(...this.#take(reading));
      else rejects.push(reject(code, sample, detail));
    }
    return { events, rejects };
  }

  /** Starts the cumulative times anew, at the data time. */
  reset(): void {
    if (!Number.isFinite(this.#dataTime)) return;
    this.#resetAt = this.#dataTime;
    this.#counted = null;
    this.#stateTimes = {};
    this.#modeTimes = {};
  }

  /** Null before the first reading of a state or mode. */
  get current(): Current | null {
    if (!Number.isFinite(this.#begin)) return null;
    return {
      time: this.#dataTime,
      stateCurrent: this.#states.value(this.#states.length - 1) ?? null,
      unitModeCurrent: this.#modes.value(this.#modes.length - 1) ?? null,
    };
  }

  /** As `current`, with the times. */
  tags(): PackTags | null {
    const { current } = this;
    if (current === null) return null;
    const { time } = current;
    const from = Math.max(this.#since, this.#settled);
    const known = this.#counted ?? { until: from, states: this.#stateTimes, modes: this.#modeTimes };
    this.#counted = {
      until: Math.max(from, time),
      states: cumulated(known.states, this.#states, known.until, time),
      modes: cumulated(known.modes, this.#modes, known.until, time),
    };
    return {
      ...current,
      stateCurrentTime: heldFor(this.#states, time, this.#stateSince),
      modeCurrentTime: heldFor(this.#modes, time, this.#modeSince),
      stateCumulativeTime: this.#counted.states,
      modeCumulativeTime: this.#counted.modes,
      accTimeSinceReset: time - this.#since,
    };
  }

  /**
   * The transitions of the last `ms` once more, with the revisions they have: for a restart, when the last events may not
   * have reached the ledger. Those that did are equal statements there.
   */
  restate(ms: number): PackmlTransitionEvent[] {
    const { asset, legality } = this.#machine;
    const last = [...this.#transitions(Math.max(this.#settled, this.#dataTime - ms), this.#dataTime).values()];
    return last.map((transition) => transitionEvent(transition, asset, legality, this.#revisions.get(transition.time) ?? 1));
  }

  state(): TrackerState {
    return {
      version: 1,
      states: this.#states.state(),
      modes: this.#modes.state(),
      dataTime: finite(this.#dataTime),
      begin: finite(this.#begin),
      resetAt: finite(this.#resetAt),
      settled: finite(this.#settled),
      stateTimes: this.#stateTimes,
      modeTimes: this.#modeTimes,
      stateSince: this.#stateSince,
      modeSince: this.#modeSince,
      revisions: [...this.#revisions],
      latest: this.#latest,
    };
  }

  get #since(): number {
    return Math.max(this.#begin, this.#resetAt);
  }

  #refusal(reading: PackmlReading): "DUPLICATE" | "DUPLICATE_TIMESTAMP" | "ANCIENT_TIMESTAMP" | undefined {
    if (reading.role === "heartbeat") return undefined;
    const column: Column<string | null> = reading.role === "state" ? this.#states : this.#modes;
    const index = column.at(reading.time);
    if (column.time(index) === reading.time) return column.value(index) === reading.value ? "DUPLICATE" : "DUPLICATE_TIMESTAMP";
    return reading.time < this.#settled ? "ANCIENT_TIMESTAMP" : undefined;
  }

  #take(reading: PackmlReading): PackmlTransitionEvent[] {
    this.#dataTime = Math.max(this.#dataTime, reading.time);
    if (reading.role === "heartbeat") return [];
    const column: Column<string | null> = reading.role === "state" ? this.#states : this.#modes;
    const index = column.at(reading.time);
    // A further state changes its own transition and the next one; a further mode, those up to the next mode.
    const until = column.time(index + 1);
    const before = this.#transitions(reading.time, until);
    column.insertAfter(index, reading.time, reading.value);
    if (reading.time < (this.#counted?.until ?? Number.POSITIVE_INFINITY)) this.#counted = null;
    this.#begin = Math.min(this.#begin, reading.time);
    const events = this.#differences(before, this.#transitions(reading.time, until));
    this.#forget();
    return events;
  }

  /** Transitions in [from, to]. */
  #transitions(from: number, to: number): Map<number, Transition> {
    const result = new Map<number, Transition>();
    for (let i = Math.max(1, this.#states.at(from - 1) + 1); i < this.#states.length && this.#states.time(i) <= to; i += 1) {
      const [before, after, time] = [this.#states.value(i - 1) ?? null, this.#states.value(i) ?? null, this.#states.time(i)];
      if (before === null || after === null || before === after) continue;
      result.set(time, { time, from: before, to: after, mode: this.#modes.value(this.#modes.at(time)) ?? null });
    }
    return result;
  }

  #differences(before: ReadonlyMap<number, Transition>, after: ReadonlyMap<number, Transition>): PackmlTransitionEvent[] {
    const events: PackmlTransitionEvent[] = [];
    for (const time of [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => a - b)) {
      const [was, is] = [before.get(time), after.get(time)];
      if (was !== undefined && is !== undefined && sameTransition(was, is)) continue;
      const stated = is ?? withdrawn(was as Transition);
      const revision = (this.#revisions.get(time) ?? 0) + 1;
      this.#revisions.set(time, revision);
      const event = transitionEvent(stated, this.#machine.asset, this.#machine.legality, revision);
      events.push(event);
      if (time >= (this.#latest?.start ?? Number.NEGATIVE_INFINITY)) this.#latest = event;
    }
    return events;
  }

  #forget(): void {
    const crowded = (column: Column<string | null>): number => column.time(column.length - 1 - MEMORY.rows);
    const horizon = Math.max(this.#dataTime - MEMORY.ms, crowded(this.#states), crowded(this.#modes));
    // A tenth more is kept, so that this is not done at every reading.
    const old = horizon - Math.max(this.#begin, this.#settled) > MEMORY.ms / 10;
    if (old || Math.max(this.#states.length, this.#modes.length) > MEMORY.rows * 1.1) this.#settle(horizon);
  }

  #settle(time: number): void {
    const from = Math.max(this.#since, this.#settled);
    this.#stateTimes = cumulated(this.#stateTimes, this.#states, from, time);
    this.#modeTimes = cumulated(this.#modeTimes, this.#modes, from, time);
    this.#stateSince = heldSince(this.#states, time, this.#stateSince);
    this.#modeSince = heldSince(this.#modes, time, this.#modeSince);
    this.#settled = time;
    this.#counted = null;
    this.#states.trim(time);
    this.#modes.trim(time);
    for (const start of this.#revisions.keys()) if (start < time) this.#revisions.delete(start);
  }
}

/** Since when the value at `time` has held; `first` is the answer for the first row. Null where it is not known. */
function heldSince(column: Column<string | null>, time: number, first: number | null): number | null {
  let index = column.at(time);
  const value = column.value(index);
  if (value === null || value === undefined) return null;
  while (index > 0 && column.value(index - 1) === value) index -= 1;
  return index === 0 ? (first ?? column.time(0)) : column.time(index);
}

function heldFor(column: Column<string | null>, time: number, first: number | null): number | null {
  const since = heldSince(column, time, first);
  return since === null ? null : time - since;
}

function finite(t: number): number | null {
  return Number.isFinite(t) ? t : null;
}
