/**
 * Which ISO 22400-2 time element each bucket belongs to, and what a site may choose. The one default is ISO's own reading:
 * set-up and time without an order are losses of availability, planned stops are not, micro-stops are a loss of
 * performance, and time without data is left out.
 */
import { BUCKETS, type Bucket, type Measures } from "./measures.ts";

export interface TimeOptions {
  /** Time without data: left out of planned time, or a loss of availability. */
  readonly unknown: "exclude" | "loss";
  /** Planned stops inside a shift: outside planned busy time, or counted as a delay. */
  readonly plannedStops: "exclude" | "loss";
  /** Set-up: a loss of availability, or outside planned busy time (OEE then follows NEE). */
  readonly setup: "loss" | "exclude";
  /** Micro-stops: production time, hence a loss of performance, or a delay, hence a loss of availability. */
  readonly microStops: "apt" | "adet";
  /** Available without an order: a loss of availability, or outside planned busy time. */
  readonly noOrder: "loss" | "exclude";
  /** Units to be reworked: not good at first pass, or good. */
  readonly rework: "bad" | "good";
}

export const DEFAULT_TIME_OPTIONS: TimeOptions = {
  unknown: "exclude",
  plannedStops: "exclude",
  setup: "loss",
  microStops: "apt",
  noOrder: "loss",
  rework: "bad",
};

/** `PDT`: planned operation time that is not planned busy time (POT − PBT). `outside`: not in planned operation time. */
export type TimeElement = "APT" | "ADET" | "AUST" | "ADOT" | "PDT" | "outside";

/** The time model: every bucket has exactly one element. */
export function elementOf(bucket: Bucket, options: TimeOptions = DEFAULT_TIME_OPTIONS): TimeElement {
  return elements(options)[bucket];
}

function elements({ microStops, plannedStops, unknown }: TimeOptions): Readonly<Record<Bucket, TimeElement>> {
  return {
    run: "APT",
    micro: microStops === "apt" ? "APT" : "ADET",
    external: "ADET",
    stop: "ADET",
    hold: "ADET",
    failure: "ADET",
    setup: "AUST",
    plannedDown: plannedStops === "exclude" ? "PDT" : "ADET",
    noOrder: "ADOT",
    notPlanned: "outside",
    unknown: unknown === "exclude" ? "outside" : "ADET",
  };
}

/** ISO 22400-2 time elements of a sum, in milliseconds. */
export interface TimeElements {
  /** Planned operation time: the window without unplanned time and, by default, unknown time. */
  readonly pot: number;
  /** Planned busy time: POT without planned stops and, by option, without set-up or time without an order. */
  readonly pbt: number;
  /** Actual unit busy time: AUPT + ADET. */
  readonly aubt: number;
  /** Actual unit processing time: APT + AUST. */
  readonly aupt: number;
  /** Actual production time. */
  readonly apt: number;
  /** Actual unit set-up time. */
  readonly aust: number;
  /** Actual unit delay time: every stop that is neither planned nor set-up. */
  readonly adet: number;
  /** Actual unit down time: available, without an order. */
  readonly adot: number;
  /** Actual order execution time at this machine: while an order was on it. Transport and queueing elsewhere are not known. */
  readonly aoet: number;
  /** The whole window. */
  readonly window: number;
}

export function timeElements({ ms, orderMs }: Measures, options: TimeOptions = DEFAULT_TIME_OPTIONS): TimeElements {
  const table = elements(options);
  const of: Record<TimeElement, number> = { APT: 0, ADET: 0, AUST: 0, ADOT: 0, PDT: 0, outside: 0 };
  for (const bucket of BUCKETS) of[table[bucket]] += ms[bucket];
  const { APT: apt, ADET: adet, AUST: aust, ADOT: adot, PDT: pdt, outside } = of;
  const pot = apt + adet + aust + adot + pdt;
  const pbt = apt + adet + (options.setup === "loss" ? aust : 0) + (options.noOrder === "loss" ? adot : 0);
  return { pot, pbt, aubt: apt + aust + adet, aupt: apt + aust, apt, aust, adet, adot, aoet: orderMs, window: pot + outside };
}

/** Units, and their ideal time in microseconds, that are not good. */
export function bad(sum: Measures, { rework }: TimeOptions): { readonly units: number; readonly idealUs: number } {
  return rework === "bad"
    ? { units: sum.scrap + sum.rework, idealUs: sum.idealScrapUs + sum.idealReworkUs }
    : { units: sum.scrap, idealUs: sum.idealScrapUs };
}
