import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type { Sample } from "../../core/connect/sample/index.ts";
import { type Broker, MOSQUITTO, startMosquitto } from "../support/mosquitto.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";
import { eventually } from "../support/site.ts";

const require = createRequire(import.meta.url);
const mqtt = require("mqtt") as typeof import("mqtt");

/** Node-RED's own MQTT nodes in front of the tag map, on a real broker. */
describe("MQTT through Node-RED's core nodes and a real Mosquitto", function () {
  this.timeout(60_000);
  let runtime: Runtime;
  let broker: Broker;

  before(async function () {
    if (!MOSQUITTO) {
      assert.notEqual(process.env["CI"], "true", "Mosquitto is missing under CI");
      process.stdout.write("skipped: Mosquitto is not installed; on Debian: apt-get install mosquitto\n");
      this.skip();
    }
    broker = await startMosquitto(MOSQUITTO);
    runtime = await startRuntime();
    await runtime.deploy([
      { id: "tab", type: "tab", label: "mqtt" },
      {
        id: "broker",
        type: "mqtt-broker",
        name: "",
        broker: "127.0.0.1",
        port: String(broker.port),
        clientid: "",
        autoConnect: true,
        usetls: false,
        protocolVersion: "4",
        keepalive: "60",
        cleansession: true,
      },
      {
        id: "in",
        z: "tab",
        type: "mqtt in",
        topic: "plant/#",
        qos: "1",
        datatype: "auto-detect",
        broker: "broker",
        x: 1,
        y: 1,
        wires: [["map"]],
      },
      {
        id: "map",
        z: "tab",
        type: "twin-tag-map",
        rows: [{ protocol: "mqtt", address: "plant/{machine}/{signal}", tag: "acme.lab.line01.{machine}._raw.{signal}" }],
        version: 1,
        x: 2,
        y: 1,
        wires: [["seen"], ["refused"]],
      },
      {
        id: "seen",
        z: "tab",
        type: "function",
        func: 'flow.set("samples", [...(flow.get("samples") || []), ...[].concat(msg.payload)]);',
        outputs: 0,
        x: 3,
        y: 1,
        wires: [],
      },
      {
        id: "refused",
        z: "tab",
        type: "function",
        func: 'flow.set("rejects", [...(flow.get("rejects") || []), ...msg.payload]);',
        outputs: 0,
        x: 3,
        y: 2,
        wires: [],
      },
    ]);
  });
  after(async () => {
    await runtime?.stop();
    await broker?.stop();
  });

  function kept<T>(name: string): T[] {
    const node = runtime.node<{ context(): { flow: { get(key: string): T[] | undefined } } }>("seen");
    return node.context().flow.get(name) ?? [];
  }

  it("turns published values into samples with source time and quality, and refuses what is not one", async () => {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`);
    const at = Date.now() - 1000;
    await client.publishAsync("plant/filler01/weight", JSON.stringify({ value: 501.5, timestamp_ms: at }), { qos: 1 });
    await client.publishAsync("plant/filler01/speed", "118.25", { qos: 1 });
    await client.publishAsync("plant/filler01/weight", JSON.stringify({ value: { nested: true }, timestamp_ms: at + 1 }), { qos: 1 });
    await eventually(20_000, async () => (kept("samples").length >= 2 && kept("rejects").length >= 1 ? true : undefined));
    await client.endAsync();
    const [weight, speed] = kept<Sample>("samples");
    assert.equal(weight?.tag, "acme.lab.line01.filler01._raw.weight");
    assert.equal(weight?.value, 501.5);
    assert.equal(weight?.timestamp, at);
    assert.equal(weight?.quality, "Good");
    assert.equal(speed?.tag, "acme.lab.line01.filler01._raw.speed");
    assert.equal(kept<{ code: string }>("rejects").length, 1);
  });
});
