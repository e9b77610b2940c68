import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { NodeMessageInFlow, NodeStatus } from "node-red";
import helper from "node-red-node-test-helper";
import { sharedThread } from "../../adapters/sqlite/thread.ts";
import type { Person } from "../../core/govern/identity/index.ts";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { endpoints } from "../../nodes/connect/twin-historian/endpoints.ts";
import type { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import twinHistorian from "../../nodes/connect/twin-historian/twin-historian.ts";
import twinPlant from "../../nodes/connect/twin-plant/twin-plant.ts";
import twinStore from "../../nodes/connect/twin-store/twin-store.ts";
import type { AdminRequest } from "../../nodes/kit/node.ts";
import { behind } from "../../nodes/kit/running.ts";

const require = createRequire(import.meta.url);
const ASSET = "acme.galway.bottling.line01.filler01";
const TAG = `${ASSET}._raw.fill_weight`;
const START = 1_700_000_000_000;
const sample = (index: number, value: Sample["value"] = index): Sample => ({ tag: TAG, value, quality: "Good", timestamp: START + index });
const atom = (start: number, run_ms = 1): object => ({ kind: "oee.atom.v1", asset: ASSET, start, end: start + 60_000, data: { run_ms } });
const LONG_TEXT = "x".repeat(20_000);
const engineer: Person = { name: "eva", label: "Eva", roles: ["engineer"], scope: ["*"] };

let dataDir: string;
const flow = (historian: object = {}): object[] => [
  { id: "f", type: "tab", label: "store" },
  { id: "h", type: "twin-historian", name: "H", version: 1, store: "embedded", ...historian },
  { id: "store", z: "f", x: 0, y: 0, type: "twin-store", name: "S", version: 1, historian: "h", wires: [["rejects"]] },
  { id: "rejects", z: "f", x: 0, y: 0, type: "helper" },
  { id: "complete", z: "f", x: 0, y: 0, type: "complete", scope: ["store"], wires: [["done"]] },
  { id: "done", z: "f", x: 0, y: 0, type: "helper" },
];
const load = async (historian: object = {}): Promise<HistorianService> => {
  const complete = require("@node-red/nodes/core/common/24-complete.js") as never;
  await helper.load([twinHistorian, twinStore, complete] as never, flow(historian) as never);
  const outcome = await behind(helper.getNode("h"))?.started;
  assert.ok(outcome?.ok, JSON.stringify(outcome));
  await behind(helper.getNode("store"))?.started;
  return outcome.api as HistorianService;
};
const arrival = (id: string): Promise<NodeMessageInFlow & { payload: unknown }> =>
  new Promise((resolve) => helper.getNode(id).once("input", (message) => resolve(message as never)));
const status = (id: string, wanted: RegExp): Promise<NodeStatus> =>
  new Promise((resolve) => {
    const listen = (call: { firstArg: NodeStatus }): void => {
      if (wanted.test(call.firstArg.text ?? "")) resolve(call.firstArg);
    };
    helper.getNode(id).on("call:status" as never, listen as never);
  });
const store = async (payload: unknown, more: object = {}): Promise<void> => {
  const done = arrival("done");
  helper.getNode("store").receive({ payload, ...more });
  await done;
};
const values = async (service: HistorianService): Promise<unknown[]> => {
  assert.ok(await service.flush(5_000), "flushed");
  const samples = await service.historian.readSamples({ tags: [{ id: TAG }], from: START, to: START + 1e9 });
  return samples.map((one) => one.value);
};

const call = (method: "get" | "post", end: string, request: Partial<AdminRequest>, service: HistorianService): unknown => {
  const endpoint = endpoints.find((one) => one.method === method && one.path.endsWith(end));
  assert.ok(endpoint, end);
  assert.deepEqual(endpoint.roles, ["engineer", "ot-admin"]);
  const whole: AdminRequest = { person: engineer, params: { id: "h" }, query: {}, body: undefined, ...request };
  return endpoint.handle(whole, () => service as never);
};

describe("twin-historian and twin-store", function () {
  this.timeout(20_000);
  beforeEach((done) => {
    dataDir = mkdtempSync(path.join(tmpdir(), "twinline-store-"));
    helper.init(require.resolve("node-red"), { twinline: { dataDir }, logging: { console: { level: "off" } } } as never);
    helper.startServer(done);
  });
  afterEach(async () => {
    await helper.unload();
    await new Promise<void>((resolve) => helper.stopServer(resolve));
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("is done with a message when its samples are on disk, and the historian has them soon after", async () => {
    const service = await load();
    await store([sample(0), sample(1)]);
    const { queue } = await service.stats();
    assert.equal(queue.appended, 2, "done means durable");
    await store(sample(2));
    assert.deepEqual(await values(service), [0, 1, 2]);
    assert.equal((await service.stats()).title, "embedded historian");
  });

  it("stores samples and events of one message, and refuses what is neither with its reason", async () => {
    const service = await load();
    const refused = arrival("rejects");
    await store([sample(0), atom(START), { hello: 1 }, sample(1, Number.NaN), { kind: "x" }, atom(START)], {
      reason: "test of a mix",
      topic: "kept",
    });
    const { payload, topic } = (await refused) as unknown as { payload: Reject[]; topic: string };
    assert.deepEqual(
      payload.map((one) => one.code),
      ["NOT_A_SAMPLE", "NOT_FINITE", "BAD_EVENT"],
    );
    assert.equal(topic, "kept");
    assert.deepEqual(await values(service), [0]);
    const [entry, ...others] = await service.ledger.latest({});
    assert.deepEqual([entry?.revision, entry?.author, entry?.reason, others.length], [1, "node:twin-store:store", "test of a mix", 0]);
    const rows = await service.historian.query({
      measurement: "oee",
      from: START,
      to: START + 60_000,
      columns: [{ as: "run", field: "run_ms" }],
    });
    assert.deepEqual(rows.series[0]?.rows, [[START, 1]]);
  });

  it("refuses what breaks the contract in its tag, with the valid paths; _raw is stored", async () => {
    const plant = { id: "p", type: "twin-plant", name: "P", version: 1, directory: path.resolve("plant/site"), watch: false };
    const complete = require("@node-red/nodes/core/common/24-complete.js") as never;
    await helper.load([twinPlant, twinHistorian, twinStore, complete] as never, [plant, ...flow({ plant: "p" })] as never);
    await behind(helper.getNode("store"))?.started;
    const rejects = arrival("rejects");
    const wrong = { ...sample(1), tag: `${ASSET}._filler_v1.fil_weight` };
    await store([sample(0), wrong, { ...sample(2), tag: `${ASSET}._filler_v1.fill_weight`, unit: "kg" }]);
    const [first, second, ...others] = (await rejects).payload as Reject[];
    assert.deepEqual([first?.code, first?.input, second?.code, others.length], ["CONTRACT_VIOLATION", wrong, "CONTRACT_VIOLATION", 0]);
    assert.match(first?.message ?? "", /_filler_v1 has no "fil_weight"\. Valid paths: .*Did you mean "fill_weight"/);
    assert.match(second?.message ?? "", /stored in g, not in "kg"/);
    const service = (await behind(helper.getNode("h"))?.started) as { api: HistorianService };
    assert.deepEqual(await values(service.api), [0]);
  });

  it("rejects another value for the same tag and time, and takes the identical one silently", async () => {
    const service = await load();
    await store([sample(0, 1), sample(0, 1)]);
    const refused = arrival("rejects");
    await store(sample(0, 2));
    assert.equal(((await refused).payload as Reject[])[0]?.code, "DUPLICATE_TIMESTAMP");
    assert.deepEqual(await values(service), [1]);
    assert.equal((await service.stats()).duplicates, 1);
  });

  it("loses nothing and doubles nothing over ten Full deploys under load, each within 2 s", async () => {
    let next = 0;
    for (let deploy = 0; deploy < 10; deploy += 1) {
      await load();
      await store([sample(next++), sample(next++)]);
      // These are under way while the deploy closes everything.
      helper.getNode("store").receive({ payload: [sample(next++), sample(next++)] });
      const began = Date.now();
      await helper.unload();
      assert.ok(Date.now() - began < 2_000);
    }
    const service = await load();
    assert.deepEqual(
      await values(service),
      Array.from({ length: next }, (_, index) => index),
    );
    const { queue } = await service.stats();
    assert.deepEqual([queue.appended, queue.acknowledged, queue.dropped], [next, next, 0]);
  });

  it("waits for the old historian when the new one opens before it has closed", async () => {
    const first = await load();
    await store(sample(0));
    const { HistorianService } = await import("../../nodes/connect/twin-historian/historian-service.ts");
    const settings = {
      directory: path.join(dataDir, "historian"),
      queue: { maxBytes: 1e9, maxAgeMs: 1e9, whenFull: "refuse" as const },
      minFreeBytes: 0,
      seriesOf: () => ({}),
      asset: "acme.galway",
    };
    const retention = { rawDays: null, maxBytes: null, minFreeBytes: 0 };
    const second = HistorianService.open(settings, retention, assert.fail);
    await first.close();
    const service = await second;
    await service.record([sample(1)]);
    assert.deepEqual(await values(service), [0, 1]);
    await service.close();
  });

  it("opens everything again after the storage thread has died, and says so meanwhile", async () => {
    const service = await load();
    await store(sample(0));
    await sharedThread("spine").end();
    const refused = arrival("rejects");
    await store(sample(1));
    assert.equal(((await refused).payload as Reject[])[0]?.code, "INTERNAL");
    await service.tend();
    await store(sample(1));
    assert.deepEqual(await values(service), [0, 1]);
  });

  it("opens everything again after the thread of the embedded history has died, also for those who kept the historian", async () => {
    const service = await load();
    const { historian } = service;
    await store(sample(0));
    assert.deepEqual(await values(service), [0]);
    await sharedThread("history").end();
    await store(sample(1));
    await service.tend();
    assert.deepEqual(await values(service), [0, 1]);
    const kept = await historian.readSamples({ tags: [{ id: TAG }], from: START, to: START + 1e9 });
    assert.deepEqual(
      kept.map((one) => one.value),
      [0, 1],
    );
  });

  it("moves a damaged queue aside, says where, and works on", async () => {
    const service = await load();
    await service.close();
    await helper.unload();
    const file = path.join(dataDir, "historian", "queue.sqlite");
    writeFileSync(file, "no database at all, but long enough to be looked at".repeat(200));
    const again = await load();
    assert.ok(existsSync(`${file}.damaged-1`));
    const errors = (helper.getNode("h").error as unknown as { args: [string][] }).args.map(([text]) => text);
    assert.match(errors.join(), /damaged.*moved to .*damaged-1/);
    await store(sample(0));
    assert.deepEqual(await values(again), [0]);
  });

  it("moves a damaged embedded history aside too, and works on", async () => {
    const service = await load();
    await service.close();
    await helper.unload();
    const file = path.join(dataDir, "historian", "history.sqlite");
    writeFileSync(file, "no database at all, but long enough to be looked at".repeat(200));
    const again = await load();
    assert.ok(existsSync(`${file}.damaged-1`));
    await store(sample(0));
    assert.deepEqual(await values(again), [0]);
  });

  it("says why it does not run: InfluxDB without an address, a store without a historian", async () => {
    delete process.env["INFLUX_URL"];
    await helper.load([twinHistorian, twinStore] as never, flow({ store: "influxdb" }).slice(0, 4) as never);
    const outcome = await behind(helper.getNode("h"))?.started;
    assert.ok(outcome && !outcome.ok && /INFLUX_URL/.test(outcome.fault));
    const other = await behind(helper.getNode("store"))?.started;
    assert.ok(other && !other.ok && /does not run/.test(other.fault));
  });

  it("deletes raw values beyond the retention, and keeps the rest", async () => {
    const service = await load({ retentionDays: 30 });
    const day = 86_400_000;
    await store([sample(0), sample(40 * day)]);
    assert.ok(await service.flush(5_000));
    await service.enforceRetention(START + 41 * day);
    const kept = await service.historian.readSamples({ tags: [{ id: TAG }], from: START, to: START + 50 * day });
    assert.deepEqual(
      kept.map((one) => one.timestamp),
      [START + 40 * day],
    );
    assert.equal((await service.stats()).deletedBefore, START + 11 * day);
  });

  describe("with an InfluxDB that accepts and never answers", () => {
    let server: Server;
    beforeEach((done) => {
      server = createServer(() => undefined).listen(0, "127.0.0.1", done);
    });
    afterEach((done) => {
      server.close(done);
      server.closeAllConnections();
    });

    it("still closes within 2 s, and the next deploy has everything that waits", async () => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await load({ store: "influxdb", url });
      await store([sample(0), sample(1)]);
      const began = Date.now();
      await helper.unload();
      assert.ok(Date.now() - began < 2_500, `${Date.now() - began} ms`);
      const service = await load();
      assert.deepEqual(await values(service), [0, 1]);
    });
  });

  describe("with an InfluxDB that is not there", () => {
    let server: Server;
    let url: string;
    beforeEach((done) => {
      // A port that refuses: taken and freed again.
      server = createServer().listen(0, "127.0.0.1", () => {
        url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        server.close(() => done());
      });
    });

    it("takes the address of INFLUX_URL with `auto`, stores on disk, and says how much waits", async () => {
      process.env["INFLUX_URL"] = url;
      try {
        const service = await load({ store: "auto" });
        assert.match((await service.stats()).title, new RegExp(`InfluxDB.*${url.slice(7)}`));
        const shown = status("store", /historian away, 2 waiting/);
        await store([sample(0), sample(1)]);
        assert.equal((await shown).fill, "yellow");
        const { queue, forwarder } = await service.stats();
        assert.deepEqual([queue.points, forwarder.state, forwarder.fault], [2, "away", false]);
        assert.equal(await service.flush(50), false);
      } finally {
        delete process.env["INFLUX_URL"];
      }
    });

    it("rejects QUEUE_FULL at the limit under `refuse`, with the sample in the reject", async () => {
      const service = await load({ store: "influxdb", url, queueMaxMb: 16, whenFull: "refuse" });
      const refused = arrival("rejects");
      for (let round = 0; round < 10; round += 1)
        await store(Array.from({ length: 100 }, (_, index) => sample(round * 100 + index, LONG_TEXT)));
      const [first] = (await refused).payload as Reject[];
      assert.equal(first?.code, "QUEUE_FULL");
      assert.equal((first.input as Sample).tag, TAG);
      const { queue, stored } = await service.stats();
      assert.deepEqual([queue.points, queue.dropped], [stored, 0]);
    });
  });

  it("records what the queue dropped at its limit as a gap", async () => {
    // Port 9 (discard) refuses.
    const service = await load({ store: "influxdb", url: "http://127.0.0.1:9", queueMaxMb: 16 });
    for (let round = 0; round < 10; round += 1) {
      await store(Array.from({ length: 100 }, (_, index) => sample(round * 100 + index, LONG_TEXT)));
    }
    await service.tend();
    const gaps = await service.ledger.latest({ kind: "queue.gap.v1" });
    const { queue, stored } = await service.stats();
    assert.equal(stored, 1_000);
    assert.ok(queue.dropped > 0);
    assert.deepEqual(
      gaps.map((entry) => [entry.asset, entry.data["reason"], entry.data["points"]]),
      [["twinline.historian", "bytes", queue.dropped]],
    );
  });

  describe("dead letters", () => {
    it("are listed, replayed and discarded by people, and the ledger keeps who decided", async () => {
      const service = await load();
      await service.queue.bury(
        [
          { line: `telemetry,asset=${ASSET},line=~,signal=_raw.fill_weight,site=~ v=7,q=192i ${START + 7}000000`, reason: "r" },
          { line: "rubbish", reason: "no line" },
        ],
        1,
      );
      const letters = (await call("get", "dead-letters", { query: { limit: "10" } }, service)) as { id: number }[];
      assert.equal(letters.length, 2);
      const [replayable, rubbish] = letters.map((letter) => letter.id);
      assert.deepEqual(await call("post", "replay", { body: { ids: [replayable] } }, service), { replayed: 1 });
      assert.deepEqual(await values(service), [7]);
      assert.deepEqual(await call("post", "discard", { body: { ids: [rubbish] } }, service), { discarded: 1 });
      assert.deepEqual(await call("get", "dead-letters", {}, service), []);
      const entries = await service.ledger.latest({ kind: "queue.dead-letters.v1" });
      assert.deepEqual(
        entries.map((entry) => [entry.author, entry.data["action"]]),
        [
          ["eva", "replay"],
          ["eva", "discard"],
        ],
      );
      assert.equal(((await call("get", "stats", {}, service)) as { queue: { letters: number } }).queue.letters, 0);
    });

    it("refuse a malformed request with a sentence", async () => {
      const service = await load();
      for (const body of [
        undefined,
        {},
        { ids: [] },
        { ids: ["1"] },
        { ids: [1.5] },
        { ids: Array.from({ length: 1_001 }, (_, index) => index) },
      ]) {
        await assert.rejects(async () => call("post", "discard", { body }, service), /1 to 1000 ids/);
      }
      await assert.rejects(async () => call("get", "dead-letters", { query: { limit: "0" } }, service), /1 to 1000/);
    });
  });
});
