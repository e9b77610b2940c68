import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import {
  distributionOf,
  type IndexName,
  indexOf,
  nearerInterval,
  oneSidedInterval,
  potentialInterval,
  targetInterval,
} from "../../../core/model/capability/index.ts";
import { normalQuantile } from "../../../core/model/distribution/index.ts";
import { estimateLimits } from "../../../core/model/spc/index.ts";
import { near, nearInterval, stated, valueOf } from "./capability-cases.ts";

const SHARED = new URL("../../../../shared/reference/spc/", import.meta.url);
const REFERENCE = new URL("capability.json", SHARED);
const PUBLISHED = new URL("published_cases.json", SHARED);
const PISTON_RINGS = new URL("qcc/exact_pistonrings.json", SHARED);

type Pair = readonly [number, number];
interface Normal80 {
  readonly x: readonly number[];
  readonly LSL: number;
  readonly USL: number;
  readonly T: number;
  readonly normal: Readonly<Record<"n" | "mean" | "s" | "Pp" | "Ppu" | "Ppl" | "Ppk" | "Cpm" | "Ppmk", number>> & {
    readonly ci95: Readonly<Record<"Pp_chi2" | "Ppl_exact" | "Ppu_exact" | "Ppk_bissell" | "Ppk_AIAG_wald_2n2" | "Cpm_boyles", Pair>>;
    readonly ppmExpected: Pair;
    readonly ppmObserved: Pair;
    readonly normality: { readonly AD: number };
  };
}
interface Fitted {
  readonly shape: number;
  readonly scale: number;
  readonly iso: { readonly Ppu: number; readonly Ppk: number; readonly x00135: number; readonly x50: number; readonly x99865: number };
  readonly zscorePpu?: number;
}
interface Weibull150 {
  readonly x: readonly number[];
  readonly USL: number;
  readonly weibullMLE: Fitted;
  readonly gammaMLE: Fitted;
}

interface Published {
  readonly sas_cans_capability: Readonly<Record<"n" | "LSL" | "USL" | "target", number>> & {
    readonly published: Readonly<Record<string, readonly [value: number, lower: number, upper: number]>>;
    readonly recomputed: Readonly<Record<"Cp" | "CPL" | "CPU" | "Cpk_Bissell", Pair>> & Readonly<Record<"mean" | "s", number>>;
  };
}

const PPM_OF_PERCENT = 10_000;
const QCC_NAMES: Readonly<Record<string, IndexName>> = {
  Cp: "Cp",
  Cp_l: "CPL",
  Cp_u: "CPU",
  Cp_k: "Cpk",
  Cpm: "Cpm",
  Pp: "Pp",
  Pp_l: "PPL",
  Pp_u: "PPU",
  Pp_k: "Ppk",
  Ppm: "Ppm",
};
interface PistonRings {
  readonly data: readonly (readonly number[])[];
  readonly phase1: number;
  readonly capability: Readonly<
    Record<
      string,
      Readonly<Record<"center" | "stdDevWithin" | "stdDevOverall" | "target" | "nobs", number>> &
        Readonly<Record<"LSL" | "USL" | `${"exp" | "obs"}Pct${"Below" | "Above"}`, number | null>> &
        Readonly<Record<"value" | "lower" | "upper", readonly (number | null)[]>> & { readonly index: readonly string[] }
    >
  >;
}

const cases = (): readonly unknown[] => (JSON.parse(readFileSync(REFERENCE, "utf8")) as { cases: unknown[] }).cases;

const covers = ({ lower, upper }: { lower: number; upper: number }, truth: number): number => Number(lower <= truth && truth <= upper);

/** Of a share of 95 %. */
const fourErrors = (of: number): number => 4 * Math.sqrt((0.95 * 0.05) / of);

