/** The OPC UA nodes in Node-RED, against the real demo plant. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import helper from "node-red-node-test-helper";
import type { OpcUaEndpoint, ResumeState } from "../../adapters/opcua/index.ts";
import type { Reject } from "../../core/connect/sample/index.ts";
import type { SourceReading } from "../../core/connect/tag-map/reading.ts";
import { endpoints } from "../../nodes/connect/twin-opcua/endpoints.ts";
import opcuaDeclaration from "../../nodes/connect/twin-opcua/twin-opcua.node.ts";
import twinOpcua from "../../nodes/connect/twin-opcua/twin-opcua.ts";
import twinOpcuaIn from "../../nodes/connect/twin-opcua-in/twin-opcua-in.ts";
import { Overlap } from "../../nodes/connect/twin-opcua-in/overlap.ts";
import twinPlant from "../../nodes/connect/twin-plant/twin-plant.ts";
import { readConfiguration } from "../../nodes/kit/configuration.ts";
import { behind } from "../../nodes/kit/running.ts";
import type { RunningPlant } from "../../plant/server/plant.ts";
import type { TagChange } from "../../plant/simulator/index.ts";
import { SITE_DIR } from "../support/demo-site.ts";
import { TEST_USERS, plantInProcess, temporaryDir, userServer } from "../support/opcua.ts";

const require = createRequire(import.meta.url);
const PREFIX = "nsu=urn:twinline:demo-plant;s=";

describe("twin-opcua and twin-opcua-in", function () {
  this.timeout(40_000);
  const dir = temporaryDir();
  const sent: TagChange[] = [];
  let plant: RunningPlant;
  let got: SourceReading[] = [];
  let rejects: Reject[] = [];
  let arrived: (() => void) | null = null;

  before(async () => {
    plant = await plantInProcess(`${dir.path}/server`, { onChanges: (changes) => sent.push(...changes) });
    helper.init(require.resolve("node-red"), {
      twinline: { dataDir: `${dir.path}/data` },
      logging: { console: { level: "off" } },
    } as never);
    await new Promise<void>((resolve) => helper.startServer(resolve));
  });
  afterEach(() => helper.unload());
  after(async () => {
    await new Promise<void>((resolve) => helper.stopServer(resolve));
    await plant.stop();
    dir.remove();
  });

  async function deploy(server: object, source: object): Promise<OpcUaEndpoint> {
    got = [];
    rejects = [];
    const flow = [
      { id: "f", type: "tab", label: "opcua" },
      { id: "site", type: "twin-plant", name: "", version: 1, directory: SITE_DIR, watch: false },
      { id: "server", type: "twin-opcua", name: "", version: 1, endpoint: plant.endpoint, securityMode: "None", user: "twin", ...server },
      {
        id: "in",
        z: "f",
        x: 0,
        y: 0,
        type: "twin-opcua-in",
        name: "",
        version: 1,
        server: "server",
        plant: "site",
        wires: [["out"], ["bad"]],
        ...source,
      },
      { id: "out", z: "f", x: 0, y: 0, type: "helper" },
      { id: "bad", z: "f", x: 0, y: 0, type: "helper" },
    ];
    const credentials = { server: { password: TEST_USERS.twin.password } };
    await helper.load([twinPlant, twinOpcua, twinOpcuaIn] as never, flow, credentials, () => {
      helper.getNode("out").on("input", (message) => {
        got.push(...(message as { payload: SourceReading[] }).payload);
        arrived?.();
      });
      helper.getNode("bad").on("input", (message) => {
        rejects.push(...(message as { payload: Reject[] }).payload);
        arrived?.();
      });
    });
    const started = await behind(helper.getNode("in"))?.started;
    if (started?.ok !== true) throw new Error(started?.fault);
    const connection = await behind(helper.getNode("server"))?.started;
    if (connection?.ok !== true) throw new Error(connection?.fault);
    return connection.api as OpcUaEndpoint;
  }

  function until(test: () => boolean): Promise<void> {
    if (test()) return Promise.resolve();
    return new Promise((resolve) => {
      arrived = () => {
        if (test()) resolve();
      };
    });
  }

  it("reads the tags of the plant model below an asset and sends arrays of raw readings", async () => {
    await deploy({}, { source: "plant", asset: "acme.galway.*.line01.filler01" });
    await until(() => got.length > 500);
    assert.ok(
      got.every((r) => r.protocol === "opcua" && r.address.startsWith(`${PREFIX}Line01.Filler01.`) && Number.isInteger(r.sourceTimestamp)),
    );
    const changes = new Map(sent.map((c) => [`${PREFIX}${c.nodeId}@${c.timestamp}`, c.value]));
    for (const reading of got) assert.equal(changes.get(`${reading.address}@${reading.sourceTimestamp}`), reading.value);
  });

  it("after a redeploy goes on where it was: every change arrives, none is invented", async () => {
    await deploy({}, { source: "list", addresses: `${PREFIX}Line01.Filler01.ProcessedCount` });
    await until(() => got.length > 200);
    const first = got;
    await helper.unload();
    await deploy({}, { source: "list", addresses: `${PREFIX}Line01.Filler01.ProcessedCount` });
    await until(() => got.filter((r) => !r.historical).length > 200);
    const seen = new Set([...first, ...got].map((r) => r.sourceTimestamp));
    const last = Math.max(...got.map((r) => r.sourceTimestamp ?? 0));
    const begun = first[1]?.sourceTimestamp ?? NaN;
    const expected = sent.filter((c) => c.nodeId === "Line01.Filler01.ProcessedCount" && c.timestamp >= begun && c.timestamp <= last);
    assert.deepEqual(
      expected.filter((c) => !seen.has(c.timestamp)),
      [],
    );
    assert.equal(got.filter((r) => r.value === null).length, 0);
  });

  it("rejects a node that the server does not have, with its address", async () => {
    await deploy({}, { source: "list", addresses: `${PREFIX}Line01.Nowhere\n${PREFIX}Line01.Filler01.State` });
    await until(() => rejects.length > 0);
    assert.equal(rejects[0]?.code, "UNKNOWN_TAG");
    assert.match(rejects[0]?.message ?? "", /Line01\.Nowhere.*BadNodeIdUnknown/);
  });

  it("says at deploy what is wrong with a node id or an asset", async () => {
    await assert.rejects(deploy({}, { source: "list", addresses: "Line01/Filler01" }), /"Line01\/Filler01" is not a node id/);
    await helper.unload();
    await assert.rejects(
      deploy({}, { source: "plant", asset: "acme.galway.welding" }),
      /no tags with an OPC UA address below "acme\.galway\.welding"/,
    );
  });

  it("refuses to send a password without encryption, or warns in status and log where that is allowed", async () => {
    const server = await userServer(`${dir.path}/plain`, [null], (_name, password) => password === TEST_USERS.twin.password);
    const shown = async (plainPassword: boolean): Promise<string> => {
      await deploy({ endpoint: server.url, version: 2, plainPassword }, { source: "list", addresses: "i=2258" });
      return new Promise((resolve) => {
        helper.getNode("in").on(
          "call:status" as never,
          (({ firstArg: { fill, text } }: { firstArg: { fill: string; text: string } }) => {
            if (/encryption/.test(text)) resolve(`${fill}: ${text}`);
          }) as never,
        );
      });
    };
    assert.match(await shown(false), /^red: .*it was not sent/);
    await helper.unload();
    const warning = `The password of "twin" travels to ${server.url} without encryption`;
    assert.equal(await shown(true), `yellow: ${warning}`);
    const logged = (helper.log().args as { msg: unknown }[][]).map(([line]) => String(line?.msg));
    assert.equal(logged.filter((line) => line === warning).length, 1);
    await helper.unload();
    await server.stop();
  });

  it("lists an unknown certificate for engineers, and delivers once one of them trusts it", async () => {
    const api = await deploy({ securityMode: "SignAndEncrypt" }, { source: "plant", asset: "" });
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (api.state.word === "untrusted") resolve();
      };
      api.watch(check);
      check();
    });
    const person = { name: "eng", label: "Engineer", roles: ["engineer"], scope: ["*"] } as const;
    const call = (path: string, body: unknown): Promise<unknown> =>
      Promise.resolve(
        endpoints.find((e) => e.path.endsWith(path))?.handle({ person, params: { id: "server" }, query: {}, body }, <T>() => api as T),
      );
    const { pending } = (await call("certificates", null)) as { pending: { sha256: string }[] };
    assert.equal(pending.length, 1);
    const fingerprint = pending[0]?.sha256;
    for (const wrong of ["yes please", "AA".repeat(31), `${fingerprint}:AA`, 7, null]) {
      await assert.rejects(call("trust", { fingerprint: wrong }), { status: 400, code: "BAD_FINGERPRINT" });
    }
    for (const body of [null, [], [fingerprint], "trust", {}, { fingerprint, force: true }, Object.create({ fingerprint })]) {
      await assert.rejects(call("trust", body), { status: 400 });
    }
    for (const how of ["trust", "reject", "forget"]) {
      await assert.rejects(call(how, { fingerprint: "AA".repeat(32) }), { status: 404, code: "NOT_LISTED" });
    }
    assert.equal(got.length, 0);
    const statuses = async (): Promise<number[]> => {
      const { trusted, rejected, ...rest } = (await call("certificates", null)) as Record<string, object[]>;
      return [trusted, rejected, rest["pending"]].map((those) => those?.length ?? -1);
    };
    await call("reject", { fingerprint });
    assert.deepEqual(await statuses(), [0, 1, 0]);
    await call("forget", { fingerprint });
    assert.deepEqual(await statuses(), [0, 0, 0]);
    await assert.rejects(call("browse", null), { status: 409 });
    assert.deepEqual(await statuses(), [0, 0, 1]);
    await call("trust", { fingerprint });
    assert.deepEqual(await statuses(), [1, 0, 0]);
    await until(() => got.length > 100);
    for (const one of endpoints) {
      const request = { person, params: { id: "site" }, query: {}, body: { fingerprint } };
      await assert.rejects(async () => one.handle(request, <T>() => ({}) as T), { status: 404 }, "another configuration node is no server");
    }
    assert.ok(endpoints.every((e) => e.roles.every((role) => role === "engineer" || role === "ot-admin")));
  });
});

describe("twin-opcua saved before passwords without encryption were refused", () => {
  it("does not allow them, and says so at deploy", () => {
    const saved = { version: 1, endpoint: "opc.tcp://127.0.0.1:4840", securityMode: "None", user: "twin", plainPassword: true };
    const read = readConfiguration(opcuaDeclaration, saved);
    assert.ok(read.ok);
    assert.equal(read.config["plainPassword"], false);
    assert.match(read.migrated.join(), /a password leaves without encryption only if/);
  });
});

const state = (time: number): ResumeState => ({ last: { a: time }, marker: null });

describe("resume overlap", () => {
  it("keeps the newest state that is older than what may still be on its way downstream", () => {
    const overlap = new Overlap(undefined);
    for (let now = 0; now <= 20_000; now += 1000) overlap.note(state(now), now);
    assert.deepEqual(overlap.safe, state(15_000));
  });

  it("keeps the state it started with until a later one is old enough", () => {
    const overlap = new Overlap(state(-1));
    overlap.note(state(1), 1);
    overlap.note(state(4000), 4000);
    assert.deepEqual(overlap.safe, state(-1));
    overlap.note(state(6000), 6000);
    assert.deepEqual(overlap.safe, state(1));
  });
});
