/**
 * "Why this number": how the OEE of one machine over a stretch of time comes about, from the atoms as the ledger holds
 * them: times, counts, the division behind each ratio, the options it was made with, and what was corrected when and by whom.
 */
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import {
  type Atom,
  atomOf,
  type Bucket,
  BUCKETS,
  DEFAULT_TIME_OPTIONS,
  elementOf,
  OEE_ATOM,
  type OeeAtomEvent,
  sumMeasures,
  type TimeElement,
  type TimeOptions,
} from "../oee/index.ts";
import { type ExplainedProduction, explainProduction } from "./production.ts";

export type { ExplainedOrder, ExplainedReconciliation } from "./production.ts";

export interface ExplainedWindow {
  /** Full dotted equipment path. */
  readonly asset: string;
  /** Milliseconds UTC, [from, to). */
  readonly from: number;
  readonly to: number;
  /** Only what belongs to this shift of this production day. */
  readonly shift?: { readonly name: string; readonly productionDay: string };
}

/** A ratio and the division behind it; both sides in milliseconds. */
export interface ExplainedRatio {
  readonly name: "oee" | "availability" | "performance" | "quality";
  /** Null: not estimable. */
  readonly value: number | null;
  readonly above: { readonly what: string; readonly ms: number };
  readonly below: { readonly what: string; readonly ms: number };
}

export interface ExplainedTime {
  readonly bucket: Bucket;
  readonly ms: number;
  /** The element of ISO 22400-2 by the options with which most of the time was stated, in the words of a page. */
  readonly element: string;
  /** `production` is in APT; `loss` is planned busy time that is not; `outside` is in neither. */
  readonly part: "production" | "loss" | "outside";
}

export interface ExplainedProduct {
  /** `~` for none. */
  readonly product: string;
  readonly idealCycleMs: number | null;
  readonly total: number;
  readonly good: number;
  readonly scrap: number;
}

/** A minute that was stated again. */
export interface Correction {
  readonly start: number;
  readonly end: number;
  readonly revision: number;
  /** When the latest revision was recorded, ms UTC. */
  readonly recorded: number;
  readonly author: string;
  readonly reason: string;
}

export interface Explanation extends ExplainedWindow, ExplainedProduction {
  /** Up to where minutes have been stated, ms UTC; null when none has. */
  readonly statedTo: number | null;
  readonly ratios: readonly ExplainedRatio[];
  /** Milliseconds per bucket; they add up to the stated time. */
  readonly time: readonly ExplainedTime[];
  readonly counts: {
    readonly total: number;
    readonly good: number;
    readonly scrap: number;
    readonly rework: number;
    readonly unrated: number;
  };
  readonly products: readonly ExplainedProduct[];
  /** Options of the calculation with the number of atoms made with them; more than one where they were changed meanwhile. */
  readonly options: readonly { readonly options: Readonly<Record<string, unknown>>; readonly atoms: number }[];
  /** Revisions of the plant model, with the number of atoms. */
  readonly models: readonly { readonly revision: string; readonly atoms: number }[];
  /** Newest first; at most `MOST_CORRECTIONS`. */
  readonly corrections: readonly Correction[];
  readonly corrected: number;
}

export const MOST_CORRECTIONS = 200;
const MINUTE = 60_000;

const ELEMENT: Readonly<Record<TimeElement, string>> = {
  APT: "APT, production",
  ADET: "ADET, delay",
  AUST: "AUST, set-up",
  ADOT: "ADOT, no order",
  PDT: "outside planned busy time",
  outside: "outside planned operation time",
};

