import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sample } from "../../../../core/connect/sample/index.ts";
import { type ChartDefinition, GovernedChart, subgroupsOf, versionsFor } from "../../../../core/model/charting/index.ts";
import { blamedOf } from "../../../../core/model/limits/index.ts";
import { isLimits, readLimits } from "../../../../core/model/spc/index.ts";
import {
  baselineOfSubgroups,
  hotellingChart,
  mewmaChart,
  mewmaLimit,
  phaseOneLimit,
  phaseTwoLimit,
} from "../../../../core/model/spc/multivariate/index.ts";
import { MINUTE, PRODUCT, sample, T0 } from "../../../support/spc-stream.ts";
import { ALPHA, approvedOf, asSamples, FILLING, filling, over, study, WARM } from "../../../support/vector-stream.ts";
import { taken } from "../multivariate-cases.ts";

const SIZE = 4;
const TOGETHER: ChartDefinition = { ...FILLING, source: { ...FILLING.source, size: SIZE } as ChartDefinition["source"] };
const SLOW: ChartDefinition = { ...TOGETHER, kinds: ["mewma"] };
const inSubgroups = (rows: readonly number[][]): number[][][] =>
  Array.from({ length: Math.floor(rows.length / SIZE) }, (_, i) => rows.slice(i * SIZE, (i + 1) * SIZE));
/** At which minutes the subgroups of these samples end. */
const minutesOf = (samples: readonly Sample[]): number[] => subgroupsOf(TOGETHER, samples).subgroups.map(({ at }) => (at - T0) / MINUTE);
const BASELINE = filling(1, 40 * SIZE);
const T2 = approvedOf("t2", BASELINE, {}, TOGETHER);
const MEWMA = approvedOf("mewma", BASELINE, { lambda: 0.1 }, SLOW);

describe("subgroups of several tags", () => {
  const made = taken(baselineOfSubgroups(inSubgroups(BASELINE)));

  it("are judged by their means and by the covariance within subgroups, as the charts of the mathematics do", () => {
    const rows = filling(2, 60 * SIZE, [0, 0, 0.1]);
    const direct = taken(hotellingChart(made, phaseTwoLimit(made, ALPHA)));
    const { points, rejects } = new GovernedChart(TOGETHER, [T2]).push([...asSamples(rows), over(rows.length)]);
    assert.deepEqual(
      points.map(({ point }) => point.statistic),
      inSubgroups(rows).map((one) => taken(direct.updateSubgroup(one)).statistic),
    );
    assert.deepEqual([points.length, rejects], [60, []]);
    // Its time is that of the last value of its last vector.
    assert.equal((points[0]?.at ?? 0) - T0, (SIZE - 1) * MINUTE + 15_000);
    assert.equal(T2.limits.parameters.vectors?.limit, phaseTwoLimit(made, ALPHA).value);
    assert.equal(study(TOGETHER, BASELINE).points[0]?.upper, phaseOneLimit(made, ALPHA).value);
  });

  it("are judged by MEWMA by their means, with the same limit for the same run length", () => {
    const rows = filling(3, 60 * SIZE, [0, 0, 0.05]);
    const direct = taken(mewmaChart(made, { lambda: 0.1, limit: mewmaLimit(3, 0.1, 1 / ALPHA), covariance: "asymptotic" }));
    const means = inSubgroups(rows).map((one) => [0, 1, 2].map((j) => one.reduce((sum, row) => sum + (row[j] ?? 0), 0) / SIZE));
    const { points } = new GovernedChart(SLOW, [MEWMA]).push([...asSamples(rows), over(rows.length)]);
    for (const [i, mean] of means.entries())
      assert.ok(Math.abs((points[i]?.point.statistic ?? 0) - taken(direct.update(mean)).statistic) < 1e-9, `subgroup ${i}`);
  });

  it("find a change that single vectors do not show, and blame the tag that has moved", () => {
    const rows = filling(5, 30 * SIZE, [0, 0, 0.5]);
    const { events } = new GovernedChart(TOGETHER, [T2]).push([...asSamples(rows), over(rows.length)]);
    const alone = new GovernedChart(FILLING, [approvedOf("t2", BASELINE)]).push([...asSamples(rows), over(rows.length)]);
    assert.ok(events.length > 2 * alone.events.length, `${events.length} and ${alone.events.length}`);
    assert.equal(blamedOf(events[0]?.data ?? {})?.variables[0]?.tag, WARM);
  });

  it("are of neighbouring vectors only: what lies on both sides of a pause or of a changeover is none", () => {
    const rows = filling(6, 2 * SIZE);
    const [early, late] = [rows.slice(0, 3), rows.slice(3)];
    const pause = 10;
    assert.deepEqual(minutesOf([...asSamples(early), ...asSamples(late, undefined, pause), over(20)]), [pause + 3.25]);
    const changed = sample(PRODUCT, 3 * MINUTE, "b");
    assert.deepEqual(
      minutesOf([sample(PRODUCT, 0, "a"), ...asSamples(early), changed, ...asSamples(late, undefined, 3), over(20)]),
      [6.25],
    );
  });

  it("are refused whole by the name of what is missing in one of them, and the next is taken", () => {
    const rows = filling(7, 2 * SIZE);
    const lacking = asSamples(rows).filter(({ tag, timestamp }) => tag !== WARM || timestamp !== T0 + MINUTE + 15_000);
    const { points, rejects } = new GovernedChart(TOGETHER, [T2]).push([...lacking, over(2 * SIZE)]);
    assert.deepEqual(
      rejects.map(({ code, message }) => [code, message.split(";")[0]]),
      [["BAD_QUALITY", "No usable value of product_temperature"]],
    );
    assert.deepEqual(
      points.map(({ at }) => (at - T0) / MINUTE),
      [7.25],
    );
  });

  it("are the same in any pieces, and restored at any instant", () => {
    const rows = filling(8, 5 * SIZE);
    const samples = [...asSamples(rows.slice(0, 6)), ...asSamples(rows.slice(6), undefined, 8), over(8 + rows.length)];
    const whole = new GovernedChart(TOGETHER, [T2]);
    const { points } = whole.push(samples);
    assert.equal(points.length, 4);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: samples.length }), (cut) => {
        const before = new GovernedChart(TOGETHER, [T2]);
        const first = before.push(samples.slice(0, cut));
        const after = new GovernedChart(TOGETHER, [T2], JSON.parse(JSON.stringify(before.state())));
        assert.deepEqual([...first.points, ...after.push(samples.slice(cut)).points], points);
        assert.deepEqual(after.state(), whole.state());
      }),
      { numRuns: 25 },
    );
  });

  it("are judged only by limits of subgroups of the same size, which hold together whoever sends them", () => {
    assert.equal(versionsFor(TOGETHER, [T2]).length, 1);
    assert.equal(versionsFor(FILLING, [T2]).length, 0);
    assert.equal(versionsFor({ ...TOGETHER, source: { ...TOGETHER.source, size: 3 } as ChartDefinition["source"] }, [T2]).length, 0);
    const { parameters } = T2.limits;
    const { vectors } = parameters;
    assert.ok(vectors !== undefined && isLimits(readLimits(structuredClone(T2.limits))));
    for (const wrong of [
      { ...vectors, n: 3 },
      { ...vectors, n: 1 },
      { ...vectors, n: 2.5 },
      { ...vectors, m: 2, n: 2 },
    ])
      assert.ok(!isLimits(readLimits({ ...T2.limits, parameters: { ...parameters, vectors: wrong } })), JSON.stringify(wrong));
  });
});
