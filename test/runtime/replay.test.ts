import assert from "node:assert/strict";
import type { EventEmitter } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { twinlineUntil } from "../support/command-line.ts";
import { entryLine, headerLine, readRecording, type RecordedEntry } from "../../core/connect/recording/index.ts";
import { SITE_DIR } from "../support/demo-site.ts";
import { plantRecording } from "../support/plant-recording.ts";
import { type FlowNode, startRuntime } from "../support/runtime.ts";

const MINUTE = 60_000;
const FROM = Date.UTC(2026, 2, 3, 8);

let dir = "";
let abort = new AbortController();

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function twinline(...args: string[]): Promise<Ran> {
  return twinlineUntil(abort.signal, dir, ...args);
}

const file = (name: string): string => path.join(dir, name);
const text = (name: string): string => readFileSync(file(name), "utf8");
function flowFile(nodes: readonly object[]): void {
  const tab = { id: "tab", type: "tab", label: "test" };
  writeFileSync(
    file("flow.json"),
    JSON.stringify([tab, ...nodes.map((node) => ("wires" in node ? { z: "tab", x: 100, y: 100, ...node } : node))]),
  );
}

const tap = (id: string, wires: string[], more: object = {}): object => ({
  id,
  type: "twin-record",
  name: id,
  version: 1,
  wires: [wires, []],
  ...more,
});

const code = (id: string, body: string, wires: string[]): object => ({
  id,
  type: "function",
  name: id,
  func: body,
  outputs: 1,
  wires: [wires],
});

function recordingFile(
  entries: readonly (readonly [at: number, node: string, payload: unknown])[],
  names: Record<string, string> = {},
): void {
  const nodes = [...new Set(entries.map(([, node]) => node))].map((id) => ({ id, name: names[id] ?? "" }));
  const lines = entries.map(([at, node, payload]) => entryLine(at, node, { payload }, ["payload"]));
  writeFileSync(
    file("run.jsonl"),
    `${[headerLine({ format: "twinline-recording", version: 1, created: FROM, zone: "UTC", nodes }), ...lines].join("\n")}\n`,
  );
}

function outputs(name: string, node: string): readonly RecordedEntry[] {
  const reading = readRecording(text(name));
  assert.ok("recording" in reading);
  return reading.recording.entries.filter((entry) => entry.node === node);
}
const demoFlow = (change: (node: FlowNode) => FlowNode = (node) => node): void => {
  const nodes = JSON.parse(readFileSync("flows/record-and-test.json", "utf8")) as FlowNode[];
  writeFileSync(file("flow.json"), JSON.stringify(nodes.map(change)));
};

const record = (minutes: number): void =>
  writeFileSync(file("run.jsonl"), plantRecording({ seed: 7, from: FROM, to: FROM + minutes * MINUTE, node: "rt-in" }));

const replay = (...args: string[]): Promise<Ran> => twinline("replay", "flow.json", "run.jsonl", "--plant", SITE_DIR, ...args);

const refuses = async (pattern: RegExp, ...args: string[]): Promise<void> => {
  const { code: exit, err } = await twinline("replay", "flow.json", "run.jsonl", ...args);
  assert.equal(exit, 2, err);
  assert.match(err, pattern);
};

const reading = (at: number): object => ({
  protocol: "opcua",
  address: "nsu=urn:p;s=F.Weight",
  value: 1,
  status: 0,
  sourceTimestamp: at,
  received: at,
});

