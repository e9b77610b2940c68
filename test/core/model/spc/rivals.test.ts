/** What other programs get wrong (found in their code and trackers): each would fail one of these. */
import assert from "node:assert/strict";
import {
  ControlChart,
  controlConstants,
  mean,
  range,
  ruleSet,
  sd,
  SlidingWindow,
  type Subgroup,
} from "../../../../core/model/spc/index.ts";
import { normalQuantile } from "../../../../core/model/distribution/index.ts";
import { estimated, given, noise, seeded, singles } from "../../../support/spc-charts.ts";
import { near } from "../../../support/spc-reference.ts";

const drifting = (() => {
  const random = seeded(23);
  // Subgroups of three that wander far: what varies between them is much more than what varies within.
  return Array.from(
    { length: 20 },
    (_, i): Subgroup => ({ values: Array.from({ length: 3 }, () => 5 * Math.sin(i) + 0.1 * noise(random)) }),
  );
})();
const valuesOf = (subgroups: readonly Subgroup[]): number[][] =>
  subgroups.map(({ values }) => (values ?? []).map((one) => one ?? Number.NaN));

describe("defects of other programs", () => {
  it("a window that subtracts the wrong item on eviction: the spread is that of the last values, never negative", () => {
    const random = seeded(2);
    const window = new SlidingWindow(10);
    const means = Array.from({ length: 40 }, (_, i) => 100 + i + noise(random));
    for (const one of means) window.push(one);
    assert.ok(near(window.sd, sd(means.slice(-10)), 1e-12));
    assert.ok(near(window.mean, mean(means.slice(-10)), 1e-12));
  });

  it("the range of everything instead of the mean range, the deviation of everything instead of the mean one", () => {
    const values = valuesOf(drifting);
    const constants = controlConstants(3);
    const r = estimated("r", drifting);
    const s = estimated("s", drifting);
    const meanRange = mean(values.map((one) => range(one)));
    const meanSd = mean(values.map((one) => sd(one)));
    assert.ok(near(r.points[0]?.centre ?? null, meanRange) && meanRange < range(values.flat()) / 10);
    assert.ok(near(s.points[0]?.centre ?? null, meanSd) && meanSd < sd(values.flat()) / 10);
    assert.ok(near(r.points[0]?.upper ?? null, constants.D4 * meanRange));
    assert.ok(near(s.points[0]?.upper ?? null, constants.B4 * meanSd));
  });

  it("a wrong factor of the lower S limit: B3 from n = 6 on, and none below", () => {
    for (const n of [5, 6, 12]) {
      const random = seeded(n);
      const subgroups = Array.from({ length: 10 }, (): Subgroup => ({ values: Array.from({ length: n }, () => noise(random)) }));
      const { points } = estimated("s", subgroups);
      const centre = points[0]?.centre ?? Number.NaN;
      assert.ok(near(points[0]?.lower ?? 0, controlConstants(n).B3 * centre), `n = ${n}`);
      assert.equal(points[0]?.lower === null, n === 5);
    }
  });

  it("a leftover part of a subgroup enters no limit", () => {
    const whole = estimated("xbar", drifting);
    const part = estimated("xbar", [...drifting, { values: [1e6] }, { values: [1e6, -1e6] }]);
    assert.equal(part.limits.sigma, whole.limits.sigma);
    assert.equal(part.limits.centre, whole.limits.centre);
    assert.deepEqual(part.limits.baseline?.refused, [20, 21]);
  });

  it("zones of an Xbar chart with σ of single values: they are those of the mean", () => {
    const chart = new ControlChart(given("xbar", { centre: 0, sigma: 1, parameters: { size: 4 } }), ruleSet("westernElectric"));
    // Twice 1.2 is beyond 2 σ/√4 = 1, though within 2 σ.
    const ids = [1.2, 0, 1.2].map((x) => {
      const taken = chart.take({ values: [x, x, x, x] });
      assert.ok("point" in taken && taken.point);
      return taken.point.hits.map(({ id }) => id);
    });
    assert.deepEqual(ids, [[], [], ["WE2"]]);
  });

  it("a crash on series shorter than a rule's window: the rule waits", () => {
    for (let n = 0; n < 15; n += 1) {
      const chart = new ControlChart(given("i", { centre: 0, sigma: 1 }), ruleSet("nelson"));
      const out = new Uint32Array(n);
      chart.updateMany(new Float64Array(n).fill(0.5), out);
      assert.deepEqual(out.slice(0, 8), new Uint32Array(Math.min(n, 8)));
    }
    assert.equal(estimated("i", singles([1, 2])).points.length, 2);
  });

  it("limits that move with every point: a frozen S chart stays what it was", () => {
    const { limits } = estimated("s", drifting);
    const chart = new ControlChart(limits);
    const uppers = Array.from({ length: 30 }, (_, i) => {
      const taken = chart.take({ values: [0, i * 100, -i * 50] });
      assert.ok("point" in taken && taken.point);
      return taken.point.upper;
    });
    assert.equal(new Set(uppers).size, 1);
  });

  it("a moving range screened without being asked: it is not", () => {
    const values = [10, 11, 10, 11, 10, 40, 10, 11, 10, 11];
    assert.ok(estimated("i", singles(values)).limits.sigma > 3 * estimated("i", singles(values), { sigma: "screenedMR/d2" }).limits.sigma);
  });

  it("a d2 of three decimals: ours has all of them", () => {
    assert.notEqual(controlConstants(5).d2, 2.326);
    assert.ok(near(controlConstants(5).d2, 2.325928947281, 1e-12));
  });

  it("a normal quantile that is right to two digits: 0.99865 lies at 2.99998", () => {
    assert.ok(near(normalQuantile(0.99865), 2.9999769927034, 1e-12));
  });

  it("NaN from a constant window or from rounding: a spread is 0 or more", () => {
    const window = new SlidingWindow(5);
    for (let i = 0; i < 20; i += 1) {
      window.push(0.1 + 1e8);
      if (i > 0) assert.equal(window.sd, 0);
    }
    assert.equal(sd([0.1, 0.1, 0.1]), 0);
  });
});
