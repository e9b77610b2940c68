import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { OngoingCapabilityEvent } from "../../core/model/charting/index.ts";
import { type FlowNode, type Runtime, startRuntime } from "../support/runtime.ts";

/** Nodes of packages that people already have; they are not installed here. */
const FOREIGN = /^(?:OpcUa-|modbus-|s7 )/;

/** Deploys what users import, on a Node-RED as they run it. */
describe("shipped flow templates in a real Node-RED", function () {
  this.timeout(60_000);
  const templates = globSync("flows/*.json").toSorted();
  let runtime: Runtime;

  before(async () => {
    process.env["TWINLINE_PLANT_DIR"] = path.resolve("plant/site");
    runtime = await startRuntime();
  });
  after(() => runtime.stop());

  it("finds templates to deploy", () => assert.ok(templates.length > 0));

  it("loads every node set of this package without an error", async () => {
    const response = await fetch(`${runtime.url}/admin/nodes`, { headers: { accept: "application/json" } });
    const sets = (await response.json()) as { module: string; types: string[]; err?: string }[];
    const own = sets.filter((set) => set.module === "@twinline/node-red");
    assert.deepEqual(
      own.flatMap((set) => (set.err ? [`${set.types.join()}: ${set.err}`] : [])),
      [],
    );
    assert.ok(own.length > 0);
  });

  for (const file of templates) {
    const flow = JSON.parse(readFileSync(file, "utf8")) as FlowNode[];
    const foreign = flow.filter(({ type }) => FOREIGN.test(type));

    // test/ecosystem deploys these with the packages that they need.
    if (foreign.length > 0)
      it(`imports ${path.basename(file)} whole without the packages that it needs, as Node-RED does with unknown nodes`, async () => {
        const headers = { "content-type": "application/json" };
        const sent = await fetch(`${runtime.url}/admin/flows`, { method: "POST", headers, body: JSON.stringify(flow) });
        assert.equal(sent.status, 204);
        assert.deepEqual(await (await fetch(`${runtime.url}/admin/flows`)).json(), flow);
      });
    else
      it(`deploys ${path.basename(file)} with every node started`, async () => {
        await runtime.deploy(flow);
        for (const node of flow) {
          if (node.type === "tab" || node.type === "group" || node.type === "comment") continue;
          assert.ok(runtime.node(node.id), `${node.type} ${node.id} was not started`);
        }
      });

    it(`says in ${path.basename(file)} which package it needs, if any`, () => {
      const info = String(flow.find(({ type }) => type === "tab")?.["info"]);
      assert.equal(/Needs node-red-contrib-\w+/.test(info), foreign.length > 0);
    });

    it(`offers ${path.basename(file)} under Import > Examples`, () => assert.ok(existsSync(path.join("examples", path.basename(file)))));

    it(`keeps secrets and machine paths out of ${path.basename(file)}`, () => {
      const text = readFileSync(file, "utf8");
      assert.doesNotMatch(text, /"credentials"|password"\s*:\s*"[^"$]|\/home\/|\/root\/|\/tmp\//);
    });
  }

  it("runs spc-capability.json: a message states the Ppk of what was recorded", async () => {
    const flow = JSON.parse(readFileSync("flows/spc-capability.json", "utf8")) as FlowNode[];
    const here: Readonly<Record<string, object>> = {
      "twin-plant": { directory: path.resolve("plant/site") },
      "twin-historian": { store: "embedded", folder: "capability" },
    };
    await runtime.deploy(flow.map((node) => ({ ...node, ...here[node.type] })));
    const [filler, until] = ["acme.galway.bottling.line01.filler01._filler_v1", Date.now() - 60_000];
    const sample = (name: string, value: number | string, ago: number): object => {
      return { tag: `${filler}.${name}`, value, quality: "Good", timestamp: until - ago * 1_000 };
    };
    // Mean 501, standard deviation 2 · √(100/99): 14 g to the nearer limit of 515 g.
    const weights = Array.from({ length: 100 }, (_, i) => sample("fill_weight", i % 2 === 0 ? 499 : 503, 100 - i));
    runtime.node<{ receive(message: object): void }>("cp-store").receive({ payload: [sample("product", "still-500", 101), ...weights] });
    const heard: OngoingCapabilityEvent[] = [];
    const figures = runtime.node<{ on(event: "input", hear: (message: { payload: OngoingCapabilityEvent[] }) => void): void }>(
      "cp-figures",
    );
    figures.on("input", ({ payload }) => heard.push(...payload));
    const whole = () => heard.find(({ data }) => data.figures?.n === 100);
    // Nodes have started one after the other; a button can be pressed again.
    for (const deadline = Date.now() + 30_000; whole() === undefined && Date.now() < deadline; ) {
      const answers = heard.length;
      assert.equal((await fetch(`${runtime.url}/admin/inject/cp-now`, { method: "POST" })).status, 200);
      for (const patience = Date.now() + 1_000; heard.length === answers && Date.now() < patience; ) await pause(10);
    }
    const data = whole()?.data;
    assert.ok(data !== undefined);
    const ppk = data.figures?.indices.find(({ name }) => name === "Ppk")?.value ?? 0;
    assert.ok(Math.abs(ppk - 14 / (6 * Math.sqrt(100 / 99))) < 1e-9, `${ppk}`);
    assert.deepEqual([data.product, data.figures?.n, data.meets], ["still-500", 100, true]);
  });
});
