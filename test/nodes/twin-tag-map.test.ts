import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, it } from "mocha";
import type { NodeMessageInFlow, NodeStatus } from "node-red";
import helper from "node-red-node-test-helper";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { behind } from "../../nodes/kit/running.ts";
import twinPlant from "../../nodes/connect/twin-plant/twin-plant.ts";
import twinTagMap from "../../nodes/connect/twin-tag-map/twin-tag-map.ts";
import type { PlantService } from "../../nodes/connect/twin-plant/plant-service.ts";

const require = createRequire(import.meta.url);
const userDir = mkdtempSync(path.join(tmpdir(), "twinline-tag-map-"));
const plantDir = path.join(userDir, "plant");
const WEIGHT = "acme.galway.line01.filler01._raw.weight";

function writePlant(range: string): void {
  mkdirSync(plantDir, { recursive: true });
  writeFileSync(
    path.join(plantDir, "site.yaml"),
    `plant: { enterprise: acme, site: galway, zone: UTC }
equipment:
  line01: { kind: Area }
  line01.filler01:
    kind: WorkCell
    prefix: nsu=urn:p;s=F
    raw:
      weight: { type: float, unit: g, range: ${range}, address: "{prefix}.Weight", expectedEverySeconds: 1 }
      serial: { type: string, address: "{prefix}.Serial" }
`,
  );
}

const flow = (config: object): never =>
  [
    { id: "f", type: "tab", label: "map" },
    { id: "plant", type: "twin-plant", version: 1, directory: plantDir, watch: false },
    { id: "map", z: "f", x: 0, y: 0, type: "twin-tag-map", version: 1, plant: "plant", wires: [["samples"], ["rejects"]], ...config },
    { id: "samples", z: "f", x: 0, y: 0, type: "helper" },
    { id: "rejects", z: "f", x: 0, y: 0, type: "helper" },
  ] as never;

async function load(config: object = {}): Promise<{ readonly ok: boolean; readonly fault?: string }> {
  helper.init(require.resolve("node-red"), {
    userDir,
    twinline: { dataDir: path.join(userDir, "twinline") },
    logging: { console: { level: "off" } },
  } as never);
  await helper.load([twinPlant, twinTagMap] as never, flow(config));
  return (await behind(helper.getNode("map"))?.started) ?? { ok: false, fault: "not created" };
}

type Message<P> = NodeMessageInFlow & { payload: P };
const next = async <P>(id: string): Promise<Message<P>> =>
  new Promise((resolve) => helper.getNode(id).once("input", (message) => resolve(message as Message<P>)));
const send = (message: object): void => helper.getNode("map").receive(message as never);
const nextStatus = async (wanted: RegExp): Promise<NodeStatus> =>
  new Promise((resolve) => {
    helper.getNode("map").on(
      "call:status" as never,
      ((call: { firstArg: NodeStatus }) => {
        if (wanted.test(call.firstArg.text ?? "")) resolve(call.firstArg);
      }) as never,
    );
  });

let clock = Date.now() - 3_600_000;
function reading(name: string, value: unknown): object {
  clock += 1;
  return { protocol: "opcua", address: `nsu=urn:p;s=F.${name}`, value, sourceTimestamp: clock, received: Date.now() };
}

