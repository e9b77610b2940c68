/** A site that shows °F, lb and bottles per minute, on both stores: people see other numbers, the stores hold the same bytes. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { dashboardJson } from "../../adapters/grafana/index.ts";
import { InfluxHistorian } from "../../adapters/influxdb/index.ts";
import { EmbeddedHistorian } from "../../adapters/sqlite/embedded-historian.ts";
import { SqliteThread } from "../../adapters/sqlite/thread.ts";
import { encodeBatch, type Historian, type LineBatch, TelemetryEncoder } from "../../core/connect/history/index.ts";
import { formatProblem, loadPlant, placeOf, type PlantModel } from "../../core/connect/model/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { rowOf } from "../../core/connect/spine/index.ts";
import { TagMap } from "../../core/connect/tag-map/index.ts";
import { type OeeAtomEvent, OeeCalculator, oeeMachine } from "../../core/operate/oee/index.ts";
import { type Board, boardFaults, compile, type DataPanel, inDisplayUnits, type Panel } from "../../core/see/board/index.ts";
import { lineOverviews } from "../../dashboards/line-overview.board.ts";
import { type Influxd, needInfluxd, startInfluxd } from "../support/influxd.ts";

const T0 = Date.UTC(2026, 2, 10, 9);
const MINUTE = 60_000;
const FILLER = "acme.galway.line.filler";
const DISPLAY = '  display: { Cel: "[degF]", kg: "[lb_av]", "{bottles}/h": "{bottles}/min" }\n';
const SITE = (display: string): string => `plant:
  enterprise: acme
  site: galway
  zone: UTC
${display}classes:
  filler:
    contract: _filler_v1
    stateMap: { profile: packml-opcua }
    roles: { state: state, processed: count, product: product }
    idealRate: 120
    tags:
      state: { type: int, address: "{prefix}.State" }
      count: { type: int, unit: "{bottles}", range: { min: 0, max: 65535 }, address: "{prefix}.Count" }
      product: { type: string, address: "{prefix}.Product" }
      speed: { type: float, unit: "{bottles}/h", address: "{prefix}.Speed" }
      fill_weight: { type: float, unit: kg, address: "{prefix}.Weight" }
      temperature: { type: float, unit: Cel, range: { min: -50, max: 150 }, address: "{prefix}.Temperature" }
equipment:
  line: { kind: ProductionLine }
  line.filler: { kind: WorkCell, class: filler, prefix: s=Filler }
products:
  cola:
    idealCycleSeconds: { "*": 0.5 }
    properties:
      net_weight: { value: 500, unit: g } # measured in kg, shown in lb
      tolerable_negative_error: { value: 0.015, unit: kg }
`;

function load(display: string): PlantModel {
  const reading = loadPlant([{ name: "site.yaml", text: SITE(display) }]);
  if ("problems" in reading) assert.fail(reading.problems.map(formatProblem).join("\n"));
  assert.deepEqual(reading.warnings, []);
  return reading.model;
}

const reading = (name: string, value: unknown, time: number) => ({
  protocol: "opcua",
  address: `s=Filler.${name}`,
  value,
  sourceTimestamp: time,
});

/** Ten minutes of a filler, through the tag map and OEE of this model. */
function run(model: PlantModel): {
  readonly samples: readonly Sample[];
  readonly events: readonly OeeAtomEvent[];
  readonly lines: LineBatch[];
} {
  const map = new TagMap([], model);
  const seriesOf = (asset: string): { site: string; line: string } => placeOf(model, asset);
  const readings = [reading("State", 6, T0), reading("Product", "cola", T0)];
  for (let minute = 0; minute <= 10; minute += 1) {
    const time = T0 + minute * MINUTE;
    readings.push(reading("Count", minute * 100, time), reading("Speed", minute < 5 ? 7200 : 6000, time));
    readings.push(reading("Weight", minute < 5 ? 0.5 : 0.25, time), reading("Temperature", minute < 5 ? 100 : -40, time));
  }
  const { samples, rejects } = map.map(readings, T0 + 11 * MINUTE);
  assert.deepEqual(rejects, []);
  const machine = oeeMachine(model, FILLER, { microStopMs: 0, silenceMs: MINUTE });
  if ("fault" in machine) assert.fail(machine.fault);
  const calculator = new OeeCalculator(machine);
  calculator.push(samples);
  const events = calculator.tick(T0 + 11 * MINUTE);
  assert.ok(events.length > 5);
  const rows = events.map((event) => rowOf({ ...event, id: event.start, author: "node:twin-oee", reason: "test", recorded: 0 }, seriesOf));
  return { samples, events, lines: [new TelemetryEncoder(seriesOf).encode(samples).batch, encodeBatch(rows).batch] };
}

