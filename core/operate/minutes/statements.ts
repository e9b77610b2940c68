/** What has been said about minutes: the revisions of the events about them. */

/** Revision per atom start, where it is above 1. */
export type Revisions = readonly (readonly [start: number, revision: number])[];

/** What atoms of one kind are to those who read them. */
export interface AtomKind<A> {
  /** The same statement: nothing that a reader could see differs. */
  readonly same: (a: A, b: A) => boolean;
  /** Stored under the same tags, so that a later revision replaces the earlier one. */
  readonly sameSeries: (a: A, b: A) => boolean;
  /** What replaces an atom that no longer starts here: the same key and tags, no length, nothing measured. */
  readonly withdrawn: (atom: A) => A;
}

/** What is made of the atoms: events, and the sums under way. */
export interface Stating<A, E> {
  event(atom: A, revision: number): E;
  /** Adds what is said (1), or takes back what was (−1). */
  sum(atom: A, sign: 1 | -1): void;
}

export class Statements<A extends { readonly start: number }, E> {
  readonly #kind: AtomKind<A>;
  readonly #stating: Stating<A, E>;
  readonly #revisions: Map<number, number>;

  constructor(kind: AtomKind<A>, stating: Stating<A, E>, revisions?: Revisions) {
    this.#kind = kind;
    this.#stating = stating;
    this.#revisions = new Map(revisions);
  }

  /** States what differs between two computations of the same minutes: as revision n+1 what had been stated, as 1 what is new. */
  differences(before: readonly A[], after: readonly A[]): E[] {
    if (before.length === 0 && after.length === 0) return [];
    const { same, sameSeries, withdrawn } = this.#kind;
    const events: E[] = [];
    const earlier = new Map(before.map((atom) => [atom.start, atom]));
    for (const atom of after) {
      const was = earlier.get(atom.start);
      earlier.delete(atom.start);
      if (was !== undefined && same(was, atom)) continue;
      if (was !== undefined && !sameSeries(was, atom)) events.push(this.#state(withdrawn(was), true));
      events.push(this.#state(atom, was !== undefined));
      if (was !== undefined) this.#stating.sum(was, -1);
      this.#stating.sum(atom, 1);
    }
    for (const gone of earlier.values()) {
      events.push(this.#state(withdrawn(gone), true));
      this.#stating.sum(gone, -1);
    }
    return events;
  }

  /** The same statement once more, with the revision it has. */
  again(atom: A): E {
    return this.#stating.event(atom, this.#revisions.get(atom.start) ?? 1);
  }

  forget(before: number): void {
    for (const start of this.#revisions.keys()) if (start < before) this.#revisions.delete(start);
  }

  state(from: number): Revisions {
    return [...this.#revisions].filter(([start]) => start >= from);
  }

  #state(atom: A, stated: boolean): E {
    const last = this.#revisions.get(atom.start) ?? (stated ? 1 : 0);
    if (last > 0) this.#revisions.set(atom.start, last + 1);
    return this.#stating.event(atom, last + 1);
  }
}
