import assert from "node:assert/strict";
import {
  type ChartKind,
  type ChartPoint,
  ControlChart,
  estimateLimits,
  isLimits,
  type Limits,
  limitsOf,
  type BaselineOptions,
  RULE_SETS,
  RuleEngine,
  ruleSet,
  type SigmaEstimator,
  type Subgroup,
} from "../../../../core/model/spc/index.ts";
import { near, referenceOrSkip } from "../../../support/spc-reference.ts";

interface Chart {
  readonly nPhase1: number;
  readonly nsigmas: number;
  readonly statistics: readonly number[];
  readonly sizes: readonly number[];
  readonly center: readonly [number];
  readonly stdDev: readonly [number];
  readonly LCL: number | readonly number[];
  readonly UCL: number | readonly number[];
  readonly violations: Readonly<Record<string, readonly number[]>>;
}

type Charts<K extends string> = { readonly [key in K]: Chart };
type Ewma = { lambda: number; nsigmas: number; ewma: number[]; sigma: number[]; LCL: number[]; UCL: number[]; violations: number[] };
type Cusum = { h: number; k: number; headStart: number; pos: number[]; neg: number[]; violUpper: number[]; violLower: number[] };

const RULES = { rules: [...RULE_SETS.westernElectric, ...RULE_SETS.nelson], options: ruleSet("nelson").options };

function phase1(kind: ChartKind, subgroups: readonly Subgroup[], options: BaselineOptions = {}): Limits {
  const estimated = estimateLimits(kind, subgroups, options);
  assert.ok("limits" in estimated, JSON.stringify(estimated));
  return estimated.limits;
}

function plotted(limits: Limits, subgroups: readonly Subgroup[]): ChartPoint[] {
  const chart = new ControlChart(limits);
  return subgroups.map((subgroup) => {
    const taken = chart.take(subgroup);
    assert.ok("point" in taken && taken.point !== null);
    return taken.point;
  });
}

/** Zones on every chart, as the reference has them, although ours leaves them out where they mean nothing. */
function hits(points: readonly ChartPoint[]): Record<string, number[]> {
  const engine = new RuleEngine(RULES);
  const found = Object.fromEntries(RULES.rules.map(({ id }) => [id.replace("N", "NEL"), [] as number[]]));
  for (const [i, { z, beyond }] of points.entries())
    for (const { id } of engine.hits(engine.update(z, beyond))) found[id.replace("N", "NEL")]?.push(i + 1);
  return found;
}

function at(all: number | readonly number[], i: number): number {
  return typeof all === "number" ? all : (all[i] ?? Number.NaN);
}

/** As qcc's `stdDev` has it: of one measured value, of defects on an area of 1, and of other counts of what is plotted. */
function deviationOf(kind: ChartKind, limits: Limits, { sigma, size }: ChartPoint): number {
  if (kind === "u") return sigma * Math.sqrt(size);
  return kind === "p" || kind === "np" || kind === "c" ? sigma : limits.sigma;
}

function agrees(kind: ChartKind, subgroups: readonly Subgroup[], expected: Chart, options: BaselineOptions = {}): void {
  const limits = phase1(kind, subgroups.slice(0, expected.nPhase1), options);
  const points = plotted(limits, subgroups.slice(0, expected.statistics.length));
  for (const [i, point] of points.entries()) {
    const place = `${kind}, point ${i + 1}`;
    assert.ok(near(point.statistic, expected.statistics[i] ?? Number.NaN), `${place}: ${point.statistic}`);
    assert.ok(near(point.centre, expected.center[0]), `${place}: centre ${point.centre}`);
    assert.ok(near(deviationOf(kind, limits, point), expected.stdDev[0]), `${place}: stdDev`);
    // The area of a c chart is the same everywhere, so ours has none.
    if (kind !== "c") assert.equal(point.size, expected.sizes[i], place);
    // qcc writes 0 where a spread has no lower limit.
    assert.ok(near(point.lower ?? 0, at(expected.LCL, i)), `${place}: LCL ${point.lower}`);
    assert.ok(near(point.upper, at(expected.UCL, i)), `${place}: UCL ${point.upper}`);
  }
  assert.equal(points.length, expected.statistics.length);
  assert.deepEqual(limits.width, { sigmas: expected.nsigmas });
  assert.deepEqual(hits(points), expected.violations, kind);
}

