import assert from "node:assert/strict";
import { evaluate } from "../../core/connect/history/index.ts";
import { type Board, boardFaults, type PanelState, parseView } from "../../core/see/board/index.ts";
import { controlChartBoards } from "../../dashboards/control-chart.board.ts";
import { ANNA, demoModel } from "../support/board-site.ts";
import { type ChartedLine, chartedLine, figuresOfBoard, figuresOfPage, panelsOf } from "../support/charted-line.ts";
import { FILLER } from "../support/chart-desk.ts";

const LINE = "acme.galway.bottling.line01";

const said = (board: Board | undefined): unknown[] =>
  (board?.rows ?? [])
    .flatMap(({ panels: all }) => all)
    .map((one) => (one.kind === "text" ? [] : [one.id, (one.nothing ?? "").slice(0, 8)]));

describe("the board of control charts of a line", () => {
  let line: ChartedLine;
  let panels: ReadonlyMap<string, PanelState>;
  before(async () => {
    line = await chartedLine();
    panels = await panelsOf(line.board, { query: async (query) => evaluate(ofMeasurement(query.measurement), query) }, line.now);
  });
  const ofMeasurement = (name: string) => line.points.filter(({ measurement }) => measurement === name);
  const rows = (id: string, columns: readonly string[]): unknown[] => {
    const { columns: names = [], series = [] } = panels.get(id)?.result?.main ?? {};
    return series.flatMap(({ tags, rows: all }) =>
      all.map((row) => columns.map((column) => (column.startsWith("tag:") ? tags[column.slice(4)] : row[names.indexOf(column) + 1]))),
    );
  };

  it("has no fault, with charts and without, for every line", async () => {
    const model = await demoModel();
    for (const boards of [controlChartBoards(model), controlChartBoards(model, [{ asset: FILLER, chart: "fill-weight" }])])
      for (const board of boards) assert.deepEqual(boardFaults(board), [], board.id);
    assert.equal(controlChartBoards(model)[0]?.id, "line01-charts");
  });

  it("draws the points as they were judged, with the limits of that time, and marks what broke a rule", () => {
    const { level, spread } = line.view.points;
    assert.equal(level.length, 15);
    assert.ok(level.some(({ rules }) => rules.length > 0) && level.some(({ rules }) => rules.length === 0));
    assert.deepEqual(figuresOfBoard(panels.get("level")), figuresOfPage(level));
    assert.deepEqual(figuresOfBoard(panels.get("spread")), figuresOfPage(spread));
    const zones = rows("level", ["centre", "lower_2s", "lower_1s", "upper_1s", "upper_2s", "upper"]) as number[][];
    for (const [centre = 0, ...ends] of zones) {
      const upper = ends.pop() ?? 0;
      const sigma = (upper - centre) / 3;
      for (const [i, k] of [-2, -1, 1, 2].entries()) assert.ok(Math.abs((ends[i] ?? 0) - centre - k * sigma) < 1e-9);
    }
    assert.deepEqual(rows("version", ["version"]), [[1]]);
    const last = level.at(-1);
    assert.deepEqual(rows("last", ["value", "centre", "lower", "upper"]), [[last?.value, last?.centre, last?.lower, last?.upper]]);
    assert.deepEqual(rows("last-spread", ["value"]), [[spread.at(-1)?.value]]);
  });

  it("draws no limit where none exists: five values have no lower limit of their range", () => {
    assert.ok(rows("spread", ["lower", "lower_1s", "upper"]).every((row) => JSON.stringify(row).startsWith("[null,null,")));
  });

  it("lists each signal once, as it last was, with who closed it; a comment afterwards opens nothing", () => {
    const found = rows("signals", ["tag:asset", "tag:chart", "tag:part", "state", "count", "limits_version", "by", "cause", "done"]);
    const page = [...line.view.signals, ...line.view.closed].filter(({ start }) => start >= line.now - 8 * 3_600_000);
    assert.deepEqual(
      found,
      page
        .toSorted((a, b) => (a.part < b.part ? -1 : Number(a.part > b.part)) || a.start - b.start)
        .map(({ part, end, count, version, closed }) => [
          FILLER,
          "fill-weight",
          part,
          end === null ? "lasts" : "over",
          count,
          version,
          closed?.by ?? null,
          closed?.cause ?? null,
          closed?.done ?? null,
        ]),
    );
    assert.ok(found.some((row) => JSON.stringify(row).endsWith('"anna","valve 7 leaks","seal changed"]')));
    assert.match(JSON.stringify(rows("signals", ["rules"])), /1 point beyond|beyond/);
  });

  it("shows the last capability that somebody recorded, with its intervals", () => {
    const [recorded] = line.view.capabilities;
    const index = (name: string): string => {
      const one = recorded?.indices.find((each) => each.name === name);
      assert.ok(one?.interval, name);
      return `${one.value.toFixed(2)} (${one.interval.lower.toFixed(2)} … ${one.interval.upper.toFixed(2)})`;
    };
    const columns = ["Cp_text", "Cpk_text", "Pp_text", "Ppk_text", "Ppm_text", "n", "specification", "limits_version", "by"];
    assert.deepEqual(rows("capability", columns), [
      [...["Cp", "Cpk", "Pp", "Ppk", "Ppm"].map(index), recorded?.n, "490 … 512, target 501", 1, "anna"],
    ]);
  });

  it("shows what was stated by itself of each period as it was stated last: the trend with its minimum, and why there is no figure", () => {
    const [first, second] = line.ongoing;
    const ppk = first?.data.figures?.indices.find(({ name }) => name === "Ppk");
    assert.ok(ppk?.interval, JSON.stringify(first?.data.refused));
    assert.deepEqual(rows("ongoing-trend", ["Ppk", "Ppk_lower", "minimum"]), [
      [ppk.value, ppk.interval.lower, 1.33],
      [null, null, 1.33],
    ]);
    assert.deepEqual(rows("ongoing", ["verdict", "required", "n", "why", "product", "tag:period"]), [
      ["meets", "Ppk 1.33", 25, "", "still-500", "shift"],
      ["TOO_FEW", "Ppk 1.33", null, second?.data.refused?.message, "still-500", "shift"],
    ]);
  });

  it("knows how far the data of the line reaches", () => {
    const heard = line.board.edge?.({ from: 0, to: 1 });
    assert.deepEqual([heard?.by, heard?.order, heard?.where?.[0]?.in.includes(FILLER)], [["asset"], "desc", true]);
  });

  it("says what to do where nothing is shown, and otherwise where no chart is at work", async () => {
    const [none] = controlChartBoards(await demoModel());
    assert.deepEqual(said(none).slice(-6), [
      ["level", "No contr"],
      ["spread", "No contr"],
      ["signals", "No point"],
      ["ongoing-trend", "No capab"],
      ["ongoing", "No capab"],
      ["capability", "Nobody h"],
    ]);
    assert.deepEqual(said(line.board).slice(-6, -4), [
      ["level", "The char"],
      ["spread", "Nothing "],
    ]);
  });

  it("names a chart with its unit, unless machines chart it in several", async () => {
    const [board] = controlChartBoards(await demoModel(), [
      { asset: FILLER, chart: "weight", unit: "g" },
      { asset: `${LINE}.capper01`, chart: "weight", unit: "kg" },
      { asset: FILLER, chart: "fill", unit: "g" },
    ]);
    assert.deepEqual(
      board?.variables[1]?.options.map(({ label }) => label),
      ["weight", "fill (g)"],
    );
  });

  it("offers the charts of a machine with it, and takes the first of another machine", async () => {
    const model = await demoModel();
    const capper = `${LINE}.capper01`;
    const [board] = controlChartBoards(model, [
      { asset: FILLER, chart: "fill-weight" },
      { asset: capper, chart: "torque" },
      { asset: capper, chart: "rejects" },
    ]);
    assert.ok(board);
    const chosen = (query: string): unknown => {
      const view = parseView(board, new URLSearchParams(query), ANNA);
      return "fault" in view ? view.fault : { ...view.choices };
    };
    assert.deepEqual(chosen(""), { asset: FILLER, chart: "fill-weight" });
    assert.deepEqual(chosen(`asset=${capper}&chart=fill-weight`), { asset: capper, chart: "torque" });
    assert.deepEqual(chosen(`asset=${capper}&chart=rejects`), { asset: capper, chart: "rejects" });
    assert.equal(chosen(`asset=${capper}&chart=other`), "Chart has no such choice.");
  });
});
