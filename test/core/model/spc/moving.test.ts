import assert from "node:assert/strict";
import * as fc from "fast-check";
import { lag1Autocorrelation, mean, sd, SlidingWindow } from "../../../../core/model/spc/index.ts";
import { noise, seeded } from "../../../support/spc-charts.ts";
import { correctDigits, referenceOrSkip } from "../../../support/spc-reference.ts";

interface Certified {
  readonly data: readonly number[];
  readonly certifiedMean: number;
  readonly certifiedSd: number;
  readonly certifiedLag1?: number;
}

function windowed(values: readonly number[], size = values.length): SlidingWindow {
  const window = new SlidingWindow(size);
  for (const value of values) window.push(value);
  return window;
}

describe("numerics", () => {
  it("of the standard deviation keep 8 digits on NIST's NumAcc4 and 12 on Michelso, also in a window", function () {
    const numacc = referenceOrSkip<Record<string, Certified>>(this, "nist/numacc.json");
    const michelso = referenceOrSkip<Certified>(this, "nist/michelso.json");
    for (const [name, { data, certifiedMean, certifiedSd }, digits] of [
      ["NumAcc1", numacc["NumAcc1"], 15],
      ["NumAcc2", numacc["NumAcc2"], 12],
      ["NumAcc3", numacc["NumAcc3"], 9],
      ["NumAcc4", numacc["NumAcc4"], 8],
      ["Michelso", michelso, 12],
    ] as const satisfies readonly (readonly [string, Certified | undefined, number])[] as readonly (readonly [
      string,
      Certified,
      number,
    ])[]) {
      assert.ok(correctDigits(sd(data), certifiedSd) >= digits, `${name}: ${correctDigits(sd(data), certifiedSd)}`);
      assert.ok(correctDigits(mean(data), certifiedMean) >= 14, name);
      const window = windowed(data);
      assert.ok(correctDigits(window.sd, certifiedSd) >= digits - 0.9, `${name}, window: ${correctDigits(window.sd, certifiedSd)}`);
    }
    assert.ok(correctDigits(lag1Autocorrelation(michelso.data).r, michelso.certifiedLag1 ?? Number.NaN) >= 12);
  });

  it("of a sum lose nothing to what came before", () => {
    assert.equal(mean([1e16, 1, -1e16, 1]), 0.5);
  });
});

describe("a sliding window", () => {
  it("holds mean and standard deviation of its last values, whatever their number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 80 }), (size, values) => {
        const window = new SlidingWindow(size);
        for (const [i, value] of values.entries()) {
          window.push(value);
          const last = values.slice(Math.max(0, i + 1 - size), i + 1);
          assert.equal(window.count, last.length);
          assert.ok(Math.abs(window.mean - mean(last)) < 1e-12);
          if (last.length > 1) assert.ok(Math.abs(window.sd - sd(last)) < 1e-10, `${window.sd} of ${last.join()}`);
          else assert.ok(Number.isNaN(window.sd));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is exact again once a spike of 1e9 has left it, which running sums never are", () => {
    const size = 100;
    const random = seeded(5);
    const values = Array.from({ length: 400 }, () => 10 + 0.003 * noise(random));
    values[150] = 1e9;
    const window = new SlidingWindow(size);
    let [sum, squares] = [0, 0];
    for (const [i, value] of values.entries()) {
      window.push(value);
      const leaving = i >= size ? (values[i - size] ?? 0) : 0;
      sum += value - leaving;
      squares += value * value - leaving * leaving;
      if (i < 250) continue;
      const last = values.slice(i + 1 - size, i + 1);
      assert.ok(correctDigits(window.sd, sd(last)) >= 9, `${i}: ${window.sd} instead of ${sd(last)}`);
      assert.ok(correctDigits(window.mean, mean(last)) >= 14);
    }
    const running = Math.sqrt(Math.abs(squares - (sum * sum) / size) / (size - 1));
    assert.ok(Math.abs(running - window.sd) > 0.1, "the running sums of this test would do");
  });

  it("keeps three numbers per place, whatever has passed through", () => {
    for (const size of [10, 1000]) {
      const window = windowed(
        Array.from({ length: 5 * size }, (_, i) => i),
        size,
      );
      assert.ok(window.snapshot().length <= 5 + 3 * size);
    }
  });

  it("goes on from a snapshot to the last bit, and refuses a damaged one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { maxLength: 40 }),
        fc.nat(40),
        (size, values, stop) => {
          const whole = windowed(values, size);
          const restored = new SlidingWindow(size);
          assert.ok(restored.restore(JSON.parse(JSON.stringify(windowed(values.slice(0, stop), size).snapshot())) as number[]));
          for (const value of values.slice(stop)) restored.push(value);
          assert.deepEqual([restored.mean, restored.sd, restored.count], [whole.mean, whole.sd, whole.count]);
        },
      ),
      { numRuns: 200 },
    );
    const window = windowed([1, 2, 3, 4], 3);
    const state = window.snapshot();
    for (const damaged of [
      [],
      state.slice(1),
      [...state, 1],
      state.with(0, 4),
      state.with(1, -1),
      state.with(2, 9),
      state.with(5, Number.NaN),
    ])
      assert.equal(window.restore(damaged), false);
    assert.deepEqual(window.snapshot(), state);
  });
});
