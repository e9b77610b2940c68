/**
 * The KPIs of ISO 22400-2 that the twin knows enough for, under the standard's names (DIS wording, as the reference lists
 * them). Why the others are not here stands in docs/concepts/oee.md.
 */
import type { Measures } from "./measures.ts";
import { over, ratios } from "./ratios.ts";
import { DEFAULT_TIME_OPTIONS, timeElements, type TimeOptions } from "./time-elements.ts";

export interface Kpi {
  readonly formula: string;
  /** `1` for ratios, `h` for times, `1/h` for rates, `kW.h` for energy per unit made (UCUM). */
  readonly unit: "1" | "h" | "1/h" | "kW.h";
  /** What this house means by it, where the standard leaves a choice. */
  readonly definition?: string;
}

const RATIO = (formula: string, definition?: string): Kpi => ({ formula, unit: "1", ...(definition === undefined ? {} : { definition }) });

export const KPIS = {
  Availability: RATIO("APT / PBT"),
  Effectiveness: RATIO("PRI · PQ / APT", "PRI is the ideal cycle time of each product; the sum goes over products. Never clamped."),
  QualityRatio: RATIO(
    "GQ / PQ",
    "By units. The quality factor of OEE is weighted by ideal time, so that A · E · Q = OEE with mixed products.",
  ),
  OverallEquipmentEffectiveness: RATIO("Availability · Effectiveness · Quality", "Σ(PRI · GQ) / PBT."),
  NetEquipmentEffectiveness: RATIO("AUPT / PBT · Effectiveness · Quality"),
  AllocationEfficiency: RATIO("AUBT / PBT"),
  AllocationRatio: RATIO("AUBT / AOET", "AOET is the time that orders were on this machine; null where orders are not tracked."),
  UtilizationEfficiency: RATIO("APT / AUBT"),
  TechnicalEfficiency: RATIO("APT / (APT + ADET)"),
  SetUpRate: RATIO("AUST / AUPT"),
  ProductionProcessRate: RATIO("APT / AOET", "Null where orders are not tracked."),
  ThroughputRate: { formula: "PQ / AOET", unit: "1/h", definition: "Null where orders are not tracked." },
  EquipmentLoadRate: RATIO(
    "PQ / EPC",
    "EPC is the rated capacity: what the ideal cycle times allow in the planned operation time. Σ(PRI · PQ) / POT, never clamped.",
  ),
  ScrapRatio: RATIO("SQ / PQ"),
  ReworkRatio: RATIO("RQ / PQ"),
  FirstPassYield: RATIO("GP / IP", "(PQ − SQ − RQ) / PQ: neither scrap nor rework, from counts, not from serial numbers."),
  FallOffRatio: RATIO(
    "SQ / PQ of the first production order sequence",
    "The units made by the first operation in the same window; null where it is not given.",
  ),
  ComprehensiveEnergyConsumption: {
    formula: "E / PQ",
    unit: "kW.h",
    definition: "Active energy of the window, also that of standstill and unplanned time, by all units made; null where it is not metered.",
  },
  MeanOperationTimeBetweenFailures: {
    formula: "AUPT / failures",
    unit: "h",
    definition:
      "Operating time (production and set-up) by the failures that began; null for none. A failure below the micro-stop threshold is a micro-stop.",
  },
  MeanTimeToFailure: {
    formula: "AUPT / failures",
    unit: "h",
    definition: "A machine is repaired, so it is the mean operation time between failures; null for none.",
  },
  MeanTimeToRestoration: {
    formula: "failure time / failures",
    unit: "h",
    definition: "Planned time in failure by the failures that began; null for none.",
  },
} as const satisfies Record<string, Kpi>;

export type KpiName = keyof typeof KPIS;

const HOUR = 3_600_000;

/** What the atoms of a machine's OEE do not hold. */
export interface KnownBeside {
  /** Active energy of the machine in the window, kWh (`active_kwh` of its energy atoms, summed). */
  readonly activeKwh?: number;
  /** What the first operation of the same line or order made in the window. */
  readonly firstOperation?: Pick<Measures, "total">;
}

/** Null: not estimable (a denominator is zero, nothing failed, a product has no ideal cycle time) or not known. */
export function kpis(
  sum: Measures,
  options: TimeOptions = DEFAULT_TIME_OPTIONS,
  { activeKwh, firstOperation }: KnownBeside = {},
): Record<KpiName, number | null> {
  const { apt, aubt, aupt, adet, aoet, pbt, pot } = timeElements(sum, options);
  const betweenFailures = over(aupt / HOUR, sum.failures);
  const { availability, performance, qualityByCount, oee, nee, setupRatio } = ratios(sum, options);
  return {
    Availability: availability,
    Effectiveness: performance,
    QualityRatio: qualityByCount,
    OverallEquipmentEffectiveness: oee,
    NetEquipmentEffectiveness: nee,
    AllocationEfficiency: over(aubt, pbt),
    AllocationRatio: over(aubt, aoet),
    UtilizationEfficiency: over(apt, aubt),
    TechnicalEfficiency: over(apt, apt + adet),
    SetUpRate: setupRatio,
    ProductionProcessRate: over(apt, aoet),
    ThroughputRate: over(sum.total * HOUR, aoet),
    EquipmentLoadRate: sum.unrated === 0 ? over(sum.idealTotalUs / 1000, pot) : null,
    ScrapRatio: over(sum.scrap, sum.total),
    ReworkRatio: over(sum.rework, sum.total),
    FirstPassYield: over(sum.total - sum.scrap - sum.rework, sum.total),
    FallOffRatio: firstOperation === undefined ? null : over(sum.scrap, firstOperation.total),
    ComprehensiveEnergyConsumption: activeKwh === undefined ? null : over(activeKwh, sum.total),
    MeanOperationTimeBetweenFailures: betweenFailures,
    MeanTimeToFailure: betweenFailures,
    MeanTimeToRestoration: over(sum.ms.failure / HOUR, sum.failures),
  };
}
