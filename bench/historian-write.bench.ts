/**
 * How fast samples reach the historians: our writer against a bare loader that posts the same lines, prepared
 * beforehand, to the same influxd in the same run; also with the encoding of the samples counted in. Prints one JSON row per measurement.
 *
 *     node bench/historian-write.bench.ts [points]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { InfluxHistorian } from "../adapters/influxdb/index.ts";
import { EmbeddedHistorian } from "../adapters/sqlite/embedded-historian.ts";
import { SqliteThread } from "../adapters/sqlite/thread.ts";
import { type Historian, type LineBatch, TelemetryEncoder } from "../core/connect/history/index.ts";
import type { Sample } from "../core/connect/sample/index.ts";
import { needInfluxd, startInfluxd } from "../test/support/influxd.ts";
import { benchRow } from "./row.ts";

const POINTS = Number(process.argv[2] ?? 500_000);
const BATCH = 5000;
const ROUNDS = 3;
const T0 = Date.UTC(2026, 0, 5);
const seriesOf = () => ({ site: "acme.galway", line: "acme.galway.bottling.line01" });

/** 1000 tags; every round writes other instants, so that no round overwrites another. */
function samples(round: number): Sample[][] {
  const batches: Sample[][] = [];
  for (let at = 0; at < POINTS; at += BATCH) {
    batches.push(
      Array.from({ length: Math.min(BATCH, POINTS - at) }, (_, i): Sample => {
        const n = round * POINTS + at + i;
        const tag = `acme.galway.bottling.line01.machine${n % 100}._raw.signal${Math.floor(n / 100) % 10}`;
        return { tag, value: ((n * 7919) % 100_000) / 100, quality: "Good", timestamp: T0 + n };
      }),
    );
  }
  return batches;
}

async function perSecond(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return Math.round((POINTS / (performance.now() - start)) * 1000);
}

function encodeAll(batches: readonly Sample[][]): LineBatch[] {
  const encoder = new TelemetryEncoder(seriesOf);
  return batches.map((batch) => encoder.encode(batch).batch);
}

async function write(historian: Historian, batch: LineBatch): Promise<void> {
  const { written } = await historian.write(batch);
  if (written !== batch.count) throw new Error(`${batch.count - written} points were not written`);
}

function writeAll(historian: Historian, batches: readonly LineBatch[]): Promise<number> {
  return perSecond(async () => {
    for (const batch of batches) await write(historian, batch);
  });
}

function encodeAndWriteAll(historian: Historian, batches: readonly Sample[][]): Promise<number> {
  return perSecond(async () => {
    const encoder = new TelemetryEncoder(seriesOf);
    for (const batch of batches) await write(historian, encoder.encode(batch).batch);
  });
}

/** The bare loader: nothing but keep-alive POSTs of ready bodies. */
function post(agent: Agent, url: string, body: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", agent, headers: { "content-length": body.byteLength } }, (response) => {
      response.resume().on("end", () => (response.statusCode === 204 ? resolve() : reject(new Error(`HTTP ${response.statusCode}`))));
    });
    sent.on("error", reject).end(body);
  });
}

function loadAll(url: string, batches: readonly LineBatch[]): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return perSecond(async () => {
    for (const { lines } of batches) await post(agent, `${url}/write?db=bare&precision=ns`, lines);
    agent.destroy();
  });
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function benchInflux(): Promise<void> {
  if (!needInfluxd()) return;
  const influxd = await startInfluxd();
  try {
    const historians = ["bare", "ours", "encoded"].map((database) => new InfluxHistorian({ url: influxd.url, database }));
    for (const historian of historians) await historian.prepare();
    const [, ours, encoded] = historians as [InfluxHistorian, InfluxHistorian, InfluxHistorian];
    const rates: { bare: number; ours: number; encoded: number }[] = [];
    // Taking turns, so that a busy machine slows all alike; the first round only warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      const batches = samples(round);
      const lines = encodeAll(batches);
      const rate = {
        bare: await loadAll(influxd.url, lines),
        ours: await writeAll(ours, lines),
        encoded: await encodeAndWriteAll(encoded, batches),
      };
      if (round > 0) rates.push(rate);
    }
    const store = ours.title.replace(/ at .*/, "");
    const peer = { peer: "bare HTTP loader of the same lines", peerValue: median(rates.map(({ bare }) => bare)) };
    benchRow({
      bench: `historian write to ${store}`,
      value: median(rates.map((rate) => rate.ours)),
      unit: "points/s",
      ...peer,
      bound: 0.8,
    });
    benchRow({
      bench: `historian write to ${store}, encoding included`,
      value: median(rates.map((rate) => rate.encoded)),
      unit: "points/s",
      ...peer,
    });
    for (const historian of historians) await historian.close();
  } finally {
    await influxd.stop();
  }
}

async function benchEmbedded(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "twinline-bench-"));
  const thread = new SqliteThread();
  try {
    const historian = new EmbeddedHistorian(await thread.open("history", path.join(folder, "history.sqlite"), {}));
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) rates.push(await encodeAndWriteAll(historian, samples(round)));
    benchRow({ bench: "historian write to the embedded historian, encoding included", value: median(rates), unit: "points/s" });
    const start = performance.now();
    const query = {
      measurement: "telemetry",
      from: T0,
      to: T0 + ROUNDS * POINTS,
      columns: [{ as: "mean", field: "v", aggregate: "mean" as const }],
    };
    await historian.query({ ...query, bucket: { everyMs: 60_000 }, where: [{ tag: "signal", in: ["_raw.signal3"] }], by: ["asset"] });
    benchRow({
      bench: "embedded historian: rows aggregated by a query",
      value: ((ROUNDS * POINTS) / 10 / (performance.now() - start)) * 1000,
      unit: "rows/s",
    });
    await historian.close();
  } finally {
    await thread.end();
    await rm(folder, { recursive: true, force: true });
  }
}

await benchInflux();
await benchEmbedded();
