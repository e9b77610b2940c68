import assert from "node:assert/strict";
import * as fc from "fast-check";
import { briefCapability, type ListedChart, refusedBriefly, worstFirst } from "../../../../core/model/charting/index.ts";

const FEW = { message: "Too few.", says: { key: "TOO_FEW", values: { n: 3 } } };

type Ranked = Parameters<typeof worstFirst>[0];
const CALM: Ranked = { path: "m", lasting: false, open: 0, oldest: null, byHand: null, version: 1, capability: null };
const capable = (Ppk: number | null): ListedChart["capability"] => ({
  at: 0,
  n: 100,
  indices: { Cp: null, Cpk: null, Ppk },
  refused: null,
});
const overdue: ListedChart["byHand"] = { state: "overdue", at: 0, missed: 0 };

const paths = (all: readonly Ranked[]): readonly string[] => all.toSorted(worstFirst).map(({ path }) => path);

describe("which chart wants somebody first", () => {
  const RANKED: readonly (readonly [string, Partial<Ranked>])[] = [
    ["a signal that lasts", { lasting: true, open: 1, oldest: 9 }],
    ["three open signals", { open: 3, oldest: 9 }],
    ["an old one", { open: 1, oldest: 3 }],
    ["a younger one", { open: 1, oldest: 5 }],
    ["an overdue measurement", { byHand: overdue }],
    ["no limits", { version: null, capability: capable(0.2) }],
    ["not capable", { capability: capable(0.7) }],
    ["capable", { capability: capable(1.7) }],
    ["no capability", { capability: refusedBriefly("TOO_FEW", FEW, 0) }],
  ];

  it("is told by signals, then overdue measurements, then limits that are missing, then the smallest Ppk", () => {
    const charts = RANKED.map(([path, change]) => ({ ...CALM, ...change, path }));
    assert.deepEqual(
      charts
        .toReversed()
        .toSorted(worstFirst)
        .map(({ path }) => path),
      RANKED.map(([path]) => path),
    );
  });

  it("does not depend on the order in which charts are known", () => {
    const some = fc.option(fc.integer({ min: 0, max: 2 }), { nil: null });
    const chart = fc.record({
      lasting: fc.boolean(),
      open: fc.integer({ min: 0, max: 2 }),
      oldest: some,
      byHand: fc.constantFrom(null, overdue),
      version: some,
      capability: some.map((ppk) => (ppk === null ? null : capable(ppk))),
    });
    fc.assert(
      fc.property(fc.array(chart, { maxLength: 8 }), (some) => {
        const charts = some.map((one, i) => ({ ...one, path: `m${i}` }));
        assert.deepEqual(paths(charts), paths(charts.toReversed()));
      }),
    );
  });
});

describe("a capability in few figures", () => {
  it("keeps why there is none", () => {
    const brief = briefCapability({ refused: FEW, code: "TOO_FEW", signals: [] }, 7);
    assert.deepEqual([brief.at, brief.n, brief.indices.Ppk, brief.refused], [7, null, null, { code: "TOO_FEW", ...FEW }]);
  });
});
