/** The campaigns that `npm test` runs short and `npm run test:long` runs long. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { InfluxHistorian } from "../../adapters/influxdb/index.ts";
import { SqliteLedger } from "../../adapters/sqlite/ledger.ts";
import { SqliteQueue } from "../../adapters/sqlite/queue.ts";
import { SqliteThread } from "../../adapters/sqlite/thread.ts";
import { cutLine, splitLines, type Historian } from "../../core/connect/history/index.ts";
import { startInfluxd } from "./influxd.ts";
import { SpineProcess, START, TAG } from "./spine-campaign.ts";

const count = (length: number): number[] => Array.from({ length }, (_, index) => index);

/** Kills a producer again and again; then everything acknowledged must be in queue and ledger, in order. The address refuses, so that nothing leaves. */
export async function killProducer(kills: number): Promise<{ acked: number }> {
  const directory = mkdtempSync(path.join(tmpdir(), "twinline-kill-"));
  const thread = new SqliteThread();
  const producer = new SpineProcess(directory, 7, "http://127.0.0.1:9");
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      producer.start();
      // Other moments of the group commit each time.
      await producer.progress(7 * (1 + (kill % 5)));
      await producer.kill();
    }
    const { acked } = producer;
    const queue = await SqliteQueue.open(thread, path.join(directory, "queue.sqlite"), {
      maxBytes: 1e9,
      maxAgeMs: 1e12,
      whenFull: "refuse",
    });
    const lines = (await queue.peek(1e9)).flatMap((batch) => splitLines(batch.lines));
    const numbers = lines.filter((line) => line.startsWith("telemetry")).map((line) => Number(cutLine(line)?.instant) / 1e6 - START);
    const firsts = [...new Set(numbers.map(Math.round))];
    assert.ok(firsts.length >= acked, `${acked} acknowledged, ${firsts.length} in the queue`);
    assert.deepEqual(firsts, count(firsts.length), "no gap, no other order");
    const ledger = await SqliteLedger.open(thread, path.join(directory, "ledger.sqlite"));
    const steps = await ledger.latest({ kind: "campaign.step.v1", limit: 100_000 });
    const told = new Set(steps.map((entry) => entry.start - START));
    for (let from = 0; from < acked; from += 7) assert.ok(told.has(from), `event ${from} is in the ledger`);
    assert.ok(
      steps.every((entry) => entry.revision === 1),
      "an event stated again is the same event",
    );
    const stats = await queue.stats();
    assert.equal(stats.appended, stats.acknowledged + stats.dropped + stats.points);
    await queue.close();
    await ledger.close();
    return { acked };
  } finally {
    await producer.kill();
    await thread.end();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A real InfluxDB killed twice and the twin killed once per round; then InfluxDB holds exactly what was produced. */
export async function killInfluxdAndTwin(rounds: number, step: number): Promise<{ produced: number; stored: number }> {
  const directory = mkdtempSync(path.join(tmpdir(), "twinline-kill-"));
  const influxd = await startInfluxd();
  const producer = new SpineProcess(directory, 500, influxd.url);
  const historian = new InfluxHistorian({ url: influxd.url, database: "campaign" });
  try {
    producer.start();
    for (let round = 0; round < rounds; round += 1) {
      await producer.progress(step);
      await influxd.kill();
      await producer.progress(step);
      await producer.kill();
      producer.start();
      await producer.progress(step);
      await influxd.start();
      await producer.progress(step);
      await influxd.kill();
      await producer.progress(step);
      await influxd.start();
    }
    await producer.progress(step);
    await producer.finish();
    const produced = producer.acked;
    const stored = await storedNumbers(historian, produced);
    assert.deepEqual(stored, count(produced), "produced = stored");
    const steps = await eventRows(historian, produced);
    assert.equal(steps, produced / 500, "one row per event");
    return { produced, stored: stored.length };
  } finally {
    await producer.kill();
    await historian.close();
    await influxd.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function storedNumbers(historian: Historian, produced: number): Promise<number[]> {
  const found: number[] = [];
  for (let from = 0; from <= produced; from += 100_000) {
    const range = { tags: [{ id: TAG }], from: START + from, to: START + Math.min(from + 100_000, produced + 100_000) };
    for (const { value, timestamp } of await historian.readSamples(range)) {
      assert.equal(value, timestamp - START);
      found.push(timestamp - START);
    }
  }
  return found;
}

async function eventRows(historian: Historian, produced: number): Promise<number> {
  const { series } = await historian.query({
    measurement: "event",
    from: START,
    to: START + produced + 1,
    columns: [{ as: "n", field: "rev", aggregate: "count" }],
  });
  return series.reduce((sum, one) => sum + Number(one.rows[0]?.[1] ?? 0), 0);
}