describe("capability", () => {
  describe("against the reference", function () {
    before(function () {
      if (!existsSync(REFERENCE)) this.skip();
    });
    it("has every figure of 80 normal values", () => {
      const { x, LSL, USL, T, normal } = cases()[0] as Normal80;
      const answer = stated(x, { lower: LSL, upper: USL, target: T });
      near(answer.mean, normal.mean, 1e-13);
      near(answer.overall.value, normal.s, 1e-13);
      for (const [name, value] of [
        ["Pp", normal.Pp],
        ["PPU", normal.Ppu],
        ["PPL", normal.Ppl],
        ["Ppk", normal.Ppk],
        ["Ppm", normal.Cpm],
        ["Ppmk", normal.Ppmk],
      ] as const) {
        near(valueOf(answer, name), value, 1e-12, name);
      }
      nearInterval(answer, "Pp", normal.ci95.Pp_chi2);
      nearInterval(answer, "PPL", normal.ci95.Ppl_exact);
      nearInterval(answer, "PPU", normal.ci95.Ppu_exact);
      nearInterval(answer, "Ppk", normal.ci95.Ppk_bissell);
      nearInterval(answer, "Ppk", normal.ci95.Ppk_AIAG_wald_2n2);
      assert.equal(answer.n, normal.n);
      nearInterval(answer, "Ppm", normal.ci95.Cpm_boyles);
      near(answer.expected?.below ?? 0, normal.ppmExpected[0], 1e-9);
      near(answer.expected?.above ?? 0, normal.ppmExpected[1], 1e-9);
      assert.deepEqual([answer.observed.below, answer.observed.above], normal.ppmObserved);
      near(answer.fit?.statistic ?? 0, normal.normality.AD, 1e-10);
    });

    it("has every figure of 150 skewed values, as near as the reference's own search for the Weibull maximum came", () => {
      const { x, USL, weibullMLE, gammaMLE } = cases()[1] as Weibull150;
      for (const [model, expected, tolerance] of [
        ["weibull", weibullMLE, 1e-5],
        ["gamma", gammaMLE, 1e-10],
      ] as const) {
        const answer = stated(x, { upper: USL }, { model });
        near(answer.model.parameters["shape"], expected.shape, tolerance, model);
        near(answer.model.parameters["scale"], expected.scale, tolerance, model);
        near(valueOf(answer, "PPU"), expected.iso.Ppu, tolerance, model);
        near(valueOf(answer, "Ppk"), expected.iso.Ppk, tolerance, model);
        const fitted = distributionOf(answer.model);
        assert.ok(fitted !== null);
        near(fitted.quantile(0.00135), expected.iso.x00135, tolerance, model);
        near(fitted.quantile(0.5), expected.iso.x50, tolerance, model);
        near(fitted.upperQuantile(0.00135), expected.iso.x99865, tolerance, model);
        if (expected.zscorePpu !== undefined)
          near(valueOf(stated(x, { upper: USL }, { model, method: "z-score" }), "PPU"), expected.zscorePpu, tolerance);
      }
      // The root of the likelihood equation with 30 digits; the reference's simplex stopped 6e-6 before it.
      const answer = stated(x, { upper: USL }, { model: "weibull" });
      near(answer.model.parameters["shape"], 1.701629214656733, 1e-12);
      near(answer.model.parameters["scale"], 11.685036075281259, 1e-12);
    });

    it("has the intervals of the cans as they were recomputed, and indices and intervals as they are printed", () => {
      const { n, LSL, USL, target, recomputed, published } = (JSON.parse(readFileSync(PUBLISHED, "utf8")) as Published).sas_cans_capability;
      const { mean, s } = recomputed;
      const [low, high, aboutTarget] = [
        (mean - LSL) / (3 * s),
        (USL - mean) / (3 * s),
        Math.hypot(s * Math.sqrt((n - 1) / n), mean - target),
      ];
      const both = (USL - LSL) / (6 * s);
      const found = {
        Cp: [both, potentialInterval(both, n - 1, 0.95)],
        CPL: [low, oneSidedInterval(low, n, n - 1, 0.95)],
        CPU: [high, oneSidedInterval(high, n, n - 1, 0.95)],
        Cpk: [Math.min(low, high), nearerInterval(Math.min(low, high), n, n - 1, 0.95)],
        Cpm: [both / Math.hypot(1, (mean - target) / s), targetInterval((USL - LSL) / (6 * aboutTarget), n, (mean - target) / s, 0.95)],
      } as const;
      for (const [name, [index, { lower, upper }]] of Object.entries(found)) {
        const [value, ...interval] = published[name] ?? assert.fail(name);
        near(index, value, 1e-6, name);
        near(lower, interval[0], 1e-6, name);
        near(upper, interval[1], 1e-6, name);
        const exact = recomputed[name === "Cpk" ? "Cpk_Bissell" : (name as "Cp" | "CPL" | "CPU")];
        if (name === "Cpm") continue;
        near(lower, exact[0], 1e-9, name);
        near(upper, exact[1], 1e-9, name);
      }
    });

    it("has every figure of qcc on the piston rings, within by its own R̄/d2, with both limits and with one", () => {
      const { data, phase1, capability: studies } = JSON.parse(readFileSync(PISTON_RINGS, "utf8")) as PistonRings;
      const baseline = data.slice(0, phase1);
      const chart = estimateLimits(
        "xbar",
        baseline.map((values) => ({ values })),
        { sigma: "R/d2" },
      );
      assert.ok("limits" in chart);
      for (const [study, expected] of Object.entries(studies)) {
        const { LSL, USL, target, index, value, lower, upper } = expected;
        // qcc takes all values for the degrees of freedom of R̄/d2; ours are those of the estimator.
        const within = { value: chart.limits.sigma, estimator: "R/d2", degrees: 124 };
        const limits = { ...(LSL === null ? {} : { lower: LSL }), ...(USL === null ? {} : { upper: USL }) };
        const answer = stated(baseline.flat(), { ...limits, target }, { within });
        near(answer.mean, expected.center, 1e-13, study);
        near(within.value, expected.stdDevWithin, 1e-12, study);
        near(answer.overall.value, expected.stdDevOverall, 1e-12, study);
        assert.equal(answer.n, expected.nobs);
        for (const [i, name] of index.entries()) {
          const ours = QCC_NAMES[name] ?? assert.fail(name);
          if (value[i] === null) assert.equal(indexOf(answer, ours), undefined, `${study}: ${ours}`);
          else near(valueOf(answer, ours), value[i], 1e-9, `${study}: ${ours}`);
          // Its other intervals are 90 % ones, and those of Cpm have the wrong degrees of freedom.
          if (LSL !== null && USL !== null && ["Cp", "Pp", "Cp_k", "Pp_k"].includes(name))
            nearInterval(answer, ours, [lower[i] ?? Number.NaN, upper[i] ?? Number.NaN], 1e-9);
        }
        const { observed, expectedWithin } = answer;
        assert.ok(expectedWithin !== null);
        // qcc rounds to 0 what is no share worth telling.
        for (const [ours, theirs] of [
          [observed.below, expected.obsPctBelow],
          [observed.above, expected.obsPctAbove],
          [expectedWithin.below, expected.expPctBelow],
          [expectedWithin.above, expected.expPctAbove],
        ] as const)
          near((ours ?? 0) / PPM_OF_PERCENT, theirs ?? 0, theirs === 0 ? 1e-4 : 1e-9, study);
      }
    });
  });

  // Within one unit of the sixth digit: the printed ones come from data, these from a mean and a standard deviation of 14 digits.
  describe("has the intervals that SAS/QC prints", () => {
    it("for 100 cans", () => {
      const [n, mean, s] = [100, 12.009300019438, 0.04695272142669];
      const cp = potentialInterval(0.1 / (6 * s), n - 1, 0.95);
      near(cp.lower, 0.305565, 1e-6);
      near(cp.upper, 0.404288, 1e-6);
      const low = oneSidedInterval((mean - 11.95) / (3 * s), n, n - 1, 0.95);
      near(low.lower, 0.332644, 1e-6);
      near(low.upper, 0.508117, 1e-6);
      const high = oneSidedInterval((12.05 - mean) / (3 * s), n, n - 1, 0.95);
      near(high.lower, 0.211699, 1e-6);
      near(high.upper, 0.365112, 1e-6);
      const cpk = nearerInterval((12.05 - mean) / (3 * s), n, n - 1, 0.95);
      near(cpk.lower, 0.21221, 1e-6);
      near(cpk.upper, 0.365677, 1e-6);
      const aboutTarget = Math.sqrt((s * s * (n - 1)) / n + (mean - 12) ** 2);
      const cpm = targetInterval(0.1 / (6 * aboutTarget), n, (mean - 12) / s, 0.95);
      near(cpm.lower, 0.301472, 1e-6);
      near(cpm.upper, 0.398228, 1e-6);
    });

    it("for 50 gaps, from the printed estimates", () => {
      const pairs = [
        [potentialInterval(0.237112, 49, 0.95), 0.190279, 0.283853],
        [oneSidedInterval(0.316422, 50, 49, 0.95), 0.20376, 0.426833],
        [oneSidedInterval(0.157803, 50, 49, 0.95), 0.059572, 0.254586],
        [nearerInterval(0.157803, 50, 49, 0.95), 0.06027, 0.255336],
      ] as const;
      for (const [interval, lower, upper] of pairs) {
        near(interval.lower, lower, 1e-6);
        near(interval.upper, upper, 1e-6);
      }
    });
  });

  it("covers the true index as often as it says", () => {
    let state = 20_260_301;
    const uniform = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state + 0.5) / 2 ** 32;
    };
    const hits = { chiSquare: 0, noncentralT: 0, boyles: 0 };
    const studies = 3000;
    const exactOnes = 150;
    const n = 30;
    // Off target by one standard deviation, where Boyles's degrees of freedom without the square would cover too little.
    const target = -1;
    for (let i = 0; i < studies; i++) {
      const x = Array.from({ length: n }, () => normalQuantile(uniform()));
      const mean = x.reduce((sum, one) => sum + one, 0) / n;
      const s = Math.sqrt(x.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (n - 1));
      const aboutTarget = Math.sqrt(x.reduce((sum, one) => sum + (one - target) ** 2, 0) / n);
      hits.chiSquare += covers(potentialInterval(4 / (3 * s), n - 1, 0.95), 4 / 3);
      hits.boyles += covers(targetInterval(4 / (3 * aboutTarget), n, (mean - target) / s, 0.95), 4 / (3 * Math.SQRT2));
      if (i < exactOnes) hits.noncentralT += covers(oneSidedInterval((mean + 4) / (3 * s), n, n - 1, 0.95), 4 / 3);
    }
    near(hits.chiSquare / studies, 0.95, fourErrors(studies), "chi-square:");
    near(hits.boyles / studies, 0.95, fourErrors(studies), "Boyles:");
    near(hits.noncentralT / exactOnes, 0.95, fourErrors(exactOnes), "noncentral t:");
  });
});
