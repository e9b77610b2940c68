import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { type FlowNode, type Runtime, startRuntime } from "../support/runtime.ts";

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
    it(`deploys ${path.basename(file)} with every node started`, async () => {
      const flow = JSON.parse(readFileSync(file, "utf8")) as FlowNode[];
      await runtime.deploy(flow);
      for (const node of flow) {
        if (node.type === "tab" || node.type === "group" || node.type === "comment") continue;
        assert.ok(runtime.node(node.id), `${node.type} ${node.id} was not started`);
      }
    });

    it(`offers ${path.basename(file)} under Import > Examples`, () => assert.ok(existsSync(path.join("examples", path.basename(file)))));

    it(`keeps secrets and machine paths out of ${path.basename(file)}`, () => {
      const text = readFileSync(file, "utf8");
      assert.doesNotMatch(text, /"credentials"|password"\s*:\s*"[^"$]|\/home\/|\/root\/|\/tmp\//);
    });
  }
});
