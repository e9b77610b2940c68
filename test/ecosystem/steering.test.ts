/** What a message can make the real contrib nodes do, with and without `twin-read-only` before them, and what silence looks like. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { anyFreePort } from "../../settings/ports.ts";
import { hostileModbus, hostileOpcua } from "../support/hostile-messages.ts";
import { temporaryDir } from "../support/opcua.ts";
import type { FlowNode } from "../support/runtime.ts";
import { eventually } from "../support/site.ts";
import { figure } from "./figures.ts";
import { type EcosystemRuntime, startEcosystemRuntime, template } from "./runtime.ts";
import * as servers from "./servers.ts";
import { type Ecosystem, readyEcosystem } from "./tree.ts";

const RUNS = 400;
const SPEED = "ns=2;s=Line01.Speed";

describe("messages that steer the real contrib nodes", function () {
  this.timeout(600_000);
  const dir = temporaryDir();
  let ecosystem: Ecosystem;
  let runtime: EcosystemRuntime;

  before(async () => {
    ecosystem = await readyEcosystem();
    runtime = await startEcosystemRuntime(ecosystem);
  });
  after(async () => {
    await runtime?.stop();
    dir.remove();
  });

  describe("node-red-contrib-opcua", () => {
    let server: servers.OpcuaTestServer;
    let elsewhere: servers.OpcuaTestServer;
    before(async () => {
      server = await servers.startOpcua(`${dir.path}/opcua`);
      elsewhere = await servers.startOpcua(`${dir.path}/elsewhere`);
      server.set("Line01.Speed", 118.25, Date.now());
    });
    after(async () => {
      await server?.stop();
      await elsewhere?.stop();
    });

    const reading = (): FlowNode[] =>
      template("opcua-contrib-to-tag-map", { "oc-endpoint": { endpoint: server.endpoint }, "oc-client": { action: "read" } });
    /** One good read through the template: everything sent before it has been handled. */
    async function readOnce(): Promise<void> {
      const received = runtime.received("oc-map");
      const before = received.samples.length;
      server.set("Line01.Speed", 100 + before, Date.now());
      await eventually(60_000, async () => {
        runtime.send("oc-guard", { topic: SPEED });
        return received.samples.length > before ? true : undefined;
      });
    }

    it("writes without the guard when a message tells the reading node to", async () => {
      await runtime.deploy(reading());
      await readOnce();
      assert.equal(server.writes, 0);
      runtime.send("oc-client", { topic: SPEED, datatype: "Double", action: "write", payload: 666 });
      await eventually(10_000, async () => (server.writes === 1 ? true : undefined));
      runtime.send("oc-client", { topic: `${SPEED};datatype=Double`, payload: { action: "write" } });
      await eventually(10_000, async () => (server.writes === 2 ? true : undefined));
    });

    it(`never writes and never goes elsewhere with the guard, over ${RUNS} hostile messages`, async () => {
      await runtime.deploy(reading());
      await readOnce();
      const [writes, sessions] = [server.writes, elsewhere.sessions];
      const messages = fc.sample(hostileOpcua({ node: SPEED, datatype: "Double", elsewhere: elsewhere.endpoint }), {
        numRuns: RUNS,
        seed: 7,
      });
      for (const message of messages) runtime.send("oc-guard", message);
      await readOnce();
      assert.equal(server.writes - writes, 0);
      assert.equal(elsewhere.sessions - sessions, 0);
      const { rejects } = runtime.received("oc-guard");
      assert.ok(rejects.length > RUNS / 2 && rejects.length < RUNS, `${rejects.length} refused; the corpus must hold both kinds`);
      assert.ok(rejects.every(({ code }) => code === "CONTROL_FIELD" || code === "NOT_A_READ"));
      figure("node-red-contrib-opcua, hostile", RUNS, rejects.length);
    });
  });

  describe("node-red-contrib-modbus", () => {
    let server: servers.ModbusTestServer;
    before(async () => {
      server = await servers.startModbus(ecosystem);
    });
    after(() => server?.stop());

    it(`never writes with the guard before a flex getter, over ${RUNS} hostile messages`, async () => {
      const flow = template("modbus-contrib-to-tag-map", {
        "mb-client": { tcpPort: String(server.port) },
        "mb-start": { once: false, repeat: "" },
        "mb-guard": { request: "modbus", addresses: "1/**" },
        "mb-coils": { type: "modbus-flex-getter" },
      });
      await runtime.deploy(flow);
      const received = runtime.received("mb-map");
      await eventually(30_000, async () => (received.samples.length > 0 ? true : undefined));
      for (const message of fc.sample(hostileModbus, { numRuns: RUNS, seed: 7 })) runtime.send("mb-guard", message);
      const reads = server.reads;
      await eventually(30_000, async () => (server.reads > reads + 8 ? true : undefined));
      assert.equal(server.writes, 0);
      const { rejects } = runtime.received("mb-guard");
      assert.ok(rejects.length > RUNS / 2, `${rejects.length} were refused; the corpus must be hostile`);
      figure("node-red-contrib-modbus, hostile", RUNS, rejects.length);
    });
  });

  it("flags the silence of node-red-contrib-opcua when its server is gone, which the client itself does not", async () => {
    const port = await anyFreePort();
    const server = await servers.startOpcua(`${dir.path}/gone`, port);
    const expected = { expectedEverySeconds: 2, protocol: "opcua" };
    await runtime.deploy(
      template("opcua-contrib-to-tag-map", {
        "oc-endpoint": { endpoint: server.endpoint },
        "oc-map": {
          rows: [
            { address: SPEED, tag: "acme.galway._raw.speed", ...expected },
            { address: "**", exclude: true },
          ],
        },
      }),
    );
    const received = runtime.received("oc-map");
    await eventually(60_000, async () => {
      server.set("Line01.Speed", received.samples.length, Date.now());
      return received.samples.length >= 3 ? true : undefined;
    });
    await server.stop();
    const stale = await eventually(30_000, async () => received.rejects.find(({ code }) => code === "STALE"));
    assert.equal(stale.tag, "acme.galway._raw.speed");
    assert.match(stale.message, /one is expected every 2000 ms/);
    assert.equal(received.rejects.length, 1, "once per episode, and nothing else said it");
  });
});
