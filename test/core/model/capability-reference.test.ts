import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import {
  type IndexName,
  nearerInterval,
  oneSidedInterval,
  potentialInterval,
  targetInterval,
} from "../../../core/model/capability/index.ts";
import { normalQuantile } from "../../../core/model/distribution/index.ts";
import { near, nearInterval, stated, valueOf } from "./capability-cases.ts";

const SHARED = new URL("../../../../shared/reference/spc/", import.meta.url);
const REFERENCE = new URL("capability.json", SHARED);
const PISTON_RINGS = new URL("qcc/pistonrings.json", SHARED);

type Pair = readonly [number, number];
interface Normal80 {
  readonly x: readonly number[];
  readonly LSL: number;
  readonly USL: number;
  readonly T: number;
  readonly normal: Readonly<Record<"mean" | "s" | "Pp" | "Ppu" | "Ppl" | "Ppk" | "Cpm" | "Ppmk", number>> & {
    readonly ci95: Readonly<Record<"Pp_chi2" | "Ppl_exact" | "Ppu_exact" | "Ppk_bissell" | "Cpm_boyles", Pair>>;
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
        if (expected.zscorePpu !== undefined)
          near(valueOf(stated(x, { upper: USL }, { model, method: "z-score" }), "PPU"), expected.zscorePpu, tolerance);
      }
      // The root of the likelihood equation with 30 digits; the reference's simplex stopped 6e-6 before it.
      const answer = stated(x, { upper: USL }, { model: "weibull" });
      near(answer.model.parameters["shape"], 1.701629214656733, 1e-12);
      near(answer.model.parameters["scale"], 11.685036075281259, 1e-12);
    });

    it("tells within from overall as qcc does on the piston rings", () => {
      const {
        data,
        phase1,
        capability: cases,
      } = JSON.parse(readFileSync(PISTON_RINGS, "utf8")) as {
        data: number[][];
        phase1: number;
        capability: Record<
          string,
          {
            LSL: number | null;
            USL: number | null;
            target: number;
            stdDevWithin: number;
            index: string[];
            value: number[];
            lower: number[];
            upper: number[];
          }
        >;
      };
      const names: Readonly<Record<string, IndexName>> = {
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
      for (const { LSL, USL, target, stdDevWithin, index, value, lower, upper } of Object.values(cases)) {
        if (LSL === null || USL === null) continue;
        const within = { value: stdDevWithin, estimator: "mean range / d2", degrees: 124 };
        const answer = stated(data.slice(0, phase1).flat(), { lower: LSL, upper: USL, target }, { within });
        for (const [i, name] of index.entries()) {
          near(valueOf(answer, names[name]), value[i], 1e-9, name);
          // Its other intervals are 90 % ones, and those of Cpm have the wrong degrees of freedom.
          if (["Cp", "Pp", "Cp_k", "Pp_k"].includes(name)) nearInterval(answer, names[name], [lower[i], upper[i]], 1e-9);
        }
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
