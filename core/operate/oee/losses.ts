/** The six big losses, in milliseconds: where planned busy time went that made nothing good. */
import type { Measures } from "./measures.ts";
import { bad, DEFAULT_TIME_OPTIONS, timeElements, type TimeOptions } from "./time-elements.ts";

export interface SixBigLosses {
  /** Availability: the machine's own stops that are no micro-stops (stop, hold, failure). */
  readonly failure: number;
  /** Availability: set-up and adjustment within the standard time of its changeover; all of it where there is no standard. */
  readonly setup: number;
  /** Availability: set-up beyond the standard time of its changeover. */
  readonly setupOverrun: number;
  /** Performance: micro-stops, and waiting for others (starved or blocked). */
  readonly idlingAndMinorStops: number;
  /** Performance: producing without micro-stops, less Σ(ideal cycle · units). Below zero the ideal cycle time is too long; never clamped. */
  readonly reducedSpeed: number | null;
  /** Quality: Σ(ideal cycle · bad units) but for those of the start-up. */
  readonly processDefects: number | null;
  /** Quality: Σ(ideal cycle · scrap) within the start-up time. */
  readonly startUp: number | null;
  /** What an option counts as planned busy time without its being one of the six: planned stops, unknown time, time without an order. */
  readonly counted: number;
}

/** With `ideal good` they add up to the planned busy time. Null where a product without an ideal cycle time hides how much it was. */
export function sixBigLosses(sum: Measures, options: TimeOptions = DEFAULT_TIME_OPTIONS): SixBigLosses {
  const { ms } = sum;
  const rated = sum.unrated === 0;
  const failure = ms.stop + ms.hold + ms.failure;
  const setup = options.setup === "loss" ? ms.setup : 0;
  const setupOverrun = options.setup === "loss" ? sum.setupOverrunMs : 0;
  const idlingAndMinorStops = ms.micro + ms.external;
  return {
    failure,
    setup: setup - setupOverrun,
    setupOverrun,
    idlingAndMinorStops,
    reducedSpeed: rated ? ms.run - sum.idealTotalUs / 1000 : null,
    processDefects: rated ? (bad(sum, options).idealUs - sum.idealStartUpUs) / 1000 : null,
    startUp: rated ? sum.idealStartUpUs / 1000 : null,
    counted: timeElements(sum, options).pbt - failure - setup - idlingAndMinorStops - ms.run,
  };
}
