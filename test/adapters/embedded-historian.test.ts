import assert from "node:assert/strict";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { EmbeddedHistorian } from "../../adapters/sqlite/embedded-historian.ts";
import { SqliteThread } from "../../adapters/sqlite/thread.ts";
import { HistorianUnavailable, joinLines, TelemetryEncoder } from "../../core/connect/history/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";

const T0 = Date.UTC(2026, 0, 5, 6);
const ASSET = "acme.galway.bottling.line01.filler01";

describe("embedded historian's file", () => {
  let folder: string;
  const thread = new SqliteThread();
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "twinline-history-"));
  });
  after(async () => {
    await thread.end();
    await rm(folder, { recursive: true, force: true });
  });
  const open = async (name: string, options = {}) => new EmbeddedHistorian(await thread.open("history", path.join(folder, name), options));
  const size = async (name: string) => (await stat(path.join(folder, name))).size;

  it("is there again after closing", async () => {
    const first = await open("again.sqlite");
    await first.write(joinLines(['m,a=b v=1,s="x",ok=true 1000000']));
    await first.close();
    const second = await open("again.sqlite");
    await second.write(joinLines(["m,a=b v=2 2000000"]));
    const columns = ["v", "s", "ok"].map((field) => ({ as: field, field }));
    const { series } = await second.query({ measurement: "m", from: 0, to: 10, columns, by: ["a"] });
    assert.deepEqual(series, [
      {
        tags: { a: "b" },
        rows: [
          [1, 1, "x", true],
          [2, 2, null, null],
        ],
      },
    ]);
    await second.close();
  });

  it("takes the tags of a foreign line in any order as the same series", async () => {
    const historian = await open("order.sqlite");
    await historian.write(joinLines(["m,b=2,a=1 v=1 1000000", "m,a=1,b=2 v=2 1000000"]));
    const { series } = await historian.query({ measurement: "m", from: 0, to: 10, columns: [{ as: "v", field: "v" }] });
    assert.deepEqual(series[0]?.rows, [[1, 2]]);
    await historian.close();
  });

  it("says clearly when the file is damaged, foreign or newer", async () => {
    await writeFile(path.join(folder, "damaged.sqlite"), "this is not a database, only text that is long enough".repeat(50));
    await assert.rejects(open("damaged.sqlite"), /damaged\.sqlite is damaged \(file is not a database\)\. It was moved to/);
    await (await open("damaged.sqlite")).close();
    const foreign = new DatabaseSync(path.join(folder, "foreign.sqlite"));
    foreign.exec("CREATE TABLE t (x); PRAGMA user_version = 1");
    foreign.close();
    await assert.rejects(open("foreign.sqlite"), /is not a history of Twinline/);
    await (await open("newer.sqlite")).close();
    const newer = new DatabaseSync(path.join(folder, "newer.sqlite"));
    newer.exec("PRAGMA user_version = 99");
    newer.close();
    await assert.rejects(open("newer.sqlite"), /has schema version 99; this release reads up to 1/);
  });

  it("stops writing at the disk guard and asks to try again", async () => {
    const historian = await open("guard.sqlite", { minFreeBytes: Number.MAX_SAFE_INTEGER });
    await assert.rejects(
      historian.write(joinLines(["m v=1 1"])),
      (error: unknown) => error instanceof HistorianUnavailable && /MiB free/.test(error.message),
    );
    await historian.close();
  });

  it("retention by size deletes the oldest telemetry and gives the space back", async () => {
    const historian = await open("size.sqlite");
    const encoder = new TelemetryEncoder(() => ({}));
    for (let batch = 0; batch < 20; batch++) {
      const samples = Array.from(
        { length: 5000 },
        (_, i): Sample => ({
          tag: `${ASSET}._raw.s${i % 5}`,
          value: Math.sin(i),
          quality: "Good",
          timestamp: T0 + (batch * 5000 + i) * 100,
        }),
      );
      await historian.write(encoder.encode(samples).batch);
    }
    const maxBytes = Math.round((await size("size.sqlite")) / 2);
    const { deletedBefore } = await historian.enforceRetention({ rawDays: null, maxBytes, minFreeBytes: 0 }, T0);
    assert.ok(deletedBefore !== null && deletedBefore > T0);
    const left = await historian.query({
      measurement: "telemetry",
      from: 0,
      to: T0 + 1e9,
      columns: [
        { as: "n", field: "v", aggregate: "count" },
        { as: "first", field: "v", aggregate: "first" },
      ],
    });
    const n = left.series[0]?.rows[0]?.[1] as number;
    assert.ok(n > 20_000 && n < 60_000, `${n} left`);
    await historian.close();
    assert.ok((await size("size.sqlite")) <= maxBytes * 1.02, `${await size("size.sqlite")} > ${maxBytes}`);
  }).timeout(30_000);

  it("asks to try again when its thread has ended", async () => {
    const lost = new SqliteThread();
    const historian = new EmbeddedHistorian(await lost.open("history", path.join(folder, "lost.sqlite"), {}));
    await lost.end();
    await assert.rejects(historian.write(joinLines(["m v=1 1"])), HistorianUnavailable);
  });
});
