import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as fc from "fast-check";
import type { Sample } from "../../../../core/connect/sample/index.ts";
import {
  type Charted,
  type ChartDefinition,
  GovernedChart,
  shownSignal,
  subgroupsOf,
  versionsFor,
} from "../../../../core/model/charting/index.ts";
import { blamedOf, studyBaseline } from "../../../../core/model/limits/index.ts";
import { estimateLimits, inControlArl, isLimits, readLimits } from "../../../../core/model/spc/index.ts";
import {
  baselineOfIndividuals,
  hotellingChart,
  mewmaChart,
  mewmaLimit,
  phaseOneLimit,
  phaseTwoLimit,
} from "../../../../core/model/spc/multivariate/index.ts";
import { ASSET, MINUTE, PRODUCT, sample, T0 } from "../../../support/spc-stream.ts";
import {
  ALPHA,
  approvedOf,
  asSamples,
  BEYOND,
  FILLING,
  filling,
  over,
  PRESSURE,
  study,
  TIME,
  variablesOf,
  WARM,
} from "../../../support/vector-stream.ts";
import { near, REFERENCE, reference, statisticsOf, taken } from "../multivariate-cases.ts";

const BASELINE = filling(1, 120);
const T2 = approvedOf("t2", BASELINE);
const MEWMA = approvedOf("mewma", BASELINE, { lambda: 0.1 });
const SLOW: ChartDefinition = { ...FILLING, kinds: ["mewma"] };
const ran = (definition: ChartDefinition, rows: readonly (readonly number[])[]): Charted =>
  new GovernedChart(definition, [T2, MEWMA]).push([...asSamples(rows), over(rows.length)]);
const statistics = ({ points }: Charted): number[] => points.map(({ point }) => point.statistic);
const first = (of: Charted): number => of.events[0]?.start ?? Number.POSITIVE_INFINITY;
/** Why a baseline is refused, or what is warned of. */
const asked = (rows: readonly (readonly number[])[]): string => {
  const { subgroups } = subgroupsOf(FILLING, [...asSamples(rows), over(rows.length)]);
  const found = studyBaseline(["t2"], subgroups, [], {
    width: { probability: ALPHA },
    rules: BEYOND,
    parameters: { variables: variablesOf(FILLING) },
  });
  return "reject" in found ? found.reject.message : found.warnings.map(({ code, message }) => `${code} ${message}`).join("\n");
};
/** More pressure, and the time that goes with less: each is where it often is. */
const BROKEN = [1.6 + 0.03, 4_000 + 30, 6];

