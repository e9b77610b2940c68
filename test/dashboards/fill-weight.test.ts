import assert from "node:assert/strict";
import { evaluate, type Point } from "../../core/connect/history/index.ts";
import { rowOf } from "../../core/connect/spine/rows.ts";
import { boardFaults, type DataPanel } from "../../core/see/board/index.ts";
import { fillBoards } from "../../dashboards/fill-weight.board.ts";
import { beat, filled, filler, FILLER, HOUR, plantModel, product, T0, weights } from "../support/fill-stream.ts";

const chosen = (_variable: string, tag: string) => ({ tag, in: [FILLER] });

/** Rows of the historian as the spine makes them of what a twin-fill-weight states: an hour, two products, and its correction. */
function rows(): Point[] {
  const { events } = filled(
    filler(),
    product(-60_000, "still-500"),
    ...weights(0, 502, 484, 503, 469),
    product(1_800_000, "lemon-330"),
    ...weights(2_000_000, 338, 339),
    ...weights(HOUR, 337, 340),
    beat(3 * HOUR),
  );
  const entry = { id: 1, author: "node", reason: "fill weight", recorded: T0 };
  const said = events.map((event) => ({ ...event, ...entry }));
  return [...said, ...said.slice(0, 1).map((one) => ({ ...one, revision: 2 }))].map((one) =>
    rowOf(one, () => ({ site: "galway", line: "bottling.line01" })),
  );
}

describe("the fill weight board of a line", () => {
  const [board, ...others] = fillBoards(plantModel());
  assert.ok(board);
  const points = rows();
  const asked = (id: string, everyMs = HOUR): unknown => {
    const panel = board.rows.flatMap(({ panels }) => panels).find((one) => one.id === id) as DataPanel;
    return evaluate(points, panel.query({ from: T0, to: T0 + 3 * HOUR, everyMs, chosen })).series.flatMap(({ tags, rows: found }) =>
      found.map(([time, ...values]) => [...Object.values(tags), (time - T0) / HOUR, ...values]),
    );
  };

  it("has no fault, is made for lines that weigh, and says that its limits are to be checked", () => {
    assert.deepEqual([board.id, others], ["line01-fill", []]);
    assert.deepEqual(boardFaults(board), []);
    assert.match(JSON.stringify(board.rows[0]), /Check your regulation/);
  });

  it("counts every package once, by the hour in which its interval began", () => {
    assert.deepEqual(asked("below"), [
      [0, 2, 1],
      [1, 0, 0],
    ]);
    assert.deepEqual(asked("given-away"), [
      [FILLER, 0, -0.039],
      [FILLER, 1, 0.003],
    ]);
  });

  it("divides sums last, by shift and product", () => {
    const [lemon, still] = asked("shifts") as [unknown[], unknown[]];
    // 338 + 339 + 337 + 340 for 4 · 337, and 502 + 484 + 503 + 469 for 4 · 500.
    assert.deepEqual([lemon.slice(0, 3), lemon[4], Number(lemon[5]).toFixed(9)], [[FILLER, "lemon-330", "early"], 4, "1.500000000"]);
    assert.deepEqual([still[4], Number(still[5]).toFixed(9), still[9], still[10], still[11]], [4, "-10.500000000", 2, 0.5, 1]);
    assert.equal(Number(still[6]).toFixed(9), "-0.021000000");
  });
});
