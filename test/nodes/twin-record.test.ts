import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import type { NodeMessageInFlow } from "node-red";
import helper from "node-red-node-test-helper";
import { readRecording, type Recording } from "../../core/connect/recording/index.ts";
import { ReplayClock } from "../../core/connect/replay/index.ts";
import type { Reject } from "../../core/connect/sample/index.ts";
import { endpoints } from "../../nodes/connect/twin-record/endpoints.ts";
import twinRecord from "../../nodes/connect/twin-record/twin-record.ts";
import { behind } from "../../nodes/kit/running.ts";

const require = createRequire(import.meta.url);
const dataDir = mkdtempSync(path.join(tmpdir(), "twinline-record-"));
const recordings = path.join(dataDir, "recordings");
const AT = Date.UTC(2026, 2, 3, 8);

type Message = NodeMessageInFlow & Record<string, unknown>;

/** Sends to the first tap and waits until it has passed. */
async function pass(payload: unknown): Promise<void> {
  const through = next("out");
  send({ payload });
  await through;
}

let clock = new ReplayClock(AT);

const tap = (id: string, config: object = {}, wires: string[][] = [["out"], ["rejects"]]): object => ({
  id,
  z: "f",
  x: 0,
  y: 0,
  type: "twin-record",
  name: id.toUpperCase(),
  version: 1,
  wires,
  ...config,
});

/** Deploys and answers how each tap started: "" or its fault. */
async function load(...taps: object[]): Promise<string[]> {
  const sinks = ["out", "rejects"].map((id) => ({ id, z: "f", x: 0, y: 0, type: "helper" }));
  await helper.load(twinRecord, [{ id: "f", type: "tab", label: "record" }, ...taps, ...sinks] as never);
  const started = await Promise.all(taps.map(async (each) => behind(helper.getNode((each as { id: string }).id))?.started));
  return started.map((outcome) => (outcome?.ok === true ? "" : (outcome?.fault ?? "")));
}

const settle = async (): Promise<void> => {
  do await new Promise((resolve) => setImmediate(resolve));
  while (clock.busy > 0);
};
const aSecond = async (): Promise<void> => clock.advance(clock.now() + 1000, settle);
const next = async (id: string): Promise<Message> =>
  new Promise((resolve) => helper.getNode(id).once("input", (message) => resolve(message as Message)));
