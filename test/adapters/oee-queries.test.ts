import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { InfluxHistorian } from "../../adapters/influxdb/index.ts";
import { EmbeddedHistorian } from "../../adapters/sqlite/embedded-historian.ts";
import { SqliteThread } from "../../adapters/sqlite/thread.ts";
import { encodeLine, type Historian, joinLines, type QueryResult } from "../../core/connect/history/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { rowOf } from "../../core/connect/spine/index.ts";
import {
  type Atom,
  atomEvent,
  atomOf,
  byHour,
  byOrder,
  byProduct,
  byShift,
  DEFAULT_TIME_OPTIONS,
  currentShift,
  kpis,
  lossesByBucket,
  lossWaterfall,
  NOTHING,
  type OeeAtomEvent,
  OeeCalculator,
  type OeeMachine,
  oeeByHour,
  oeeByOrder,
  oeeByProduct,
  oeeRolling,
  oeeByShift,
  PACKML_TIME_MODEL,
  ratios,
  rolling,
  sixBigLosses,
  sumMeasures,
  type WindowSum,
} from "../../core/operate/oee/index.ts";
import { type Influxd, needInfluxd, startInfluxd } from "../support/influxd.ts";
import { WorkCalendar } from "../../core/operate/calendar/index.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ASSET = "acme.galway.bottling.line01.filler01";
/** 10 March 2026, 04:00 in Dublin: the last hours of a night shift, the early shift and the beginning of the late one. */
const FROM = Date.UTC(2026, 2, 10, 4);
const TO = FROM + 12 * HOUR;
const days = [1, 2, 3, 4, 5, 6, 7];
const calendar = new WorkCalendar({
  name: "three-shift",
  zone: "Europe/Dublin",
  dayStart: "06:00",
  shifts: [
    { name: "early", start: "06:00", end: "14:00", days, breaks: [{ start: "10:00", end: "10:30" }] },
    { name: "late", start: "14:00", end: "22:00", days, breaks: [] },
    { name: "night", start: "22:00", end: "06:00", days, breaks: [] },
  ],
  holidays: [],
});

function near(a: number, b: number): void {
  assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);
}

const machine: OeeMachine = {
  asset: ASSET,
  tags: { state: "state", processed: "processed", defective: "defective", product: "product", order: "order" },
  numbering: { profile: "packml-opcua" },
  rules: {
    timeModel: PACKML_TIME_MODEL,
    microStopMs: 0,
    silenceMs: null,
    tracksOrders: true,
    idealCycleUs: (product) => (product === "still" ? 500_000 : 480_001),
    plannedWindows: (from, to) => calendar.plannedWindows(from, to),
  },
  options: DEFAULT_TIME_OPTIONS,
  modelRevision: "m1",
};

const sample = (tag: string, timestamp: number, value: Sample["value"]): Sample => ({ tag, value, timestamp, quality: "Good" });

/** Twelve hours of production with stops, and two late samples: a stop, and a product change that moves a cut. */
function events(): OeeAtomEvent[] {
  const calculator = new OeeCalculator(machine);
  const samples = [sample("state", FROM, 6), sample("product", FROM, "still"), sample("product", FROM + 5 * HOUR + 12_345, "lemon")];
  samples.push(
    sample("order", FROM + HOUR, "4711"),
    sample("order", FROM + 4 * HOUR + 5_000, "4712"),
    sample("order", FROM + 8 * HOUR, ""),
  );
  for (let minute = 0; minute <= 12 * 60; minute += 1) {
    samples.push(sample("processed", FROM + minute * MINUTE, minute * 100), sample("defective", FROM + minute * MINUTE, minute));
    if (minute % 90 === 40) samples.push(sample("state", FROM + minute * MINUTE + 11, 9));
    if (minute % 90 === 52) samples.push(sample("state", FROM + minute * MINUTE + 17, 6));
  }
  calculator.push(samples);
  const first = calculator.tick(TO + MINUTE);
  const late = calculator.push([sample("state", FROM + 3 * HOUR, 11), sample("state", FROM + 3 * HOUR + 90_000, 6)]);
  const moved = calculator.push([sample("product", FROM + 5 * HOUR - 5 * MINUTE, "lemon")]);
  assert.ok(late.events.length > 0 && moved.events.some((event) => event.end === event.start));
  return [...first, ...late.events, ...moved.events];
}

