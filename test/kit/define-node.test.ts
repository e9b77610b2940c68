import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { EventEmitter, once } from "node:events";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import type { NodeMessageInFlow, NodeStatus } from "node-red";
import helper from "node-red-node-test-helper";
import twinKitLink, { link } from "./fixtures/nodes/connect/twin-kit-link/twin-kit-link.ts";
import twinKitPump from "./fixtures/nodes/connect/twin-kit-pump/twin-kit-pump.ts";

const require = createRequire(import.meta.url);
const dataDir = mkdtempSync(path.join(tmpdir(), "twinline-kit-"));
helper.init(require.resolve("node-red"), { twinline: { dataDir }, logging: { console: { level: "off" } } } as never);

type Caught = NodeMessageInFlow & { error: { message: string; stack?: string; source: { id: string } } };

const pump = (config: object = {}): object => ({
  id: "pump",
  z: "f",
  type: "twin-kit-pump",
  name: "P1",
  version: 3,
  wires: [["samples"], ["rejects"]],
  ...config,
});
const flow = (...nodes: object[]): never =>
  [
    { id: "f", type: "tab", label: "kit" },
    { id: "samples", z: "f", type: "helper" },
    { id: "rejects", z: "f", type: "helper" },
    { id: "catch", z: "f", type: "catch", scope: null, wires: [["caught"]] },
    { id: "caught", z: "f", type: "helper" },
    ...nodes,
  ].map((node) => ("z" in node ? { x: 0, y: 0, ...node } : node)) as never;

const next = async <M = NodeMessageInFlow>(id: string): Promise<M> =>
  new Promise((resolve) => helper.getNode(id).once("input", (message) => resolve(message as M)));
const nextStatus = async (id: string, wanted: (status: NodeStatus) => boolean): Promise<NodeStatus> =>
  new Promise((resolve) => {
    const listen = (call: { firstArg: NodeStatus }): void => {
      if (wanted(call.firstArg)) resolve(call.firstArg);
    };
    helper.getNode(id).on("call:status" as never, listen as never);
  });
const send = (id: string, message: object): void => helper.getNode(id).receive(message as never);
const load = async (nodes: never): Promise<void> => {
  await helper.load([twinKitLink, twinKitPump] as never, nodes);
};

