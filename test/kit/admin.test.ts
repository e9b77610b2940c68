import assert from "node:assert/strict";
import type { NodeAPI } from "node-red";
import { serveEndpoints } from "../../nodes/kit/admin.ts";
import type { AdminEndpoint } from "../../nodes/kit/node.ts";

type Handler = (request: object, response: object) => void;

/** Asks one endpoint as eva, the engineer, on a Node-RED that is only what endpoints use of it. */
async function ask(
  endpoint: Partial<AdminEndpoint>,
  audit: () => void = () => {},
  body?: unknown,
  begun: (leave: () => void) => void = () => {},
): Promise<{ status: number; body: unknown }> {
  const answered = Promise.withResolvers<{ status: number; body: unknown }>();
  let handler: Handler = assert.fail;
  const RED = {
    settings: { adminAuth: {} },
    httpAdmin: {
      get: (_path: string, _permission: unknown, given: Handler) => {
        handler = given;
      },
    },
    auth: { needsPermission: () => undefined },
    log: { AUDIT: 98, audit, error: () => {} },
  } as unknown as NodeAPI;
  serveEndpoints(RED, "twin-test", [{ method: "get", path: "test", roles: ["engineer"], handle: () => "fine", ...endpoint }]);
  let status = 0;
  const response = {
    headersSent: false,
    status(code: number) {
      status = code;
      return response;
    },
    set: () => response,
    once: (event: string, leave: () => void) => (assert.equal(event, "close"), begun(leave)),
    json(body: unknown) {
      answered.resolve({ status, body: JSON.parse(JSON.stringify(body)) });
    },
  };
  handler({ user: { username: "eva", permissions: ["*"] }, headers: {}, params: {}, query: {}, body }, response);
  return answered.promise;
}

describe("An endpoint", () => {
  it("answers who may ask", async () => {
    assert.deepEqual(await ask({}), { status: 200, body: "fine" });
  });

  it("takes 256 KiB, or as much as it says itself", async () => {
    const body = { sheet: "x".repeat(300_000) };
    const tooLarge = await ask({}, undefined, body);
    assert.deepEqual([tooLarge.status, (tooLarge.body as { code: string }).code], [413, "TOO_LARGE"]);
    assert.equal((await ask({ largestBody: 400_000 }, undefined, body)).status, 200);
    assert.equal((await ask({ largestBody: 200_000 }, undefined, body)).status, 413);
  });

  it("hears when whoever asked waits no more", async () => {
    let leave = assert.fail as () => void;
    const handle: AdminEndpoint["handle"] = ({ gone }) => {
      const before = gone?.aborted;
      leave();
      return [before, gone?.aborted];
    };
    assert.deepEqual((await ask({ handle }, undefined, undefined, (left) => void (leave = left))).body, [false, true]);
  });

  it("refuses, and the process lives, when the audit log cannot be written", async () => {
    const { status, body } = await ask({}, () => {
      throw new Error("ENOSPC: no space left on device");
    });
    assert.deepEqual([status, (body as { code: string }).code], [500, "INTERNAL"]);
  });

  it("refuses, and the process lives, when its answer is no JSON", async () => {
    const { status, body } = await ask({ handle: () => ({ large: 1n }) });
    assert.deepEqual([status, (body as { code: string }).code], [500, "INTERNAL"]);
  });
});
