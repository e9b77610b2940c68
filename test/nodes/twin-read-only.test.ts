import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import type { NodeMessageInFlow } from "node-red";
import helper from "node-red-node-test-helper";
import type { Reject } from "../../core/connect/sample/index.ts";
import twinReadOnly from "../../nodes/govern/twin-read-only/twin-read-only.ts";
import { behind } from "../../nodes/kit/running.ts";

const require = createRequire(import.meta.url);

const next = (id: string): Promise<NodeMessageInFlow & { payload: unknown }> =>
  new Promise((resolve) => helper.getNode(id).once("input", (message) => resolve(message as never)));
const send = (message: object): void => helper.getNode("guard").receive(message as never);

describe("twin-read-only", () => {
  let dataDir: string;
  before(() => (dataDir = mkdtempSync(path.join(tmpdir(), "twinline-read-only-"))));
  after(() => rmSync(dataDir, { recursive: true, force: true }));
  afterEach(() => helper.unload());

  async function load(config: object): Promise<{ readonly ok: boolean; readonly fault?: string }> {
    helper.init(require.resolve("node-red"), { twinline: { dataDir }, logging: { console: { level: "off" } } } as never);
    await helper.load(twinReadOnly, [
      { id: "f", type: "tab", label: "f" },
      { id: "guard", z: "f", x: 1, y: 1, type: "twin-read-only", version: 1, wires: [["requests"], ["rejects"]], ...config },
      { id: "requests", z: "f", x: 2, y: 1, type: "helper" },
      { id: "rejects", z: "f", x: 2, y: 2, type: "helper" },
    ] as never);
    return (await behind(helper.getNode("guard"))?.started) ?? { ok: false, fault: "not created" };
  }

  it("sends a message of its own that holds the request and the message id only", async () => {
    await load({ request: "opcua", addresses: "ns=2;s=Line01.**" });
    const request = next("requests");
    send({ _msgid: "m1", topic: "ns=2;s=Line01.Speed", payload: Date.now(), req: { secret: 1 } });
    assert.deepEqual(await request, { _msgid: "m1", topic: "ns=2;s=Line01.Speed" });
  });

  it("rejects a hostile message with its reason and lets nothing through", async () => {
    await load({ request: "trigger" });
    let through = 0;
    helper.getNode("requests").on("input", () => (through += 1));
    const refused = next("rejects");
    send({ topic: "ns=2;s=Line01.Speed", action: "write", payload: 5 });
    const [reject] = (await refused).payload as Reject[];
    assert.equal(reject?.code, "CONTROL_FIELD");
    assert.equal(reject?.field, "action");
    assert.equal(through, 0);
  });

  it("refuses to start with an address that cannot be read", async () => {
    const { ok, fault } = await load({ request: "opcua", addresses: "**".repeat(20) });
    assert.equal(ok, false);
    assert.match(fault ?? "", /Addresses, .*wildcards/);
  });
});
