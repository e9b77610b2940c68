/** Panels that ask the same thing at the same time share one answer: the tiles of a shift are one query. */
import type { Historian, Query, QueryResult } from "../../connect/history/index.ts";

/** An answer is shared this long after the question, */
const SHARED_MS = 1_000;
/** and while it is awaited, unless it does not come. */
const AWAITED_MS = 15_000;

export class SharedQueries implements Pick<Historian, "query"> {
  readonly #historian: Pick<Historian, "query">;
  readonly #now: () => number;
  readonly #shared = new Map<string, { readonly since: number; readonly answer: Promise<QueryResult>; settled: boolean }>();

  constructor(historian: Pick<Historian, "query">, now: () => number) {
    this.#historian = historian;
    this.#now = now;
  }

  query(query: Query): Promise<QueryResult> {
    const now = this.#now();
    // Absolute, because a clock that is set back must not make old answers young.
    for (const [key, { since, settled }] of this.#shared)
      if (Math.abs(now - since) >= (settled ? SHARED_MS : AWAITED_MS)) this.#shared.delete(key);
    const key = JSON.stringify(query);
    const known = this.#shared.get(key);
    if (known) return known.answer;
    const entry = { since: now, answer: this.#historian.query(query), settled: false };
    this.#shared.set(key, entry);
    const settle = (): void => {
      entry.settled = true;
    };
    const forget = (): void => {
      if (this.#shared.get(key) === entry) this.#shared.delete(key);
    };
    void entry.answer.then(settle, forget);
    return entry.answer;
  }
}