describe("twin-tag-map", () => {
  before(() => writePlant("{ min: 0, max: 1000 }"));
  afterEach(async () => {
    await helper.unload();
  });
  after(() => rmSync(userDir, { recursive: true, force: true }));

  it("maps the plant's addresses without a row, one message in and one message out", async () => {
    await load();
    const got = next<Sample[]>("samples");
    send({ payload: [reading("Weight", 500), reading("Serial", "0042")], topic: "opc", extra: 7 });
    const message = await got;
    assert.deepEqual(
      message.payload.map(({ tag, value }) => [tag, value]),
      [
        [WEIGHT, 500],
        ["acme.galway.line01.filler01._raw.serial", "0042"],
      ],
    );
    assert.equal((message as unknown as { extra: number }).extra, 7);
    assert.equal("topic" in message, false, "two tags have no common topic");
  });

  it("answers one reading with one sample and its tag as topic", async () => {
    await load();
    const got = next<Sample>("samples");
    send({ payload: reading("Weight", 501) });
    const { payload, topic } = await got;
    assert.deepEqual([payload.value, payload.unit, topic], [501, "g", "acme/galway/line01/filler01/_raw/weight"]);
  });

  it("reads node-red-contrib-opcua and MQTT messages through its rows, with scaling and unit", async () => {
    const rows = [
      { address: "ns=2;s=Weigher", tag: WEIGHT, rawLow: 0, rawHigh: 100, low: 0, high: 1, unit: "kg" },
      { protocol: "mqtt", address: "plant/{name}", tag: "acme.galway.line01._raw.{name}" },
    ];
    await load({ rows });
    const weight = next<Sample>("samples");
    send({
      topic: "ns=2;s=Weigher",
      payload: 50,
      statusCode: { value: 0 },
      sourceTimestamp: new Date(clock + 10),
      serverTimestamp: new Date(),
    });
    assert.deepEqual([(await weight).payload.value, clock + 10], [500, clock + 10]);
    const speed = next<Sample>("samples");
    send({ topic: "plant/speed", qos: 0, payload: Buffer.from('{"value": 3, "timestamp_ms": 1760000000000}') });
    const { payload } = await speed;
    assert.deepEqual([payload.tag, payload.value, payload.timestamp], ["acme.galway.line01._raw.speed", 3, 1_760_000_000_000]);
  });

  it("rejects with reason what is out of range or unmapped, and shows both in the status", async () => {
    await load();
    const status = nextStatus(/1 unmapped.*2 rejected/);
    const got = next<Reject[]>("rejects");
    send({ payload: [reading("Weight", 5_000), reading("Nowhere", 1)], topic: "kept" });
    const { payload, topic } = await got;
    assert.deepEqual(
      payload.map(({ code }) => code),
      ["OUT_OF_RANGE", "UNMAPPED"],
    );
    assert.equal(topic, "kept");
    assert.equal((await status).fill, "yellow");
  });

  it("keeps the order of messages when expressions take their time", async () => {
    const rows = [{ match: "expression", address: '$contains(address, "slow") ? "acme.galway._raw.slow"' }];
    await load({ rows });
    const values: unknown[] = [];
    const three = new Promise<void>((resolve) => {
      helper.getNode("samples").on("input", (message) => {
        values.push((message.payload as Sample).value);
        if (values.length === 3) resolve();
      });
    });
    send({ topic: "slow/a", payload: { value: 1, timestamp: clock + 1 } });
    send({ payload: reading("Weight", 2) });
    send({ topic: "slow/a", payload: { value: 3, timestamp: clock + 3 } });
    await three;
    assert.deepEqual(values, [1, 2, 3]);
  });

  it("remembers across a restart what it has already let through", async () => {
    await load();
    const once = reading("Weight", 502);
    const first = next<Sample>("samples");
    send({ payload: once });
    await first;
    await helper.unload();
    await load();
    const again = next<Sample>("samples");
    send({ payload: once });
    send({ payload: reading("Weight", 503) });
    assert.equal((await again).payload.value, 503, "the duplicate must not come out first");
  });

  it("tells once that a tag has fallen silent", async () => {
    await load();
    const stale = next<Reject[]>("rejects");
    send({ payload: reading("Weight", 504) });
    const [reject] = (await stale).payload;
    assert.deepEqual([reject?.code, reject?.tag], ["STALE", WEIGHT]);
  });

  it("follows a changed plant model without losing what it remembers", async () => {
    await load();
    const service = (behind(helper.getNode("plant")) as { outcome: { api: PlantService } } | undefined)?.outcome.api;
    writePlant("{ min: 0, max: 10000 }");
    await service?.reload();
    const got = next<Sample>("samples");
    send({ payload: reading("Weight", 5_000) });
    assert.equal((await got).payload.value, 5_000);
    writePlant("{ min: 0, max: 1000 }");
  });

  it("can be asked by whoever looks at its plant, keeps what it has observed when the plant changes, and ends with the node", async () => {
    await load();
    const service = (behind(helper.getNode("plant")) as { outcome: { api: PlantService } }).outcome.api;
    const rejects = next<Reject[]>("rejects");
    send({ payload: [reading("Weight", "heavy"), reading("Nowhere", 1)] });
    await rejects;
    const observed = (): unknown => {
      const [watcher] = service.watchers;
      const look = watcher
        ?.map()
        .looks()
        .find(({ tag }) => tag === WEIGHT);
      const unmapped = watcher
        ?.map()
        .unmapped()
        .map(({ address, count }) => [address, count]);
      return [watcher?.node, look?.rejects.map(({ code, count }) => [code, count]), unmapped];
    };
    const expected = ["map", [["WRONG_TYPE", 1]], [["nsu=urn:p;s=F.Nowhere", 1]]];
    assert.deepEqual(observed(), expected);
    writePlant("{ min: 0, max: 20000 }");
    await service.reload();
    assert.deepEqual(observed(), expected);
    writePlant("{ min: 0, max: 1000 }");
    await helper.unload();
    assert.deepEqual([...service.watchers], []);
  });

  it("does not start with faulty rows, and says which field of which row", async () => {
    const outcome = await load({ rows: [{ address: "a", tag: "acme.galway.line01.filler01._filler_v1.nothing" }] });
    assert.equal(outcome.ok, false);
    assert.match(outcome.fault ?? "", /^Row 1, tag: .*no tag/);
    await helper.unload();
    const half = await load({ rows: [{ address: "a", tag: WEIGHT, rawLow: 4 }] });
    assert.match(half.fault ?? "", /Row 1: fill in/);
  });
});
