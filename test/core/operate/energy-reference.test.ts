import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import {
  billingDemand,
  blockDemand,
  emissions,
  excessReactive,
  peakDemand,
  perUnit,
  powerFactor,
  registerSteps,
  rollingDemand,
  tanPhi,
} from "../../../core/operate/energy/index.ts";

const FILE = new URL("../../../../shared/reference/energy/energy_cases.json", import.meta.url);
const TOLERANCE = 1e-9;
const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 10, 6);

interface Cases {
  readonly demand: {
    readonly kW_1min: readonly number[];
    readonly block15: readonly number[];
    readonly peakBlock: number;
    readonly rolling15_1minSteps_peak: number;
    readonly rolling15_5minSteps: readonly number[];
    readonly rolling15_5minSteps_peak: number;
    readonly energy_kWh: number;
  };
  readonly meterRollover: { readonly readings: readonly number[]; readonly modulus: number; readonly deltas: readonly number[] };
  readonly pf: readonly {
    readonly kWh: number;
    readonly kvarh: number;
    readonly PF: number;
    readonly tanphi: number;
    readonly billedDemand_kW_target095: number;
    readonly de_excess_kvarh: number;
  }[];
  readonly carbon: {
    readonly kWh: readonly number[];
    readonly gPerKWh: readonly number[];
    readonly total_g: number;
    readonly units: number;
    readonly g_per_unit: number;
    readonly kWh_per_unit: number;
    readonly wrong_avg_factor_g: number;
  };
}

function close(actual: number | null | undefined, expected: number, what = ""): void {
  assert.ok(actual !== null && actual !== undefined && Math.abs(actual - expected) <= TOLERANCE, `${what} ${actual} is not ${expected}`);
}

function allClose(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of expected.entries()) close(actual[i], value, `${i}:`);
}

describe("energy against the reference cases", function () {
  let cases: Cases;
  before(function () {
    if (!existsSync(FILE)) this.skip();
    cases = JSON.parse(readFileSync(FILE, "utf8")) as Cases;
  });

  it("demand depends on the window: blocks on the clock, rolling by 5 and by 1 minute", () => {
    const { demand } = cases;
    const loads = demand.kW_1min.map((kW, i) => ({ start: START + i * MINUTE, kWh: kW / 60 }));
    const blocks = blockDemand(loads, MINUTE, 15 * MINUTE, "Europe/Dublin");
    allClose(
      blocks.map(({ kW }) => kW),
      demand.block15,
    );
    close(peakDemand(blocks)?.kW, demand.peakBlock);
    const rolling = rollingDemand(loads, MINUTE, 15 * MINUTE, 5 * MINUTE);
    allClose(
      rolling.map(({ kW }) => kW),
      demand.rolling15_5minSteps,
    );
    close(peakDemand(rolling)?.kW, demand.rolling15_5minSteps_peak);
    close(peakDemand(rollingDemand(loads, MINUTE, 15 * MINUTE, MINUTE))?.kW, demand.rolling15_1minSteps_peak);
    close(
      loads.reduce((sum, { kWh }) => sum + kWh, 0),
      demand.energy_kWh,
    );
  });

  it("a register that starts again from 0 loses no energy", () => {
    const { readings, modulus, deltas } = cases.meterRollover;
    allClose(registerSteps(readings, modulus), deltas);
  });

  it("power factor, tan φ, billing demand at a target of 0.95, and reactive energy beyond one half", () => {
    for (const { kWh, kvarh, PF, tanphi, billedDemand_kW_target095, de_excess_kvarh } of cases.pf) {
      close(powerFactor(kWh, kvarh), PF);
      close(tanPhi(kWh, kvarh), tanphi);
      close(billingDemand(500, powerFactor(kWh, kvarh) ?? 0, 0.95), billedDemand_kW_target095);
      close(excessReactive(kWh, kvarh), de_excess_kvarh);
    }
  });

  it("emissions charge each interval with its own factor, never with the mean", () => {
    const { kWh, gPerKWh, total_g, units, g_per_unit, kWh_per_unit, wrong_avg_factor_g } = cases.carbon;
    const grams = emissions(kWh, gPerKWh);
    close(grams, total_g);
    assert.notEqual(grams, wrong_avg_factor_g);
    close(perUnit(grams, units), g_per_unit);
    close(
      perUnit(
        kWh.reduce((sum, one) => sum + one, 0),
        units,
      ),
      kWh_per_unit,
    );
    assert.equal(perUnit(grams, 0), null);
  });
});
