import assert from "node:assert/strict";
import * as fc from "fast-check";
import { codeFault, foundCauses, offeredCauses, type ShownSignal } from "../../../../core/model/charting/index.ts";
import { type LimitsVersion, paretoOf } from "../../../../core/model/limits/index.ts";
import { demoModel } from "../../../support/board-site.ts";
import { FILLER } from "../../../support/chart-desk.ts";

const NOW = Date.UTC(2026, 2, 10, 12);
const DAY = 24 * 3_600_000;
const CAPPER = "acme.galway.bottling.line01.capper01";

const closed = (daysAgo: number, cause: string, causeCode?: string): ShownSignal =>
  ({
    start: NOW - daysAgo * DAY,
    end: NOW - daysAgo * DAY + 60_000,
    closed: { by: "anna", at: NOW, cause, causeCode, done: "x" },
  }) as ShownSignal;
const leftOut = (version: number, at: number, cause: string, code?: string, status = "approved"): LimitsVersion =>
  ({ version, status, baseline: { excluded: [{ at, cause, code }] } }) as unknown as LimitsVersion;

describe("causes that were found", () => {
  it("are counted by what was chosen, and where nothing was by words, whatever their case and spaces", () => {
    const found = [
      { cause: "Valve leaks: 7", code: "valve-leaks" },
      { cause: "new  Batch" },
      { cause: "Ventil undicht", code: "valve-leaks" },
      { cause: " New batch " },
      { cause: "valve-leaks" },
      { cause: "Valve leaks", code: "valve-leaks" },
    ];
    assert.deepEqual(paretoOf(found), [
      { code: "valve-leaks", text: "Valve leaks", count: 3, cumulative: 3 / 6 },
      { code: null, text: "New batch", count: 2, cumulative: 5 / 6 },
      { code: null, text: "valve-leaks", count: 1, cumulative: 1 },
    ]);
    assert.deepEqual(paretoOf([]), []);
  });

  it("add up to all, the most frequent first, the shares rising to 1", () => {
    const cause = fc.record({ cause: fc.constantFrom("a", "A ", "b", "c"), code: fc.constantFrom(undefined, "x", "__proto__") });
    fc.assert(
      fc.property(fc.array(cause, { minLength: 1 }), (found) => {
        const rows = paretoOf(found);
        assert.equal(
          rows.reduce((sum, { count }) => sum + count, 0),
          found.length,
        );
        assert.ok(
          rows.every(
            ({ count, cumulative }, i) => i === 0 || (count <= (rows[i - 1]?.count ?? 0) && cumulative > (rows[i - 1]?.cumulative ?? 1)),
          ),
        );
        assert.equal(rows.at(-1)?.cumulative, 1);
      }),
    );
  });

  it("are those of closed signals and of points left out of limits that nobody rejected, each finding once", async () => {
    const model = await demoModel();
    const signals = [closed(2, "Valve", "valve-leaks"), closed(20, "Valve", "valve-leaks"), { ...closed(1, "x"), closed: null }];
    const versions = [
      leftOut(1, NOW - 2 * DAY + 30_000, "of that signal", "valve-leaks"),
      leftOut(2, NOW - 3 * DAY, "batch"),
      leftOut(3, NOW - 3 * DAY, "batch, as before"),
      leftOut(4, NOW - 4 * DAY, "guess", undefined, "rejected"),
    ];
    const [week, month] = foundCauses(model, signals, versions, NOW);
    assert.deepEqual(
      [week?.found, week?.causes.map(({ text, count }) => [text, count])],
      [
        2,
        [
          ["batch, as before", 1],
          ["Valve", 1],
        ],
      ],
    );
    assert.deepEqual([month?.found, month?.causes[0]?.count, month?.causes[0]?.labels?.["de"]], [3, 2, "Füllventil undicht"]);
  });

  it("are said by an id only where the machine's list has it now, and a group is no cause", async () => {
    const model = await demoModel();
    const fault = (asset: string, causes: (string | undefined)[], actions: (string | undefined)[] = []) =>
      codeFault(model, asset, { causes, actions }, NOW);
    assert.equal(fault(FILLER, ["valve-leaks", undefined], ["readjusted"]), undefined);
    for (const wrong of ["chuck-worn", "machine", "readjusted", "__proto__"])
      assert.match(fault(FILLER, [wrong])?.message ?? "", /not among the causes/);
    assert.equal(fault(CAPPER, ["chuck-worn"]), undefined);
    assert.match(fault(CAPPER, [], ["valve-leaks"])?.message ?? "", /not among the actions/);
    assert.deepEqual(offeredCauses({ ...model, causes: new Map(), actions: new Map() }, FILLER, NOW), { causes: [], actions: [] });
  });
});
