import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { InfluxHistorian } from "../../adapters/influxdb/index.ts";
import { EmbeddedHistorian } from "../../adapters/sqlite/embedded-historian.ts";
import { SqliteThread } from "../../adapters/sqlite/thread.ts";
import { encodeLine, type Historian, joinLines } from "../../core/connect/history/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { rowOf } from "../../core/connect/spine/index.ts";
import { LineCalculator, lossesByCulprit, type OeeLineEvent } from "../../core/operate/line/index.ts";
import { oeeByHour } from "../../core/operate/oee/index.ts";
import { needInfluxd, startInfluxd } from "../support/influxd.ts";
import { at, inARow, LINE, lineOf } from "../support/packing-line.ts";

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 2, 10, 6);
const TO = T0 + 60 * MINUTE;
const STATIONS = ["a", "b", "c"] as const;

function sample(station: string, name: string, minute: number, value: Sample["value"]): Sample {
  return { tag: `${at(station)}._machine_v1.${name}`, value, quality: "Good", timestamp: T0 + minute * MINUTE };
}

/** An hour in which `c` stops `b` for 10 minutes, 4 of which are known only afterwards. */
function events(): OeeLineEvent[] {
  const calculator = new LineCalculator(lineOf("constraint: b", inARow(...STATIONS)));
  const samples = STATIONS.flatMap((station) => [
    sample(station, "state", 0, 6),
    sample(station, "product", 0, "small"),
    ...Array.from({ length: 63 }, (_, minute) => sample(station, "beat", minute, minute)),
    ...Array.from({ length: 63 }, (_, minute) => sample(station, "processed", minute, minute * 50)),
  ]);
  const waits = [sample("b", "blocked", 20, true), sample("b", "state", 20, 5), sample("b", "state", 30, 6)];
  calculator.push([...samples, ...waits, sample("c", "state", 24, 11), sample("c", "state", 30, 6)]);
  const first = calculator.tick();
  const late = calculator.push([sample("c", "state", 19, 9)]).events;
  assert.deepEqual(new Set(late.map(({ revision }) => revision)), new Set([2]));
  return [...first, ...late];
}

for (const store of ["embedded historian", "InfluxDB"] as const)
  describe(`stored line atoms: ${store}`, () => {
    let release: () => Promise<unknown>;
    let historian: Historian;

    async function embedded(): Promise<Historian> {
      const thread = new SqliteThread();
      const folder = await mkdtemp(path.join(tmpdir(), "twinline-line-queries-"));
      release = async () => {
        await thread.end();
        await rm(folder, { recursive: true, force: true });
      };
      return new EmbeddedHistorian(await thread.open("history", path.join(folder, "history.sqlite"), {}));
    }

    async function influx(): Promise<Historian> {
      const influxd = await startInfluxd();
      release = () => influxd.stop();
      return new InfluxHistorian({ url: influxd.url, database: "oee" });
    }

    before(async function () {
      this.timeout(30_000);
      if (store === "InfluxDB" && !needInfluxd()) this.skip();
      historian = await (store === "InfluxDB" ? influx() : embedded());
      await historian.prepare();
      const lines = events().map((event, id) => {
        const entry = { ...event, id, author: "node:twin-oee", reason: "test", recorded: 0 };
        return encodeLine(rowOf(entry, () => ({ site: "galway", line: "hall.line" })));
      });
      await historian.write(joinLines(lines.filter((line) => typeof line === "string")));
    });
    after(async () => {
      await historian?.close();
      await release?.();
    });

    it("give the line's lost time by culprit, after the corrections", async () => {
      const names = [...STATIONS, "unknown"];
      const { columns, series } = await historian.query(lossesByCulprit({ from: T0, to: TO, line: LINE, stations: names }));
      assert.equal(series.length, 1);
      const row = series[0]?.rows[0] ?? [];
      const of = (column: string): unknown => row[columns.indexOf(column) + 1];
      assert.deepEqual(
        names.map((name) => of(`lost:${name}`)),
        [0, 0, 10 * MINUTE, 0],
      );
      assert.equal(of("line_down"), 10 * MINUTE);
    });

    it("give how long a station waited for others, and for which side", async () => {
      const fields = ["b.blocked_ms", "b.starved_ms", "a.blocked_ms"];
      const columns = fields.map((field) => ({ as: field, field, aggregate: "sum" as const }));
      const where = [{ tag: "asset", in: [LINE] }];
      const { series } = await historian.query({
        measurement: "oee",
        from: T0,
        to: TO,
        where,
        columns,
        latestRevision: { atomMs: MINUTE },
      });
      assert.deepEqual(series[0]?.rows[0]?.slice(1), [10 * MINUTE, 0, 0]);
    });

    it("give the line's OEE with the queries for machines", async () => {
      const { columns, series } = await historian.query(oeeByHour({ from: T0, to: TO, assets: [LINE] }));
      const row = series[0]?.rows[0] ?? [];
      const of = (column: string): number => Number(row[columns.indexOf(column) + 1]);
      assert.ok(Math.abs(of("availability") - 50 / 60) < 1e-12, String(of("availability")));
      assert.ok(Math.abs(of("oee") - (60 * 50) / 3600) < 1e-12, String(of("oee")));
    });
  });
