/** What people, or an MES, said of one machine's time and production, as far back as it is kept in memory. */
import { finite, type Missing, type Stretch } from "../minutes/index.ts";
import { type AssignedStretch, AssignedTime, assignmentFault, type Reassigned } from "./assigned.ts";
import type { Beyond, SaidReaders } from "./beyond.ts";
import { Production, type ProductionChange, productionDifference, productionFault, type StatedProduction } from "./production.ts";

export interface KeptAssignedState {
  readonly stretches: readonly AssignedStretch[];
  /** What was assigned before this has been forgotten; null: nothing has. */
  readonly from: number | null;
}

export interface KeptProductionState extends StatedProduction {
  /** What was stated of before this has been forgotten; null: nothing has. */
  readonly from: number | null;
}

export interface KeptSaidState {
  readonly assigned?: KeptAssignedState | undefined;
  readonly production?: KeptProductionState | undefined;
}

/** What somebody wants to say, before it is taken. */
export interface Saying {
  /** Where something else would hold; none: it is what was said already. */
  readonly stretches: readonly Stretch[];
  /** As a correction that waits keeps it. */
  readonly change: Pick<Beyond, "reassigned" | "restated">;
  /** Makes it hold. */
  readonly take: () => void;
}

export class KeptSaid {
  #assigned: AssignedTime;
  #assignedFrom: number;
  #production: Production;
  #productionFrom: number;

  constructor({ assigned, production }: KeptSaidState = {}) {
    this.#assigned = new AssignedTime(assigned?.stretches ?? []);
    this.#assignedFrom = assigned?.from ?? Number.NEGATIVE_INFINITY;
    this.#production = new Production(production ?? Production.NONE);
    this.#productionFrom = production?.from ?? Number.NEGATIVE_INFINITY;
  }

  get assigned(): AssignedTime {
    return this.#assigned;
  }

  get production(): Production {
    return this.#production;
  }

  /** Takes the place of all that is kept. */
  replace(assigned: AssignedTime, production: Production): void {
    [this.#assigned, this.#production] = [assigned, production];
  }

  /** `stretches` for what is assigned in [from, to); a sentence where they cannot be. `station`: of a line, whose time it is. */
  assign(from: number, to: number, stretches: readonly AssignedStretch[], station?: string): Saying | { readonly fault: string } {
    const fault = assignmentFault(from, to, stretches);
    if (fault !== undefined) return { fault };
    const assigned = this.#assigned.replaced(from, to, stretches);
    const of = station === undefined ? {} : { station };
    const change: Reassigned = { ...of, from, to, was: this.#assigned.within(from, to), now: assigned.within(from, to) };
    if (JSON.stringify(change.was) === JSON.stringify(change.now)) return { stretches: [], change: {}, take: () => undefined };
    return { stretches: [{ from, to }], change: { reassigned: [change] }, take: () => (this.#assigned = assigned) };
  }

  /** `stated`, all of it, for what is stated of production in [from, to); otherwise as `assign`. */
  state(from: number, to: number, stated: StatedProduction, station?: string): Saying | { readonly fault: string } {
    const fault = productionFault(from, to, stated);
    if (fault !== undefined) return { fault };
    const production = this.#production.replaced(from, to, stated);
    const of = station === undefined ? {} : { station };
    const change: ProductionChange = { ...of, from, to, was: this.#production.within(from, to), now: production.within(from, to) };
    const stretches = productionDifference(change.was, change.now);
    return { stretches, change: { restated: [change] }, take: () => (this.#production = production) };
  }

  /** What is not kept from `first` on, and that nobody can read back. */
  missing(first: number, { assigned, production }: Partial<SaidReaders> = {}): Missing | undefined {
    if (assigned === undefined && first < this.#assignedFrom) return { from: this.#assignedFrom, what: "assigned time is kept" };
    if (production === undefined && first < this.#productionFrom)
      return { from: this.#productionFrom, what: "what was stated of orders and counts is kept" };
    return undefined;
  }

  /** Readers of what holds now: what is no longer kept is asked of `said`. */
  readers(said: Partial<SaidReaders> = {}): SaidReaders {
    return {
      assigned: async (from, to) => (from < this.#assignedFrom && said.assigned?.(from, to)) || this.#assigned.within(from, to),
      production: async (from, to) => (from < this.#productionFrom && said.production?.(from, to)) || this.#production.within(from, to),
    };
  }

  forget(before: number): void {
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

  snapshot(): { readonly assigned: KeptAssignedState; readonly production: KeptProductionState } {
    const { orders, counts } = this.#production;
    return {
      assigned: { stretches: this.#assigned.stretches, from: finite(this.#assignedFrom) },
      production: { orders, counts, from: finite(this.#productionFrom) },
    };
  }
}
