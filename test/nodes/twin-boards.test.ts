import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { mount } from "../../nodes/see/twin-boards/mount.ts";
import { sessionsAt } from "../../nodes/see/twin-boards/sign-ins.ts";
import declaration from "../../nodes/see/twin-boards/twin-boards.node.ts";

const express = createRequire(import.meta.url)("express") as () => http.RequestListener & { use(...args: unknown[]): void };

describe("the path of a boards node", () => {
  it("is its own as long as the node runs, and free again afterwards", async () => {
    const root = express();
    const app = express();
    root.use("/node", app);
    const server = http.createServer(root).listen(0, "127.0.0.1");
    try {
      await new Promise((resolve) => {
        server.once("listening", resolve);
      });
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/node/boards/x?y=1`;
      const first = mount(app, "/boards", (_request, response, base, rest) => void response.end(`first ${base} ${rest}`));
      assert.ok(first);
      assert.equal(await (await fetch(url)).text(), "first /node/boards /x?y=1");
      assert.equal(
        mount(app as never, "/boards", () => {}),
        undefined,
        "the path is taken",
      );
      first();
      assert.equal((await fetch(url)).status, 404);
      const second = mount(app, "/boards", (_request, response) => void response.end("second"));
      assert.equal(await (await fetch(url)).text(), "second");
      first();
      assert.equal(await (await fetch(url)).text(), "second", "an old node cannot take the path from a new one");
      second?.();
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it("is a plain path by declaration", () => {
    const pattern = String((declaration.config.properties.path as unknown as Record<string, unknown>)["pattern"]);
    for (const good of ["/boards", "/plant/boards-2"]) assert.match(good, new RegExp(pattern));
    for (const bad of ["boards", "/", "/../x", "/a b", "/:id", "/*"]) assert.doesNotMatch(bad, new RegExp(pattern));
  });
});

describe("the sign-ins of a boards node", () => {
  const limits = { idleMs: 1_000, absoluteMs: 5_000 };

  it("survive a deploy, on their own path and server only", () => {
    const app = {};
    const token = sessionsAt(app, "/boards", limits).open("anna", 0);
    assert.equal(sessionsAt(app, "/boards", { ...limits }).use(token, 500), "anna");
    assert.equal(sessionsAt(app, "/other", limits).use(token, 500), undefined);
    assert.equal(sessionsAt({}, "/boards", limits).use(token, 500), undefined);
  });

  it("end when the deploy changes how long they last", () => {
    const app = {};
    const token = sessionsAt(app, "/boards", limits).open("anna", 0);
    assert.equal(sessionsAt(app, "/boards", { ...limits, idleMs: 500 }).use(token, 100), undefined);
  });
});
