import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { InfluxHistorian } from "../../adapters/influxdb/index.ts";
import { EmbeddedHistorian } from "../../adapters/sqlite/embedded-historian.ts";
import { SqliteThread } from "../../adapters/sqlite/thread.ts";
import {
  encodeBatch,
  evaluate,
  type Historian,
  joinLines,
  type Point,
  type Query,
  storedForm,
  TelemetryEncoder,
  type WriteReport,
} from "../../core/connect/history/index.ts";
import type { Quality, Sample } from "../../core/connect/sample/index.ts";
import { type Influxd, needInfluxd, startInfluxd } from "../support/influxd.ts";
import { comparable, historyArbitrary } from "../support/query-arbitrary.ts";

const T0 = Date.UTC(2026, 0, 5, 6);
const DAY = 86_400_000;
const ASSET = "acme.galway.bottling.line01.filler01";
const seriesOf = () => ({ site: "acme.galway", line: "acme.galway.bottling.line01" });

/** The same promises for every store. `make` gives a historian with an empty history. */
function conforms(make: () => Historian | Promise<Historian>, runs: number): void {
  let historian: Historian;
  let nextName = 1;

  before(async () => {
    historian = await make();
    await historian.prepare();
  });
  after(() => historian?.close());

  const writeSamples = (samples: readonly Sample[]) => {
    const { batch, rejects } = new TelemetryEncoder(seriesOf).encode(samples);
    assert.deepEqual(rejects, []);
    return historian.write(batch);
  };
  const writePoints = (points: readonly Point[]) => {
    const { batch, rejects } = encodeBatch(points);
    assert.deepEqual(rejects, []);
    return assertWritten(historian.write(batch));
  };
  /** A tag that no other test uses. */
  const freshTag = () => `${ASSET}._raw.t${nextName++}`;

  it("prepares again without harm and says who it is", async () => {
    await historian.prepare();
    assert.match(historian.title, /embedded|InfluxDB 1\./);
  });

  it("gives back the stored form of every sample", async () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "1",
        "true",
        "",
        "9007199254740993",
        "line\nbreak",
        "\r\n\t\u0000'\"\\",
        '\\"',
        "x\\",
        "; DROP DATABASE twin",
        "äß\u{1f37a}",
      ),
      fc.constant(null),
    );
    const samples = fc.array(
      fc.record({
        value,
        quality: fc.constantFrom<Quality>("Good", "Uncertain", "Bad", "GoodNoData"),
        status: fc.option(fc.integer({ min: 0, max: 0xffffffff }), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(samples, fc.constantFrom(undefined, "float", "bool", "int64", "string"), async (rows, type) => {
        const tag = freshTag();
        const sent = rows.map(
          ({ value, quality, status }, i): Sample => ({
            tag,
            value,
            quality: value === null ? "Bad" : quality,
            timestamp: T0 + i * 7,
            ...(status === undefined ? {} : { status }),
            ...(type === undefined ? {} : { type }),
          }),
        );
        assert.deepEqual(await writeSamples(sent), { written: sent.length, refused: [] });
        const read = await historian.readSamples({ tags: [{ id: tag, ...(type === undefined ? {} : { type }) }], from: T0, to: T0 + 1000 });
        assert.deepEqual(
          read,
          sent.map((sample) => storedForm(sample, type)),
        );
      }),
      { numRuns: runs },
    );
  });

  it("writing twice leaves one point; where a row exists the later fields win", async () => {
    const tag = freshTag();
    const sample: Sample = { tag, value: 1, quality: "Good", timestamp: T0 };
    await writeSamples([sample, sample]);
    await writeSamples([sample]);
    const range = { tags: [{ id: tag }], from: T0, to: T0 + 1 };
    assert.deepEqual(await historian.readSamples(range), [sample]);
    await writeSamples([{ ...sample, value: 2, status: 7 }]);
    assert.deepEqual(await historian.readSamples(range), [{ ...sample, value: 2, status: 7 }]);
  });

  it("reads tags in the order asked, in time order, [from, to), with the sample before on request", async () => {
    const [one, two, none] = [freshTag(), freshTag(), freshTag()];
    const at = (tag: string, offset: number): Sample => ({ tag, value: offset, quality: "Good", timestamp: T0 + offset });
    await writeSamples([at(one, 30), at(one, 10), at(one, -5), at(one, -9), at(two, 0), at(two, 20)]);
    const tags = [{ id: two }, { id: none }, { id: one }, { id: "not a tag" }];
    assert.deepEqual(await historian.readSamples({ tags, from: T0, to: T0 + 30 }), [at(two, 0), at(two, 20), at(one, 10)]);
    assert.deepEqual(await historian.readSamples({ tags, from: T0, to: T0 + 31, carryIn: true }), [
      at(two, 0),
      at(two, 20),
      at(one, -5),
      at(one, 10),
      at(one, 30),
    ]);
  });

  it("tag values with every metacharacter come back and can be filtered by", async () => {
    const measurement = `meta${nextName++}`;
    const values = [
      "a,b",
      "a=b",
      "a b",
      'a"b',
      "a'b",
      "a\\b",
      "a;b",
      "--",
      "' OR '1'='1",
      "${x}",
      "/re.*/",
      "$timeFilter",
      "äöü \u{1f37a}",
      "~",
    ];
    await writePoints(values.map((product, i) => ({ measurement, tags: { product }, fields: { v: i }, time: T0 })));
    for (const [i, product] of values.entries()) {
      const query: Query = {
        measurement,
        from: T0,
        to: T0 + 1,
        columns: [{ as: "v", field: "v" }],
        where: [{ tag: "product", in: [product] }],
        by: ["product"],
      };
      assert.deepEqual((await historian.query(query)).series, [{ tags: { product }, rows: [[T0, i]] }], product);
    }
  });

  it("names with quotes cannot break out of a query", async () => {
    const measurement = `in"ject\\${nextName++}'; DROP MEASUREMENT telemetry`;
    await writePoints([{ measurement, tags: { "t\"a'g": "x" }, fields: { "f\"'; --": 4 }, time: T0 }]);
    const query: Query = {
      measurement,
      from: T0,
      to: T0 + 1,
      columns: [{ as: "a\"s'", field: "f\"'; --", aggregate: "sum" }],
      by: ["t\"a'g"],
    };
    assert.deepEqual((await historian.query(query)).series, [{ tags: { "t\"a'g": "x" }, rows: [[T0, 4]] }]);
    const unusable = await historian.query({ ...query, where: [{ tag: "t\"a'g", in: ["x\ny\u0000", ""] }] });
    assert.deepEqual(unusable.series, []);
  });

  it("answers random queries over random histories as the reference evaluator does", async () => {
    await fc.assert(
      fc.asyncProperty(historyArbitrary("m"), async ({ points, queries }) => {
        const measurement = `random${nextName++}`;
        await writePoints(points.map((point) => ({ ...point, measurement })));
        for (const query of queries) {
          const expected = evaluate(points, query);
          assert.deepEqual(comparable(await historian.query({ ...query, measurement })), comparable(expected), JSON.stringify(query));
        }
      }),
      { numRuns: runs },
    );
  });

  it("answers in another unit what it stores in its own: numbers only, aggregates after they are made", async () => {
    const measurement = `units${nextName++}`;
    const at = (second: number, v: number): Point => ({ measurement, tags: { asset: ASSET }, time: T0 + second * 1_000, fields: { v } });
    await writePoints([at(0, 0), at(1, 100), at(30, -40), { measurement, tags: { asset: ASSET }, time: T0 + 1_000, fields: { s: "x" } }]);
    const conversion = { factor: 1.8, offset: 32 };
    const rows = async (columns: Query["columns"], more: Partial<Query> = {}) =>
      (await historian.query({ measurement, from: T0, to: T0 + 60_000, columns, ...more })).series[0]?.rows;
    assert.deepEqual(
      await rows([
        { as: "v", field: "v", conversion },
        { as: "s", field: "s", conversion },
      ]),
      [
        [T0, 32, null],
        [T0 + 1_000, 212, "x"],
        [T0 + 30_000, -40, null],
      ],
    );
    const aggregates = (["mean", "min", "max", "first", "last"] as const).map((aggregate) => ({
      as: aggregate,
      field: "v",
      aggregate,
      conversion,
    }));
    const bucketed = { bucket: { everyMs: 15_000 }, fill: "previous" as const };
    assert.deepEqual(await rows([...aggregates, { as: "stored", field: "v", aggregate: "mean" }], bucketed), [
      [T0, 122, 32, 212, 32, 212, 50],
      [T0 + 15_000, 122, 32, 212, 32, 212, 50],
      [T0 + 30_000, -40, -40, -40, -40, -40, -40],
      [T0 + 45_000, -40, -40, -40, -40, -40, -40],
    ]);
    assert.deepEqual(await rows([{ as: "sum", field: "v", aggregate: "sum", conversion: { factor: 0.5, offset: 0 } }]), [[T0, 30]]);
  });

  it("counts only the latest revision of each atom, and divides sums only by what is positive", async () => {
    const measurement = `atoms${nextName++}`;
    const atom = (minute: number, revision: number, run: number, planned: number): Point => ({
      measurement,
      tags: { asset: ASSET },
      time: T0 + minute * 60_000,
      revision,
      fields: { run_ms: run, planned_ms: planned, rev: revision },
    });
    await writePoints([atom(0, 1, 10_000, 60_000), atom(0, 2, 30_000, 60_000), atom(1, 1, 60_000, 60_000), atom(120, 1, 0, 0)]);
    const run = { field: "run_ms", aggregate: "sum" as const };
    const planned = { field: "planned_ms", aggregate: "sum" as const };
    const query: Query = {
      measurement,
      from: T0,
      to: T0 + 4 * 3_600_000,
      columns: [
        { as: "availability", numerator: run, denominator: planned },
        { as: "run", ...run },
      ],
      bucket: { everyMs: 3_600_000 },
      fill: "null",
      latestRevision: { atomMs: 60_000 },
    };
    const { series } = await historian.query(query);
    const hour = (n: number) => T0 + n * 3_600_000;
    assert.deepEqual(series[0]?.rows, [
      [hour(0), 0.75, 90_000],
      [hour(1), null, null],
      [hour(2), null, 0],
      [hour(3), null, null],
    ]);
  });

  it("cuts local days where the clocks change: 23 hours in March, 25 in October", async () => {
    const measurement = `days${nextName++}`;
    const spring = Date.UTC(2026, 2, 28);
    const autumn = Date.UTC(2026, 9, 24, -1);
    const hours = (from: number) =>
      Array.from({ length: 72 }, (_, h): Point => ({ measurement, tags: {}, fields: { v: 1 }, time: from + h * 3_600_000 }));
    await writePoints([...hours(spring), ...hours(autumn)]);
    const perDay = async (from: number) => {
      const bucket = { everyMs: DAY, zone: "Europe/Dublin" };
      const { series } = await historian.query({
        measurement,
        from,
        to: from + 72 * 3_600_000,
        columns: [{ as: "n", field: "v", aggregate: "sum" }],
        bucket,
      });
      return series[0]?.rows.map(([, n]) => n);
    };
    assert.deepEqual(await perDay(spring), [24, 23, 24, 1]);
    assert.deepEqual(await perDay(autumn), [24, 25, 23]);
  });

  it("refuses only the bad lines of a batch and keeps the others", async () => {
    const measurement = `partial${nextName++}`;
    const line = (i: number, value: string) => `${measurement} v=${value} ${T0 + i}000000`;
    await historian.write(joinLines([line(0, "1")]));
    const lines = Array.from({ length: 200 }, (_, i) => line(i, i % 67 === 5 ? '"text"' : String(i)));
    lines[20] = "no line protocol";
    lines[21] = `${measurement} v= ${T0}000000`;
    const { written, refused } = await historian.write(joinLines(lines));
    assert.deepEqual([written, refused.length], [195, 5]);
    assert.deepEqual(refused.map((r) => r.line).sort(), [lines[20], lines[21], ...[5, 72, 139].map((i) => lines[i])].sort());
    assert.ok(refused.every((r) => r.reason.length > 10));
    const { series } = await historian.query({
      measurement,
      from: T0,
      to: T0 + 1000,
      columns: [{ as: "n", field: "v", aggregate: "count" }],
    });
    assert.deepEqual(series[0]?.rows, [[T0, 195]]);
  });

  it("refuses a whole batch of wrongly typed lines without losing its way", async () => {
    const measurement = `typed${nextName++}`;
    await historian.write(joinLines([`${measurement} v=1 ${T0}000000`]));
    const lines = Array.from({ length: 500 }, (_, i) => `${measurement} v="x" ${T0 + i}000000`);
    const { written, refused } = await historian.write(joinLines(lines));
    assert.deepEqual([written, refused.length], [0, 500]);
  });

  it("holds 100 000 points and adds them up", async () => {
    const measurement = `many${nextName++}`;
    const points = Array.from(
      { length: 100_000 },
      (_, i): Point => ({ measurement, tags: { asset: `m${i % 10}` }, fields: { v: i % 7 }, time: T0 + i }),
    );
    for (let at = 0; at < points.length; at += 5000) await writePoints(points.slice(at, at + 5000));
    const query: Query = {
      measurement,
      from: T0,
      to: T0 + 100_000,
      columns: [
        { as: "n", field: "v", aggregate: "count" },
        { as: "sum", field: "v", aggregate: "sum" },
      ],
      bucket: { everyMs: 10_000 },
      by: ["asset"],
    };
    assert.deepEqual(await historian.query(query), evaluateFast(points, query));
    const rows = await historian.query({ measurement, from: T0, to: T0 + 100_000, columns: [{ as: "v", field: "v" }] });
    assert.equal(rows.series[0]?.rows.length, 100_000);
  }).timeout(60_000);

  it("refuses an invalid query with a sentence", async () => {
    const query: Query = { measurement: "m", from: 0, to: 1, columns: [] };
    await assert.rejects(historian.query(query), { name: "RangeError", message: "The query selects no column." });
    const columns = [{ as: "v", field: "v", aggregate: "sum" as const }];
    await assert.rejects(historian.query({ ...query, columns, bucket: { everyMs: DAY, zone: "Europe/Atlantis" } }), {
      name: "RangeError",
      message: /no time zone/,
    });
  });

  it("answers with no series where nothing was ever stored", async () => {
    const query: Query = { measurement: "never", from: T0, to: T0 + 1, columns: [{ as: "v", field: "v", aggregate: "sum" }] };
    assert.deepEqual(await historian.query(query), { columns: ["v"], series: [] });
  });

  it("retention by age deletes old telemetry and keeps derived rows", async () => {
    const tag = freshTag();
    const old = T0 - 400 * DAY;
    await writeSamples([
      { tag, value: 1, quality: "Good", timestamp: old },
      { tag, value: 2, quality: "Good", timestamp: T0 },
    ]);
    const atom: Point = { measurement: "oee", tags: { asset: tag }, time: old, revision: 1, fields: { run_ms: 5, rev: 1 } };
    await writePoints([atom]);
    const { deletedBefore } = await historian.enforceRetention({ rawDays: 90, maxBytes: null, minFreeBytes: 0 }, T0);
    assert.equal(deletedBefore, T0 - 90 * DAY);
    const left = await historian.readSamples({ tags: [{ id: tag }], from: old, to: T0 + 1 });
    assert.deepEqual(
      left.map((s) => s.value),
      [2],
    );
    const kept = await historian.query({
      measurement: "oee",
      from: old,
      to: T0,
      columns: [{ as: "run", field: "run_ms" }],
      where: [{ tag: "asset", in: [tag] }],
    });
    assert.deepEqual(kept.series[0]?.rows, [[old, 5]]);
    assert.deepEqual(await historian.enforceRetention({ rawDays: null, maxBytes: null, minFreeBytes: 0 }, T0), { deletedBefore: null });
  });
}

