import assert from "node:assert/strict";
import { dashboardJson, PANEL_TYPES } from "../../adapters/grafana/index.ts";
import { boardFaults, type DataPanel, gridFault } from "../../core/see/board/index.ts";
import { boardsOf } from "../../dashboards/boards.ts";
import { demoModel, shiftOfPoints } from "../support/board-site.ts";
import { type Influxd, needInfluxd, startInfluxd } from "../support/influxd.ts";
import { InfluxHistorian } from "../../adapters/influxdb/index.ts";
import { encodeLine, evaluate, type FieldColumn, type Point, type Query } from "../../core/connect/history/index.ts";
import { chartedLine, panelsOf } from "../support/charted-line.ts";
import { FILLER } from "../support/chart-desk.ts";

interface Target {
  readonly refId: string;
  readonly query: string;
  readonly alias?: string;
}
interface Dashboard {
  readonly panels: readonly JsonPanel[];
  readonly templating: { readonly list: readonly { readonly query: string; readonly regex?: string }[] };
}
interface JsonPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { x: number; y: number; w: number; h: number };
  readonly datasource?: { uid: string };
  readonly targets?: readonly Target[];
  readonly fieldConfig?: {
    defaults: { unit?: string; displayName?: string; thresholds?: { steps: unknown[] } };
    overrides: { matcher: { options: string }; properties: { id: string; value: unknown }[] }[];
  };
  readonly transformations?: readonly { id: string; options?: { excludeByName?: unknown; indexByName?: unknown } }[];
}
/** Grafana's placeholders for the range in ms and the chosen machine. */
const FROM = ["$", "{__from}"].join("");
const TO = ["$", "{__to}"].join("");
const MACHINE = ["$", "{asset:regex}"].join("");
const CHART = ["$", "{chart:regex}"].join("");
const HOUR = 3_600_000;
const last = (field: string): FieldColumn => ({ as: field, field, aggregate: "last" });
const NOON = Date.UTC(2026, 2, 10, 12);
const ALLOWED = new Set([...Object.values(PANEL_TYPES), "bargauge", "text", "row"]);
/** Keywords that InfluxDB 3's parser refuses as plain identifiers; ours are always quoted. */
const UNQUOTED_AFTER_FROM = /\bFROM (?!["(])/;

describe("Grafana dashboards", () => {
  let panels: JsonPanel[];
  let text: string;
  before(async () => {
    const boards = boardsOf(await demoModel());
    assert.deepEqual(boards.flatMap(boardFaults), []);
    text = JSON.stringify(boards.map(dashboardJson)[0]);
    panels = (JSON.parse(text) as { panels: JsonPanel[] }).panels;
    assert.equal(new Set(boards.map((board) => dashboardJson(board).uid)).size, boards.length);
  });

  it("have unique ids, known panel types and a sound grid", () => {
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    assert.equal(gridFault(panels.map(({ gridPos }) => gridPos)), undefined);
    for (const { type } of panels) assert.ok(ALLOWED.has(type), type);
  });

  it("name the data source by its variable, and units and thresholds in every data panel", () => {
    for (const panel of panels.filter(({ targets }) => targets)) {
      assert.equal(panel.datasource?.uid, "$datasource");
      assert.ok(panel.fieldConfig?.defaults.unit, panel.title);
      assert.ok((panel.fieldConfig?.defaults.thresholds?.steps.length ?? 0) > 0, panel.title);
      const refIds = panel.targets?.map(({ refId }) => refId) ?? [];
      assert.equal(new Set(refIds).size, refIds.length);
    }
    assert.match(text, /"schemaVersion":42/);
  });

  it("quote every identifier and follow the machine variable", () => {
    const queries = panels.flatMap(({ targets }) => targets ?? []).map(({ query }) => query);
    for (const query of queries) assert.doesNotMatch(query, UNQUOTED_AFTER_FROM);
    assert.ok(queries.some((query) => query.includes(MACHINE)));
    assert.ok(queries.some((query) => query.includes("$__interval")));
  });

  it("name each machine's series as the viewer does, each in its own colour", async () => {
    const energy = boardsOf(await demoModel())
      .filter(({ id }) => id === "line01-energy")
      .map(dashboardJson)[0];
    const power = (JSON.parse(JSON.stringify(energy)) as { panels: JsonPanel[] }).panels.find(({ title }) => title === "Power by machine");
    assert.deepEqual([...new Set(power?.targets?.map(({ alias }) => alias))], ["$tag_asset"]);
    assert.ok(power?.targets?.every(({ query }) => query.endsWith('GROUP BY "asset"')));
    assert.equal(power?.fieldConfig?.defaults.displayName, undefined);
    const looks = power?.fieldConfig?.overrides.map(({ matcher, properties }) => {
      const { displayName, color } = Object.fromEntries(properties.map(({ id, value }) => [id, value]));
      return [matcher.options.split(".").at(-1), displayName, (color as { fixedColor: string }).fixedColor] as const;
    });
    assert.deepEqual(looks?.slice(0, 2), [
      ["infeed01", "Infeed", "#0072b2"],
      ["filler01", "Filler", "#d55e00"],
    ]);
    assert.equal(new Set(looks?.map(([, , colour]) => colour)).size, 6);
  });

  it("draw values as lines, limits as steps and signals as points in each of several series, by role where a field has one", async () => {
    const [overview] = boardsOf(await demoModel());
    assert.ok(overview);
    const chart: DataPanel = {
      id: "chart",
      kind: "time-series",
      title: "Chart",
      width: 24,
      seriesBy: "asset",
      query: ({ from, to }) => ({
        measurement: "spc",
        from,
        to,
        columns: [last("x"), last("ucl"), last("hit")],
        bucket: { everyMs: 60_000 },
        by: ["asset"],
      }),
      fields: [
        { column: "x", label: "Mean", unit: "g" },
        { column: "ucl", label: "Upper limit", unit: "g", draw: "steps", colour: "critical" },
        { column: "hit", label: "Rule", unit: "g", draw: "points", colour: "warning" },
      ],
    };
    const board = { ...overview, rows: [{ height: 8, panels: [chart] }] };
    assert.deepEqual(boardFaults(board), []);
    const [shown] = (JSON.parse(JSON.stringify(dashboardJson(board))) as { panels: JsonPanel[] }).panels;
    assert.deepEqual(
      shown?.targets?.map(({ alias }) => alias),
      ["$tag_asset $col"],
    );
    const looks = shown?.fieldConfig?.overrides.slice(0, 3).map(({ matcher, properties }) => {
      const by = Object.fromEntries(properties.map(({ id, value }) => [id, value]));
      const { fixedColor } = by["color"] as { fixedColor: string };
      return [matcher.options.split(".").at(-1), by["displayName"], fixedColor, by["custom.lineInterpolation"] ?? by["custom.drawStyle"]];
    });
    assert.deepEqual(looks, [
      ["infeed01 x", "Infeed, Mean", "#0072b2", undefined],
      ["infeed01 ucl", "Infeed, Upper limit", "#d55e00", "stepAfter"],
      ["infeed01 hit", "Infeed, Rule", "#e69f00", "points"],
    ]);
  });

  it("ask only for what they draw: a gauge for its one figure, by its column", () => {
    const gauge = panels.find(({ type }) => type === "gauge");
    assert.deepEqual(
      gauge?.targets?.map(({ alias, query }) => [alias, query.match(/AS "(\w+)" FROM \(SELECT/)?.[1]]),
      [["$col", "oee"]],
    );
  });

  it("arrange tables by their fields, name machines, and hide what no field shows", () => {
    const health = panels.find(({ title }) => title === "Data");
    const { excludeByName, indexByName } = health?.transformations?.at(-1)?.options ?? {};
    assert.deepEqual([excludeByName, indexByName], [{}, { asset: 0, Time: 1, quality: 2 }]);
    const names = health?.fieldConfig?.overrides[0]?.properties.find(({ id }) => id === "mappings")?.value;
    assert.match(JSON.stringify(names), /"acme\.galway\.bottling\.line01\.filler01":\{"text":"Filler"/);
    const shifts = panels.find(({ title }) => title === "OEE by shift");
    assert.deepEqual(shifts?.transformations?.at(-1)?.options?.excludeByName, { asset: true });
  });

  describe("on a real InfluxDB", function () {
    this.timeout(60_000);
    let influxd: Influxd;
    before(async function () {
      if (!needInfluxd()) this.skip();
      influxd = await startInfluxd();
      await fetch(`${influxd.url}/query?q=${encodeURIComponent("CREATE DATABASE twin")}`, { method: "POST" });
      const lines = shiftOfPoints(NOON)
        .map(encodeLine)
        .filter((line) => typeof line === "string");
      const answer = await fetch(`${influxd.url}/write?db=twin&precision=ns`, { method: "POST", body: lines.join("\n") });
      assert.equal(answer.status, 204, await answer.text());
    });
    after(() => influxd?.stop());

    it("answer every target of the line and of the plant without error, and with data", async () => {
      const filler = "acme\\.galway\\.bottling\\.line01\\.filler01";
      const plant = boardsOf(await demoModel()).find(({ id }) => id === "plant-comparison");
      const all = [...panels, ...(plant ? (JSON.parse(JSON.stringify(dashboardJson(plant))) as { panels: JsonPanel[] }).panels : [])];
      assert.ok(all.length > panels.length);
      for (const panel of all) {
        for (const { query } of panel.targets ?? []) {
          const filled = query
            .replaceAll(FROM, String(NOON - 8 * 3_600_000))
            .replaceAll(TO, String(NOON))
            .replaceAll("$timeFilter", `time >= ${NOON - 8 * 3_600_000}ms AND time <= ${NOON}ms`)
            .replaceAll("$__interval", "5m")
            .replaceAll("now()", `${NOON}ms`)
            .replaceAll(MACHINE, filler);
          const answer = await fetch(`${influxd.url}/query?db=twin&q=${encodeURIComponent(filled)}`);
          const body = (await answer.json()) as { error?: string; results: { error?: string; series?: unknown[] }[] };
          assert.equal(body.error ?? body.results[0]?.error, undefined, `${panel.title}: ${filled}`);
          assert.ok((body.results[0]?.series?.length ?? 0) > 0, `${panel.title} has no data: ${filled}`);
        }
      }
    });

    it("show the points, signals and capability of a chart as its own page does, and find the chart by what is stored", async () => {
      const line = await chartedLine();
      const body = line.points.map(encodeLine).filter((one) => typeof one === "string");
      const written = await fetch(`${influxd.url}/write?db=twin&precision=ns`, { method: "POST", body: body.join("\n") });
      assert.equal(written.status, 204, await written.text());
      const { now, view, board } = line;
      const dashboard = JSON.parse(JSON.stringify(dashboardJson(board))) as Dashboard;
      const ask = async (query: string): Promise<(number | string | null)[][]> => {
        const filled = query
          .replaceAll(FROM, String(now - 8 * HOUR))
          .replaceAll(TO, String(now))
          .replaceAll("$timeFilter", `time >= ${now - 8 * HOUR}ms AND time <= ${now}ms`)
          .replaceAll("$__interval", "30m")
          .replaceAll(MACHINE, FILLER.replaceAll(".", "\\."))
          .replaceAll(CHART, "fill-weight");
        const answer = await fetch(`${influxd.url}/query?db=twin&epoch=ms&q=${encodeURIComponent(filled)}`);
        const { results } = (await answer.json()) as { results: { error?: string; series?: { values: (number | string | null)[][] }[] }[] };
        assert.equal(results[0]?.error, undefined, filled);
        return results[0]?.series?.flatMap(({ values }) => values) ?? [];
      };
      const target = (title: string, column: string): string =>
        dashboard.panels.find((panel) => panel.title === title)?.targets?.find(({ query }) => query.includes(`AS "${column}"`))?.query ??
        "";
      const { level, spread } = view.points;
      for (const [title, points] of [["Level", level] as const, ["Spread", spread] as const]) {
        const drawn = (await ask(target(title, "value"))).toReversed();
        assert.deepEqual(
          drawn,
          points.map(({ at, value }) => [at, value]),
        );
        const last = points.at(-1);
        for (const limit of ["centre", "upper"] as const) assert.equal((await ask(target(title, limit))).at(-1)?.[1], last?.[limit]);
      }
      assert.deepEqual(await ask(target("Spread", "lower")), [], "there is no lower limit of a range of five");
      assert.deepEqual(
        (await ask(target("Level", "signal"))).toReversed(),
        level.flatMap(({ at, value, rules }) => (rules.length > 0 ? [[at, value]] : [])),
      );
      assert.equal((await ask(target("Signals", "state"))).length, view.signals.length + view.closed.length);
      assert.deepEqual(
        (await ask(target("Signals", "cause"))).map(([, ...row]) => row),
        view.closed.map(({ closed }) => [closed?.by, closed?.cause, closed?.done]),
      );
      assert.deepEqual(
        (await ask(target("Capability", "n").replaceAll("$timeFilter", `time >= ${now - 90 * 24 * HOUR}ms`))).map((row) => row.at(-1)),
        ["anna"],
      );
      const [, machine, chart] = dashboard.templating.list;
      assert.deepEqual(await ask(machine?.query ?? ""), [["asset", FILLER]]);
      const [[, signal] = []] = await ask(chart?.query ?? "");
      assert.equal(new RegExp(chart?.regex?.slice(1, -1) ?? "").exec(String(signal))?.[1], "fill-weight");

      const memory = { query: async (query: Query) => evaluate(ofMeasurement(line.points, query), query) };
      const stored = await panelsOf(board, new InfluxHistorian({ url: influxd.url, database: "twin" }), now);
      for (const [id, { result }] of await panelsOf(board, memory, now)) assert.deepEqual(stored.get(id)?.result, result, id);
    });
  });
});

function ofMeasurement(points: readonly Point[], { measurement }: Query): readonly Point[] {
  return points.filter((point) => point.measurement === measurement);
}
