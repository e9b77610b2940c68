/** The OEE ratios of ISO 22400-2 from a sum of measures. Percentages are never averaged: sum first, then divide. */
import { type Measures, timeElements, type UnknownPolicy } from "./measures.ts";

export interface OeeRatios {
  /** APT / PBT. */
  readonly availability: number | null;
  /** Effectiveness: Σ(ideal cycle · total) / APT. Above 1 the ideal cycle time is wrong; it is never clamped. */
  readonly performance: number | null;
  /** Σ(ideal cycle · good) / Σ(ideal cycle · total): weighted by time, so that A · P · Q = OEE for mixed products. */
  readonly quality: number | null;
  /** Good units / all units. */
  readonly qualityByCount: number | null;
  /** OEE index: Σ(ideal cycle · good) / PBT. */
  readonly oee: number | null;
  /** Net equipment effectiveness: as OEE, with set-up not a loss. */
  readonly nee: number | null;
  /** AUST / (APT + AUST). */
  readonly setupRatio: number | null;
  /** Σ(ideal cycle · good) / calendar time. Not one of the 34 KPIs of ISO 22400-2. */
  readonly teep: number | null;
}

/** Null where a denominator is zero, and where a product without an ideal cycle time makes the figure not estimable. */
export function ratios(sum: Measures, unknown: UnknownPolicy = "exclude"): OeeRatios {
  const { apt, aust, pbt, window } = timeElements(sum, unknown);
  const rated = sum.unrated === 0;
  const ideal = sum.idealTotalUs / 1000;
  const idealGood = (sum.idealTotalUs - sum.idealScrapUs) / 1000;
  const performance = rated ? over(ideal, apt) : null;
  const quality = rated ? over(idealGood, ideal) : null;
  return {
    availability: over(apt, pbt),
    performance,
    quality,
    qualityByCount: over(sum.total - sum.scrap, sum.total),
    oee: rated ? over(idealGood, pbt) : null,
    nee: performance === null || quality === null || pbt === 0 ? null : ((apt + aust) / pbt) * performance * quality,
    setupRatio: over(aust, apt + aust),
    teep: rated ? over(idealGood, window) : null,
  };
}

function over(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}
