import assert from "node:assert/strict";
import {
  capability,
  indexOf,
  type Interval,
  isRefusal,
  nearerInterval,
  potentialInterval,
  withinSigma,
} from "../../../core/model/capability/index.ts";
import { logGamma } from "../../../core/model/distribution/index.ts";
import { estimateLimits, type SigmaEstimator } from "../../../core/model/spc/index.ts";
import { noise, seeded } from "../../support/spc-charts.ts";

const RUNS = 900;
/** Mean of χ over the root of its degrees. */
const root = (free: number): number => Math.sqrt(2 / free) * Math.exp(logGamma((free + 1) / 2) - logGamma(free / 2));
const sizes = (k: number, n: number): number[] => Array.from({ length: k }, () => n);
const degrees = (estimator: SigmaEstimator, of: readonly number[]): number => withinSigma(1, estimator, of).degrees ?? Number.NaN;
const near = (a: number, b: number, tolerance: number): void => assert.ok(Math.abs(a - b) <= tolerance, `${a}, not ${b}`);

const holds = ({ lower, upper }: Interval, truth: number): number => (lower <= truth && truth <= upper ? 1 : 0);

/** How often the intervals of Cp and Cpk hold what they are intervals of; without the exact ones of a side, which take their time. */
function coverage(kind: "xbar" | "i", k: number, n: number): { readonly cp: number; readonly cpk: number } {
  const random = seeded(17);
  let [cp, cpk] = [0, 0];
  for (let run = 0; run < RUNS; run += 1) {
    const subgroups = Array.from({ length: k }, () => ({ values: Array.from({ length: n }, () => 0.5 + noise(random)) }));
    const phase1 = estimateLimits(kind, subgroups);
    assert.ok("limits" in phase1);
    const { centre, sigma, baseline } = phase1.limits;
    const { degrees: free } = withinSigma(sigma, baseline?.estimator as SigmaEstimator, sizes(k, n));
    assert.ok(free !== null);
    const s = sigma * root(free);
    cp += holds(potentialInterval(8 / (6 * s), free, 0.95), 8 / 6);
    cpk += holds(nearerInterval((4 - Math.abs(centre)) / (3 * s), k * n, free, 0.95), 3.5 / 3);
  }
  return { cp: cp / RUNS, cpk: cpk / RUNS };
}

describe("the standard deviation within subgroups", () => {
  it("has per subgroup the degrees of freedom that tables give for ranges", () => {
    const tabled = [0.876, 1.815, 2.738, 3.623, 4.4658, 5.2673, 6.0305, 6.7582, 7.4539];
    for (const [i, expected] of tabled.entries())
      near((degrees("R/d2", sizes(4_000, i + 2)) - degrees("R/d2", sizes(2_000, i + 2))) / 2_000, expected, 6e-4);
    near(degrees("R/d2", [2]), 1, 1e-6);
    near(degrees("R/d2", [5]), 3.8, 0.05);
    near(degrees("R/d2", sizes(20, 5)), 72.7, 0.05);
  });

  it("is as sure as what was pooled, and never surer; a subgroup of one value says nothing of it", () => {
    near(degrees("pooled", [5, 5, 4, 1]), 11, 1e-4);
    near(degrees("SD/c4", sizes(40, 1)), 39, 1e-4);
    near(degrees("MVLUE-SD", [2]), 1, 1e-6);
    const of = [3, 5, 8, 8, 2];
    const pooled = degrees("pooled", of);
    for (const by of ["S/c4", "R/d2", "MVLUE-R", "MVLUE-SD"] as const) assert.ok(degrees(by, of) < pooled, by);
    assert.ok(degrees("MVLUE-R", of) > degrees("R/d2", of) && degrees("MVLUE-SD", of) > degrees("S/c4", of));
  });

  it("of moving ranges comes to 0.605 degrees for each, for neighbours share a value", () => {
    near(degrees("MR/d2", sizes(100_001, 1)) / 100_000, 0.605, 5e-4);
    near(degrees("MR/d2", sizes(2, 1)), 1, 1e-6);
  });

  it("has none where no law is known, so its indices have no interval", () => {
    for (const by of ["medianMR/d4", "screenedMR/d2"] as const) assert.equal(withinSigma(1, by, sizes(50, 1)).degrees, null);
    assert.equal(withinSigma(1, "R/d2", sizes(5, 1)).degrees, null);
  });

  it("is unbiased, so its intervals are those of the root of a mean square that is not", () => {
    const random = seeded(3);
    const values = Array.from({ length: 60 }, () => noise(random));
    const within = withinSigma(0.97, "R/d2", sizes(12, 5));
    const answer = capability(values, { lower: -4, upper: 4 }, { within });
    assert.ok(!isRefusal(answer) && within.degrees !== null);
    const [cp, free] = [8 / (6 * 0.97), within.degrees];
    assert.deepEqual(indexOf(answer, "Cp")?.value, cp);
    const expected = potentialInterval(cp / root(free), free, 0.95);
    near(indexOf(answer, "Cp")?.interval?.lower ?? 0, expected.lower, 1e-9);
    near(indexOf(answer, "Cp")?.interval?.upper ?? 0, expected.upper, 1e-9);
    for (const name of ["CPL", "CPU", "Cpk"] as const) assert.ok(indexOf(answer, name)?.interval, name);
  });

  it("gives intervals of Cp and Cpk that hold the truth as often as they say", () => {
    for (const [kind, k, n] of [
      ["xbar", 12, 4],
      ["i", 40, 1],
    ] as const) {
      const { cp, cpk } = coverage(kind, k, n);
      const errors = 4 * Math.sqrt((0.95 * 0.05) / RUNS);
      assert.ok(Math.abs(cp - 0.95) < errors, `${kind}: Cp ${cp}`);
      // Bissell's is approximate by itself.
      assert.ok(Math.abs(cpk - 0.95) < errors, `${kind}: Cpk ${cpk}`);
    }
  });
});