async function assertWritten(write: Promise<WriteReport>): Promise<void> {
  assert.deepEqual((await write).refused, []);
}

/** The evaluator is plain, not fast: each bucket of each asset on its own. */
function evaluateFast(points: readonly Point[], query: Query) {
  const everyMs = query.bucket?.everyMs ?? 1;
  const series = new Map<string, Map<number, [number, number]>>();
  for (const { tags, time, fields } of points) {
    const rows = series.get(tags["asset"] ?? "") ?? new Map<number, [number, number]>();
    series.set(tags["asset"] ?? "", rows);
    const start = time - (time % everyMs);
    const [n, sum] = rows.get(start) ?? [0, 0];
    rows.set(start, [n + 1, sum + (fields["v"] as number)]);
  }
  return {
    columns: ["n", "sum"],
    series: [...series]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([asset, rows]) => ({ tags: { asset }, rows: [...rows].map(([time, cells]) => [time, ...cells]) })),
  };
}

describe("embedded historian", () => {
  let folder: string;
  const thread = new SqliteThread();
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "twinline-history-"));
  });
  conforms(async () => new EmbeddedHistorian(await thread.open("history", path.join(folder, "history.sqlite"), {})), 100);
  // After the historian's own closing, which `conforms` registered.
  after(async () => {
    await thread.end();
    await rm(folder, { recursive: true, force: true });
  });
});

describe("InfluxDB historian", () => {
  let influxd: Influxd;
  before(async function () {
    this.timeout(40_000);
    if (!needInfluxd()) this.skip();
    influxd = await startInfluxd();
  });
  conforms(() => new InfluxHistorian({ url: influxd.url, database: "twin" }), 40);
  after(() => influxd?.stop());
});
