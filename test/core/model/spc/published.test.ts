import assert from "node:assert/strict";
import {
  type ChartKind,
  type ChartPoint,
  ControlChart,
  controlConstants,
  estimateLimits,
  isLimits,
  limitsOf,
  sd,
  type Subgroup,
} from "../../../../core/model/spc/index.ts";
import { isWithin } from "../../../support/comparisons.ts";
import { near, referenceOrSkip } from "../../../support/spc-reference.ts";

const single = (values: readonly number[]): Subgroup[] => values.map((value) => ({ values: [value] }));
const digits = (got: number, printed: number, places: number): boolean => Number(got.toFixed(places)) === Number(printed.toFixed(places));

function drawn(kind: ChartKind, given: Parameters<typeof limitsOf>[1], subgroups: readonly Subgroup[]): ChartPoint[] {
  const limits = limitsOf(kind, given);
  assert.ok(isLimits(limits), JSON.stringify(limits));
  const chart = new ControlChart(limits);
  return subgroups.map((subgroup) => {
    const taken = chart.take(subgroup);
    assert.ok("point" in taken && taken.point !== null);
    return taken.point;
  });
}

function same(got: readonly (number | null | undefined)[], expected: readonly number[], tolerance = 1e-9): void {
  assert.equal(got.length, expected.length);
  // A sum that is 0 only up to rounding is 0.
  for (const [i, one] of expected.entries())
    assert.ok(isWithin(got[i] ?? Number.NaN, one, Math.max(tolerance * Math.abs(one), 1e-10)), `${i + 1}: ${got[i]}`);
}

/** To the printed digits; the first of them where fewer are printed. */
function printed(got: readonly (number | null | undefined)[], expected: readonly number[], places: number): void {
  for (const [i, one] of expected.entries()) assert.ok(digits(got[i] ?? Number.NaN, one, places), `${i + 1}: ${got[i]} instead of ${one}`);
}

const signals = (points: readonly ChartPoint[]): number[] => points.flatMap(({ hits }, i) => (hits.length > 0 ? [i + 1] : []));

function run(x: readonly number[], parts: readonly string[]): Subgroup[] {
  return x.map((value, i) => ({ values: [value], part: parts[i] ?? "" }));
}

