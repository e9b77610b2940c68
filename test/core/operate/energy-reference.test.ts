import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
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
  peakDemand,
  perUnit,
  powerFactor,
  registerSteps,
  rollingDemand,
  savings,
  standardAirVolume,
  steamLeakFlow,
  tanPhi,
} from "../../../core/operate/energy/index.ts";

const FILE = new URL("../../../../shared/reference/energy/energy_cases.json", import.meta.url);
const REGRESSION = new URL("../../../../shared/reference/energy/regression.json", import.meta.url);
const TOLERANCE = 1e-9;
const PA_PER_PSI = 6894.757;
const CFM_PER_M3S = 2118.88;
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
  readonly air: {
    readonly loadUnload: { readonly T_min: number; readonly t_min: number; readonly leakPct: number };
    readonly doeBleed: {
      readonly V_ft3: number;
      readonly P1_psig: number;
      readonly P2_psig: number;
      readonly T_min: number;
      readonly scfm: number;
    };
    readonly choked: { readonly d_mm: number; readonly T_K: number; readonly Cd: number; readonly kg_s: number; readonly scfm: number };
  };
  readonly steam: { readonly napier: { readonly psig: number; readonly d_in: number; readonly lb_h: number } };
}

interface Line {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly certified: { readonly b0: number; readonly b1: number; readonly residSd: number; readonly r2: number };
}

interface Regressions {
  readonly norris: Line;
  readonly longley: {
    readonly data: Readonly<Record<string, readonly number[]>>;
    readonly certified: { readonly b: readonly number[]; readonly residSd: number };
  };
  readonly enpi: {
    readonly prod: readonly number[];
    readonly hdd: readonly number[];
    readonly kwh: readonly number[];
    readonly baselineMonths: number;
    readonly coef: readonly number[];
    readonly r2: number;
    readonly adjR2: number;
    readonly sigma: number;
    readonly CVRMSE: number;
    readonly expected: readonly number[];
    readonly EnPI_ratio_reporting: number;
    readonly savings_reporting: number;
    readonly cusum: readonly number[];
  };
}

function close(actual: number | null | undefined, expected: number, what = ""): void {
  assert.ok(actual !== null && actual !== undefined && Math.abs(actual - expected) <= TOLERANCE, `${what} ${actual} is not ${expected}`);
}

/** Nine significant digits. */
function relative(actual: readonly (number | null | undefined)[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of expected.entries()) {
    const got = actual[i] ?? Number.NaN;
    assert.ok(Math.abs(got - value) <= TOLERANCE * Math.max(1, Math.abs(value)), `${i}: ${got} is not ${value}`);
  }
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

  it("air leaks by load and unload times and by bleeding down, air and steam through a hole", () => {
    const { loadUnload, doeBleed, choked } = cases.air;
    close(airLeakPercent(loadUnload.T_min, loadUnload.t_min), loadUnload.leakPct);
    close(bleedFlow(doeBleed.V_ft3, doeBleed.P1_psig, doeBleed.P2_psig, doeBleed.T_min, 1.25), doeBleed.scfm);
    const flow = chokedAirFlow(choked.d_mm / 1000, (100 + 14.696) * PA_PER_PSI, choked.T_K, choked.Cd);
    close(flow, choked.kg_s);
    close(standardAirVolume(flow, choked.T_K) * CFM_PER_M3S, choked.scfm);
    close(steamLeakFlow(cases.steam.napier.psig, cases.steam.napier.d_in), cases.steam.napier.lb_h);
  });
});

describe("energy baselines against certified regressions", function () {
  let cases: Regressions;
  before(function () {
    if (!existsSync(REGRESSION)) this.skip();
    cases = JSON.parse(readFileSync(REGRESSION, "utf8")) as Regressions;
  });

  it("a straight line, well conditioned (NIST Norris)", () => {
    const { x, y, certified } = cases.norris;
    const fit = leastSquares(
      x.map((value) => [value]),
      y,
    );
    relative(fit.coefficients, [certified.b0, certified.b1]);
    relative([goodnessOfFit(fit).sigma, goodnessOfFit(fit).r2], [certified.residSd, certified.r2]);
  });

  it("six nearly collinear variables (NIST Longley)", () => {
    const { data, certified } = cases.longley;
    const column = (name: string, scale = 1): readonly number[] => (data[name] ?? []).map((value) => value * scale);
    // In the units of the certified values.
    const columns = [
      column("GNP.deflator"),
      column("GNP", 1000),
      column("Unemployed", 10),
      column("Armed.Forces", 10),
      column("Population", 1000),
      column("Year"),
    ];
    const rows = column("Year").map((_, i) => columns.map((values) => values[i] ?? Number.NaN));
    const fit = leastSquares(rows, column("Employed", 1000));
    relative(fit.coefficients, certified.b);
    relative([goodnessOfFit(fit).sigma], [certified.residSd]);
  });

  it("a baseline of two years, and what a third year saved against it", () => {
    const { prod, hdd, kwh, baselineMonths, ...enpi } = cases.enpi;
    const rows = prod.map((made, i) => [made, hdd[i] ?? Number.NaN]);
    const fit = leastSquares(rows.slice(0, baselineMonths), kwh.slice(0, baselineMonths));
    const quality = goodnessOfFit(fit);
    relative(fit.coefficients, enpi.coef);
    relative([quality.r2, quality.adjustedR2, quality.sigma, quality.cvRmse], [enpi.r2, enpi.adjR2, enpi.sigma, enpi.CVRMSE]);
    assert.ok(Math.abs(quality.nmbe ?? Number.NaN) < 1e-12);
    const all = savings(fit, rows, kwh);
    relative(all.expected, enpi.expected);
    for (const [i, value] of enpi.cusum.entries())
      assert.ok(Math.abs((all.cusum[i] ?? Number.NaN) - value) < 1e-6, `${i}: ${all.cusum[i]}`);
    const reporting = savings(fit, rows.slice(baselineMonths), kwh.slice(baselineMonths));
    relative([reporting.enpi, reporting.cusum.at(-1)], [enpi.EnPI_ratio_reporting, enpi.savings_reporting]);
  });

  it("says that it cannot fit what the data does not determine", () => {
    assert.throws(() => leastSquares([[1], [1], [1]], [1, 2, 3]), /do not determine/);
    assert.throws(() => leastSquares([[1]], [1]), /more observations/);
  });
});
