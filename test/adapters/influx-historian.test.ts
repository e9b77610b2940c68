import assert from "node:assert/strict";
import { InfluxDB, type IPoint } from "influx";
import { InfluxHistorian } from "../../adapters/influxdb/index.ts";
import {
  encodeBatch,
  evaluate,
  HistorianUnavailable,
  joinLines,
  type Point,
  type Query,
  toGrafana,
} from "../../core/connect/history/index.ts";
import { type Influxd, needInfluxd, startInfluxd } from "../support/influxd.ts";

const T0 = Date.UTC(2026, 0, 5, 6);
const DAY = 86_400_000;

const UNTIL = T0 + 240 * 60_000;

/** Runs a Grafana target as Grafana would: its macros filled in. */
async function executeGrafana(url: string, statement: string | undefined): Promise<(number | string | null)[][]> {
  const q = (statement ?? "")
    .replaceAll("$timeFilter", `time >= ${T0}ms AND time < ${UNTIL}ms`)
    .replaceAll("${asset:regex}", "(m1|m2)")
    .replaceAll("$__interval", "1800000ms");
  const response = await fetch(`${url}/query?db=grafana&epoch=ms`, { method: "POST", body: new URLSearchParams({ q }) });
  const { results } = (await response.json()) as { results: { error?: string; series?: { values: (number | string | null)[][] }[] }[] };
  assert.equal(results[0]?.error, undefined, q);
  return results[0]?.series?.[0]?.values ?? [];
}

describe("InfluxDB historian against influxd", () => {
  let influxd: Influxd;
  before(async function () {
    this.timeout(40_000);
    if (!needInfluxd()) this.skip();
    influxd = await startInfluxd();
  });
  after(() => influxd?.stop());
  const connect = (database: string, more = {}) => new InfluxHistorian({ url: influxd.url, database, ...more });

  it("another client reads what we wrote", async () => {
    const historian = connect("second_reader");
    await historian.prepare();
    const points: Point[] = [
      { measurement: "m", tags: { "a b": 'x, "y"=z' }, fields: { s: 'line\nbreak "quoted" \\', v: 0.1, ok: true }, time: T0, revision: 3 },
    ];
    await historian.write(encodeBatch(points).batch);
    const reader = new InfluxDB({ host: "127.0.0.1", port: Number(new URL(influxd.url).port), database: "second_reader" });
    const [row = {} as never] = await reader.query<IPoint & Record<string, unknown>>("SELECT * FROM m");
    assert.equal(row["a b"], 'x, "y"=z');
    assert.deepEqual([row["s"], row["v"], row["ok"]], ['line\nbreak "quoted" \\', 0.1, true]);
    assert.equal((row["time"] as { getNanoTime(): string }).getNanoTime(), `${T0}000003`);
    await historian.close();
  });

  it("makes the database again when somebody dropped it", async () => {
    const historian = connect("dropped");
    await historian.prepare();
    await fetch(`${influxd.url}/query`, { method: "POST", body: new URLSearchParams({ q: 'DROP DATABASE "dropped"' }) });
    assert.deepEqual(await historian.write(joinLines(["m v=1 1"])), { written: 1, refused: [] });
    await historian.close();
  });

  it("is away, not refused, to those who read before its database is made, and has no data right after", async () => {
    const historian = connect("not_made_yet");
    const range = { from: T0, to: T0 + 60_000 };
    const ask = [
      () => historian.query({ measurement: "oee", ...range, columns: [{ as: "total", field: "total", aggregate: "sum" }] }),
      () => historian.readSamples({ tags: [{ id: "a.b._raw.c" }], ...range, carryIn: true }),
    ];
    for (const read of ask) await assert.rejects(read, { name: "HistorianUnavailable", message: /no such database yet/ });
    await historian.prepare();
    assert.deepEqual((await ask[0]?.()) ?? [], { columns: ["total"], series: [] });
    assert.deepEqual(await ask[1]?.(), []);
    await historian.close();
  });

  it("Grafana's statements, filled and divided by InfluxDB itself, say what the evaluator says", async () => {
    const historian = connect("grafana");
    await historian.prepare();
    const run = { field: "run_ms", aggregate: "sum" as const };
    const planned = { field: "planned_ms", aggregate: "sum" as const };
    const points: Point[] = [];
    for (let minute = 0; minute < 240; minute++) {
      // Two revisions of each atom, a gap of half an hour, and half an hour in which nothing was planned.
      if (minute >= 60 && minute < 90) continue;
      for (const revision of [1, 2]) {
        const fields = {
          run_ms: 1000 * (minute % 60) * revision,
          planned_ms: minute >= 120 && minute < 150 ? 0 : 60_000,
          state: `s${minute % 3}`,
          rev: revision,
        };
        points.push({ measurement: "oee", tags: { asset: "m1" }, time: T0 + minute * 60_000, revision, fields });
      }
    }
    await historian.write(encodeBatch(points).batch);
    const base = {
      measurement: "oee",
      from: T0,
      to: UNTIL,
      by: ["asset"],
      latestRevision: { atomMs: 60_000 },
      where: [{ tag: "asset", in: ["m1"], variable: "asset" }],
      bucket: { everyMs: 1_800_000 },
    };
    for (const fill of ["none", "null", "previous"] as const) {
      const plain: Query = {
        ...base,
        fill,
        columns: [
          { as: "run", ...run },
          { as: "most", field: "run_ms", aggregate: "max" },
        ],
      };
      const [statement] = toGrafana(plain);
      assert.deepEqual(await executeGrafana(influxd.url, statement), evaluate(points, plain).series[0]?.rows, statement);
      assert.deepEqual(
        await executeGrafana(influxd.url, toGrafana(plain, { autoInterval: true })[0]),
        evaluate(points, plain).series[0]?.rows,
      );
    }
    const ratio: Query = { ...base, columns: [{ as: "availability", numerator: run, denominator: planned }] };
    const expected = evaluate(points, ratio).series[0]?.rows.filter(([, value]) => value !== null);
    const targets = toGrafana({ ...ratio, columns: [...ratio.columns, { as: "run", ...run }] });
    assert.equal(targets.length, 2);
    assert.deepEqual(await executeGrafana(influxd.url, targets[0]), expected);
    const { bucket: _, ...whole } = ratio;
    assert.deepEqual(
      (await executeGrafana(influxd.url, toGrafana(whole)[0]))[0]?.slice(1),
      evaluate(points, whole).series[0]?.rows[0]?.slice(1),
    );
    const { bucket: __, ...rows } = { ...base, columns: [{ as: "state", field: "state" }] };
    assert.deepEqual(await executeGrafana(influxd.url, toGrafana(rows)[0]), evaluate(points, rows).series[0]?.rows);
    const days: Query = { ...ratio, columns: [{ as: "run", ...run }], bucket: { everyMs: DAY, zone: "Europe/Dublin" } };
    assert.deepEqual(await executeGrafana(influxd.url, toGrafana(days)[0]), evaluate(points, days).series[0]?.rows);
    await historian.close();
  });

  it("asks to try again when the server is down, and nothing is lost by doing so", async () => {
    const historian = connect("restart");
    await historian.prepare();
    await historian.write(joinLines(["m v=1 1000000"]));
    await influxd.kill();
    await assert.rejects(
      historian.write(joinLines(["m v=2 2000000"])),
      (error: unknown) => error instanceof HistorianUnavailable && /cannot be reached/.test(error.message),
    );
    await assert.rejects(historian.query({ measurement: "m", from: 0, to: 9, columns: [{ as: "v", field: "v" }] }), HistorianUnavailable);
    await influxd.start();
    await historian.write(joinLines(["m v=2 2000000"]));
    const { series } = await historian.query({ measurement: "m", from: 0, to: 9, columns: [{ as: "v", field: "v" }] });
    assert.deepEqual(series[0]?.rows, [
      [1, 1],
      [2, 2],
    ]);
    await historian.close();
  }).timeout(40_000);

  it("does not wait for ever for a server that never answers", async () => {
    const historian = connect("frozen", { timeoutMs: 300 });
    await historian.prepare();
    influxd.freeze(true);
    try {
      await assert.rejects(
        historian.write(joinLines(["m v=1 1"])),
        (error: unknown) => error instanceof HistorianUnavailable && /no answer within 300 ms/.test(error.message),
      );
    } finally {
      influxd.freeze(false);
    }
    await historian.close();
  });
});