/** Each row must carry the ratios and counts of one window. */
function check(result: QueryResult, rows: readonly (readonly unknown[])[], windows: readonly WindowSum[]): void {
  assert.equal(rows.length, windows.length);
  rows.forEach((row, i) => {
    const sum = windows[i]?.measures;
    assert.ok(sum !== undefined);
    const figures = ratios(sum);
    const expected = { ...figures, total: sum.total, good: sum.total - sum.scrap, scrap: sum.scrap };
    result.columns.forEach((column, c) => {
      if (!Object.hasOwn(expected, column)) return;
      const [got, want] = [row[c + 1], expected[column as keyof typeof expected]];
      if (want === null) assert.equal(got, null, column);
      else assert.ok(Math.abs(Number(got) - want) <= 1e-12 * Math.max(1, want), `${column}: ${String(got)} is not ${want}`);
    });
  });
}

for (const store of ["embedded historian", "InfluxDB"] as const)
  describe(`OEE queries over stored atoms give what the mathematics gives: ${store}`, () => {
    let release: () => Promise<unknown>;
    let historian: Historian;
    let atoms: Atom[];

    async function embedded(): Promise<Historian> {
      const thread = new SqliteThread();
      const folder = await mkdtemp(path.join(tmpdir(), "twinline-oee-queries-"));
      release = async () => {
        await thread.end();
        await rm(folder, { recursive: true, force: true });
      };
      return new EmbeddedHistorian(await thread.open("history", path.join(folder, "history.sqlite"), {}));
    }

    async function influx(): Promise<Historian> {
      const influxd: Influxd = await startInfluxd();
      release = () => influxd.stop();
      return new InfluxHistorian({ url: influxd.url, database: "oee" });
    }

    before(async function () {
      this.timeout(30_000);
      if (store === "InfluxDB" && !needInfluxd()) this.skip();
      historian = await (store === "InfluxDB" ? influx() : embedded());
      await historian.prepare();
      const all = events();
      const lines = all.map((event, id) => {
        const entry = { ...event, id, author: "node:twin-oee", reason: "test", recorded: 0 };
        return encodeLine(rowOf(entry, () => ({ site: "galway", line: "bottling.line01" })));
      });
      await historian.write(joinLines(lines.filter((line) => typeof line === "string")));
      const latest = new Map(all.map((event) => [`${event.start}/${event.data.product}/${event.data.order}/${event.data.shift}`, event]));
      atoms = [...latest.values()].map(atomOf).filter((atom) => atom.start < TO);
    });
    after(async () => {
      await historian?.close();
      await release?.();
    });

    const scope = { from: FROM, to: TO, assets: [ASSET], zone: "Europe/Dublin", dayStartMs: 6 * HOUR };

    it("by hour", async () => {
      const result = await historian.query(oeeByHour(scope));
      assert.equal(result.series.length, 1);
      check(result, result.series[0]?.rows ?? [], byHour(atoms));
    });

    it("by shift and production day, the night shift being the day before's", async () => {
      const result = await historian.query(oeeByShift(scope));
      const rows = result.series.flatMap(({ tags, rows }) => rows.map((row) => ({ shift: tags["shift"], row })));
      const windows = byShift(atoms);
      assert.deepEqual(rows.map(({ shift }) => shift).toSorted(), ["early", "late", "night"]);
      const ordered = windows.map(({ key }) => rows.find(({ shift }) => key.endsWith(`/${shift}`))?.row ?? []);
      check(result, ordered, windows);
      const night = rows.find(({ shift }) => shift === "night");
      assert.equal(night?.row[0], Date.UTC(2026, 2, 9, 6));
    });

    it("by order and by product, times of failures among them; time without an order is a series of its own", async () => {
      for (const [query, windows, tag] of [
        [oeeByOrder(scope), byOrder(atoms), "order"],
        [oeeByProduct(scope), byProduct(atoms), "product"],
      ] as const) {
        const result = await historian.query(query);
        const rowOf = (key: string) => result.series.find(({ tags }) => ((tags[tag] ?? "") || "~") === key)?.rows[0] ?? [];
        assert.deepEqual(result.series.map(({ tags }) => (tags[tag] ?? "") || "~").toSorted(), windows.map(({ key }) => key).toSorted());
        check(
          result,
          windows.map(({ key }) => rowOf(key)),
          windows,
        );
        for (const { key, measures } of windows) {
          const { MeanOperationTimeBetweenFailures: mtbf, MeanTimeToRestoration: mttr } = kpis(measures);
          const got = (name: string) => rowOf(key)[result.columns.indexOf(name) + 1];
          for (const [name, hours] of [
            ["mtbf_ms", mtbf],
            ["mttr_ms", mttr],
          ] as const)
            if (hours === null) assert.equal(got(name), null);
            else assert.ok(Math.abs(Number(got(name)) / HOUR - hours) <= 1e-12 * hours);
          assert.equal(got("failures"), measures.failures);
        }
      }
    });

    it("over the last minutes before an instant", async () => {
      const { from: _, ...rest } = scope;
      const result = await historian.query(oeeRolling({ ...rest, to: TO - HOUR }, 90));
      check(result, result.series[0]?.rows ?? [], [rolling(atoms, TO - HOUR, 90)]);
    });

    it("a minute stored by an earlier version, without an order, is replaced by its correction", async () => {
      const start = TO + 24 * HOUR;
      const measures = { ...NOTHING, ms: { ...NOTHING.ms, run: MINUTE }, total: 10, idealTotalUs: 10 * 500_000 };
      const atom = {
        start,
        end: start + MINUTE,
        product: "still",
        order: "~",
        shift: "late",
        productionDay: "2026-03-11",
        idealCycleUs: 500_000,
      };
      const young = atomEvent({ ...atom, measures: { ...measures, total: 12, idealTotalUs: 12 * 500_000 } }, machine, 2, 0);
      const { order: _, no_order_ms: __, stops: ___, processing_ms: ____, ...old } = atomEvent({ ...atom, measures }, machine, 1, 0).data;
      const lines = [{ ...young, revision: 1, data: old }, young].map((event, id) => {
        const entry = { ...event, id, author: "node:twin-oee", reason: "test", recorded: 0 };
        return encodeLine(rowOf(entry, () => ({ site: "galway", line: "bottling.line01" })));
      });
      await historian.write(joinLines(lines.filter((line) => typeof line === "string")));
      const result = await historian.query(oeeByProduct({ ...scope, from: start, to: start + MINUTE }));
      assert.equal(result.series.length, 1);
      assert.equal(result.series[0]?.rows[0]?.[result.columns.indexOf("total") + 1], 12);
    });

    it("what is left of planned time after each loss is the next figure, and the losses are the six big ones", async () => {
      const fall = await historian.query(lossWaterfall(scope));
      const at = (name: string): number => Number(fall.series[0]?.rows[0]?.[fall.columns.indexOf(name) + 1]);
      const lost = (...names: string[]): number => names.reduce((sum, name) => sum + at(name), 0);
      const standing = lost("setup_ms", "no_order_ms", "failure_ms", "hold_ms", "stop_ms", "external_ms", "otherwise_ms");
      assert.equal(at("planned_ms") - standing, at("production_ms"));
      assert.equal(at("otherwise_ms"), 0, "by default nothing else is planned busy time");
      near(at("production_ms") - at("micro_ms") - at("speed_ms"), at("ideal_total_ms"));
      near(at("ideal_total_ms") - at("defects_ms"), at("ideal_good_ms"));
      const six = sixBigLosses(sumMeasures(atoms.map(({ measures }) => measures)));
      assert.equal(lost("failure_ms", "hold_ms", "stop_ms"), six.failure);
      assert.equal(lost("micro_ms", "external_ms"), six.idlingAndMinorStops);
      near(at("defects_ms"), (six.processDefects ?? 0) + (six.startUp ?? 0));
    });

    it("losses by bucket add up to the window, and the current shift stands alone", async () => {
      const losses = await historian.query(lossesByBucket(scope));
      const [, ...values] = losses.series[0]?.rows[0] ?? [];
      assert.equal(
        values.reduce<number>((sum, ms) => sum + Number(ms), 0),
        TO - FROM,
      );
      const late = await historian.query(currentShift({ ...scope, from: Date.UTC(2026, 2, 10, 14), shift: "late" }));
      const window = byShift(atoms).find(({ key }) => key.endsWith("/late"));
      assert.ok(window !== undefined);
      check(late, late.series[0]?.rows ?? [], [{ ...window, measures: sumMeasures([window.measures]) }]);
    });
  });
