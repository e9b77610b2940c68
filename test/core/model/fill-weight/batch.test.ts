import assert from "node:assert/strict";
import { isRefusal } from "../../../../core/model/capability/index.ts";
import { fillWeight } from "../../../../core/model/fill-weight/index.ts";
import { near } from "../capability-cases.ts";

describe("fill weights", () => {
  it("count what lies below the tolerable negative error once and twice, and what is given away", () => {
    const contents = [500, 503, 484.9, 469.9, 485, 470, 510, 505];
    const answer = fillWeight(contents, 500);
    assert.ok(!isRefusal(answer));
    assert.deepEqual([answer.tolerableNegativeError, answer.t1, answer.t2], [15, 485, 470]);
    assert.deepEqual([answer.belowT1, answer.belowT2], [3, 1]);
    near(answer.giveaway, answer.mean - 500, 1e-12);
    assert.ok(answer.giveaway < 0);
    assert.deepEqual(answer.meets, { mean: false, t1: false, t2: false });
    assert.match(answer.note, /Check your regulation/);
  });

  it("let 2.5 % pass below T1 and none below T2, unless other limits are given", () => {
    const packages = [...Array.from({ length: 39 }, () => 1001), 984];
    const answer = fillWeight(packages, 1000);
    assert.ok(!isRefusal(answer) && answer.meets.t1 && answer.meets.t2 && answer.meets.mean);
    const strict = fillWeight(packages, 1000, { rules: { bands: [{ to: 2000, share: 0.015 }], belowT1Share: 0.02, belowT2Share: 0 } });
    assert.ok(!isRefusal(strict) && !strict.meets.t1);
    const own = fillWeight(packages, 1000, { tolerableNegativeError: 20 });
    assert.ok(!isRefusal(own) && own.belowT1 === 0);
  });

  it("take the error of the band, rounding shares up to a tenth", () => {
    const errors = [
      [50, 4.5],
      [51, 4.5],
      [123, 5.6],
      [250, 9],
      [333, 10],
      [500, 15],
      [750, 15],
      [2000, 30],
      [12_000, 150],
      [20_000, 200],
    ];
    for (const [nominal, error] of errors as [number, number][]) {
      const answer = fillWeight([nominal], nominal);
      assert.ok(!isRefusal(answer) && answer.tolerableNegativeError === error, `${nominal}: ${JSON.stringify(answer)}`);
    }
    // 0.07 · 100 is a hair more than 7.
    const own = fillWeight([100], 100, { rules: { bands: [{ to: 200, share: 0.07 }], belowT1Share: 0.025, belowT2Share: 0 } });
    assert.ok(!isRefusal(own) && own.tolerableNegativeError === 7);
    assert.ok(
      isRefusal(fillWeight([1], 60_000)) &&
        isRefusal(fillWeight([], 500)) &&
        isRefusal(fillWeight([Number.NaN], 500)) &&
        isRefusal(fillWeight([1], Number.NaN)),
    );
  });
});
