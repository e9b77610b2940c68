/** How far energy figures are from the reference cases: the same figures that the tests hold, counted. */
import { readFileSync } from "node:fs";
import {
  airLeakPercent,
  billingDemand,
  bleedFlow,
  blockDemand,
  chokedAirFlow,
  emissions,
  excessReactive,
  goodnessOfFit,
  leastSquares,
  perUnit,
  powerFactor,
  registerSteps,
  rollingDemand,
  savings,
  steamLeakFlow,
} from "../../../core/operate/energy/index.ts";

const MINUTE = 60_000;
const DIRECTORY = new URL("../../../../shared/reference/energy/", import.meta.url);

export interface Deviation {
  readonly figure: string;
  /** Absolute below 1, else relative. */
  readonly deviation: number;
}

/** Throws where the reference files are not there. */
export function referenceDeviations(): Deviation[] {
  const { demand, meterRollover, pf, carbon, air, steam } = read("energy_cases.json") as Cases;
  const { norris, enpi } = read("regression.json") as Regressions;
  const result: Deviation[] = [];
  const add = (figure: string, actual: number | null | undefined, expected: number | undefined): void => {
    const [a, e] = [actual ?? Number.NaN, expected ?? Number.NaN];
    result.push({ figure, deviation: Math.abs(a - e) / Math.max(1, Math.abs(e)) });
  };
  const each = (figure: string, actual: readonly number[], expected: readonly number[]): void => {
    for (const [i, value] of expected.entries()) add(`${figure} ${i}`, actual[i], value);
  };
  const loads = demand.kW_1min.map((kW, i) => ({ start: i * MINUTE, kWh: kW / 60 }));
  each("block demand", kW(blockDemand(loads, MINUTE, 15 * MINUTE, "UTC")), demand.block15);
  each("rolling demand", kW(rollingDemand(loads, MINUTE, 15 * MINUTE, 5 * MINUTE)), demand.rolling15_5minSteps);
  add("rolling peak", Math.max(...kW(rollingDemand(loads, MINUTE, 15 * MINUTE, MINUTE))), demand.rolling15_1minSteps_peak);
  each("roll-over", registerSteps(meterRollover.readings, meterRollover.modulus), meterRollover.deltas);
  for (const one of pf) {
    const factor = powerFactor(one.kWh, one.kvarh);
    add("power factor", factor, one.PF);
    add("billing demand", billingDemand(500, factor ?? Number.NaN, 0.95), one.billedDemand_kW_target095);
    add("excess reactive energy", excessReactive(one.kWh, one.kvarh), one.de_excess_kvarh);
  }
  const grams = emissions(carbon.kWh, carbon.gPerKWh);
  add("emissions", grams, carbon.total_g);
  add("emissions per unit", perUnit(grams, carbon.units), carbon.g_per_unit);
  add("air leak", airLeakPercent(air.loadUnload.T_min, air.loadUnload.t_min), air.loadUnload.leakPct);
  const { V_ft3, P1_psig, P2_psig, T_min, scfm } = air.doeBleed;
  add("air bleed", bleedFlow(V_ft3, P1_psig, P2_psig, T_min, 1.25), scfm);
  add("choked flow", chokedAirFlow(air.choked.d_mm / 1000, 114.696 * 6894.757, air.choked.T_K, air.choked.Cd), air.choked.kg_s);
  add("steam leak", steamLeakFlow(steam.napier.psig, steam.napier.d_in), steam.napier.lb_h);
  const line = leastSquares(
    norris.x.map((x) => [x]),
    norris.y,
  );
  each("Norris", line.coefficients, [norris.certified.b0, norris.certified.b1]);
  const rows = enpi.prod.map((made, i) => [made, enpi.hdd[i] ?? Number.NaN]);
  const baseline = leastSquares(rows.slice(0, enpi.baselineMonths), enpi.kwh.slice(0, enpi.baselineMonths));
  each("baseline", baseline.coefficients, enpi.coef);
  add("CV(RMSE)", goodnessOfFit(baseline).cvRmse, enpi.CVRMSE);
  const year = savings(baseline, rows.slice(enpi.baselineMonths), enpi.kwh.slice(enpi.baselineMonths));
  add("EnPI", year.enpi, enpi.EnPI_ratio_reporting);
  add("savings", year.cusum.at(-1), enpi.savings_reporting);
  return result;
}

function kW(all: readonly { readonly kW: number }[]): number[] {
  return all.map((one) => one.kW);
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, DIRECTORY), "utf8"));
}

interface Cases {
  readonly demand: {
    readonly kW_1min: readonly number[];
    readonly block15: readonly number[];
    readonly rolling15_1minSteps_peak: number;
    readonly rolling15_5minSteps: readonly number[];
  };
  readonly meterRollover: { readonly readings: readonly number[]; readonly modulus: number; readonly deltas: readonly number[] };
  readonly pf: readonly Readonly<Record<"kWh" | "kvarh" | "PF" | "billedDemand_kW_target095" | "de_excess_kvarh", number>>[];
  readonly carbon: {
    readonly kWh: readonly number[];
    readonly gPerKWh: readonly number[];
    readonly total_g: number;
    readonly units: number;
    readonly g_per_unit: number;
  };
  readonly air: {
    readonly loadUnload: Readonly<Record<"T_min" | "t_min" | "leakPct", number>>;
    readonly doeBleed: Readonly<Record<"V_ft3" | "P1_psig" | "P2_psig" | "T_min" | "scfm", number>>;
    readonly choked: Readonly<Record<"d_mm" | "T_K" | "Cd" | "kg_s", number>>;
  };
  readonly steam: { readonly napier: Readonly<Record<"psig" | "d_in" | "lb_h", number>> };
}

interface Regressions {
  readonly norris: {
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly certified: Readonly<Record<"b0" | "b1", number>>;
  };
  readonly enpi: {
    readonly prod: readonly number[];
    readonly hdd: readonly number[];
    readonly kwh: readonly number[];
    readonly baselineMonths: number;
    readonly coef: readonly number[];
    readonly CVRMSE: number;
    readonly EnPI_ratio_reporting: number;
    readonly savings_reporting: number;
  };
}