function rings(data: readonly (readonly number[])[]): Subgroup[] {
  return data.map((values) => ({ values }));
}

describe("charts of the qcc textbook sets, with exact constants", () => {
  it("pistonrings: Xbar by each estimator, R, S, to 1e-9 and with the same hits", function () {
    type Names = "xbar_UWAVE-R" | "xbar_UWAVE-SD" | "xbar_MVLUE-R" | "xbar_MVLUE-SD" | "xbar_RMSDF" | "R" | "S";
    const file = referenceOrSkip<Charts<Names> & { data: number[][] }>(this, "spc/qcc/exact_pistonrings.json");
    const subgroups = rings(file.data);
    const names = { "R/d2": "UWAVE-R", "S/c4": "UWAVE-SD", "MVLUE-R": "MVLUE-R", "MVLUE-SD": "MVLUE-SD", pooled: "RMSDF" } as const;
    for (const [sigma, name] of Object.entries(names) as [SigmaEstimator, (typeof names)[keyof typeof names]][]) {
      const expected = file[`xbar_${name}`];
      agrees("xbar", subgroups, expected, { sigma });
    }
    agrees("r", subgroups, file.R);
    agrees("s", subgroups, file.S);
  });

  it("pistonrings: probability limits of S by chi-square and of R by the studentized range", function () {
    type Names = "S_probabilityLimits_9973" | "R_probabilityLimits_9973";
    const file = referenceOrSkip<Charts<Names> & { data: number[][] }>(this, "spc/qcc/exact_pistonrings.json");
    for (const [kind, tolerance] of [
      ["s", 1e-9],
      ["r", 1e-6],
    ] as const) {
      const expected = file[kind === "s" ? "S_probabilityLimits_9973" : "R_probabilityLimits_9973"];
      const baseline = rings(file.data).slice(0, expected.nPhase1);
      const limits = phase1(kind, baseline, { width: { probability: 0.0027 } });
      const points = plotted(limits, baseline);
      const [point] = points;
      for (const [i, { statistic }] of points.entries()) assert.ok(near(statistic, expected.statistics[i] ?? Number.NaN), `${kind} ${i}`);
      assert.ok(point && near(point.centre, expected.center[0]) && near(limits.sigma, expected.stdDev[0]), kind);
      assert.ok(points.every(({ beyond }) => beyond === 0) && expected.violations["WE1"]?.length === 0, kind);
      assert.ok(near(point.lower, expected.LCL as number, tolerance), `${kind}: LCL ${point.lower}`);
      assert.ok(near(point.upper, expected.UCL as number, tolerance), `${kind}: UCL ${point.upper}`);
    }
  });

  it("pistonrings: EWMA with exact limits, and CUSUM with and without head start", function () {
    type E = Readonly<Record<"ewma_l0.2_L2.7" | "ewma_l0.2_L3" | "ewma_l0.1_L2.7", Ewma>>;
    type C = Readonly<Record<"cusum_h5_s1" | "cusum_h4_s2" | "cusum_h5_s1_FIR2.5", Cusum>>;
    const file = referenceOrSkip<E & C & { data: number[][] }>(this, "spc/qcc/exact_pistonrings.json");
    const subgroups = rings(file.data);
    for (const name of ["ewma_l0.2_L2.7", "ewma_l0.2_L3", "ewma_l0.1_L2.7"] as const) {
      const expected = file[name];
      const options = { parameters: { lambda: expected.lambda }, width: { sigmas: expected.nsigmas } };
      const points = plotted(phase1("ewma", subgroups.slice(0, 25), options), subgroups);
      for (const [i, point] of points.entries()) {
        assert.ok(near(point.statistic, expected.ewma[i] ?? Number.NaN), `${name} ${i}`);
        assert.ok(near(point.sigma, expected.sigma[i] ?? Number.NaN), `${name} sigma ${i}`);
        assert.ok(
          near(point.lower, expected.LCL[i] ?? Number.NaN) && near(point.upper, expected.UCL[i] ?? Number.NaN),
          `${name} limits ${i}`,
        );
      }
      assert.deepEqual(
        points.flatMap(({ beyond }, i) => (beyond === 0 ? [] : [i + 1])),
        expected.violations,
      );
    }
    for (const name of ["cusum_h5_s1", "cusum_h4_s2", "cusum_h5_s1_FIR2.5"] as const) {
      const { h, k, headStart, pos, neg, violUpper, violLower } = file[name];
      const points = plotted(phase1("cusum", subgroups.slice(0, 25), { parameters: { h, k, headStart } }), subgroups);
      for (const [i, { cusum }] of points.entries()) {
        assert.ok(cusum && Math.abs(cusum.high - (pos[i] ?? Number.NaN)) < 1e-9, `${name} ${i}: ${cusum?.high}`);
        assert.ok(Math.abs(-cusum.low - (neg[i] ?? Number.NaN)) < 1e-9, `${name} ${i}: ${cusum.low}`);
      }
      assert.deepEqual(
        points.flatMap(({ cusum }, i) => (cusum && cusum.high > h ? [i + 1] : [])),
        violUpper,
      );
      assert.deepEqual(
        points.flatMap(({ cusum }, i) => (cusum && cusum.low > h ? [i + 1] : [])),
        violLower,
      );
      assert.deepEqual(
        points.flatMap(({ hits }, i) => (hits.length === 0 ? [] : [i + 1])),
        [...violUpper, ...violLower],
      );
    }
  });

  it("orange juice: p and np, and p again without the two points that had a cause", function () {
    const file = referenceOrSkip<Charts<"p" | "np" | "p_revised_without_15_23"> & { D: number[]; size: number[] }>(
      this,
      "spc/qcc/exact_orangejuice.json",
    );
    const subgroups = file.D.map((count, i): Subgroup => ({ count, size: file.size[i] ?? Number.NaN }));
    agrees("p", subgroups, file.p);
    agrees("np", subgroups, file.np);
    agrees(
      "p",
      subgroups.filter((_, i) => i !== 14 && i !== 22),
      file.p_revised_without_15_23,
    );
    const revised = phase1("p", subgroups.slice(0, 30), { exclude: [14, 22] });
    assert.ok(near(revised.centre, 0.215));
    assert.deepEqual(revised.baseline, { subgroups: 28, units: 1400, estimator: null, excluded: [14, 22], refused: [] });
  });

  it("circuit boards: c, and c and u without the two points that had a cause", function () {
    type Names = "c" | "c_revised_without_6_20" | "u_revised_without_6_20";
    const file = referenceOrSkip<Charts<Names> & { x: number[]; size: number[] }>(this, "spc/qcc/exact_circuit.json");
    const subgroups = file.x.map((count, i): Subgroup => ({ count, size: file.size[i] ?? Number.NaN }));
    const kept = subgroups.filter((_, i) => i !== 5 && i !== 19);
    agrees("c", subgroups, file.c);
    agrees("c", kept, file.c_revised_without_6_20);
    agrees("u", kept, file.u_revised_without_6_20);
  });

  it("computers and dyed cloth: u, also with areas that are no whole numbers", function () {
    for (const name of ["pcmanufact", "dyedcloth"]) {
      const file = referenceOrSkip<Charts<"u"> & { x: number[]; size: number[] }>(this, `spc/qcc/exact_${name}.json`);
      const subgroups = file.x.map((count, i): Subgroup => ({ count, size: file.size[i] ?? Number.NaN }));
      agrees("u", subgroups, file.u, { parameters: { size: "varies" } });
    }
  });

  it("limits that are given are those that the same numbers were estimated to", () => {
    const given = limitsOf("c", { centre: 516 / 26 });
    assert.ok(isLimits(given));
    const [point] = plotted(given, [{ count: 39 }]);
    assert.ok(point && near(point.upper, 33.2108605251418) && point.beyond === 1);
  });
});
