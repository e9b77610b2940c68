/** The OEE ratios of ISO 22400-2 from a sum of measures. Percentages are never averaged: sum first, then divide. */
import type { Measures } from "./measures.ts";
import { bad, DEFAULT_TIME_OPTIONS, timeElements, type TimeOptions } from "./time-elements.ts";

export interface OeeRatios {
  /** APT / PBT. */
  readonly availability: number | null;
  /** Effectiveness: Σ(ideal cycle · total) / APT. Above 1 the ideal cycle time is too long; it is never clamped. */
  readonly performance: number | null;
  /** Σ(ideal cycle · good) / Σ(ideal cycle · total): weighted by time, so that A · P · Q = OEE for mixed products. */
  readonly quality: number | null;
  /** Good units / all units. */
  readonly qualityByCount: number | null;
  /** OEE index: Σ(ideal cycle · good) / PBT. */
  readonly oee: number | null;
  /** Net equipment effectiveness: as OEE, with set-up not a loss but part of the time used. */
  readonly nee: number | null;
  /** AUST / AUPT. */
  readonly setupRatio: number | null;
  /** Σ(ideal cycle · good) / calendar time. Not one of the 34 KPIs of ISO 22400-2. */
  readonly teep: number | null;
  /** POT / calendar time: how much of it is planned. Not one of the 34 KPIs either. */
  readonly loading: number | null;
}

/** Null where a denominator is zero, and where a product without an ideal cycle time makes the figure not estimable. */
export function ratios(sum: Measures, options: TimeOptions = DEFAULT_TIME_OPTIONS): OeeRatios {
  const { apt, aust, aupt, pbt, pot, window } = timeElements(sum, options);
  const rated = sum.unrated === 0;
  const ideal = sum.idealTotalUs / 1000;
  const idealGood = (sum.idealTotalUs - bad(sum, options).idealUs) / 1000;
  const performance = rated ? over(ideal, apt) : null;
  const quality = rated ? over(idealGood, ideal) : null;
  const busy = pbt + (options.setup === "loss" ? 0 : aust);
  return {
    availability: over(apt, pbt),
    performance,
    quality,
    qualityByCount: over(sum.total - bad(sum, options).units, sum.total),
    oee: rated ? over(idealGood, pbt) : null,
    nee: performance === null || quality === null || busy === 0 ? null : (aupt / busy) * performance * quality,
    setupRatio: over(aust, aupt),
    teep: rated ? over(idealGood, window) : null,
    loading: over(pot, window),
  };
}

/** Null instead of a division by zero. */
export function over(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}