/** `entries`: the latest revision of each atom that touches the window; others are passed over. */
export function explain(entries: readonly LedgerEntry[], window: ExplainedWindow): Explanation {
  // Boards count whole minutes: one that the range begins in belongs to it.
  const first = Math.floor(window.from / MINUTE) * MINUTE;
  const { shift } = window;
  const own = entries
    .filter(isAtom)
    .filter(({ asset, start }) => asset === window.asset && start >= first && start < window.to)
    .filter(({ data }) => shift === undefined || (data.shift === shift.name && data.production_day === shift.productionDay));
  const atoms = own.map((entry) => atomOf(entry));
  const sum = sumMeasures(atoms.map(({ measures }) => measures));
  // What was stated, with the options of its time; microseconds, so that sums are exact.
  const stated = (field: "planned_ms" | "run_ms" | "ideal_total_ms" | "ideal_good_ms"): number =>
    own.reduce((us, { data }) => us + Math.round(data[field] * 1000), 0) / 1000;
  const [planned, run, idealTotal, idealGood] = [stated("planned_ms"), stated("run_ms"), stated("ideal_total_ms"), stated("ideal_good_ms")];
  const rated = sum.unrated === 0;
  const [plannedTime, runTime] = [
    { what: "planned busy time", ms: planned },
    { what: "production time", ms: run },
  ];
  const [forAll, forGood] = [
    { what: "ideal time of all units", ms: idealTotal },
    { what: "ideal time of the good units", ms: idealGood },
  ];
  const options = tally(own.map(({ evidence }) => evidence?.["options"] ?? {})).map(([one, count]) => ({
    options: one as Readonly<Record<string, unknown>>,
    atoms: count,
  }));
  const corrections = own
    .filter(({ revision }) => revision > 1)
    .map(({ start, end, revision, recorded, author, reason }) => ({ start, end: end ?? start, revision, recorded, author, reason }))
    .toSorted((a, b) => b.recorded - a.recorded || b.start - a.start);
  return {
    ...window,
    statedTo: own.length === 0 ? null : Math.max(...own.map(({ start, end }) => end ?? start)),
    ratios: [
      divided("oee", forGood, plannedTime, rated),
      divided("availability", runTime, plannedTime, true),
      divided("performance", forAll, runTime, rated),
      divided("quality", forGood, forAll, rated),
    ],
    time: BUCKETS.map((bucket) => timeOf(bucket, sum.ms[bucket], optionsOf(options[0]?.options))).filter(({ ms }) => ms > 0),
    counts: {
      total: sum.total,
      good: own.reduce((units, { data }) => units + data.good, 0),
      scrap: sum.scrap,
      rework: sum.rework,
      unrated: sum.unrated,
    },
    products: byProduct(
      atoms,
      own.map(({ data }) => data.good),
    ),
    ...explainProduction(own.toSorted((a, b) => a.start - b.start)),
    options,
    models: tally(own.map(({ evidence }) => evidence?.["model"] ?? "")).map(([revision, count]) => ({
      revision: String(revision),
      atoms: count,
    })),
    corrections: corrections.slice(0, MOST_CORRECTIONS),
    corrected: corrections.length,
  };
}

function divided(
  name: ExplainedRatio["name"],
  above: ExplainedRatio["above"],
  below: ExplainedRatio["below"],
  estimable: boolean,
): ExplainedRatio {
  return { name, value: estimable && below.ms > 0 ? above.ms / below.ms : null, above, below };
}

/** As the evidence of an atom names them; of atoms from before there were options, what held then. */
function optionsOf(stated: Readonly<Record<string, unknown>> = {}): TimeOptions {
  const chosen = <K extends keyof TimeOptions>(name: K, key: string): TimeOptions[K] =>
    (stated[key] as TimeOptions[K] | undefined) ?? DEFAULT_TIME_OPTIONS[name];
  return {
    unknown: chosen("unknown", "unknown"),
    plannedStops: chosen("plannedStops", "planned_stops"),
    setup: chosen("setup", "setup"),
    microStops: chosen("microStops", "micro_stops"),
    noOrder: chosen("noOrder", "no_order"),
    rework: chosen("rework", "rework"),
  };
}

function timeOf(bucket: Bucket, ms: number, options: TimeOptions): ExplainedTime {
  const element = elementOf(bucket, options);
  const leftOut = (element === "AUST" && options.setup === "exclude") || (element === "ADOT" && options.noOrder === "exclude");
  const part = element === "APT" ? "production" : element === "PDT" || element === "outside" || leftOut ? "outside" : "loss";
  return { bucket, ms, element: leftOut ? `${ELEMENT[element]}, left out` : ELEMENT[element], part };
}

type AtomEntry = Omit<LedgerEntry, "data"> & OeeAtomEvent;

/** The ledger holds what the node stated, checked by its schema there. */
function isAtom(entry: { readonly kind: string }): entry is AtomEntry {
  return entry.kind === OEE_ATOM;
}

/** Products of which something was made, or that ran with an ideal cycle time of their own. */
function byProduct(atoms: readonly Atom[], goods: readonly number[]): ExplainedProduct[] {
  const rows = new Map<string, ExplainedProduct>();
  for (const [at, { product, idealCycleUs, measures }] of atoms.entries()) {
    const good = goods[at] ?? 0;
    if (measures.total === 0 && measures.scrap === 0) continue;
    const key = `${product} ${idealCycleUs}`;
    const before = rows.get(key);
    rows.set(key, {
      product,
      idealCycleMs: idealCycleUs === null ? null : idealCycleUs / 1000,
      total: (before?.total ?? 0) + measures.total,
      good: (before?.good ?? 0) + good,
      scrap: (before?.scrap ?? 0) + measures.scrap,
    });
  }
  return [...rows.values()].toSorted((a, b) => b.total - a.total);
}

/** Distinct values with how often they come, the most frequent first. */
function tally(values: readonly unknown[]): (readonly [value: unknown, count: number])[] {
  const counts = new Map<string, [unknown, number]>();
  for (const value of values) {
    const key = JSON.stringify(value);
    const entry = counts.get(key) ?? [value, 0];
    entry[1] += 1;
    counts.set(key, entry);
  }
  return [...counts.values()].toSorted(([, a], [, b]) => b - a);
}
