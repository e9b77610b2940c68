/** A real Node-RED inside this process, with this package loaded from the repository. One per process. */
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const require = createRequire(import.meta.url);

export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly [property: string]: unknown;
}

/** The part of Node-RED's embedding API that tests use (its published types know no Express app). */
interface EmbeddedRed {
  init(server: http.Server, settings: Record<string, unknown>): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  version(): string;
  readonly httpAdmin: unknown;
  readonly httpNode: unknown;
  readonly nodes: { getNode(id: string): unknown };
  readonly events: { once(event: string, listener: () => void): void };
}

export interface Runtime {
  readonly RED: EmbeddedRed;
  readonly url: string;
  readonly userDir: string;
  /** Deploys and resolves when the flows have started; rejects when Node-RED refuses them. */
  deploy(flow: readonly FlowNode[], type?: "full" | "nodes" | "flows"): Promise<void>;
  node<T>(id: string): T;
  stop(): Promise<void>;
}

export async function startRuntime(settings: Record<string, unknown> = {}): Promise<Runtime> {
  const express = require("express") as () => http.RequestListener & { use(path: string, app: unknown): void };
  const RED = require("node-red") as EmbeddedRed;
  const userDir = typeof settings["userDir"] === "string" ? settings["userDir"] : mkdtempSync(path.join(tmpdir(), "twinline-runtime-"));
  const app = express();
  const server = http.createServer(app);
  RED.init(server, {
    userDir,
    flowFile: "flows.json",
    credentialSecret: "test",
    nodesDir: [process.cwd()],
    httpAdminRoot: "/admin",
    httpNodeRoot: "/",
    disableEditor: true,
    telemetry: { enabled: false },
    logging: { console: { level: "off" } },
    ...settings,
  });
  app.use("/admin", RED.httpAdmin);
  app.use("/", RED.httpNode);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const started = nextStart(RED);
  await RED.start();
  await started;
  return {
    RED,
    url,
    userDir,
    async deploy(flow, type = "full") {
      const running = nextStart(RED);
      const response = await fetch(`${url}/admin/flows`, {
        method: "POST",
        headers: { "content-type": "application/json", "node-red-deployment-type": type },
        body: JSON.stringify(flow),
      });
      if (response.status !== 204) throw new Error(`Node-RED refused the flows: ${response.status} ${await response.text()}`);
      await running;
    },
    node<T>(id: string): T {
      const node = RED.nodes.getNode(id);
      if (!node) throw new Error(`Node ${id} was not started.`);
      return node as T;
    },
    async stop() {
      await RED.stop();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      rmSync(userDir, { recursive: true, force: true });
    },
  };
}

/** Both `RED.start()` and `POST /flows` answer before the flows run: register for this first. */
function nextStart(RED: EmbeddedRed): Promise<void> {
  return new Promise((resolve) => {
    RED.events.once("flows:started", resolve);
  });
}