describe("charts of several tags", () => {
  describe("against the reference", function () {
    before(function () {
      if (!existsSync(REFERENCE)) this.skip();
    });

    it("have T² and the limits of both phases of the boiler, when its data come as samples", () => {
      const { boiler } = reference();
      const variables = Array.from({ length: boiler.mean.length }, (_, i) => ({ tag: `${ASSET}._filler_v1.t${i}`, unit: null }));
      const definition: ChartDefinition = { ...FILLING, source: { from: "vectors", variables, everyMs: MINUTE, of: "last" } };
      const { limits, points } = study(definition, boiler.data);
      for (const [i, value] of boiler.T2.entries()) near(points[i]?.statistic, value, 1e-8, `point ${i + 1}:`);
      near(points[0]?.upper ?? undefined, boiler["limits_alpha.0027"].phaseI_beta, 1e-8);
      near(limits.parameters.vectors?.limit, boiler["limits_alpha.0027"].phaseII_F, 1e-8);
    });
  });

  it("judge as the charts of the mathematics do, vector by vector", () => {
    const rows = filling(2, 200, [0, 0, 0.1]);
    const made = taken(baselineOfIndividuals(BASELINE));
    assert.deepEqual(
      statistics(ran(FILLING, rows)),
      statisticsOf(taken(hotellingChart(made, phaseTwoLimit(made, ALPHA))), rows).map((one) => one.statistic),
    );
    const options = { lambda: 0.1, limit: mewmaLimit(3, 0.1, 1 / ALPHA), covariance: "asymptotic" } as const;
    assert.deepEqual(
      statistics(ran(SLOW, rows)),
      statisticsOf(taken(mewmaChart(made, options)), rows).map((one) => one.statistic),
    );
    assert.equal(T2.limits.parameters.vectors?.limit, phaseTwoLimit(made, ALPHA).value);
    assert.equal(MEWMA.limits.parameters.vectors?.limit, options.limit);
  });

  it("judge a baseline by the limit of its own phase", () => {
    const { points, limits } = study(FILLING, BASELINE);
    assert.equal(points[0]?.upper, phaseOneLimit(taken(baselineOfIndividuals(BASELINE)), ALPHA).value);
    assert.ok((points[0]?.upper ?? 0) < (limits.parameters.vectors?.limit ?? 0));
  });

  it("signal what no chart of one tag sees, and blame the two that do not go together", () => {
    const rows = [...filling(3, 5), BROKEN, ...filling(4, 3)];
    for (const [j, tag] of [PRESSURE, TIME, WARM].entries()) {
      const singles = estimateLimits(
        "i",
        BASELINE.map((row) => ({ values: [row[j] ?? null] })),
        { rules: BEYOND },
      );
      assert.ok("limits" in singles);
      const reach = 3 * singles.limits.sigma;
      assert.ok(
        rows.every((row) => Math.abs((row[j] ?? 0) - singles.limits.centre) < reach),
        tag,
      );
    }
    const { events } = ran(FILLING, rows);
    assert.deepEqual(
      events.map(({ start, end }) => [(start - T0) / MINUTE, end === null ? null : (end - T0) / MINUTE]),
      [
        [5.25, null],
        [5.25, 6.25],
      ],
    );
    const blamed = blamedOf(events[0]?.data ?? {});
    assert.deepEqual(blamed?.variables.map(({ tag }) => tag).toSorted(), [PRESSURE, TIME]);
    assert.equal(blamed.together, true);
    assert.deepEqual(events[1]?.data.contributions, events[0]?.data.contributions);
    const entry = { ...events[0], id: 1, author: "node:twin-multivariate", reason: "", time: 0 };
    assert.equal(shownSignal(entry as never, [])?.blamed?.together, true);
  });

  it("blame the one tag that has moved", () => {
    const { events } = ran(FILLING, [[1.6, 4_000, 9]]);
    const blamed = blamedOf(events[0]?.data ?? {});
    assert.deepEqual(
      blamed?.variables.map(({ tag }) => tag),
      [WARM],
    );
    assert.equal(blamed.together, false);
    assert.ok((blamed.variables[0]?.z ?? 0) > 8);
  });

  it("find with a memory a small shift that single vectors do not show, and blame it", () => {
    const rows = filling(5, 60, [0, 0, 0.3]);
    const [alone, weighted] = [ran(FILLING, rows), ran(SLOW, rows)];
    assert.ok(weighted.events.length > 0);
    assert.equal(blamedOf(weighted.events[0]?.data ?? {})?.variables[0]?.tag, WARM);
    assert.ok(first(weighted) < first(alone));
  });

  it("say the same live, in any pieces and order within the lateness, and restored at any instant", () => {
    const rows = filling(6, 12, [0.02, 0, 0]);
    const samples = [
      sample(PRODUCT, 0, "a"),
      ...asSamples(rows.slice(0, 7)),
      sample(PRODUCT, 7 * MINUTE, "b"),
      ...asSamples(rows.slice(7), undefined, 7),
      over(12),
    ];
    for (const definition of [FILLING, SLOW]) {
      const whole = new GovernedChart(definition, [T2, MEWMA]);
      const { points, events } = whole.push(samples);
      assert.equal(points.length, rows.length);
      fc.assert(
        fc.property(fc.integer({ min: 0, max: samples.length }), fc.boolean(), (cut, swap) => {
          const before = new GovernedChart(definition, [T2, MEWMA]);
          const first = before.push(swap ? samples.slice(0, cut).toReversed() : samples.slice(0, cut));
          const after = new GovernedChart(definition, [T2, MEWMA], JSON.parse(JSON.stringify(before.state())));
          const second = after.push(samples.slice(cut));
          assert.deepEqual([...first.points, ...second.points], points);
          assert.deepEqual([...first.events, ...second.events], events);
          assert.deepEqual(after.state(), whole.state());
        }),
        { numRuns: 25 },
      );
      assert.deepEqual(
        subgroupsOf(definition, samples).subgroups.map(({ at }) => at),
        points.map(({ at }) => at),
      );
    }
  });

  it("refuse a vector that is not whole, by the name of what is missing, and go on", () => {
    const chart = new GovernedChart(FILLING, [T2]);
    const [, ...lacking] = asSamples([[1.6, 4_000, 6]]);
    const bad = sample(PRESSURE, 1_000, 1.6, "Bad");
    const { points, rejects } = chart.push([bad, ...lacking, ...asSamples([[1.6, 4_000, 6]], undefined, 1), over(2)]);
    assert.deepEqual(
      rejects.map(({ code, message }) => [code, message.split(";")[0]]),
      [
        ["BAD_QUALITY", rejects[0]?.message],
        ["BAD_QUALITY", "No usable value of bowl_pressure"],
      ],
    );
    assert.equal(rejects[0]?.input, bad);
    assert.deepEqual(
      points.map(({ at }) => (at - T0) / MINUTE),
      [1.25],
    );
  });

  it("take the mean of an interval where that is asked for, and nothing of an interval without values", () => {
    const source = { ...FILLING.source, of: "mean" } as ChartDefinition["source"];
    const twice = [
      ...asSamples([[1.5, 3_990, 5]]),
      ...asSamples([[1.7, 4_010, 7]]).map((one) => ({ ...one, timestamp: one.timestamp + 20_000 })),
    ];
    const { subgroups } = subgroupsOf({ ...FILLING, source }, [...twice, ...asSamples([[1.6, 4_000, 6]], undefined, 9), over(10)]);
    assert.deepEqual(
      subgroups.slice(0, 2).map(({ at, subgroup }) => [(at - T0) / MINUTE, subgroup.values?.map((value) => Number(value?.toFixed(9)))]),
      [
        [35 / 60, [1.6, 4_000, 6]],
        [9.25, [1.6, 4_000, 6]],
      ],
    );
  });

  it("begin anew with a product, and no vector holds values of two", () => {
    const chart = new GovernedChart(FILLING, [T2]);
    const [pressure, time, warm] = asSamples([[1.6, 4_000, 6]]) as [Sample, Sample, Sample];
    const { points, rejects } = chart.push([sample(PRODUCT, 0, "a"), pressure, sample(PRODUCT, 7_000, "b"), time, warm, over(1)]);
    assert.deepEqual([points.length, rejects.map(({ code }) => code)], [0, ["BAD_QUALITY"]]);
  });

  it("refuse a value in another unit than that of its tag", () => {
    const chart = new GovernedChart(FILLING, [T2]);
    assert.equal(chart.push([{ ...sample(WARM, 2 * MINUTE, 6), unit: "[degF]" }]).rejects[0]?.code, "WRONG_UNIT");
  });

  it("are judged only by a version of the same tags in the same order and units", () => {
    const variables = variablesOf(FILLING);
    const judges = (changed: ReturnType<typeof variablesOf>): number => {
      const source = { ...FILLING.source, variables: changed } as ChartDefinition["source"];
      return versionsFor({ ...FILLING, source }, [T2]).length;
    };
    assert.equal(judges(variables), 1);
    assert.equal(judges(variables.slice(0, 2)), 0);
    assert.equal(judges(variables.toReversed()), 0);
    assert.equal(judges(variables.map((one) => ({ ...one, unit: one.unit === "bar" ? "kPa" : one.unit }))), 0);
    assert.equal(versionsFor({ ...FILLING, kinds: ["mewma"] }, [T2]).length, 0);
  });

  it("signal without cause as often as asked for", () => {
    assert.equal(Math.round(inControlArl(T2.limits, BEYOND).arl ?? 0), 370);
    const many = ran(FILLING, filling(7, 20_000));
    const share = many.points.filter(({ point }) => point.hits.length > 0).length / many.points.length;
    // The baseline of 120 vectors is one of many, for which the rate is right on average.
    assert.ok(share > ALPHA / 4 && share < ALPHA * 4, String(share));
  });

  describe("a baseline", () => {
    it("in which two tags say the same is refused by their names", () =>
      assert.match(asked(BASELINE.map(([a = 0, b = 0]) => [a, b, 2 * a + 1])), /^bowl_pressure and product_temperature say the same/));
    it("in which one follows from the others is refused by its name", () =>
      assert.match(asked(BASELINE.map(([a = 0, , c = 0]) => [a, c, a + c])), /^product_temperature follows from bowl_pressure, fill_time/));
    it("in which one stands still is refused by its name", () =>
      assert.match(asked(BASELINE.map(([a = 0, b = 0]) => [a, b, 6])), /^product_temperature does not vary/));
    it("of fewer vectors than variables need is refused, of few more warned of", () => {
      assert.match(asked(BASELINE.slice(0, 4)), /too few/);
      assert.match(asked(BASELINE.slice(0, 30)), /FEW_VALUES 30 vectors of 3 variables are few/);
      assert.equal(asked(filling(8, 600)), "");
    });
    it("whose neighbours hang together is warned of by the name of the tag", () =>
      assert.match(
        asked(filling(9, 600).map(([a = 0, b = 0, c = 0], i) => [a, b, c + Math.sin(i / 20)])),
        /AUTOCORRELATED .*product_temperature/,
      ));
  });

  it("do not read limits that do not fit together, whoever sends them", () => {
    const { limits } = T2;
    const { vectors } = limits.parameters;
    assert.ok(vectors !== undefined && isLimits(readLimits(structuredClone(limits))));
    const wrong = [
      { ...limits.parameters, variables: variablesOf(FILLING).slice(1) },
      { ...limits.parameters, size: 2 },
      { ...limits.parameters, vectors: { ...vectors, covariance: vectors.covariance.map((row) => row.map(() => 1)) } },
      { ...limits.parameters, vectors: { ...vectors, covariance: vectors.covariance.map((row, i) => row.map((one, j) => one + i - j)) } },
      { ...limits.parameters, vectors: { ...vectors, m: 3 } },
      { ...limits.parameters, vectors: { ...vectors, limit: Number.NaN } },
    ];
    for (const parameters of wrong) assert.ok(!isLimits(readLimits({ ...limits, parameters })), JSON.stringify(parameters));
  });
});
