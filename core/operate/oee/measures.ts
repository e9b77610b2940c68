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

export interface Measures {
  /** Milliseconds per bucket. */
  readonly ms: Readonly<Record<Bucket, number>>;
  /** Units processed (PQ) and defective (SQ); a count step belongs to the instant of its reading, whole. */
  readonly total: number;
  readonly scrap: number;
  /** Σ ideal cycle time · units, in microseconds. */
  readonly idealTotalUs: number;
  readonly idealScrapUs: number;
  /** Units (processed or defective) of products without an ideal cycle time: they make P, Q and OEE not estimable. */
  readonly unrated: number;
}

const NO_TIME = Object.freeze(Object.fromEntries(BUCKETS.map((bucket) => [bucket, 0]))) as Readonly<Record<Bucket, number>>;

export const NOTHING: Measures = Object.freeze({ ms: NO_TIME, total: 0, scrap: 0, idealTotalUs: 0, idealScrapUs: 0, unrated: 0 });

/** `a + sign · b`, element by element. */
export function addMeasures(a: Measures, b: Measures, sign: 1 | -1 = 1): Measures {
  const ms = { ...a.ms };
  for (const bucket of BUCKETS) ms[bucket] += sign * b.ms[bucket];
  return {
    ms,
    total: a.total + sign * b.total,
    scrap: a.scrap + sign * b.scrap,
    idealTotalUs: a.idealTotalUs + sign * b.idealTotalUs,
    idealScrapUs: a.idealScrapUs + sign * b.idealScrapUs,
    unrated: a.unrated + sign * b.unrated,
  };
}

export function sumMeasures(all: Iterable<Measures>): Measures {
  let sum = NOTHING;
  for (const one of all) sum = addMeasures(sum, one);
  return sum;
}

/** ISO 22400-2 time elements of a sum, in milliseconds. */
export interface TimeElements {
  /** Actual production time: run and micro-stops. */
  readonly apt: number;
  /** Actual unit set-up time. */
  readonly aust: number;
  /** Actual unit delay time: every stop that is neither planned nor set-up. */
  readonly adet: number;
  /** Planned busy time: the window without unplanned, planned-down and unknown time. */
  readonly pbt: number;
  /** The whole window. */
  readonly window: number;
}

export function timeElements({ ms }: Measures, unknown: UnknownPolicy = "exclude"): TimeElements {
  const apt = ms.run + ms.micro;
  const adet = ms.external + ms.stop + ms.hold + ms.failure + (unknown === "loss" ? ms.unknown : 0);
  const pbt = apt + adet + ms.setup;
  const window = BUCKETS.reduce((sum, bucket) => sum + ms[bucket], 0);
  return { apt, aust: ms.setup, adet, pbt, window };
}

/** Whether time without data counts against availability (`loss`) or is left out of planned time (`exclude`). */
export type UnknownPolicy = "exclude" | "loss";
