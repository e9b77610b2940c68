/** Aggregates of rows that come one after the other, for a store that aggregates its latest revisions slower than it hands them out. */
import { bucketRuns, bucketStarts } from "./buckets.ts";
import { distinctTerms, type Query, type Term } from "./query.ts";
import { type Cell, groupTags, type TermSeries } from "./result.ts";

type Tags = Readonly<Record<string, string>>;

/** One term of one bucket, so far: the value, and how many went into it or at which time it stood. */
interface Held {
  value: Cell;
  at: number;
}

export class TermFold {
  readonly #query: Query;
  readonly #terms: readonly Term[];
  /** Of each bucket, in order. */
  readonly #starts: readonly number[];
  readonly #groups = new Map<string, { readonly tags: Record<string, string>; readonly buckets: Map<number, Held[]> }>();

  constructor(query: Query) {
    this.#query = query;
    this.#terms = distinctTerms(query);
    this.#starts = query.bucket ? bucketStarts(bucketRuns(query)) : [];
  }

  /** Rows of one stored series in any order; `columns` names their cells, of which the first is the time. */
  take(tags: Tags, columns: readonly string[], rows: readonly (readonly Cell[])[]): void {
    const shown = groupTags(this.#query, tags);
    const name = JSON.stringify(shown);
    const group = this.#groups.get(name) ?? { tags: shown, buckets: new Map<number, Held[]>() };
    this.#groups.set(name, group);
    const places = this.#terms.map(({ field }) => columns.indexOf(field));
    for (const row of rows) {
      const time = row[0] as number;
      const start = this.#startOf(time);
      const held = group.buckets.get(start) ?? this.#terms.map((): Held => ({ value: null, at: 0 }));
      group.buckets.set(start, held);
      for (let i = 0; i < places.length; i += 1) {
        const cell = row[places[i] as number] ?? null;
        if (cell !== null) add(held[i] as Held, (this.#terms[i] as Term).aggregate, cell, time);
      }
    }
  }

  series(): TermSeries[] {
    const cells = (held: readonly Held[]): Cell[] =>
      held.map(({ value, at }, i) => (this.#terms[i]?.aggregate === "mean" && typeof value === "number" ? value / at : value));
    return [...this.#groups.values()].map(({ tags, buckets }) => ({
      tags,
      rows: new Map([...buckets].map(([start, held]) => [start, cells(held)])),
    }));
  }

  /** Before the first bucket lies nothing but the rest of an atom. */
  #startOf(time: number): number {
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) <= time) low = middle + 1;
      else high = middle;
    }
    return this.#starts[low - 1] ?? this.#query.from;
  }
}

function add(held: Held, aggregate: Term["aggregate"], cell: NonNullable<Cell>, time: number): void {
  const { value } = held;
  if (aggregate === "first" || aggregate === "last") {
    const sooner = aggregate === "first" ? time < held.at : time > held.at;
    // Of several series at the same instant the greatest counts, as InfluxDB decides.
    if (value === null || sooner || (time === held.at && cell > value)) [held.value, held.at] = [cell, time];
    return;
  }
  if (aggregate === "count") {
    held.value = Number(value ?? 0) + 1;
    return;
  }
  if (typeof cell !== "number") return;
  held.at += 1;
  if (typeof value !== "number") held.value = cell;
  else if (aggregate === "min") held.value = Math.min(value, cell);
  else if (aggregate === "max") held.value = Math.max(value, cell);
  else held.value = value + cell;
}
