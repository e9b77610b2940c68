/** twin-opcua-in, its plant model and its status, on an endpoint that only counts its feeds. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type { NodeStatus } from "node-red";
import helper from "node-red-node-test-helper";
import type { FeedListener, FeedRequest, FeedStats } from "../../adapters/opcua/index.ts";
import opcua from "../../nodes/connect/twin-opcua/twin-opcua.node.ts";
import twinOpcuaIn from "../../nodes/connect/twin-opcua-in/twin-opcua-in.ts";
import plantDeclaration from "../../nodes/connect/twin-plant/twin-plant.node.ts";
import { defineNode } from "../../nodes/kit/define-node.ts";
import { behind } from "../../nodes/kit/running.ts";
import { temporaryDir } from "../support/opcua.ts";

const require = createRequire(import.meta.url);
const tag = { asset: "acme.galway.bottling.line01.filler01", address: "ns=2;s=Line01.Filler01.State" };

describe("twin-opcua-in whose plant model changes", () => {
  const dir = temporaryDir();
  const open = new Set<object>();
  let changed: () => void = assert.fail;
  let model: { tags: Map<string, typeof tag> };
  let released: (() => void)[] = [];
  let releasing: Promise<void>[] = [];
  let stats: Partial<FeedStats> = {};
  let listening: FeedListener | undefined;

  const endpoint = {
    state: { word: "connected" },
    watch: () => () => {},
    subscribe(_request: FeedRequest, listener: FeedListener) {
      const feed = {
        resumeState: { last: {}, marker: null },
        get stats() {
          return stats;
        },
      };
      listening = listener;
      open.add(feed);
      return feed;
    },
    release(feed: object): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      released.push(() => {
        open.delete(feed);
        resolve();
      });
      releasing.push(promise);
      return promise;
    },
  };
  const plant = {
    get model() {
      return model;
    },
    subscribe: (listener: () => void) => {
      changed = listener;
      return () => {};
    },
  };

  before((done) => {
    helper.init(require.resolve("node-red"), { twinline: { dataDir: dir.path }, logging: { console: { level: "off" } } } as never);
    helper.startServer(done);
  });
  beforeEach(async () => {
    open.clear();
    [released, releasing, stats] = [[], [], {}];
    model = { tags: new Map([["state", tag]]) };
    const types = [defineNode(opcua, () => ({ api: endpoint })), defineNode(plantDeclaration, () => ({ api: plant })), twinOpcuaIn];
    await helper.load(types, [
      { id: "f", type: "tab", label: "opcua" },
      { id: "site", type: "twin-plant", name: "", version: 1, directory: dir.path, watch: false },
      { id: "server", type: "twin-opcua", name: "", version: 1, endpoint: "opc.tcp://127.0.0.1:1", securityMode: "None" },
      {
        id: "in",
        z: "f",
        x: 0,
        y: 0,
        type: "twin-opcua-in",
        version: 1,
        server: "server",
        source: "plant",
        plant: "site",
        wires: [[], []],
      },
    ] as never);
    const outcome = await behind(helper.getNode("in"))?.started;
    assert.ok(outcome?.ok, JSON.stringify(outcome));
  });
  const end = async (): Promise<void> => {
    for (const release of released.splice(0)) release();
    await Promise.all(releasing);
  };
  afterEach(async () => {
    const unloaded = helper.unload();
    while (open.size > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      await end();
    }
    await unloaded;
  });
  after(async () => {
    await new Promise<void>((resolve) => helper.stopServer(resolve));
    dir.remove();
  });

  it("has one feed after two changes in a row, so that nothing is read twice", async () => {
    changed();
    changed();
    await end();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(open.size, 1);
  });

  it("keeps its feed when nothing is left to read", async () => {
    model = { tags: new Map() };
    changed();
    await end();
    assert.equal(open.size, 1);
  });

  it("shows lost values with the reason until the next deploy, and logs them once", async () => {
    const shown = new Promise<NodeStatus>((resolve) => {
      helper.getNode("in").on(
        "call:status" as never,
        (({ firstArg }: { firstArg: NodeStatus }) => {
          if (/lost/.test(firstArg.text ?? "")) resolve(firstArg);
        }) as never,
      );
    });
    for (const times of [1, 2]) {
      stats = { live: true, items: 1, gaps: 0, overflows: times, unrecovered: { times, reason: "no history" } };
      listening?.changed();
    }
    const status = await shown;
    assert.equal(status.fill, "yellow");
    assert.match(status.text ?? "", /^overflows whose values are lost: \d \(no history\)/);
    const lines = (helper.log().args as { msg: unknown }[][]).map(([line]) => String(line?.msg));
    assert.deepEqual(
      lines.filter((line) => line.includes("lost")),
      ["overflows whose values are lost: 1 (no history). Raise the queue size."],
    );
  });
});
