import assert from "node:assert/strict";
import { dashboardJson, PANEL_TYPES } from "../../adapters/grafana/index.ts";
import { boardFaults, gridFault } from "../../core/see/board/index.ts";
import { boardsOf } from "../../dashboards/boards.ts";
import { demoModel, shiftOfPoints } from "../support/board-site.ts";
import { type Influxd, needInfluxd, startInfluxd } from "../support/influxd.ts";
import { encodeLine } from "../../core/connect/history/index.ts";

interface Target {
  readonly refId: string;
  readonly query: string;
}
interface JsonPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { x: number; y: number; w: number; h: number };
  readonly datasource?: { uid: string };
  readonly targets?: readonly Target[];
  readonly fieldConfig?: { defaults: { unit?: string; thresholds?: { steps: unknown[] } } };
}
/** Grafana's placeholders for the range in ms and the chosen machine. */
const FROM = ["$", "{__from}"].join("");
const TO = ["$", "{__to}"].join("");
const MACHINE = ["$", "{asset:regex}"].join("");
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

    it("answer every target without error, and with data", async () => {
      const filler = "acme\\.galway\\.bottling\\.line01\\.filler01";
      for (const panel of panels) {
        for (const { query } of panel.targets ?? []) {
          const filled = query
            .replaceAll(FROM, String(NOON - 8 * 3_600_000))
            .replaceAll(TO, String(NOON))
            .replaceAll("$timeFilter", `time >= ${NOON - 8 * 3_600_000}ms AND time <= ${NOON}ms`)
            .replaceAll("$__interval", "5m")
            .replaceAll(MACHINE, filler);
          const answer = await fetch(`${influxd.url}/query?db=twin&q=${encodeURIComponent(filled)}`);
          const body = (await answer.json()) as { error?: string; results: { error?: string; series?: unknown[] }[] };
          assert.equal(body.error ?? body.results[0]?.error, undefined, `${panel.title}: ${filled}`);
          assert.ok((body.results[0]?.series?.length ?? 0) > 0, `${panel.title} has no data: ${filled}`);
        }
      }
    });
  });
});
