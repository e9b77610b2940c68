import assert from "node:assert/strict";
import { c4, controlConstants, d2, d3, d4, LARGEST_RANGE_SIZE, type ControlConstants } from "../../../../core/model/spc/index.ts";
import { relativeRange } from "../../../../core/model/spc/relative-range.ts";
import { near, referenceOrSkip } from "../../../support/spc-reference.ts";

/** c2: of the standard deviation with divisor n, which older tables have. */
type Row = Readonly<Record<keyof ControlConstants | "c2", number>>;

describe("constants of control charts", () => {
  it("are those of the exact integrals to 1e-9, table and computed, for n = 2 … 100", function () {
    const { rows } = referenceOrSkip<{ rows: readonly Row[] }>(this, "spc/constants.json");
    assert.equal(rows.length, 99);
    for (const row of rows) {
      const ours = controlConstants(row.n);
      for (const name of Object.keys(ours) as (keyof ControlConstants)[])
        assert.ok(near(ours[name], row[name]), `${name}(${row.n}): ${ours[name]} instead of ${row[name]}`);
      assert.ok(near(c4(row.n) * Math.sqrt(1 - 1 / row.n), row.c2), `c2(${row.n})`);
    }
  });

  it("of the embedded table are what the integrals give", () => {
    for (const n of [2, 3, 5, 10, 25, 50]) {
      const computed = relativeRange(n);
      assert.ok(near(computed.d2, d2(n), 1e-11), `d2(${n})`);
      assert.ok(near(computed.d3, d3(n), 1e-10), `d3(${n})`);
      assert.ok(near(computed.d4, d4(n), 1e-11), `d4(${n})`);
    }
  });

  it("have closed forms for two values", () => {
    assert.ok(near(d2(2), 2 / Math.sqrt(Math.PI), 1e-14));
    assert.ok(near(d3(2), Math.sqrt(2 - 4 / Math.PI), 1e-12));
    assert.ok(near(c4(2), Math.sqrt(2 / Math.PI), 1e-15));
  });

  it("c4 is one function above and below where its series begins", () => {
    // c4(n) c4(n+1) = √((n−1)/n) holds everywhere.
    for (const n of [99, 100, 101, 102, 150, 1000, 1_000_000])
      assert.ok(near(c4(n) * c4(n + 1), Math.sqrt((n - 1) / n), 1e-15), `n = ${n}`);
  });

  it("do not exist for one value, for halves, or beyond what a range can tell", () => {
    for (const n of [0, 1, 2.5, LARGEST_RANGE_SIZE + 1, Number.NaN]) {
      assert.throws(() => controlConstants(n), RangeError);
      assert.ok(Number.isNaN(d2(n)), `d2(${n})`);
    }
    assert.ok(Number.isNaN(c4(1)));
  });
});