const send = (message: object, id = "in"): void => helper.getNode(id).receive(message as never);
const files = (): string[] => readdirSync(recordings).toSorted();
function read(name = files()[0] ?? ""): Recording {
  const reading = readRecording(readFileSync(path.join(recordings, name), "utf8"));
  if ("problems" in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.recording;
}
const call = async (what: "" | "/start" | "/stop"): Promise<unknown> => {
  const endpoint = endpoints.find((each) => each.path === `record/:id${what}` && each.method === (what === "" ? "get" : "post"));
  const person = { name: "eva", label: "Eva", roles: ["engineer"], scope: ["*"] } as const;
  return endpoint?.handle({ person, params: { id: "in" }, query: {}, body: undefined }, <T>(id: string) => {
    const outcome = behind(helper.getNode(id))?.outcome;
    return (outcome?.ok === true ? outcome.api : undefined) as T;
  });
};

describe("twin-record", () => {
  beforeEach((done) => {
    rmSync(dataDir, { recursive: true, force: true });
    clock = new ReplayClock(AT);
    helper.init(require.resolve("node-red"), {
      twinline: { dataDir, replay: true, clock },
      logging: { console: { level: "off" } },
    } as never);
    helper.startServer(done);
  });
  afterEach(async () => {
    await helper.unload();
    await new Promise<void>((resolve) => helper.stopServer(resolve));
  });
  after(() => rmSync(dataDir, { recursive: true, force: true }));

  it("passes the very message on, and has it on disk within a second, with its time", async () => {
    await load(tap("in"));
    const message = { topic: "t", payload: { value: 1 }, reason: "why", req: { socket: {} } };
    const got = next("out");
    send(message);
    assert.strictEqual((await got).payload, message.payload);
    assert.deepEqual(Object.keys(await got).toSorted(), ["_msgid", "payload", "reason", "req", "topic"]);
    await aSecond();
    assert.deepEqual(read().entries, [{ at: AT, node: "in", message: { topic: "t", payload: { value: 1 } }, line: 2 }]);
    assert.deepEqual(read().header.nodes, [{ id: "in", name: "IN" }]);
    assert.match(read().header.flow ?? "", /^[0-9a-f]{16}$/);
  });

  it("records a message as it came, whatever the next node makes of it", async () => {
    await load(tap("in"));
    helper.getNode("out").on("input", (message) => {
      (message as { payload: { value: number } }).payload.value = 2;
    });
    send({ payload: { value: 1 } });
    await aSecond();
    assert.deepEqual(read().entries[0]?.message["payload"], { value: 1 });
  });

  it("writes the messages of all nodes with the same recording into one file, in order", async () => {
    await load(tap("in", {}, [["two"], []]), tap("two"), tap("other", { recording: "other" }));
    for (const payload of [1, 2]) {
      const through = next("out");
      send({ payload });
      await through;
    }
    send({ payload: 3 }, "other");
    await helper.unload();
    assert.equal(files().length, 2);
    assert.deepEqual(
      read(files()[1]).entries.map(({ node, message }) => [node, message["payload"]]),
      [
        ["in", 1],
        ["two", 1],
        ["in", 2],
        ["two", 2],
      ],
    );
  });

  it("records the named properties too, and refuses to record secrets", async () => {
    assert.deepEqual(await load(tap("in", { fields: "reason" })), [""]);
    send({ payload: 1, reason: "why" });
    await aSecond();
    assert.deepEqual(read().entries[0]?.message, { payload: 1, reason: "why" });
    await helper.unload();
    assert.match((await load(tap("in", { fields: "credentials" })))[0] ?? "", /never recorded/);
    await helper.unload();
    assert.match((await load(tap("in", { recording: "../x" })))[0] ?? "", /Recording/);
  });

  it("passes on what it cannot record, and says so on the reject output", async () => {
    await load(tap("in"));
    for (const [payload, code] of [
      [new Map(), "NOT_RECORDABLE"],
      [JSON.parse('{"__proto__":1}'), "FORBIDDEN_KEY"],
      ["x".repeat(2 ** 20), "TOO_LARGE"],
    ] as const) {
      const [passed, refused] = [next("out"), next("rejects")];
      send({ payload });
      assert.strictEqual((await passed).payload, payload);
      assert.deepEqual(
        ((await refused).payload as Reject[]).map((each) => each.code),
        [code],
      );
    }
    assert.throws(files, { code: "ENOENT" });
  });

  it("is started and stopped by its endpoints, with the state of the file in the answer", async () => {
    await load(tap("in", { start: false }));
    await pass(1);
    assert.deepEqual(await call(""), { state: { word: "stopped" }, file: null, lines: 0, bytes: 0, lost: 0 });
    await call("/start");
    await pass(2);
    const stopped = (await call("/stop")) as { state: { word: string }; file: string; lines: number };
    await pass(3);
    assert.deepEqual([stopped.state.word, stopped.lines, path.dirname(stopped.file)], ["stopped", 1, recordings]);
    assert.deepEqual(
      read().entries.map(({ message }) => message["payload"]),
      [2],
    );
    assert.ok(endpoints.every(({ roles }) => !roles.includes("viewer") && !roles.includes("operator")));
  });

  it("stops at its limit and goes on passing messages", async () => {
    await load(tap("in", { maxMb: 0.01 }));
    send({ payload: "x".repeat(10_000) });
    await aSecond();
    assert.deepEqual(((await call("")) as { state: object }).state, { word: "full" });
    const passed = next("out");
    send({ payload: 2 });
    assert.equal((await passed).payload, 2);
    await aSecond();
    assert.equal(read().entries.length, 1);
  });

  it("goes on passing messages where nothing can be written, and rejects each with what to do", async () => {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(path.join(dataDir, "occupied"), "");
    await load(tap("in", { folder: "occupied" }));
    send({ payload: 1 });
    await aSecond();
    const [passed, refused] = [next("out"), next("rejects")];
    send({ payload: 2 });
    assert.equal((await passed).payload, 2);
    const [reject] = (await refused).payload as Reject[];
    assert.equal(reject?.code, "INTERNAL");
    assert.match(reject.message, /not recorded.*by itself/);
  });
});
