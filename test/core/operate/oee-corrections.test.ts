import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { type Beyond, Corrections } from "../../../core/operate/oee/index.ts";

const MINUTE = 60_000;
const ROOMY = { corrections: 100, samples: 1_000 };
const sample = (minute: number, value = 6): Sample => ({ tag: "a.b._c_v1.state", value, quality: "Good", timestamp: minute * MINUTE });
/** Stretches in minutes, each with one late sample at its beginning. */
const beyond = (begin: number, ...stretches: (readonly [number, number])[]): Beyond => ({
  stretches: stretches.map(([from, to]) => ({ from: from * MINUTE, to: to * MINUTE })),
  begin,
  samples: stretches.map(([from]) => sample(from)),
});

describe("corrections that wait", () => {
  it("are one where they overlap or touch on the same machine, and stay apart elsewhere", () => {
    const corrections = new Corrections(ROOMY);
    assert.ok(corrections.add("m1", beyond(0, [0, 10])));
    assert.ok(corrections.add("m2", beyond(0, [5, 15])));
    assert.ok(corrections.add("m1", beyond(0, [20, 30])));
    assert.ok(corrections.add("m1", beyond(0, [40, 50])));
    assert.ok(corrections.add("m1", beyond(0, [10, 20])));
    assert.deepEqual(
      corrections
        .state()
        .map(({ asset, beyond: { stretches, samples } }) => [
          asset,
          stretches.map(({ from, to }) => [from / MINUTE, to / MINUTE]),
          samples.length,
        ]),
      [
        ["m1", [[0, 30]], 3],
        ["m2", [[5, 15]], 1],
        ["m1", [[40, 50]], 1],
      ],
    );
  });

  it("keep the instant before which nothing had been stated when the first of them came", () => {
    const corrections = new Corrections(ROOMY);
    corrections.add("m1", beyond(9 * MINUTE, [5, 10]));
    corrections.add("m1", beyond(5 * MINUTE, [2, 6]));
    assert.deepEqual(
      corrections.state().map((one) => one.beyond.begin),
      [9 * MINUTE],
    );
  });

  it("hold a sample once, however often it comes", () => {
    const corrections = new Corrections({ corrections: 1, samples: 1 });
    for (let i = 0; i < 5; i += 1) assert.ok(corrections.add("m1", beyond(0, [0, 10])));
    assert.deepEqual(corrections.next()?.beyond.samples, [sample(0)]);
  });

  it("refuse what does not fit and then hold what they held; what joins needs no place", () => {
    const corrections = new Corrections({ corrections: 2, samples: 3 });
    assert.ok(corrections.add("m1", beyond(0, [0, 10])));
    assert.ok(corrections.add("m1", beyond(0, [20, 30])));
    const before = corrections.state();
    assert.equal(corrections.add("m2", beyond(0, [0, 10])), false, "a third correction");
    assert.equal(corrections.add("m1", beyond(0, [5, 6], [25, 26])), false, "a fourth sample");
    assert.deepEqual(corrections.state(), before);
    assert.ok(corrections.add("m1", beyond(0, [5, 6])));
    assert.equal(corrections.state().length, 2);
  });

  it("never join one that is being worked on; when that had to be postponed, they do", () => {
    const corrections = new Corrections(ROOMY);
    corrections.add("m1", beyond(0, [0, 10]));
    const first = corrections.next();
    corrections.add("m1", beyond(0, [5, 15]));
    assert.equal(corrections.state().length, 2, "a restart loses neither");
    corrections.postponed();
    corrections.add("m1", beyond(0, [8, 9]));
    assert.equal(corrections.state().length, 1);
    assert.notDeepEqual(corrections.next(), first);
    corrections.settled(true);
    assert.equal(corrections.next(), undefined);
  });

  it("are made once more with what they overlap and was made, each time once; not with what was refused, nor elsewhere", () => {
    const corrections = new Corrections(ROOMY);
    const made = (asset: string, what: Beyond, refused = false): unknown[] => {
      corrections.add(asset, what);
      const samples: unknown[] = [];
      for (let next = corrections.next(); next !== undefined; next = corrections.next()) {
        samples.push(next.beyond.samples.map(({ timestamp }) => timestamp / MINUTE));
        corrections.settled(!refused);
      }
      return samples;
    };
    assert.deepEqual(made("m1", beyond(0, [0, 10])), [[0]]);
    assert.deepEqual(made("m1", beyond(0, [5, 15])), [[5], [5, 0]]);
    assert.deepEqual(made("m1", beyond(0, [15, 20])), [[15], [15, 5, 0]]);
    assert.deepEqual(made("m1", beyond(0, [30, 40])), [[30]]);
    assert.deepEqual(made("m2", beyond(0, [0, 10])), [[0]]);
    assert.deepEqual(made("m1", beyond(0, [32, 35]), true), [[32]]);
    assert.deepEqual(made("m1", beyond(0, [33, 34])), [[33], [33, 30]]);
    assert.deepEqual(corrections.state(), []);
  });

  it("go on after a restart from what was stored", () => {
    const corrections = new Corrections(ROOMY);
    corrections.add("m1", beyond(0, [0, 10]));
    const restored = new Corrections(ROOMY, JSON.parse(JSON.stringify(corrections.state())) as ReturnType<Corrections["state"]>);
    restored.add("m1", beyond(0, [5, 15]));
    assert.equal(restored.state()[0]?.beyond.samples.length, 2);
  });

  it("stay within their bounds and lose nothing that they took", () => {
    const limits = { corrections: 4, samples: 12 };
    const stretch = fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 8 })).map(([from, length]) => [from, from + length] as const);
    const step = fc.record({
      asset: fc.constantFrom("m1", "m2"),
      stretches: fc.array(stretch, { minLength: 1, maxLength: 3 }).map((all) => all.toSorted((a, b) => a[0] - b[0])),
    });
    const property = fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const corrections = new Corrections(limits);
      const taken = new Set<string>();
      for (const { asset, stretches } of steps) {
        const one = beyond(0, ...stretches);
        if (corrections.add(asset, one)) for (const { timestamp } of one.samples) taken.add(`${asset} ${timestamp}`);
      }
      const state = corrections.state();
      const held = state.flatMap(({ asset, beyond: { samples } }) => samples.map(({ timestamp }) => `${asset} ${timestamp}`));
      assert.deepEqual(new Set(held), taken);
      assert.ok(state.length <= limits.corrections && held.length <= limits.samples);
      for (const {
        beyond: { stretches, samples },
      } of state)
        for (const { timestamp } of samples) assert.ok(stretches.some(({ from, to }) => from <= timestamp && timestamp < to));
    });
    fc.assert(property, { numRuns: 1_000 });
  });
});
