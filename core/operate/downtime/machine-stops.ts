/** The stops of one machine and what people say about them, as both arrive, with the time that is to be assigned anew. */
import type { Sample } from "../../connect/sample/index.ts";
import type { AssignedStretch } from "../oee/index.ts";
import { namedTime, type AssignedChange, changedTime } from "./assigned.ts";
import { type Effective, effectiveStops } from "./effective.ts";
import type { DowntimePartEvent } from "./part-event.ts";
import { partMinutes, type PlannedWindows, StatedParts } from "./parts.ts";
import type { StopStatement } from "./statement.ts";
import { type StopMachine, type StopOptions, StopTracker, type TrackedStops, type TrackerState } from "./tracker.ts";

const MINUTE = 60_000;
/** A stop that lasts is assigned so far ahead of the data time that its minutes are right when they are first stated. */
const AHEAD = 10 * MINUTE;
const RENEWED = 5 * MINUTE;

export interface PushedStops extends TrackedStops {
  /** What `OeeCalculator.assign` is to be told before it takes the same samples; null for nothing. */
  readonly reassign: AssignedChange | null;
}

export class MachineStops {
  readonly #tracker: StopTracker;
  readonly #planned: PlannedWindows;
  readonly #latenessMs: number;
  readonly #parts: StatedParts;
  readonly #statements = new Map<number, StopStatement>();
  #assigned: readonly AssignedStretch[] = [];
  #renewAt = Number.POSITIVE_INFINITY;
  /** From where on parts may differ from what was stated of them; infinite where none does. */
  #partsFrom = Number.POSITIVE_INFINITY;
  /** Of a stop that lasts, the minutes before this are stated; infinite while none lasts. */
  #partsUntil = Number.POSITIVE_INFINITY;

  constructor(machine: StopMachine, options: StopOptions, from?: TrackerState) {
    this.#tracker = new StopTracker(machine, options, from);
    this.#planned = machine.oee.rules.plannedWindows;
    this.#latenessMs = options.latenessMs;
    this.#parts = new StatedParts(machine.oee.asset);
  }

  get tracker(): StopTracker {
    return this.#tracker;
  }

  push(samples: readonly Sample[], latest?: number): PushedStops {
    const tracked = this.#tracker.push(samples, latest);
    for (const { start } of tracked.events) this.#partsFrom = Math.min(this.#partsFrom, start);
    const due = tracked.events.length > 0 || (this.#tracker.dataTime ?? 0) >= this.#renewAt;
    return { ...tracked, reassign: due && this.#statements.size > 0 ? this.#reassign() : null };
  }

  /** Takes statements as the ledger has them, each once. */
  say(statements: readonly StopStatement[]): AssignedChange | null {
    const before = this.#statements.size;
    for (const statement of statements) this.#statements.set(statement.sequence, statement);
    if (this.#statements.size === before) return null;
    // Another reason of the same loss class gives no time to another bucket.
    this.#partsFrom = Number.NEGATIVE_INFINITY;
    return this.#reassign();
  }

  /** What of the parts is to be stated since this was asked last: minutes that have passed, or that something new has changed. */
  parts(): DowntimePartEvent[] {
    const { inMemoryFrom } = this.#tracker;
    const until = Math.floor(((this.#tracker.dataTime ?? 0) - this.#latenessMs) / MINUTE) * MINUTE;
    const from = Math.max(inMemoryFrom, Math.min(this.#partsFrom, this.#partsUntil));
    if (from === Number.POSITIVE_INFINITY || (this.#partsFrom === Number.POSITIVE_INFINITY && until <= from)) return [];
    const { stops } = this.#tracker;
    const effective = effectiveStops(stops, [...this.#statements.values()]);
    this.#partsFrom = Number.POSITIVE_INFINITY;
    this.#partsUntil = stops.at(-1)?.end === null ? until : Number.POSITIVE_INFINITY;
    this.#parts.forget(inMemoryFrom);
    return this.#parts.replace(partMinutes(effective.stops, from, until, this.#planned), from);
  }

  /** What the ledger holds of the parts in memory: the next `parts` states how all of them differ from it. */
  recall(held: Parameters<StatedParts["recall"]>[0]): void {
    this.#parts.recall(held);
    this.#partsFrom = Number.NEGATIVE_INFINITY;
  }

  /** What is to be stated of the parts of stops before those in memory. `held`: what the ledger holds of [from, to). */
  partsBefore(effective: Effective, held: Parameters<StatedParts["recall"]>[0], from: number, to: number): DowntimePartEvent[] {
    const stated = new StatedParts(this.#tracker.asset);
    stated.recall(held);
    return stated.replace(partMinutes(effective.stops, from, to, this.#planned), from, to);
  }

  /** Everything that is assigned in memory, for a calculator of which it is not known what it was told. */
  whole(): AssignedChange | null {
    this.#reassign();
    const from = this.#tracker.inMemoryFrom;
    const to = Math.max(this.#until(), this.#assigned.at(-1)?.end ?? 0);
    return Number.isFinite(from) && from < to ? { from, to, stretches: this.#assigned } : null;
  }

  #until(): number {
    return Math.floor((this.#tracker.dataTime ?? 0) / MINUTE) * MINUTE + AHEAD;
  }

  #reassign(): AssignedChange | null {
    const { stops, inMemoryFrom } = this.#tracker;
    for (const [sequence, { stop, recorded }] of this.#statements)
      if (Math.max(stop, recorded) < inMemoryFrom) this.#statements.delete(sequence);
    const until = this.#until();
    const effective = effectiveStops(stops, [...this.#statements.values()]);
    const lasting = effective.stops.at(-1)?.parts.at(-1);
    this.#renewAt = lasting?.end === null && lasting.by === "operator" ? until - RENEWED : Number.POSITIVE_INFINITY;
    const assigned = namedTime(effective, until);
    const change = changedTime(this.#assigned, assigned);
    this.#assigned = assigned;
    return change;
  }
}
