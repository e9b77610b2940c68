import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { SqliteLedger } from "../../adapters/sqlite/ledger.ts";
import { LedgerStore } from "../../adapters/sqlite/ledger-store.ts";
import { SqliteThread } from "../../adapters/sqlite/thread.ts";
import { StorageUnavailable } from "../../core/connect/queue/index.ts";
import { type LedgerEntry, type LedgerFilter, LedgerRefusal, latestPieces, type Statement } from "../../core/connect/ledger/index.ts";
import { MemoryLedger } from "../support/memory-ledger.ts";

const BY = { author: "node:twin-oee", reason: "closed minute" };
const atom = (start: number, data: Statement["data"] = { run_ms: 1 }, asset = "acme.galway.l1"): Statement => ({
  kind: "oee.atom.v1",
  asset,
  start,
  end: start + 60_000,
  data,
});

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("SQLite ledger", () => {
  let directory: string;
  let file: string;
  let thread: SqliteThread;
  before(() => {
    thread = new SqliteThread();
  });
  after(() => thread.end());
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "twinline-ledger-"));
    file = join(directory, "ledger.sqlite");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("gives revisions per (kind, asset, start), with author, reason and recorded time", async () => {
    const ledger = await SqliteLedger.open(thread, file);
    const [first, other] = await ledger.record([atom(0), atom(60_000)], BY, 1_000);
    assert.deepEqual(first, { ...atom(0), id: 1, revision: 1, ...BY, recorded: 1_000, fresh: true });
    assert.equal(other?.revision, 1);
    const by = { author: "ann", reason: "late count" };
    const [second] = await ledger.record([{ ...atom(0), data: { run_ms: 2 }, evidence: { watermark: 9 } }], by, 2_000);
    assert.equal(second?.revision, 2);
    assert.deepEqual(
      (await ledger.revisions("oee.atom.v1", "acme.galway.l1", 0)).map((entry) => [entry.revision, entry.author, entry.data["run_ms"]]),
      [
        [1, "node:twin-oee", 1],
        [2, "ann", 2],
      ],
    );
  });

  it("does not record a statement equal to the latest revision, whatever the order of its keys", async () => {
    const ledger = await SqliteLedger.open(thread, file);
    await ledger.record([{ ...atom(0), data: { a: 1, b: { c: [1], d: null } } }], BY, 1);
    const [again, twice, back] = await ledger.record(
      [
        { ...atom(0), data: { b: { d: null, c: [1] }, a: 1 } },
        { ...atom(0), data: { a: 2 } },
        { ...atom(0), data: { a: 1, b: { c: [1], d: null } } },
      ],
      BY,
      2,
    );
    assert.deepEqual([again?.fresh, again?.revision, again?.id, again?.recorded], [false, 1, 1, 1]);
    assert.deepEqual([twice?.fresh, twice?.revision], [true, 2]);
    assert.deepEqual([back?.fresh, back?.revision], [true, 3], "a return to an earlier statement is a new revision");
  });

  it("takes a changed end or changed evidence as a new statement", async () => {
    const ledger = await SqliteLedger.open(thread, file);
    await ledger.record([{ ...atom(0), end: null }], BY, 1);
    const [ended] = await ledger.record([atom(0)], BY, 2);
    const [grounded] = await ledger.record([{ ...atom(0), evidence: { tags: ["x"] } }], BY, 3);
    assert.deepEqual([ended?.revision, grounded?.revision], [2, 3]);
  });

  it("answers what was known at an earlier recorded time", async () => {
    const ledger = await SqliteLedger.open(thread, file);
    await ledger.record([atom(0, { run_ms: 1 })], BY, 1_000);
    await ledger.record([atom(0, { run_ms: 2 }), atom(60_000)], BY, 2_000);
    const values = async (asOf?: number): Promise<unknown[]> =>
      (await ledger.latest(asOf === undefined ? {} : { asOf })).map((entry) => [entry.start, entry.data["run_ms"]]);
    assert.deepEqual(await values(999), []);
    assert.deepEqual(await values(1_999), [[0, 1]]);
    assert.deepEqual(await values(), [
      [0, 2],
      [60_000, 1],
    ]);
  });

  it("keeps recorded time from going backwards when the clock does", async () => {
    const ledger = await SqliteLedger.open(thread, file);
    await ledger.record([atom(0)], BY, 5_000);
    const [late] = await ledger.record([atom(60_000)], BY, 4_000);
    assert.equal(late?.recorded, 5_000);
  });

  it("selects by kind, asset and overlapping valid time; an open interval overlaps everything after its start", async () => {
    const ledger = await SqliteLedger.open(thread, file);
    const down: Statement = { kind: "downtime.interval.v1", asset: "acme.galway.l2", start: 100, end: null, data: {} };
    const instant: Statement = { kind: "oee.gap.v1", asset: "acme.galway.l1", start: 60_000, end: 60_000, data: {} };
    await ledger.record([atom(0), atom(60_000), down, instant], BY, 1);
    const found = async (filter: Parameters<SqliteLedger["latest"]>[0]): Promise<string[]> =>
      (await ledger.latest(filter)).map((entry) => `${entry.kind}@${entry.start}`);
    assert.deepEqual(await found({ from: 60_000, to: 60_001 }), ["downtime.interval.v1@100", "oee.atom.v1@60000", "oee.gap.v1@60000"]);
    assert.deepEqual(await found({ from: 0, to: 100 }), ["oee.atom.v1@0"]);
    assert.deepEqual(await found({ asset: "acme.galway.l2" }), ["downtime.interval.v1@100"]);
    assert.deepEqual(await found({ kind: "oee.atom.v1", limit: 1 }), ["oee.atom.v1@0"]);
    assert.deepEqual(await found({ limit: 2, newest: true }), ["oee.atom.v1@60000", "oee.gap.v1@60000"]);
    assert.deepEqual(await found({ only: "open", from: 60_000 }), ["downtime.interval.v1@100"]);
    assert.deepEqual(await found({ only: "starting", from: 100 }), ["downtime.interval.v1@100", "oee.atom.v1@60000", "oee.gap.v1@60000"]);
    assert.deepEqual(await found({ only: "ending", from: 30_000 }), ["oee.atom.v1@0"]);
  });

  it("is read by the piece without a gap or a repetition, from the first on or from the last back, also within one instant", async () => {
    const ledger = await SqliteLedger.open(thread, file);
    await ledger.record(
      [0, 1, 1, 1, 1, 2, 3].map((start, i) => ({ ...atom(start), asset: `acme.galway.m${i}`, end: i < 5 ? null : 9 })),
      BY,
      1,
    );
    const kind = "oee.atom.v1";
    const filters: readonly Omit<LedgerFilter, "limit">[] = [
      { kind },
      { kind, only: "open" },
      { kind, only: "open", to: 1 },
      { kind, only: "starting", from: 1, to: 3 },
      { kind, only: "starting", from: 1 },
      { kind, only: "ending", from: 3 },
      { kind, from: 2 },
    ];
    const counts: number[][] = [];
    for (const filter of filters) {
      const whole = await ledger.latest(filter);
      const pieces: LedgerEntry[][] = [];
      const back: LedgerEntry[][] = [];
      for await (const piece of latestPieces(ledger, filter, 2)) pieces.push([...piece]);
      for await (const piece of latestPieces(ledger, { ...filter, newest: true }, 3)) back.unshift([...piece]);
      assert.deepEqual([pieces.flat(), back.flat()], [whole, whole], JSON.stringify(filter));
      counts.push([whole.length, pieces.length, back.length]);
    }
    assert.deepEqual(counts, [
      [7, 4, 3],
      [5, 3, 2],
      [1, 1, 1],
      [5, 3, 2],
      [6, 3, 2],
      [1, 1, 1],
      [7, 4, 3],
    ]);
  });

  it("finds what is open, and what ended when, by an index; a file of the version before gets it, with what it holds", () => {
    const store = new LedgerStore(file, {});
    store.record([atom(0), { ...atom(1), end: null }, { ...atom(2), end: null }], BY, 1);
    store.record(
      [
        { ...atom(2), end: 9 },
        { ...atom(0), end: null },
      ],
      BY,
      2,
    );
    store.close();
    const raw = new DatabaseSync(file);
    raw.exec(`DROP TRIGGER entry_opens; DROP TRIGGER entry_ends; DROP TABLE open_entry; DROP INDEX entry_by_end; PRAGMA user_version = 1`);
    raw.close();
    const again = new LedgerStore(file, {});
    assert.deepEqual(
      again.latest({ kind: "oee.atom.v1", only: "open" }).map(({ start, revision }) => [start, revision]),
      [
        [0, 2],
        [1, 1],
      ],
    );
    again.close();
    const plans = new DatabaseSync(file);
    const planOf = (sql: string): string => JSON.stringify(plans.prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
    assert.match(planOf(`SELECT id FROM entry e WHERE e.kind = 'k' AND e."end" > 5 AND e.start < 5`), /entry_by_end/);
    assert.match(planOf("SELECT id FROM entry e WHERE e.kind = 'k' AND e.start >= 5 ORDER BY e.start DESC"), /entry_by_start/);
    plans.close();
  });

  it("refuses a call whole when one statement is malformed, and says which", async () => {
    const ledger = await SqliteLedger.open(thread, file);
    await assert.rejects(
      ledger.record([atom(0), { ...atom(1), asset: "nowhere" }], BY, 1),
      (error) => error instanceof LedgerRefusal && /Statement 2.*enterprise and site.*field asset/.test(error.message),
    );
    await assert.rejects(ledger.record([atom(0)], { author: "", reason: "x" }, 1), LedgerRefusal);
    await assert.rejects(ledger.record([atom(0)], BY, Number.NaN), LedgerRefusal);
    await assert.rejects(ledger.record([{ ...atom(0), data: { f: (() => 1) as never } }], BY, 1), LedgerRefusal);
    await assert.rejects(
      ledger.record(
        Array.from({ length: 10_001 }, (_, index) => atom(index)),
        BY,
        1,
      ),
      LedgerRefusal,
    );
    assert.deepEqual(await ledger.latest({}), []);
  });

  it("hands out the outbox in order of recording and moves its cursor only forward, across a restart", async () => {
    let ledger = await SqliteLedger.open(thread, file);
    assert.equal(await ledger.newest(), 0);
    await ledger.record([atom(60_000), atom(0), atom(120_000)], BY, 1);
    await ledger.record([atom(0)], BY, 2);
    assert.equal(await ledger.newest(), 3, "what is recorded already is no entry");
    assert.deepEqual(
      (await ledger.outbox(2)).map((entry) => entry.start),
      [60_000, 0],
    );
    await ledger.projected(2);
    await ledger.projected(1);
    await ledger.close();
    ledger = await SqliteLedger.open(thread, file);
    assert.deepEqual(
      (await ledger.outbox(9)).map((entry) => entry.start),
      [120_000],
    );
    await ledger.projected(1e9);
    await ledger.record([atom(180_000)], BY, 3);
    assert.deepEqual(
      (await ledger.outbox(9)).map((entry) => entry.start),
      [180_000],
      "an entry to come is not projected in advance",
    );
  });

  it("refuses UPDATE, DELETE, REPLACE and rewritten revisions inside the file itself", async () => {
    const ledger = await SqliteLedger.open(thread, file);
    await ledger.record([atom(0), atom(60_000)], BY, 1_000);
    await ledger.close();
    const raw = new DatabaseSync(file);
    const values = "'oee.atom.v1', 'acme.galway.l1', 0, NULL, ?, '{}', NULL, 'x', 'x'";
    const columns = `kind, asset, start, "end", revision, data, evidence, author, reason`;
    for (const sql of [
      "UPDATE entry SET data = '{}'",
      "DELETE FROM entry",
      `INSERT OR REPLACE INTO entry (id, ${columns}, recorded) VALUES (1, ${values.replace("?", "2")}, 2000)`,
      `INSERT OR REPLACE INTO entry (${columns}, recorded) VALUES (${values.replace("?", "1")}, 2000)`,
      `INSERT INTO entry (${columns}, recorded) VALUES (${values.replace("?", "3")}, 2000)`,
      `INSERT INTO entry (${columns}, recorded) VALUES (${values.replace("?", "2")}, 999)`,
    ]) {
      assert.throws(() => raw.exec(sql), /append-only/, sql);
    }
    assert.deepEqual({ ...raw.prepare("SELECT count(*) AS n, min(data) AS data FROM entry").get() }, { n: 2, data: '{"run_ms":1}' });
    raw.close();
  });

  it("says DISK_FULL at the free-space guard, and records nothing", async () => {
    const ledger = await SqliteLedger.open(thread, file, { minFreeBytes: Number.MAX_SAFE_INTEGER });
    await assert.rejects(ledger.record([atom(0)], BY, 1), (error) => error instanceof StorageUnavailable && error.code === "DISK_FULL");
    assert.deepEqual(await ledger.latest({}), []);
  });

  it("tells every caller when the thread runs out of memory", async () => {
    // Room to open (about 11 MB, mostly for stripping types), and far too little for all the calls that then wait.
    const small = new SqliteThread({ resourceLimits: { maxOldGenerationSizeMb: 20, maxYoungGenerationSizeMb: 2 } });
    try {
      const ledger = await SqliteLedger.open(small, file);
      const words = Array.from({ length: 20_000 }, (_, index) => `w${index}`);
      const calls = Array.from({ length: 60 }, (_, index) => ledger.record([atom(index, { words })], BY, index));
      const ends = await Promise.allSettled([...calls, ledger.outbox(1_000)]);
      assert.ok(ends.some((end) => end.status === "rejected" && (end.reason as Error).name === "ThreadEnded"));
      await assert.rejects(ledger.outbox(1), /crashed.*memory/i);
    } finally {
      await small.end();
    }
  });

  it("behaves like the ledger in memory, whatever the order of calls (property)", async () => {
    const data = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom({ a: 1 }, { a: 2 }, { a: 1, b: { c: [1, 2] } }) },
      fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.oneof(fc.integer(), fc.boolean(), fc.constant(null)), { maxKeys: 3 }),
    );
    const statement = fc.record({
      kind: fc.constantFrom("oee.atom.v1", "alarm.v2"),
      asset: fc.constantFrom("a.b", "a.b.c"),
      start: fc.nat(4),
      end: fc.option(fc.integer({ min: 4, max: 8 })),
      data,
    });
    const bound = fc.option(fc.nat(9), { nil: undefined });
    const step = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ do: fc.constant("record" as const), statements: fc.array(statement, { maxLength: 4 }), now: fc.nat(50) }),
      },
      fc.record({
        do: fc.constant("latest" as const),
        from: bound,
        to: bound,
        asOf: fc.option(fc.nat(50), { nil: undefined }),
        limit: bound,
        newest: fc.boolean(),
        only: fc.constantFrom(undefined, "starting" as const, "ending" as const, "open" as const),
        kind: fc.constantFrom(undefined, "alarm.v2"),
        after: fc.option(fc.record({ start: fc.nat(4), kind: fc.constant("alarm.v2"), asset: fc.constant("a.b") }), { nil: undefined }),
      }),
      fc.record({ do: fc.constant("project" as const), take: fc.nat(3) }),
      fc.record({ do: fc.constant("reopen" as const) }),
    );
    let serial = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const path = join(directory, `model-${serial++}.sqlite`);
        const model = new MemoryLedger();
        let real = new LedgerStore(path, {});
        for (const action of steps) {
          if (action.do === "record") {
            assert.deepEqual(
              plain(real.record(action.statements, BY, action.now)),
              plain(await model.record(action.statements, BY, action.now)),
            );
          } else if (action.do === "latest") {
            const { do: _what, ...asked } = action;
            const filter = JSON.parse(JSON.stringify(asked)) as object;
            assert.deepEqual(plain(real.latest(filter)), plain(await model.latest(filter)));
          } else if (action.do === "project") {
            const entries = await model.outbox(3);
            assert.deepEqual(plain(real.outbox(3)), plain(entries));
            const upTo = entries[action.take]?.id ?? 0;
            await model.projected(upTo);
            real.projected(upTo);
          } else {
            real.close();
            real = new LedgerStore(path, {});
          }
        }
        real.close();
      }),
      { numRuns: 60 },
    );
  });
});