describe("InfluxDB historian with credentials", () => {
  let influxd: Influxd;
  before(async function () {
    this.timeout(40_000);
    if (!needInfluxd()) this.skip();
    influxd = await startInfluxd({ auth: true });
    await fetch(`${influxd.url}/query`, {
      method: "POST",
      body: new URLSearchParams({ q: "CREATE USER twin WITH PASSWORD 'right-secret' WITH ALL PRIVILEGES" }),
    });
  });
  after(() => influxd?.stop());

  it("writes with the right ones and names neither user nor password when they are wrong", async () => {
    const right = new InfluxHistorian({ url: influxd.url, database: "twin", user: "twin", password: "right-secret" });
    await right.prepare();
    assert.deepEqual(await right.write(joinLines(["m v=1 1"])), { written: 1, refused: [] });
    await right.close();
    const wrong = new InfluxHistorian({ url: influxd.url, database: "twin", user: "twin", password: "wrong-secret" });
    for (const call of [() => wrong.prepare(), () => wrong.write(joinLines(["m v=1 1"]))]) {
      await assert.rejects(call, (error: unknown) => {
        assert.ok(error instanceof HistorianUnavailable);
        assert.match(error.message, /refused the credentials \(HTTP 401\)/);
        assert.doesNotMatch(JSON.stringify([error.message, error.stack, error.cause]), /secret|dHdpbjp/);
        return true;
      });
    }
    await wrong.close();
  });

  it("takes no credentials in the URL and no other protocol", () => {
    for (const url of ["http://u:p@127.0.0.1:1", "ftp://127.0.0.1", "localhost"]) {
      assert.throws(() => new InfluxHistorian({ url, database: "twin" }), { name: "RangeError" });
    }
  });
});
