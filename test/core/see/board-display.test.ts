import assert from "node:assert/strict";
import { type Column, evaluate, type Query } from "../../../core/connect/history/index.ts";
import { type Board, boardFaults, compile, type DataPanel, inDisplayUnits, shownBoard } from "../../../core/see/board/index.ts";

const RANGE = { from: 0, to: 3_600_000, live: false };
const FAHRENHEIT = new Map([["Cel", "[degF]"]]);

function panel(columns: readonly Column[], extra: Partial<DataPanel> = {}): DataPanel {
  return {
    id: "p",
    kind: "time-series",
    title: "P",
    width: 24,
    query: ({ from, to }): Query => ({ measurement: "telemetry", from, to, columns }),
    fields: columns.map(({ as }) => ({ column: as, label: as, unit: "Cel", decimals: 1 })),
    ...extra,
  };
}
function board(...panels: readonly DataPanel[]): Board {
  return {
    id: "b",
    title: "B",
    description: "",
    asset: "a",
    zone: "UTC",
    variables: [],
    range: "1h",
    refreshMs: 5_000,
    labels: {},
    rows: [{ height: 4, panels }],
  };
}
function shownIn(display: ReadonlyMap<string, string>, of: DataPanel): DataPanel {
  const converted = inDisplayUnits(board(of), display);
  assert.deepEqual(boardFaults(converted), []);
  return converted.rows[0]?.panels[0] as DataPanel;
}
const conversions = (of: DataPanel) => compile(of, RANGE, {}).main.columns.map((column) => "field" in column && column.conversion);
const mean: Column = { as: "mean", field: "v", aggregate: "mean" };
const high = { field: "v", aggregate: "max" } as const;
const low = { field: "v", aggregate: "min" } as const;
const decimals = (from: string, to: string, before: number): number | undefined =>
  shownIn(new Map([[from, to]]), panel([mean], { fields: [{ column: "mean", label: "", unit: from, decimals: before }] })).fields[0]
    ?.decimals;

describe("a board in display units", () => {
  it("converts figures in the query, so that viewer and Grafana get the same", () => {
    const shown = shownIn(FAHRENHEIT, panel([mean]));
    assert.equal(shown.fields[0]?.unit, "[degF]");
    const points = [{ measurement: "telemetry", tags: {}, time: 5, fields: { v: 100 } }];
    assert.deepEqual(evaluate(points, compile(shown, RANGE, {}).main).series[0]?.rows, [[0, 212]]);
  });

  it("converts thresholds, the scale and limits with the figures", () => {
    const shown = shownIn(
      FAHRENHEIT,
      panel([mean], {
        min: 0,
        max: 100,
        fields: [
          {
            column: "mean",
            label: "Mean",
            unit: "Cel",
            thresholds: [
              { from: null, name: "cold", colour: "info" },
              { from: 50, name: "hot", colour: "critical" },
            ],
          },
        ],
        limitsBy: {
          query: ({ from, to }) => ({ measurement: "telemetry", from, to, columns: [{ as: "value", field: "s" }] }),
          limits: { cola: [{ label: "Most", value: 40, colour: "critical" }] },
        },
      }),
    );
    assert.deepEqual([shown.min, shown.max], [32, 212]);
    assert.deepEqual(
      shown.fields[0]?.thresholds?.map(({ from }) => from),
      [null, 122],
    );
    assert.equal(shown.limitsBy?.limits["cola"]?.[0]?.value, 104);
    assert.deepEqual(compile(shown, RANGE, {}).limits?.columns, [{ as: "value", field: "s" }]);
  });

  it("converts what held before the range as well", () => {
    const bare: Column = { as: "v", field: "v" };
    const shown = shownIn(FAHRENHEIT, panel([bare], { kind: "state-timeline", carryInMs: 1_000 }));
    assert.deepEqual(compile(shown, RANGE, {}).carryIn?.columns, compile(shown, RANGE, {}).main.columns);
  });

  it("converts a difference by the factor and without the offset, thresholds too", () => {
    const between = panel([{ as: "span", plus: [high], less: [low] }], {
      fields: [
        {
          column: "span",
          label: "Span",
          unit: "Cel",
          thresholds: [
            { from: null, name: "calm", colour: "good" },
            { from: 10, name: "wild", colour: "warning" },
          ],
        },
      ],
    });
    const shown = shownIn(FAHRENHEIT, between);
    assert.equal(shown.fields[0]?.thresholds?.[1]?.from, 18);
    const points = [20, 30].map((v, time) => ({ measurement: "telemetry", tags: {}, time, fields: { v } }));
    const [row] = evaluate(points, compile(shown, RANGE, {}).main).series[0]?.rows ?? [];
    assert.deepEqual(row, [0, 18]);
    const sum = panel([{ as: "sum", plus: [high, low], less: [] }]);
    assert.deepEqual(shownIn(FAHRENHEIT, sum), sum);
  });

  it("leaves in its own unit what has no meaning in another: counts, and sums on a scale with an offset", () => {
    for (const aggregate of ["count", "sum"] as const) {
      const own = panel([{ as: "n", field: "v", aggregate }]);
      assert.deepEqual(shownIn(FAHRENHEIT, own), own);
    }
    const weight = panel([{ as: "n", field: "v", aggregate: "sum" }], { fields: [{ column: "n", label: "n", unit: "g" }] });
    assert.deepEqual(conversions(shownIn(new Map([["g", "kg"]]), weight)), [{ factor: 0.001, offset: 0 }]);
  });

  it("leaves alone ratios, instants, counts, named values and units that the site does not mention", () => {
    const units = ["ratio", "duration", "count", "time", "g"];
    const own = panel(
      units.map((as) => ({ as, field: as, aggregate: "mean" as const })),
      {
        fields: [
          ...units.map((unit) => ({ column: unit, label: unit, unit })),
          { column: "g", label: "named", unit: "Cel", values: { 1: { text: "one", colour: "good" } } },
        ],
      },
    );
    assert.deepEqual(shownIn(FAHRENHEIT, own), own);
    assert.equal(inDisplayUnits(board(own), undefined).rows[0]?.panels[0], own);
  });

  it("keeps the whole that shares are taken of in the unit of the parts", () => {
    const parts = panel(
      [
        { as: "part", field: "a", aggregate: "sum" },
        { as: "whole", field: "b", aggregate: "sum" },
      ],
      {
        kind: "table",
        fieldsAsRows: true,
        shareOf: { column: "whole", label: "%" },
        fields: [{ column: "part", label: "Part", unit: "kg" }],
      },
    );
    const [part, whole] = conversions(shownIn(new Map([["kg", "[lb_av]"]]), parts));
    assert.ok(part && "factor" in part);
    assert.deepEqual(whole, part);
  });

  it("shows as many decimals as the last digit needs to stay as fine as it was", () => {
    assert.equal(decimals("g", "[lb_av]", 1), 4);
    assert.equal(decimals("Cel", "[degF]", 1), 1);
    assert.equal(decimals("{bottles}/h", "{bottles}/min", 0), 2);
    assert.equal(decimals("bar", "[psi]", 2), 1);
    assert.equal(decimals("kg", "g", 1), 0);
    assert.equal(decimals("g", "t", 3), 6);
  });

  it("sends the page symbols and not codes", () => {
    const [row] = shownBoard(inDisplayUnits(board(panel([mean])), FAHRENHEIT)).rows;
    const shown = row?.panels[0];
    assert.equal(shown !== undefined && "fields" in shown && shown.fields[0]?.unit, "°F");
  });
});