describe("a node made by defineNode", () => {
  beforeEach((done) => {
    helper.startServer(done);
  });
  afterEach(async () => {
    link.start = async () => {};
    await helper.unload();
    await new Promise<void>((resolve) => helper.stopServer(resolve));
  });
  after(() => rmSync(dataDir, { recursive: true, force: true }));

  it("sends by port name and keeps the other message properties", async () => {
    await load(flow(pump()));
    const got = next("samples");
    send("pump", { payload: 1, topic: "t", extra: true });
    const message = await got;
    assert.deepEqual([message.payload, message.topic, message["extra"]], [1, "t", true]);
  });

  for (const [what, sentence] of [
    ["throw", "the handler threw"],
    ["throw-at-once", "the handler threw at once"],
    ["timer", "the timer threw"],
    ["timer-rejects", "the timer rejected"],
    ["emitter", "the emitter threw"],
  ]) {
    it(`brings a failure of kind "${what}" to the Catch node without a stack trace, and keeps working`, async () => {
      await load(flow(pump()));
      const caught = next<Caught>("caught");
      send("pump", { do: what });
      const { error } = await caught;
      assert.match(error.message, new RegExp(sentence ?? ""));
      assert.equal(error.stack, undefined);
      assert.equal(error.source.id, "pump");
      const got = next("samples");
      send("pump", { payload: "alive" });
      assert.equal((await got).payload, "alive");
    });
  }

  for (const [when, message] of [
    ["at once", { do: "at-once" }],
    ["later", { payload: 1 }],
    ["by throwing at once", { do: "throw-at-once" }],
    ["by rejecting later", { do: "throw" }],
  ] as const) {
    it(`tells Node-RED exactly once when a handler has ended ${when}`, async () => {
      await load(flow(pump()));
      const started = next("samples");
      send("pump", { payload: "started" });
      await started;
      let calls = 0;
      const ended = new Promise<void>((resolve) => {
        const node = helper.getNode("pump") as unknown as { _complete(): void };
        node._complete = () => {
          calls += 1;
          resolve();
        };
      });
      send("pump", message);
      await ended;
      await new Promise(setImmediate);
      assert.equal(calls, 1);
    });
  }

  it("puts refused input on the reject port with its reason, and shows the count", async () => {
    await load(flow(pump()));
    const got = next("rejects");
    const status = nextStatus("pump", (shown) => shown.text === "2 rejected");
    send("pump", { do: "refuse", payload: Number.NaN, topic: "kept" });
    const message = await got;
    assert.equal(message.topic, "kept");
    assert.deepEqual(
      (message.payload as { code: string }[]).map(({ code }) => code),
      ["NOT_FINITE"],
    );
    send("pump", { do: "refuse" });
    await status;
  });

  it("shows the count of rejects when nothing is wired to the reject port", async () => {
    await load(flow(pump({ wires: [["samples"], []] })));
    const status = nextStatus("pump", (shown) => shown.text === "1 rejected");
    send("pump", { do: "refuse" });
    assert.equal((await status).fill, "yellow");
  });

  it("keeps messages that arrive while a configuration node starts, in order", async () => {
    const gate = new EventEmitter();
    link.start = async () => void (await once(gate, "open"));
    await load(flow({ id: "link", type: "twin-kit-link", name: "L1", host: "10.0.0.7" }, pump({ link: "link" })));
    const seen: unknown[] = [];
    const three = new Promise<void>((resolve) => {
      helper.getNode("samples").on("input", (message) => {
        seen.push([message.payload, message["via"]]);
        if (seen.length === 3) resolve();
      });
    });
    for (const payload of [1, 2, 3]) send("pump", { payload });
    assert.deepEqual(seen, []);
    gate.emit("open");
    await three;
    assert.deepEqual(
      seen,
      [1, 2, 3].map((n) => [n, "10.0.0.7"]),
    );
  });

  it("refuses with QUEUE_FULL what exceeds the queue while starting", async () => {
    const gate = new EventEmitter();
    link.start = async () => void (await once(gate, "open"));
    await load(flow({ id: "link", type: "twin-kit-link", host: "h" }, pump({ link: "link" })));
    const got = next("rejects");
    for (let n = 0; n <= 1_000; n += 1) send("pump", { payload: n });
    const [first] = (await got).payload as { code: string; input: unknown }[];
    assert.deepEqual([first?.code, first?.input], ["QUEUE_FULL", 1_000]);
    gate.emit("open");
  });

  it("says which field is wrong, what was seen and what is allowed, and answers every message with it", async () => {
    await load(flow(pump({ interval: 5 })));
    const caught = next<Caught>("caught");
    send("pump", { payload: 1 });
    assert.equal((await caught).error.message, '"Interval" is 5, but must be a whole number from 10 to 60000 ms.');
  });

  it("does not run when its configuration node failed, and says why", async () => {
    link.start = async () => {
      throw new Error("The port 4840 is taken.");
    };
    await load(flow({ id: "link", type: "twin-kit-link", name: "L1", host: "h" }, pump({ link: "link" })));
    const caught = next<Caught>("caught");
    send("pump", {});
    assert.match((await caught).error.message, /"L1" does not run: The port 4840 is taken\./);
  });

  it("brings an old saved configuration up to date when it starts", async () => {
    await load(flow(pump({ version: 1, seconds: 2, mode: "quiet" })));
    const got = next("samples");
    send("pump", { payload: 1 });
    await got;
  });

  it("keeps its state across a redeploy, and starts fresh with a warning when the file is corrupt", async () => {
    await load(flow(pump({ id: "keeper" })));
    const first = next("samples");
    send("keeper", { do: "stroke" });
    assert.equal((await first).payload, 1);
    await helper.unload();
    await load(flow(pump({ id: "keeper" })));
    const second = next("samples");
    send("keeper", { do: "stroke" });
    assert.equal((await second).payload, 2);
    await helper.unload();

    const dir = path.join(dataDir, "snapshots");
    writeFileSync(path.join(dir, "keeper.json"), '{"schema":1,"sta');
    await load(flow(pump({ id: "keeper" })));
    const third = next("samples");
    send("keeper", { do: "stroke" });
    assert.equal((await third).payload, 1);
    const aside = readdirSync(dir).find((name) => name.startsWith("keeper.json.corrupt-"));
    assert.equal(readFileSync(path.join(dir, aside ?? ""), "utf8"), '{"schema":1,"sta');
  });
});
