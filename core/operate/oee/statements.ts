/** What has been said about a machine's minutes: revisions of the events, and the sums of the hours and shifts under way. */
import type { WindowSum } from "./aggregate.ts";
import { type Atom, sameAtom, sameSeries } from "./atoms.ts";
import { atomEvent, type OeeAtomEvent, withdrawn } from "./atom-event.ts";
import type { OeeMachine } from "./machine.ts";
import type { Running, RunningState, RunningSums } from "./running.ts";

/** Revision per atom start, where it is above 1. */
export type Revisions = readonly (readonly [start: number, revision: number])[];

export class Statements {
  readonly #machine: OeeMachine;
  readonly #latenessMs: number;
  readonly #revisions: Map<number, number>;
  readonly #running: Running;

  constructor(machine: OeeMachine, latenessMs: number, running: Running, revisions?: Revisions) {
    this.#machine = machine;
    this.#latenessMs = latenessMs;
    this.#revisions = new Map(revisions);
    this.#running = running;
  }

  get running(): RunningSums | null {
    return this.#running.current;
  }

  /** See `Running.product`. */
  get product(): string {
    return this.#running.product;
  }

  takeClosed(): ReadonlyMap<string, WindowSum> {
    return this.#running.takeClosed();
  }

  /** States what differs between two computations of the same minutes: as revision n+1 what had been stated, as 1 what is new. */
  differences(before: readonly Atom[], after: readonly Atom[]): OeeAtomEvent[] {
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

  /** The same statement once more, with the revision it has. */
  again(atom: Atom): OeeAtomEvent {
    return atomEvent(atom, this.#machine, this.#revisions.get(atom.start) ?? 1, this.#latenessMs);
  }

  forget(t: number): void {
    this.#running.forget(t);
    for (const start of this.#revisions.keys()) if (start < t) this.#revisions.delete(start);
  }

  state(from: number): { readonly revisions: Revisions; readonly running: RunningState } {
    return { revisions: [...this.#revisions].filter(([start]) => start >= from), running: this.#running.state() };
  }

  #state(atom: Atom, stated: boolean): OeeAtomEvent {
    const last = this.#revisions.get(atom.start) ?? (stated ? 1 : 0);
    if (last > 0) this.#revisions.set(atom.start, last + 1);
    return atomEvent(atom, this.#machine, last + 1, this.#latenessMs);
  }
}
