/**
 * What an atom measures: where each millisecond went, what was made, and what the making should have taken.
 * Everything is an integer, so sums are exact in any order.
 */

/** Mutually exclusive uses of time; together they fill an atom to the millisecond. */
export const BUCKETS = [
  /** Producing (part of ISO 22400 APT). */
  "run",
  /** A stop shorter than the micro-stop threshold over its full length: a performance loss, part of APT. */
  "micro",
  /** Starved or blocked: not the machine's own fault (ADET). */
  "external",
  /** Not producing without a fault of its own kind: stopped, idle, starting up (ADET). */
  "stop",
  /** Held for a reason inside the machine (ADET). */
  "hold",
  /** Aborted (ADET). */
  "failure",
  /** Set-up or changeover (AUST). */
  "setup",
  /** Planned maintenance inside a shift (POT − PBT). */
  "plannedDown",
  /** Available, but without an order, where orders are tracked (ADOT). */
  "noOrder",
  /** Break, holiday or no shift, whatever the machine does. */
  "notPlanned",
  /** No usable state: quality Bad, an unreadable state, or silence of the machine. */
  "unknown",
] as const;

export type Bucket = (typeof BUCKETS)[number];
/** What a machine's own state and mode, or a person, can say; the calendar and the micro-stop rule decide the other two. */
export type MachineBucket = Exclude<Bucket, "micro" | "notPlanned">;
export const MACHINE_BUCKETS: readonly MachineBucket[] = BUCKETS.filter((bucket) => bucket !== "micro" && bucket !== "notPlanned");

/** Counts and ideal times of an atom; each is a sum, none a ratio. */
export const COUNTS = [
  /** Units processed (PQ), defective (SQ) and to be reworked (RQ); a count step belongs to the instant of its reading, whole. */
  "total",
  "scrap",
  "rework",
  /** Scrap that was counted within the start-up time after a start of production. */
  "startUpScrap",
  /** Units processed, defective or to be reworked in a unit mode whose counts are left out. They are in no other count. */
  "leftOut",
  /** Stops of the machine's own, failures and micro-stops that begin here, in the machine's own time, planned or not. */
  "stops",
  "failures",
  "microStops",
  /** Σ ideal cycle time · units, in microseconds. */
  "idealTotalUs",
  "idealScrapUs",
  "idealReworkUs",
  "idealStartUpUs",
  /** Units of products without an ideal cycle time: they make P, Q and OEE not estimable. */
  "unrated",
  /** Milliseconds during which an order was on the machine. */
  "orderMs",
  /** Milliseconds of set-up beyond the standard time of its changeover; part of `ms.setup`. */
  "setupOverrunMs",
  /** Units by a second counter behind the machine. They are in no other count. */
  "secondCount",
] as const;
export type Count = (typeof COUNTS)[number];

export interface Measures extends Readonly<Record<Count, number>> {
  /** Milliseconds per bucket. */
  readonly ms: Readonly<Record<Bucket, number>>;
}

const NO_TIME = Object.freeze(Object.fromEntries(BUCKETS.map((bucket) => [bucket, 0]))) as Readonly<Record<Bucket, number>>;
const NO_COUNTS = Object.fromEntries(COUNTS.map((count) => [count, 0])) as Record<Count, number>;

export const NOTHING: Measures = Object.freeze({ ms: NO_TIME, ...NO_COUNTS });

/** `a + sign · b`, element by element. */
export function addMeasures(a: Measures, b: Measures, sign: 1 | -1 = 1): Measures {
  const sum = { ...a, ms: { ...a.ms } };
  for (const bucket of BUCKETS) sum.ms[bucket] += sign * b.ms[bucket];
  // A snapshot of an earlier version lacks the younger counts.
  for (const count of COUNTS) sum[count] = (a[count] ?? 0) + sign * (b[count] ?? 0);
  return sum;
}

export function sumMeasures(all: Iterable<Measures>): Measures {
  let sum = NOTHING;
  for (const one of all) sum = addMeasures(sum, one);
  return sum;
}

export function sameMeasures(a: Measures, b: Measures): boolean {
  return BUCKETS.every((bucket) => a.ms[bucket] === b.ms[bucket]) && COUNTS.every((count) => a[count] === b[count]);
}
