import assert from "node:assert/strict";
import {
  findNode,
  type FlowNode,
  flowFingerprint,
  readFlow,
  ReplayClock,
  type ReplayFlow,
  replayFlow,
  type ReplayWishes,
  staysInside,
} from "../../../core/connect/replay/index.ts";

const node = (id: string, type: string, wires: string[][] = [[]], more: object = {}): FlowNode => ({
  id,
  type,
  z: "tab",
  x: 1,
  y: 2,
  wires,
  ...more,
});
const tap = (id: string, ...wires: string[]): FlowNode => node(id, "twin-record", [wires, ["rejects"]]);

function plan(flow: FlowNode[], recorded: string[], more: Partial<ReplayWishes> = {}): ReplayFlow {
  const planned = replayFlow(flow, { recorded, inject: [], capture: [], keep: [], ...more });
  if ("problem" in planned) throw new Error(planned.problem);
  return planned;
}
const ids = (nodes: readonly FlowNode[]): string[] => nodes.map(({ id }) => id);

describe("a flow made ready for a replay", () => {
  const flow = [
    node("plc", "twin-opcua", [], { z: undefined }),
    node("hist", "twin-historian", [], { z: undefined }),
    node("source", "twin-opcua-in", [["in"]], { server: "plc" }),
    node("button", "inject", [["in", "map"]]),
    tap("in", "map"),
    node("map", "twin-tag-map", [["oee"], []]),
    node("oee", "twin-oee", [["out"], ["out"]], { historian: "hist", plant: "plant" }),
    tap("out", "store", "ask"),
    node("store", "twin-store", [["rejects"]], { historian: "hist" }),
    node("ask", "http request", [["back"]]),
    tap("back", "after"),
    node("after", "function", [["publish"]]),
    node("publish", "mqtt out", []),
    node("rejects", "debug", []),
  ];

  it("switches off what brings messages in, and the connections behind it", () => {
    assert.deepEqual(ids(plan(flow, ["in", "out"]).off), ["plc", "hist", "source", "button"]);
    assert.ok(!ids(plan(flow, ["in"]).nodes).includes("button"));
  });

  it("closes the ways out: nothing leaves, and nothing is made up as an answer", () => {
    const { closed, nodes } = plan(flow, ["in", "out"]);
    assert.deepEqual(ids(closed), ["store", "ask", "publish"]);
    for (const { id } of closed) {
      const replaced = nodes.find((each) => each.id === id);
      assert.deepEqual([replaced?.type, replaced?.["wires"]], ["change", [[]]]);
    }
  });

  it("sends in at the tap that no other one leads to, and compares at the others, recorded or not", () => {
    assert.deepEqual([plan(flow, ["in", "out"]).injected, plan(flow, ["in", "out"]).captured], [["in"], ["out", "back"]]);
    assert.deepEqual(plan(flow, ["out", "in"]).injected, ["in"]);
    assert.deepEqual(plan(flow, ["in"]).captured, ["out", "back"]);
  });

  it("sends in what a closed way out had answered, where a tap behind it recorded it", () => {
    assert.deepEqual(plan(flow, ["in", "out", "back"]).injected, ["in", "back"]);
  });

  it("of a loop, sends in at the tap that spoke first", () => {
    const loop = [tap("a", "f"), node("f", "function", [["b"]]), tap("b", "a")];
    assert.deepEqual(plan(loop, ["b", "a"]).injected, ["b"]);
    assert.deepEqual(plan(loop, ["a", "b"]).injected, ["a"]);
  });

  it("follows links, and takes errors and states for something that a flow brings forth", () => {
    const linked = [
      tap("in", "away"),
      node("away", "link out", [], { links: ["arrive"], mode: "link" }),
      node("arrive", "link in", [["out"]], { links: ["away"] }),
      tap("out"),
      node("catch", "catch", [["errors"]]),
      tap("errors"),
    ];
    assert.deepEqual(plan(linked, ["out", "errors", "in"]).injected, ["in"]);
  });

  it("lets nothing else enter at the tap that is sent in", () => {
    const fed = [node("clock", "function", [["in", "other"]]), tap("in", "out"), tap("out"), node("other", "debug")];
    const clock = plan(fed, ["in", "out"]).nodes.find(({ id }) => id === "clock");
    assert.deepEqual(clock?.["wires"], [["other"]]);
  });

  it("passes messages on where a tap was, and to its first output only", () => {
    const out = plan(flow, ["in", "out"]).nodes.find(({ id }) => id === "out");
    assert.deepEqual([out?.type, out?.["rules"], out?.["wires"]], ["change", [], [["store", "ask"]]]);
  });

  it("takes the reference to what is switched off from a twin node, and leaves the rest of it", () => {
    const oee = plan(flow, ["in", "out"]).nodes.find(({ id }) => id === "oee");
    assert.deepEqual([oee?.["historian"], oee?.["plant"]], [undefined, "plant"]);
  });

  it("does as it is told: other entrances, more captures, nodes that stay", () => {
    const told = plan(flow, ["in", "out"], { inject: ["out"], capture: ["after"], keep: ["button", "store"] });
    assert.deepEqual([told.injected, told.captured], [["out"], ["in", "after", "back"]]);
    assert.ok(!ids(told.off).includes("button") && !ids(told.closed).includes("store"));
  });

  it("refuses with a sentence a tap in a subflow, or one that is disabled", () => {
    const inside = [node("sub", "subflow", [], { z: undefined }), { ...tap("in"), z: "sub" }];
    const disabled = [{ ...tap("in"), d: true }];
    const tabOff = [node("tab", "tab", [], { z: undefined, disabled: true }), tap("in")];
    for (const [nodes, pattern] of [
      [inside, /subflow/],
      [disabled, /disabled/],
      [tabOff, /disabled/],
    ] as const) {
      const planned = replayFlow(nodes, { recorded: ["in"], inject: [], capture: [], keep: [] });
      assert.ok("problem" in planned);
      assert.match(planned.problem, pattern);
    }
  });

  it("takes every type that is not known to stay inside for one that may reach a plant", () => {
    for (const type of ["function", "join", "link out", "subflow:x", "twin-oee", "twin-record", "twin-plant"])
      assert.ok(staysInside(type), type);
    for (const type of ["inject", "mqtt out", "exec", "file", "s7 out", "modbus-write", "somebodys-node", "twin-store", "twin-command"])
      assert.ok(!staysInside(type), type);
    const foreign = [
      tap("in", "write"),
      node("write", "modbus-write", [["out"]], { server: "plc" }),
      node("poll", "modbus-read", [["out"]], { server: "plc" }),
      { id: "plc", type: "modbus-client", host: "10.0.0.1" },
      tap("out"),
    ];
    assert.deepEqual([ids(plan(foreign, ["in"]).closed), ids(plan(foreign, ["in"]).off)], [["write"], ["poll", "plc"]]);
    const kept = plan(foreign, ["in"], { keep: ["write"] });
    assert.deepEqual([ids(kept.closed), ids(kept.off)], [[], ["poll"]]);
  });

  it("closes the ways out of subflows too", () => {
    const nested = [
      { id: "sub", type: "subflow", name: "Send", in: [{ wires: [{ id: "send" }] }], out: [] },
      { ...node("send", "mqtt out", []), z: "sub" },
      tap("in", "one", "out"),
      node("one", "subflow:sub", []),
      tap("out"),
    ];
    assert.deepEqual(ids(plan(nested, ["in"]).closed), ["send"]);
  });
});

