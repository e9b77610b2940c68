/** What a figure owes to what people or an MES stated: orders, counts, and how the counts agree with a second counter. */
import { COUNT_SOURCES, type CountSource, type SecondCounter } from "../../connect/model/index.ts";
import {
  type Atom,
  atomOf,
  type OeeAtomEvent,
  type Reconciliation,
  reconcile,
  STATED_SOURCES,
  type StatedBy,
  sumMeasures,
} from "../oee/index.ts";

export interface ExplainedOrder {
  /** `~` for none. */
  readonly order: string;
  readonly product: string;
  /** Who says so; null: the machine's tags, or nobody. */
  readonly by: StatedBy | null;
  readonly ms: number;
  readonly total: number;
  readonly good: number;
  readonly scrap: number;
}

export interface ExplainedCounts {
  /** Whose counts count; see `CountSource`. */
  readonly source: CountSource;
  /** People whose counts are in the figures, in the order of their entries. */
  readonly by: readonly StatedBy[];
}

export interface ExplainedReconciliation extends Reconciliation {
  /** Null: the whole window. */
  readonly order: string | null;
}

export interface ExplainedProduction {
  /** In order of their first minute. */
  readonly orders: readonly ExplainedOrder[];
  readonly counting: ExplainedCounts;
  /** The whole window and, where there was more than one, each order; empty without a second counter. */
  readonly reconciliations: readonly ExplainedReconciliation[];
  /** Set-up beyond the standard times of its changeovers, ms; part of the time in the bucket set-up. */
  readonly setupOverrunMs: number;
}

/** An atom with what is stated of it, good units by the options of its time. */
interface StatedAtom {
  readonly atom: Atom;
  readonly good: number;
  readonly order: StatedBy | null;
  readonly counts: readonly StatedBy[];
  readonly source: CountSource | undefined;
  readonly second: SecondCounter | undefined;
}

type AtomEntry = Pick<OeeAtomEvent, "start" | "end" | "data" | "evidence">;

/** `entries` in order of time. */
export function explainProduction(entries: readonly AtomEntry[]): ExplainedProduction {
  const all = entries.map((entry) => statedAtom(entry));
  const people = new Map(all.flatMap(({ counts }) => counts).map((by) => [JSON.stringify([by.author, by.recorded]), by]));
  return {
    orders: ordersOf(all),
    counting: { source: all.findLast(({ source }) => source !== undefined)?.source ?? "manualScrap", by: [...people.values()] },
    reconciliations: reconciliationsOf(all),
    setupOverrunMs: all.reduce((ms, { atom }) => ms + atom.measures.setupOverrunMs, 0),
  };
}

function statedAtom(entry: AtomEntry): StatedAtom {
  const { evidence = {}, data } = entry;
  const [said, counts] = [objectOf(evidence["said"]), objectOf(evidence["counts"])];
  const [people, order] = [said["counts"], byOf(said["order"])];
  return {
    atom: atomOf(entry as OeeAtomEvent),
    good: data.good,
    order: order ?? null,
    counts: Array.isArray(people) ? people.flatMap((one: unknown) => byOf(one) ?? []) : [],
    source: COUNT_SOURCES.find((source) => source === counts["source"]),
    second: secondOf(counts["second"]),
  };
}

function ordersOf(all: readonly StatedAtom[]): ExplainedOrder[] {
  const rows = new Map<string, ExplainedOrder>();
  for (const { atom, good, order: by } of all) {
    const { order, product, start, end, measures } = atom;
    const key = JSON.stringify([order, product, by?.source, by?.author, by?.recorded]);
    const before = rows.get(key);
    rows.set(key, {
      order,
      product,
      by,
      ms: (before?.ms ?? 0) + end - start,
      total: (before?.total ?? 0) + measures.total,
      good: (before?.good ?? 0) + good,
      scrap: (before?.scrap ?? 0) + measures.scrap,
    });
  }
  return [...rows.values()];
}

/** Only of the time in which there was a second counter, by the tolerance that held last. */
function reconciliationsOf(all: readonly StatedAtom[]): ExplainedReconciliation[] {
  const watched = all.filter(({ second }) => second !== undefined);
  const rule = watched.at(-1)?.second;
  if (rule === undefined) return [];
  const of = (order: string | null): ExplainedReconciliation => {
    const own = order === null ? watched : watched.filter(({ atom }) => atom.order === order);
    const good = own.reduce((units, one) => units + one.good, 0);
    return { order, ...reconcile(sumMeasures(own.map(({ atom }) => atom.measures)), good, rule) };
  };
  const orders = [...new Set(watched.map(({ atom }) => atom.order))];
  return [of(null), ...(orders.length > 1 ? orders.map(of) : [])];
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function byOf(value: unknown): StatedBy | undefined {
  const { source, author, recorded } = objectOf(value);
  const known = STATED_SOURCES.find((one) => one === source);
  return known !== undefined && typeof author === "string" && typeof recorded === "number"
    ? { source: known, author, recorded }
    : undefined;
}

function secondOf(value: unknown): SecondCounter | undefined {
  const { compares, unitsPerCount, tolerancePercent } = objectOf(value);
  if (typeof unitsPerCount !== "number" || typeof tolerancePercent !== "number") return undefined;
  return { compares: compares === "total" ? "total" : "good", unitsPerCount, tolerancePercent };
}
