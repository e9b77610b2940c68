import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
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
});