/** What the twin shows of the line, and a temperature, which no board of the house has. */
function boardOf(model: PlantModel): Board {
  const [overview] = lineOverviews(model);
  assert.ok(overview);
  const temperature: Panel = {
    id: "temperature",
    kind: "time-series",
    title: "Temperature",
    width: 24,
    leastEveryMs: 5 * MINUTE,
    min: 0,
    query: (scope) => ({
      measurement: "telemetry",
      from: scope.from,
      to: scope.to,
      where: [scope.chosen("asset", "asset"), { tag: "signal", in: ["_filler_v1.temperature"] }],
      columns: [{ as: "mean", field: "v", aggregate: "mean" }],
      bucket: { everyMs: scope.everyMs },
    }),
    fields: [{ column: "mean", label: "Mean", unit: "Cel", decimals: 1 }],
  };
  const own = inDisplayUnits({ ...overview, rows: [{ height: 8, panels: [temperature] }] }, model.display);
  const board = { ...overview, rows: [...overview.rows, ...own.rows] };
  assert.deepEqual(boardFaults(board), []);
  return board;
}
function panelOf(board: Board, id: string): DataPanel {
  const panel = board.rows.flatMap(({ panels }) => panels).find((one) => one.id === id);
  assert.ok(panel && panel.kind !== "text", id);
  return panel;
}
const near = (actual: unknown, expected: number): void =>
  assert.ok(typeof actual === "number" && Math.abs(actual - expected) < 1e-9, `${String(actual)} is not ${expected}`);