describe("an exported flow", () => {
  it("is read as a list or as a flow file, and refused with a sentence otherwise", () => {
    const list = [{ id: "a", type: "tab" }];
    assert.deepEqual(readFlow(JSON.stringify(list)), list);
    assert.deepEqual(readFlow(JSON.stringify({ rev: "1", flows: list })), list);
    for (const text of ["", "{}", "[]", "[1]", '[{"id":"a"}]', '[{"id":"a","type":"b","name":1}]', '[{"id":"a","type":"b","__proto__":1}]'])
      assert.ok("problem" in readFlow(text), text);
  });

  it("names a node by id, else by the name that one record node has", () => {
    const nodes = [node("a", "debug", [], { name: "Out" }), { ...tap("b"), name: "Out" }, { ...tap("c"), name: "In" }];
    assert.equal(findNode(nodes, { id: "a", name: "In" })?.id, "a");
    assert.equal(findNode(nodes, { id: "x", name: "Out" })?.id, "b");
    assert.equal(findNode(nodes, { id: "x", name: "" }), undefined);
    assert.equal(findNode([...nodes, { ...tap("d"), name: "In" }], { id: "x", name: "In" }), undefined);
  });

  it("has a fingerprint that a changed node changes and a moved one does not", () => {
    const nodes = [node("a", "function"), node("b", "debug")];
    const print = flowFingerprint(nodes, "tab");
    assert.match(print ?? "", /^[0-9a-f]{16}$/);
    assert.equal(
      flowFingerprint([node("b", "debug"), node("a", "function", [[]], { x: 900 }), node("c", "debug", [], { z: "other" })], "tab"),
      print,
    );
    assert.notEqual(flowFingerprint([node("a", "function", [["b"]]), node("b", "debug")], "tab"), print);
  });
});

const settle = async (): Promise<void> => undefined;

describe("the clock of a replay", () => {
  it("rings every alarm at its own time, in the order of time and then of setting", async () => {
    const clock = new ReplayClock(1000);
    const rung: string[] = [];
    const ring = (name: string) => () => rung.push(`${name} ${clock.now()}`);
    clock.every(100, ring("a"));
    clock.after(200, ring("b"));
    clock.after(50, () => clock.after(50, ring("c")));
    await clock.advance(1250, settle);
    assert.deepEqual(rung, ["a 1100", "c 1100", "b 1200", "a 1200"]);
    assert.equal(clock.now(), 1250);
  });

  it("lets everything come to rest between two alarms", async () => {
    const clock = new ReplayClock(0);
    const seen: number[] = [];
    clock.every(10, () => undefined);
    await clock.advance(30, async () => void seen.push(clock.now()));
    assert.deepEqual(seen, [10, 20, 30]);
  });

  it("never goes back, and rings no alarm that was cancelled", async () => {
    const clock = new ReplayClock(1000);
    const rung: number[] = [];
    const cancel = clock.every(10, () => {
      rung.push(clock.now());
      if (rung.length === 2) cancel();
    });
    clock.after(5, () => rung.push(0))();
    await clock.advance(1100, settle);
    await clock.advance(500, settle);
    assert.deepEqual([rung, clock.now()], [[1010, 1020], 1100]);
  });

  it("knows the work under way until it is over, failed or abandoned", async () => {
    const clock = new ReplayClock(0);
    const failing = Promise.reject(new Error("x"));
    clock.during(Promise.resolve());
    clock.during(failing);
    clock.during(new Promise(() => undefined));
    assert.equal(clock.busy, 3);
    await failing.catch(() => undefined);
    await Promise.resolve();
    assert.equal(clock.busy, 1);
    clock.abandon();
    assert.equal(clock.busy, 0);
  });
});
