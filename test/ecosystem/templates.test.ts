/** The shipped templates with the real packages against real servers: the same samples as our own sources, or as the server serves. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { coerceLocalizedText, StatusCode, StatusCodes } from "node-opcua-client";
import type { Sample } from "../../core/connect/sample/index.ts";
import { type Broker, MOSQUITTO, startMosquitto } from "../support/mosquitto.ts";
import { temporaryDir } from "../support/opcua.ts";
import { eventually } from "../support/site.ts";
import { figure } from "./figures.ts";
import { type EcosystemRuntime, type Received, startEcosystemRuntime, template } from "./runtime.ts";
import * as servers from "./servers.ts";
import { type S7Responder, startS7Responder } from "./s7-responder.ts";
import { type Ecosystem, needEcosystem } from "./tree.ts";

const require = createRequire(import.meta.url);
const mqtt = require("mqtt") as typeof import("mqtt");
const RAW = "acme.galway.bottling.line01._raw.";
const NODES = Object.keys(servers.OPCUA_NODES) as servers.OpcuaNode[];
const tagOf = (node: string): string => `${RAW}${node.slice("Line01.".length).toLowerCase()}`;

/** What of a sample must be equal, whichever way it came. */
const essence = ({ tag, value, quality, timestamp, unit, status }: Sample): unknown => ({ tag, value, quality, timestamp, unit, status });
const sorted = (samples: readonly Sample[]): unknown[] =>
  samples.toSorted((a, b) => a.timestamp - b.timestamp || a.tag.localeCompare(b.tag)).map(essence);
/** What a server serves, by the last segment of the tag. */
type Values = Readonly<Record<string, number | boolean>>;
const STEPS = 5;