describe("a site with display units", () => {
  const [plain, shown] = [load(""), load(DISPLAY)];

  it("makes samples, events and rows that are equal byte for byte to those of the site without", () => {
    const [without, with_] = [run(plain), run(shown)];
    assert.equal(JSON.stringify(with_.samples), JSON.stringify(without.samples));
    assert.equal(JSON.stringify(with_.events), JSON.stringify(without.events));
    assert.ok(without.lines.every((batch) => batch.count > 5));
    assert.deepEqual(with_.lines, without.lines);
  });

  it("shows symbols, limits in the shown unit, and the same text in the description", () => {
    const weight = panelOf(boardOf(shown), "fill-weight");
    const [nominal, lower] = weight.limitsBy?.limits["cola"] ?? [];
    near(nominal?.value, 0.5 / 0.45359237);
    near(lower?.value, 0.485 / 0.45359237);
    assert.match(weight.description ?? "", /cola nominal 1\.10231 lb, lower limit 1\.06924 lb/);
    assert.match(panelOf(boardOf(plain), "fill-weight").description ?? "", /cola nominal 0\.5 kg, lower limit 0\.485 kg/);
  });

  it("gives Grafana the symbol as unit and the scale in it", () => {
    const { panels = [] } = dashboardJson(boardOf(shown));
    const fieldOf = (title: string) =>
      panels.flatMap((one) => ("fieldConfig" in one && one.title === title ? [one.fieldConfig?.defaults] : []))[0];
    assert.deepEqual(
      ["Speed", "Fill weight", "Temperature"].map((title) => fieldOf(title)?.unit),
      ["suffix: bottles/min", "suffix: lb", "suffix: °F"],
    );
    assert.deepEqual([fieldOf("Temperature")?.min, fieldOf("Speed")?.min], [32, 0]);
  });

  function shows(open: (name: string) => Promise<Historian>): void {
    let stores: { plain: Historian; shown: Historian };
    before(async () => {
      stores = { plain: await open("plain"), shown: await open("shown") };
      for (const [name, model] of [
        ["plain", plain],
        ["shown", shown],
      ] as const) {
        await stores[name].prepare();
        for (const batch of run(model).lines) assert.deepEqual((await stores[name].write(batch)).refused, []);
      }
    });
    after(async () => {
      await stores?.plain.close();
      await stores?.shown.close();
    });
    const range = { from: T0, to: T0 + 10 * MINUTE, live: false };
    const rowsOf = async (model: PlantModel, id: string) => {
      const { main } = compile(panelOf(boardOf(model), id), range, { asset: FILLER });
      const { series } = await stores.shown.query(main);
      return (series[0]?.rows ?? []).filter(([time]) => time === T0 || time === T0 + 5 * MINUTE);
    };

    it("shows °F, lb and bottles per minute, and the stored units where the site asks for nothing", async () => {
      assert.deepEqual(await rowsOf(shown, "temperature"), [
        [T0, 212],
        [T0 + 5 * MINUTE, -40],
      ]);
      const [first, second] = await rowsOf(shown, "speed");
      near(first?.[1], 120);
      near(second?.[1], 100);
      const [weight] = await rowsOf(shown, "fill-weight");
      for (const cell of weight?.slice(1) ?? []) near(cell, 0.5 / 0.45359237);
      assert.deepEqual((await rowsOf(plain, "temperature"))[0], [T0, 100]);
      assert.deepEqual((await rowsOf(plain, "speed"))[0], [T0, 7200]);
      assert.deepEqual((await rowsOf(plain, "fill-weight"))[0], [T0, 0.5, 0.5, 0.5]);
    });

    it("reads back the same samples and atoms as the site without", async () => {
      const tags = [...plain.tags.values()].map(({ id, type }) => ({ id, type }));
      const samples = async (store: Historian) => store.readSamples({ tags, from: T0, to: T0 + 20 * MINUTE });
      assert.ok((await samples(stores.plain)).length > 40);
      assert.deepEqual(await samples(stores.shown), await samples(stores.plain));
      const columns = ["good", "run_ms", "total", "rev"].map((field) => ({ as: field, field }));
      const atoms = async (store: Historian) => store.query({ measurement: "oee", from: T0, to: T0 + 20 * MINUTE, columns });
      assert.ok(((await atoms(stores.plain)).series[0]?.rows.length ?? 0) > 5);
      assert.deepEqual(await atoms(stores.shown), await atoms(stores.plain));
    });
  }

  describe("on the embedded historian", () => {
    let folder: string;
    const thread = new SqliteThread();
    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "twinline-display-"));
    });
    shows(async (name) => new EmbeddedHistorian(await thread.open("history", path.join(folder, `${name}.sqlite`), {})));
    after(async () => {
      await thread.end();
      await rm(folder, { recursive: true, force: true });
    });
  });

  describe("on a real InfluxDB", function () {
    this.timeout(60_000);
    let influxd: Influxd;
    before(async function () {
      if (!needInfluxd()) this.skip();
      influxd = await startInfluxd();
    });
    shows(async (name) => new InfluxHistorian({ url: influxd.url, database: name }));
    after(() => influxd?.stop());

    const ask = async (database: string, query: string): Promise<string> => {
      const answer = await fetch(`${influxd.url}/query?db=${database}&epoch=ms&q=${encodeURIComponent(query)}`);
      return answer.text();
    };

    it("stores the same bytes", async () => {
      for (const measurement of ["telemetry", "oee"]) {
        const all = `SELECT * FROM "${measurement}" GROUP BY *`;
        assert.ok((await ask("plain", all)).length > 1_000);
        assert.equal(await ask("shown", all), await ask("plain", all));
      }
    });

    it("answers the targets of Grafana with what the viewer shows, in buckets without data too", async () => {
      const { panels = [] } = dashboardJson(boardOf(shown));
      for (const [title, id] of [
        ["Speed", "speed"],
        ["Fill weight", "fill-weight"],
        ["Temperature", "temperature"],
      ] as const) {
        const target = panels.flatMap((one) => ("targets" in one && one.title === title ? (one.targets ?? []) : []))[0];
        const query = String(target?.["query"])
          .replaceAll("$timeFilter", `time >= ${T0}ms AND time < ${T0 + 10 * MINUTE}ms`)
          .replaceAll("$__interval", "30s")
          .replaceAll(["$", "{asset:regex}"].join(""), FILLER.replaceAll(".", "\\."));
        const { results } = JSON.parse(await ask("shown", query)) as { results: { series?: { values: (number | null)[][] }[] }[] };
        const values = results[0]?.series?.[0]?.values ?? [];
        const expected = await rowsOfViewer(id);
        assert.equal(values.length, expected.length, query);
        for (const [at, row] of expected.entries())
          for (const [i, cell] of row.entries()) {
            if (cell === null) assert.equal(values[at]?.[i], null);
            else near(values[at]?.[i], Number(cell));
          }
      }
    });

    /** The same panel in buckets of half a minute, as Grafana asks for them here: every second one is without data. */
    async function rowsOfViewer(id: string) {
      const { main } = compile(panelOf(boardOf(shown), id), { from: T0, to: T0 + 10 * MINUTE, live: false }, { asset: FILLER });
      const historian = new InfluxHistorian({ url: influxd.url, database: "shown" });
      const { series } = await historian.query({ ...main, bucket: { everyMs: MINUTE / 2 } });
      await historian.close();
      return series[0]?.rows ?? [];
    }
  });
});