describe("published control charts", () => {
  it("Montgomery's Table 9.1: EWMA with λ 0.1 and L 2.7, CUSUM with k ½ and h 5, each signals at 29 and 30", function () {
    interface Case {
      x: number[];
      mu0: number;
      sigma: number;
      "ewma_l.1_L2.7": { z: number[]; LCL: number[]; UCL: number[]; out: number[] };
      "cusum_k.5_h5": { Cplus: number[]; Cminus: number[]; upperSignals: number[]; lowerSignals: number[] };
      published_from_memory: { z_first: number[]; Cplus_tail: number[] };
    }
    const one = referenceOrSkip<{ montgomery_9_1: Case }>(this, "spc/published_cases.json").montgomery_9_1;
    const at = { centre: one.mu0, sigma: one.sigma };
    const ewma = drawn("ewma", { ...at, width: { sigmas: 2.7 }, parameters: { lambda: 0.1 } }, single(one.x));
    const { z, LCL, UCL, out } = one["ewma_l.1_L2.7"];
    same(
      ewma.map(({ statistic }) => statistic),
      z,
    );
    same(
      ewma.map(({ lower }) => lower),
      LCL,
    );
    same(
      ewma.map(({ upper }) => upper),
      UCL,
    );
    assert.deepEqual(signals(ewma), out);

    const cusum = drawn("cusum", at, single(one.x));
    const { Cplus, Cminus, upperSignals, lowerSignals } = one["cusum_k.5_h5"];
    printed(
      ewma.map(({ statistic }) => statistic),
      one.published_from_memory.z_first,
      4,
    );
    printed(
      cusum.slice(-3).map((point) => point.cusum?.high),
      one.published_from_memory.Cplus_tail,
      2,
    );
    assert.deepEqual(
      cusum.flatMap((point, i) => ((point.cusum?.low ?? 0) > 5 ? [i + 1] : [])),
      lowerSignals,
    );
    same(
      cusum.map((point) => point.cusum?.high),
      Cplus,
    );
    same(
      cusum.map((point) => point.cusum?.low),
      Cminus,
    );
    assert.deepEqual(signals(cusum), upperSignals);
    // The run began at 23; the mean is estimated at 10 + ½ + 5.28/7.
    assert.equal(cusum[28]?.cusum?.highRun, 7);
    assert.ok(digits(cusum[28].cusum.estimate as number, 11.25, 2));
  });

  it("NIST's EWMA with asymptotic limits and CUSUM in data units", function () {
    interface Cases {
      nist_ewma: {
        x: number[];
        lambda: number;
        target: number;
        s: number;
        k: number;
        z: number[];
        UCL: number;
        LCL: number;
        published_from_memory: number[];
        published_limits_from_memory: [number, number];
      };
      nist_cusum: { x: number[]; target: number; k: number; h: number; S_hi: number[]; S_lo: number[]; signals: number[] };
    }
    const { nist_ewma: e, nist_cusum: c } = referenceOrSkip<Cases>(this, "spc/published_cases.json");
    const at = { centre: e.target, sigma: e.s, width: { sigmas: e.k } };
    const ewma = drawn("ewma", { ...at, parameters: { lambda: e.lambda, asymptotic: true } }, single(e.x));
    same(
      ewma.map(({ statistic }) => statistic),
      e.z,
    );
    for (const { lower, upper } of ewma) assert.ok(near(lower, e.LCL) && near(upper, e.UCL));
    printed(
      ewma.map(({ statistic }) => statistic),
      e.published_from_memory,
      2,
    );
    // Printed from a rounded deviation: the last digit of one of them is another.
    const [upper, lower] = e.published_limits_from_memory;
    assert.ok(isWithin(ewma[0]?.upper ?? 0, upper, 1e-4) && isWithin(ewma[0]?.lower ?? 0, lower, 1e-4));
    const cusum = drawn("cusum", { centre: c.target, sigma: 1, parameters: { k: c.k, h: c.h } }, single(c.x));
    same(
      cusum.map((point) => point.cusum?.high),
      c.S_hi,
    );
    same(
      cusum.map((point) => point.cusum?.low),
      c.S_lo,
    );
    assert.deepEqual(signals(cusum), c.signals);
  });

  it("SAS/QC's oil, cans, tires", function () {
    interface Cases {
      sas_oil: Readonly<Record<"mean" | "sd" | "pos" | "neg" | "cumz" | `published_Weight${"C" | "X" | "S"}_1to7`, number[]>> & {
        data: number[][];
        mu0: number;
        sigma0: number;
      };
      sas_cans_onesided: { x: number[]; mu0: number; sigma0: number; k: number; h: number; Cplus: number[]; signals: number[] };
      sas_tires: Readonly<Record<"mean" | "MRbar" | "sigma" | "LCLI" | "UCLI" | "UCLR", number>> & {
        x: number[];
        published: Readonly<Record<"LCLI" | "MEAN" | "UCLI" | "R" | "UCLR" | "STDDEV", number>>;
      };
    }
    const { sas_oil: oil, sas_cans_onesided: cans, sas_tires: tires } = referenceOrSkip<Cases>(this, "spc/published_cases.json");

    const weight = drawn(
      "cusum",
      { centre: oil.mu0, sigma: oil.sigma0 },
      oil.data.map((values) => ({ values })),
    );
    same(
      weight.map((point) => point.cusum?.high),
      oil.pos,
    );
    same(
      weight.map((point) => point.cusum?.low),
      oil.neg,
    );
    same(
      oil.data.map((values) => sd(values)),
      oil.sd,
    );
    const means = drawn(
      "xbar",
      { centre: oil.mu0, sigma: oil.sigma0 },
      oil.data.map((values) => ({ values })),
    );
    const drawnMeans = means.map(({ statistic }) => statistic);
    same(drawnMeans, oil.mean);
    let sum = 0;
    const sums = means.map(({ z }) => (sum += z));
    same(sums, oil.cumz);
    printed(sums, oil.published_WeightC_1to7, 2);
    // Printed from means that end in a five, some of them a hair below it.
    for (const [i, one] of oil.published_WeightX_1to7.entries()) assert.ok(isWithin(drawnMeans[i] ?? 0, one, 5.1e-5), `${i}`);
    printed(
      oil.data.map((values) => sd(values)),
      oil.published_WeightS_1to7,
      4,
    );

    const filled = drawn("cusum", { centre: cans.mu0, sigma: cans.sigma0, parameters: { k: cans.k, h: cans.h } }, single(cans.x));
    same(
      filled.map((point) => point.cusum?.high),
      cans.Cplus,
    );
    assert.deepEqual(
      filled.flatMap((point, i) => ((point.cusum?.high ?? 0) > cans.h ? [i + 1] : [])),
      cans.signals,
    );

    const i = estimateLimits("i", single(tires.x));
    const mr = estimateLimits("mr", single(tires.x));
    assert.ok("limits" in i && "limits" in mr);
    const [value, range] = [i.points[0] as ChartPoint, mr.points[1] as ChartPoint];
    assert.equal(mr.points[0], null, "the first value has no moving range");
    same(
      [value.centre, range.centre, value.sigma, value.lower, value.upper],
      [tires.mean, tires.MRbar, tires.sigma, tires.LCLI, tires.UCLI],
    );
    // The reference's D4 has eight digits.
    same([range.upper], [tires.UCLR], 1e-7);
    const { LCLI, MEAN, UCLI, R, UCLR, STDDEV } = tires.published;
    assert.ok(digits(value.lower as number, LCLI, 4) && digits(value.centre, MEAN, 4) && digits(value.upper as number, UCLI, 4));
    assert.ok(digits(range.centre, R, 6) && digits(range.upper as number, UCLR, 5) && digits(value.sigma, STDDEV, 6));
  });

  it("short runs, moving average, and I charts by mean and median moving range", function () {
    type Parts = Record<string, number>;
    interface Cases {
      dnom_I: {
        parts: string[];
        nominal: Parts;
        x: number[];
        deviation: number[];
        CL: number;
        MRbar: number;
        sigma: number;
        UCL: number;
        LCL: number;
      };
      zChart: { parts: string[]; sigmaByPart: Parts; target: Parts; x: number[]; z: number[]; limits: [number, number]; zMRlimit: number };
      movingAverage: { x: number[]; w: number; mu0: number; sigma: number; MA: number[]; UCL: number[]; LCL: number[] };
      imr: Readonly<Record<"CL" | "MRbar" | "medianMR" | "sigma_MR" | "sigma_medianMR" | "UCL" | "LCL" | "UCL_MR", number>> & {
        x: number[];
      };
    }
    const { dnom_I: dnom, zChart, movingAverage, imr } = referenceOrSkip<Cases>(this, "spc/shortrun_ma_imr.json");
    const table = (nominal: Parts, sigma: Parts = {}) =>
      Object.fromEntries(
        Object.entries(nominal).map(([part, value]) => [
          part,
          { nominal: value, ...(part in sigma ? { sigma: sigma[part] ?? Number.NaN } : {}) },
        ]),
      );

    const deviations = estimateLimits("dnom", run(dnom.x, dnom.parts), { parameters: { parts: table(dnom.nominal) } });
    assert.ok("limits" in deviations);
    const [first] = deviations.points as ChartPoint[];
    same(
      (deviations.points as ChartPoint[]).map(({ statistic }) => statistic),
      dnom.deviation,
      1e-7,
    );
    same([first?.centre, first?.sigma, first?.lower, first?.upper], [dnom.CL, dnom.sigma, dnom.LCL, dnom.UCL], 1e-7);
    const moving = estimateLimits("dnom-mr", run(dnom.x, dnom.parts), { parameters: { parts: table(dnom.nominal) } });
    assert.ok("limits" in moving && near((moving.points[1] as ChartPoint).centre, dnom.MRbar, 1e-7));

    const parts = table(zChart.target, zChart.sigmaByPart);
    const z = drawn("z", { centre: 0, parameters: { parts } }, run(zChart.x, zChart.parts));
    same(
      z.map(({ statistic }) => statistic),
      zChart.z,
      1e-7,
    );
    assert.deepEqual([z[0]?.lower, z[0]?.upper], zChart.limits);
    const zmr = estimateLimits("z-mr", run(zChart.x, zChart.parts), { parameters: { parts } });
    assert.ok("limits" in zmr);
    same([(zmr.points[1] as ChartPoint).upper], [zChart.zMRlimit], 1e-7);
    assert.ok(near((zmr.points[1] as ChartPoint).upper, controlConstants(2).D2));

    const ma = drawn(
      "ma",
      { centre: movingAverage.mu0, sigma: movingAverage.sigma, parameters: { window: movingAverage.w } },
      single(movingAverage.x),
    );
    same(
      ma.map(({ statistic }) => statistic),
      movingAverage.MA,
      1e-7,
    );
    same(
      ma.map(({ lower }) => lower),
      movingAverage.LCL,
      1e-7,
    );
    same(
      ma.map(({ upper }) => upper),
      movingAverage.UCL,
      1e-7,
    );

    const mean = estimateLimits("i", single(imr.x));
    const median = estimateLimits("i", single(imr.x), { sigma: "medianMR/d4" });
    const ranges = estimateLimits("mr", single(imr.x));
    assert.ok("limits" in mean && "limits" in median && "limits" in ranges);
    const point = mean.points[0] as ChartPoint;
    same(
      [mean.limits.centre, mean.limits.sigma, median.limits.sigma, point.lower, point.upper, (ranges.points[1] as ChartPoint).upper],
      [imr.CL, imr.sigma_MR, imr.sigma_medianMR, imr.LCL, imr.UCL, imr.UCL_MR],
      1e-7,
    );
    const { centre } = ranges.points[1] as ChartPoint;
    same([centre, median.limits.sigma * controlConstants(2).d4], [imr.MRbar, imr.medianMR], 1e-7);
  });
});