describe("contrib templates with the real packages", function () {
  this.timeout(600_000);
  const dir = temporaryDir();
  let ecosystem: Ecosystem;
  let runtime: EcosystemRuntime;

  before(async function () {
    ecosystem = await needEcosystem(this);
    runtime = await startEcosystemRuntime(ecosystem);
  });
  after(async () => {
    await runtime?.stop();
    dir.remove();
  });

  it("loads every package that the templates need without an error", async () => {
    const response = await fetch(`${runtime.url}/admin/nodes`, { headers: { accept: "application/json" } });
    const sets = (await response.json()) as { module: string; types: string[]; err?: string }[];
    for (const name of ["node-red-contrib-opcua", "node-red-contrib-modbus", "node-red-contrib-s7"]) {
      const own = sets.filter((set) => set.module === name);
      assert.ok(own.length > 0, `${name} was not loaded`);
      assert.deepEqual(
        own.flatMap((set) => (set.err ? [set.err] : [])),
        [],
      );
    }
  });

  describe("node-red-contrib-opcua", () => {
    let server: servers.OpcuaTestServer;
    before(async () => {
      server = await servers.startOpcua(`${dir.path}/opcua`);
    });
    after(() => server?.stop());

    it("gives the same samples as twin-opcua-in: value, quality, status, source time and unit", async () => {
      const start = Date.now() - 60_000;
      NODES.forEach((node) => server.set(node, valueOf(node, 0), start));
      const rows = (prefix: string): object[] =>
        NODES.map((node) => ({
          address: `${prefix}${node}`,
          tag: tagOf(node),
          ...(node.endsWith("Speed") ? { unit: "{bottles}/min" } : {}),
        }));
      const flow = template("opcua-contrib-to-tag-map", {
        "oc-endpoint": { endpoint: server.endpoint },
        "oc-map": { rows: [...rows("ns=2;s="), { address: "subscriptionId", exclude: true }] },
      });
      await runtime.deploy([
        ...flow,
        { id: "own", type: "twin-opcua", name: "", version: 1, endpoint: server.endpoint, securityMode: "None" },
        {
          id: "own-in",
          z: "oc-tab",
          type: "twin-opcua-in",
          name: "",
          server: "own",
          source: "list",
          addresses: NODES.map((node) => `nsu=${servers.OPCUA_NAMESPACE};s=${node}`).join("\n"),
          publishingInterval: 100,
          version: 1,
          x: 100,
          y: 400,
          wires: [["own-map"], []],
        },
        {
          id: "own-map",
          z: "oc-tab",
          type: "twin-tag-map",
          name: "",
          rows: rows(`nsu=${servers.OPCUA_NAMESPACE};s=`),
          version: 1,
          x: 200,
          y: 400,
          wires: [[], []],
        },
      ]);
      for (const node of NODES) runtime.send("oc-guard", { topic: `ns=2;s=${node}`, datatype: node === "Line01.Total" ? "Int64" : "x" });
      const both = async (count: number): Promise<true | undefined> =>
        ["oc-map", "own-map"].every((id) => runtime.received(id).samples.length >= count) ? true : undefined;
      await eventually(60_000, async () => both(NODES.length));
      for (let step = 1; step <= STATUSES.length; step += 1) {
        for (const node of NODES) server.set(node, valueOf(node, step), start + step, STATUSES[step - 1]);
        await eventually(20_000, async () => both(NODES.length * (step + 1)));
      }
      const theirs = runtime.received("oc-map");
      const ours = runtime.received("own-map");
      assert.deepEqual(sorted(theirs.samples), sorted(ours.samples));
      assert.deepEqual([theirs.rejects, ours.rejects], [[], []]);
      assert.equal(server.writes, 0);
      figure("node-red-contrib-opcua", theirs.samples.length, NODES.length);
    });

    it("reads several nodes in one message, and whole DataValues", async () => {
      const at = Date.now() - 1_000;
      server.set("Line01.Speed", 7.25, at);
      server.set("Line01.State", 9, at);
      const flow = template("opcua-contrib-to-tag-map", {
        "oc-endpoint": { endpoint: server.endpoint },
        "oc-start": { once: false },
        // Output 1 sends each value, output 3 all of them at once as DataValues.
        "oc-client": { action: "readmultiple", wires: [[], [], ["oc-map"]] },
      });
      await runtime.deploy(flow);
      runtime.send("oc-guard", { topic: "readmultiple", payload: ["ns=2;s=Line01.Speed", "ns=2;s=Line01.State"] });
      await eventually(30_000, async () => (runtime.received("oc-map").samples.length >= 2 ? true : undefined));
      assert.deepEqual(
        runtime.received("oc-map").samples.map(({ tag, value, timestamp }) => ({ tag, value, timestamp })),
        [
          { tag: `${RAW}speed`, value: 7.25, timestamp: at },
          { tag: `${RAW}state`, value: 9, timestamp: at },
        ],
      );
    });
  });

  describe("node-red-contrib-modbus", () => {
    let server: servers.ModbusTestServer;
    before(async () => {
      server = await servers.startModbus(ecosystem);
    });
    after(() => server?.stop());

    it("gives what the device holds: scaled, signed, floats over two registers, coils", async () => {
      const serve = (step: number): Values => {
        const float = new DataView(new ArrayBuffer(4));
        float.setFloat32(0, 61.75 + step);
        server.registers.splice(100, 4, 1_185 + step, 0xfff9 - step, float.getUint16(0), float.getUint16(2));
        server.coils[0] = step % 2 === 0;
        return { speed: (1_185 + step) * 0.1, state: -7 - step, temperature: 61.75 + step, running: step % 2 === 0 };
      };
      const first = serve(0);
      await runtime.deploy(template("modbus-contrib-to-tag-map", { "mb-client": { tcpPort: String(server.port) } }));
      const received = runtime.received("mb-map");
      await compareSteps(received, first, serve, { speed: "{bottles}/min", temperature: "Cel" });
      const addresses = new Set(received.samples.map(({ source }) => source?.address));
      assert.deepEqual(
        [...addresses].toSorted((one = "", other = "") => one.localeCompare(other)),
        ["1/coil/0", "1/holding/100", "1/holding/101/int16", "1/holding/102/float32"],
      );
      assert.equal(server.writes, 0);
      figure("node-red-contrib-modbus", received.samples.length, 4);
    });

    it("reads either output of a node", async () => {
      const rows = template("modbus-contrib-to-tag-map", {}).find(({ id }) => id === "mb-map")?.["rows"] as { exclude?: boolean }[];
      const flow = template("modbus-contrib-to-tag-map", {
        "mb-client": { tcpPort: String(server.port) },
        "mb-read": { wires: [[], ["mb-map"]] },
        "mb-coils": { wires: [[], ["mb-map"]] },
        // Without a pattern that leaves out all coils, one that was not asked for would be rejected as unmapped.
        "mb-map": {
          rows: [
            ...rows.filter(({ exclude }) => exclude !== true),
            ...[1, 2].map((coil) => ({ address: `1/coil/${coil}`, exclude: true })),
          ],
        },
      });
      await runtime.deploy(flow);
      const received = runtime.received("mb-map");
      await eventually(30_000, async () => (new Set(received.samples.map(({ tag }) => tag)).size >= 4 ? true : undefined));
      assert.deepEqual(received.rejects, []);
    });

    it("says so when a read fails and the node is told to send an empty message", async () => {
      const flow = template("modbus-contrib-to-tag-map", {
        "mb-client": { tcpPort: String(server.port) },
        "mb-read": { adr: "60000", quantity: "60000", emptyMsgOnFail: true },
      });
      await runtime.deploy(flow);
      const received = runtime.received("mb-map");
      const failed = await eventually(30_000, async () => received.rejects[0]);
      assert.equal(failed.code, "NOT_A_SAMPLE");
      assert.match(failed.message, /reports a failed read: .+/);
    });
  });

  describe("node-red-contrib-s7", () => {
    let server: S7Responder | undefined;
    before(async () => {
      server = await startS7Responder();
    });
    after(() => server?.stop());

    it("gives what the data block of the PLC holds", async () => {
      assert.ok(server);
      const plc = server;
      const serve = async (step: number): Promise<Values> => {
        const block = new DataView(new ArrayBuffer(11));
        block.setFloat32(0, 118.25 + step);
        block.setInt16(4, -6 - step);
        block.setInt32(6, 70_000 + step);
        block.setUint8(10, step % 2 === 0 ? 0b10 : 0);
        plc.set(0, new Uint8Array(block.buffer));
        return { speed: 118.25 + step, state: -6 - step, total: 70_000 + step, running: step % 2 === 0 };
      };
      const first = await serve(0);
      await runtime.deploy(template("s7-to-tag-map", { "s7-plc": { port: String(plc.port) } }));
      const received = runtime.received("s7-map");
      await compareSteps(received, first, serve, { speed: "{bottles}/min" });
      assert.equal(plc.writes, 0);
      figure("node-red-contrib-s7", received.samples.length, 4);
    });
  });

  describe("core MQTT", () => {
    let broker: Broker | undefined;
    before(async function () {
      if (!MOSQUITTO) {
        assert.notEqual(process.env["CI"], "true", "Mosquitto is missing under CI");
        process.stdout.write("skipped: Mosquitto is not installed; on Debian: apt-get install mosquitto\n");
        this.skip();
      }
      broker = await startMosquitto(MOSQUITTO);
    });
    after(() => broker?.stop());

    it("gives what was published, with its own time, quality and unit", async () => {
      assert.ok(broker);
      await runtime.deploy(template("mqtt-to-tag-map", { "mq-broker": { port: String(broker.port) } }));
      const received = runtime.received("mq-map");
      const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`);
      const at = Date.now() - 5_000;
      const sent = Array.from({ length: 20 }, (_, index) => ({
        value: index + 0.5,
        timestamp_ms: at + index,
        quality: index % 3 === 0 ? "Uncertain" : "Good",
        unit: "{bottles}/min",
      }));
      // Retained, so that it does not matter who is first.
      for (const value of sent.slice(0, 1))
        await client.publishAsync("plant/line01/speed", JSON.stringify(value), { qos: 1, retain: true });
      await eventually(20_000, async () => (received.samples.length > 0 ? true : undefined));
      for (const value of sent.slice(1)) await client.publishAsync("plant/line01/speed", JSON.stringify(value), { qos: 1 });
      await eventually(20_000, async () => (received.samples.length >= sent.length ? true : undefined));
      await client.endAsync();
      const expected = sent.map(({ value, timestamp_ms: timestamp, quality, unit }) => ({
        tag: `${RAW}speed`,
        value,
        quality,
        timestamp,
        unit,
      }));
      assert.deepEqual(
        received.samples.map(({ tag, value, quality, timestamp, unit }) => ({ tag, value, quality, timestamp, unit })),
        expected,
      );
      assert.deepEqual(received.rejects, []);
      figure("core MQTT", received.samples.length, 1);
    });
  });
});

/**
 * Lets a server without times serve step after step and waits for each to arrive. Every sample that came must then be a
 * value that was served for its tag, none older than the one before it.
 */
async function compareSteps(
  received: Received,
  first: Values,
  serve: (step: number) => Values | Promise<Values>,
  units: Readonly<Record<string, string>>,
): Promise<void> {
  const served: Values[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const values = step === 0 ? first : await serve(step);
    served.push(values);
    await eventually(30_000, async () => {
      const latest = new Map(received.samples.map(({ tag, value }) => [tag, value]));
      return Object.entries(values).every(([name, value]) => latest.get(RAW + name) === value) ? true : undefined;
    });
  }
  const at = new Map<string, number>();
  for (const { tag, value, quality, unit } of received.samples) {
    const name = tag.slice(RAW.length);
    const step = served.findIndex((values, index) => index >= (at.get(tag) ?? 0) && values[name] === value);
    assert.ok(step >= 0, `${tag} = ${String(value)} was not served then`);
    at.set(tag, step);
    assert.deepEqual({ quality, unit }, { quality: "Good", unit: units[name] });
  }
  assert.deepEqual(received.rejects, []);
}

/** Statuses of the steps: good, uncertain, bad, nothing to report, and the overflow of a server's queue. */
const STATUSES: readonly StatusCode[] = [
  StatusCodes.Good,
  StatusCodes.Uncertain,
  StatusCodes.BadSensorFailure,
  StatusCodes.Good,
  StatusCodes.GoodNoData,
  StatusCodes.UncertainLastUsableValue,
  StatusCodes.GoodLocalOverride,
  StatusCodes.BadCommunicationError,
  StatusCode.makeStatusCode(StatusCodes.Good, "Overflow | InfoTypeDataValue"),
  StatusCodes.Good,
];

function valueOf(node: servers.OpcuaNode, step: number): unknown {
  switch (node) {
    case "Line01.Speed":
      return 118.25 + step;
    case "Line01.Temperature":
      return Math.fround(61.1 + step);
    case "Line01.Running":
      return step % 2 === 0;
    case "Line01.Product":
      return step % 2 === 0 ? `{"looks like": "JSON ${step}"}` : `Water ${step}`;
    case "Line01.Total":
      // Beyond 2^53, as [high, low].
      return [0x7fff_ffff, step];
    case "Line01.Operator":
      return coerceLocalizedText(`Shift ${step}`);
    default:
      return step;
  }
}