/** Flows of users, run by the command as users run it: a real Node-RED in a process of its own. */
describe("twinline replay", function () {
  this.timeout(120_000);
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "twinline-replay-test-"));
    abort = new AbortController();
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  describe("on the demo plant's signals, through tag map and OEE", () => {
    it("puts out the same bytes each time, is equal to them, and tells of a mapping that has changed", async () => {
      demoFlow();
      record(12);
      assert.equal((await replay("--update")).code, 0);
      const first = text("run.jsonl");
      assert.equal((await replay("--update")).code, 0);
      assert.equal(text("run.jsonl"), first);
      const results = outputs("run.jsonl", "rt-out").flatMap(({ message }) => message["payload"] as object[]);
      assert.ok(results.filter((each) => "kind" in each).length > 50, "atoms");
      assert.ok(
        results.some((each) => "tag" in each),
        "running figures",
      );

      const equal = await replay();
      assert.equal(equal.code, 0, equal.out + equal.err);
      assert.match(equal.out, /Equal: all \d+ expected/);
      assert.match(equal.out, /Switched off: .*"Line 1"/);

      const exclude = { match: "pattern", address: "**Filler01.DefectiveCount", exclude: true };
      demoFlow((node) => (node.id === "rt-map" ? { ...node, rows: [exclude] } : node));
      const changed = await replay("--differences", "3");
      assert.equal(changed.code, 1, changed.out + changed.err);
      assert.match(changed.out, /"What came out", message \d+, line \d+, 2026-03-03T08:.*: payload\[\d+\]/);
      assert.match(changed.out, /expected {2}.*\n {2}got/);
      assert.match(changed.out, /The flow has changed since it was recorded/);
      assert.equal(text("run.jsonl"), first);
    });

    it("reads a recording that was cut off in the middle of a line up to the last whole one, with a warning", async () => {
      demoFlow();
      record(2);
      writeFileSync(file("run.jsonl"), text("run.jsonl").slice(0, -40));
      const lines = text("run.jsonl").split("\n").length;
      const { code: exit, out } = await replay("--update");
      assert.equal(exit, 0);
      assert.match(out, new RegExp(`line ${lines}: The last line is cut off`));
      assert.match(out, new RegExp(`${lines - 2} messages sent in`));
    });
  });

  it("is equal to what twin-record nodes recorded in a live Node-RED", async () => {
    flowFile([
      tap("in", ["work"], { fields: "reason", folder: dir }),
      code(
        "work",
        "msg.payload = { twice: msg.payload.n * 2, when: msg.payload.when, bytes: Buffer.isBuffer(msg.payload.bytes) }; return msg;",
        ["out"],
      ),
      tap("out", [], { fields: "reason", folder: dir }),
    ]);
    const runtime = await startRuntime();
    try {
      await runtime.deploy(JSON.parse(text("flow.json")) as FlowNode[]);
      for (const n of [1, Number.NaN, 3]) {
        const through = new Promise((resolve) => runtime.node<EventEmitter>("out").once("input", resolve));
        const payload = { n, when: new Date(FROM), bytes: Buffer.from("x") };
        runtime.node<{ receive(message: object): void }>("in").receive({ topic: "t", payload, reason: `r${n}` });
        await through;
      }
    } finally {
      await runtime.stop(); // writes what waits
    }
    const recorded = readdirSync(dir).find((name) => name.endsWith(".jsonl")) ?? "";
    assert.equal(outputs(recorded, "out").length, 3);
    const { code: exit, out, err } = await twinline("replay", "flow.json", recorded);
    assert.equal(exit, 0, out + err);
    assert.match(out, /3 messages sent in at "in"; captured at "out"/);
    assert.match(out, /Equal: all 3/);
  });

  it("lets twin nodes live in recorded time: an hour of silence passes at once, and is noticed when it was", async () => {
    const site = `plant: { enterprise: acme, site: galway, zone: UTC }
equipment:
  line01: { kind: Area }
  line01.filler01:
    kind: WorkCell
    prefix: nsu=urn:p;s=F
    raw:
      weight: { type: float, unit: g, address: "{prefix}.Weight", expectedEverySeconds: 600 }
`;
    writeFileSync(file("site.yaml"), site);
    flowFile([
      { id: "plant", type: "twin-plant", version: 1, directory: ".", watch: true },
      tap("in", ["map"]),
      { id: "map", type: "twin-tag-map", version: 1, plant: "plant", staleMarker: true, wires: [["out"], ["out"]] },
      tap("out", []),
    ]);
    recordingFile([
      [FROM, "in", [reading(FROM)]],
      [FROM + 60 * MINUTE, "in", [reading(FROM + 60 * MINUTE)]],
    ]);
    const began = Date.now();
    const { code: exit, out, err } = await twinline("replay", "flow.json", "run.jsonl", "--update");
    assert.equal(exit, 0, out + err);
    assert.ok(Date.now() - began < 60_000);
    const times = outputs("run.jsonl", "out").map(({ at }) => at - FROM);
    assert.equal(times[0], 0);
    assert.ok((times[1] ?? 0) >= 10 * MINUTE && (times[1] ?? 0) < 31 * MINUTE, String(times));
    assert.equal(times.at(-1), 60 * MINUTE);
  });

  it("lets nothing out and nothing else in, and says what it closed", async () => {
    let asked = 0;
    const server: Server = createServer((_request, response) => {
      asked += 1;
      response.end("outside");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      flowFile([
        {
          id: "button",
          type: "inject",
          once: true,
          onceDelay: 0.01,
          repeat: "",
          props: [{ p: "payload" }],
          payload: "",
          payloadType: "date",
          wires: [["in", "out"]],
        },
        tap("in", ["ask", "write"]),
        { id: "ask", type: "http request", name: "ERP", method: "GET", ret: "txt", url, wires: [["answer"]] },
        { id: "write", type: "file", filename: file("written.txt"), filenameType: "str", wires: [[]] },
        tap("answer", ["join"]),
        code("join", "msg.payload = `got ${msg.payload}`; return msg;", ["out"]),
        tap("out", []),
      ]);
      recordingFile([
        [FROM, "in", "question"],
        [FROM + 1, "answer", "recorded"],
        [FROM + 2, "out", "got recorded"],
      ]);
      const { code: exit, out, err } = await twinline("replay", "flow.json", "run.jsonl");
      assert.equal(exit, 0, out + err);
      assert.equal(asked, 0);
      assert.ok(!readdirSync(dir).includes("written.txt"));
      assert.match(out, /sent in at "in", "answer"/);
      assert.match(out, /Switched off: inject button/);
      assert.match(out, /Kept from leaving: "ERP" \(http request, 1 messages\), file write \(file, 1 messages\)/);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("answers in JSON, with recorded values encoded as in a recording", async () => {
    flowFile([tap("in", ["out"]), tap("out", [])]);
    recordingFile([
      [FROM, "in", Number.NaN],
      [FROM, "out", 1],
    ]);
    const { code: exit, out } = await twinline("replay", "flow.json", "run.jsonl", "--json");
    assert.equal(exit, 1);
    const result = JSON.parse(out) as { result: string; sent: number; comparison: { different: number; differences: object[] } };
    assert.deepEqual([result.result, result.sent, result.comparison.different], ["different", 1, 1]);
    assert.deepEqual(result.comparison.differences, [
      { node: "out", position: 1, line: 3, at: FROM, kind: "changed", path: "payload", expected: 1, actual: { $number: "NaN" } },
    ]);
  });

  it("finds nodes by name when an import has given them other ids", async () => {
    flowFile([tap("new-in", ["new-out"], { name: "In" }), tap("new-out", [], { name: "Out" })]);
    recordingFile(
      [
        [FROM, "in", 1],
        [FROM, "out", 1],
      ],
      { in: "In", out: "Out" },
    );
    assert.equal((await twinline("replay", "flow.json", "run.jsonl")).code, 0);
  });

  it("goes on without a node that is not done in time, and names it", async () => {
    flowFile([
      tap("in", ["wait", "out"]),
      { id: "wait", type: "delay", name: "An hour", pauseType: "delay", timeout: "1", timeoutUnits: "hours", outputs: 1, wires: [[]] },
      tap("out", []),
    ]);
    recordingFile([
      [FROM, "in", 1],
      [FROM, "out", 1],
      [FROM + 1, "in", 2],
      [FROM + 1, "out", 2],
    ]);
    const { code: exit, out } = await twinline("replay", "flow.json", "run.jsonl");
    assert.equal(exit, 0);
    assert.match(out, /warning: "An hour": is not done with a message after 2 s; the replay goes on without it/);
  });

  it("stops at Ctrl-C, and leaves nothing behind", async () => {
    flowFile([
      tap("in", ["wait"]),
      { id: "wait", type: "delay", pauseType: "delay", timeout: "1", timeoutUnits: "hours", wires: [["out"]] },
      tap("out", []),
    ]);
    recordingFile([
      [FROM, "in", 1],
      [FROM, "out", 1],
    ]);
    const before = readdirSync(dir);
    const temporary = process.env["TMPDIR"];
    process.env["TMPDIR"] = dir;
    try {
      const running = twinline("replay", "flow.json", "run.jsonl");
      setImmediate(() => abort.abort());
      const { code: exit, err } = await running;
      assert.deepEqual([exit, err], [130, "Stopped.\n"]);
      assert.deepEqual(readdirSync(dir), before);
    } finally {
      if (temporary === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = temporary;
    }
  });

  describe("says in a sentence what to do, and exits with 2,", () => {
    beforeEach(() => {
      flowFile([tap("in", ["out"]), tap("out", [])]);
      recordingFile([
        [FROM, "in", 1],
        [FROM, "out", 1],
      ]);
    });

    it("when a file is missing or wrong, with the line", async () => {
      writeFileSync(file("run.jsonl"), `${text("run.jsonl")}{"at":1}\n`);
      await refuses(/run\.jsonl:4: node:/);
      rmSync(file("flow.json"));
      await refuses(/flow\.json cannot be read/);
    });

    it("when the flow lacks a recorded node", async () => {
      flowFile([tap("in", [])]);
      await refuses(/Line 3: the flow has no node out/);
    });

    it("when there is nothing to compare with", async () => {
      recordingFile([[FROM, "in", 1]]);
      await refuses(/--update/);
    });

    it("when Node-RED lacks a type that is to run", async () => {
      flowFile([tap("in", ["out"]), tap("out", ["x"]), { id: "x", type: "somebodys-node", wires: [] }]);
      assert.equal((await twinline("replay", "flow.json", "run.jsonl")).code, 0, "closed, so it need not be there");
      await refuses(/lacks what this flow needs: somebodys-node.*--user-dir/, "--keep", "somebodys-node");
    });

    it("when Node-RED is not where it was said to be", () => refuses(/There is no Node-RED in nowhere/, "--node-red", "nowhere"));

    it("when an argument is wrong", async () => {
      await refuses(/--order: "loose"/, "--order", "loose");
      await refuses(/--tolerance: "much"/, "--tolerance", "much");
      await refuses(/--inject-all[^]*twinline replay FLOW/, "--inject-all");
      await refuses(/no node with the id or the unique name "nobody"/, "--capture", "nobody");
    });
  });
});
