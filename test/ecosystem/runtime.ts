/** Node-RED with this package and the packages that people already have, and templates pointed at the test's servers. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { type FlowNode, type Runtime, startRuntime } from "../support/runtime.ts";
import type { Ecosystem } from "./tree.ts";

export interface Received {
  readonly samples: Sample[];
  readonly rejects: Reject[];
}

export interface EcosystemRuntime extends Runtime {
  /** What a tag map or a guard has sent on its two outputs since the last deploy. */
  received(id: string): Received;
  /** Hands a message to a node as a wire would. */
  send(id: string, message: object): void;
}

/** Types of nodes whose two outputs (what passed, rejects) are captured. */
const CAPTURED = new Set(["twin-tag-map", "twin-read-only"]);
const PACKAGES = ["node-red-contrib-opcua", "node-red-contrib-modbus", "node-red-contrib-s7"];

/** One per process. contrib-opcua keeps its certificates in the home directory; here that is a temporary one. */
export async function startEcosystemRuntime(ecosystem: Ecosystem): Promise<EcosystemRuntime> {
  const dir = mkdtempSync(path.join(tmpdir(), "twinline-ecosystem-"));
  // contrib-opcua also writes to the console what it has told Node-RED's log.
  console.warn = () => undefined;
  process.env["HOME"] = dir;
  process.env["XDG_CONFIG_HOME"] = path.join(dir, "config");
  const runtime = await startRuntime({
    nodesDir: [process.cwd(), ...PACKAGES.map((name) => ecosystem.folder(name))],
    userDir: path.join(dir, "user"),
    twinline: { dataDir: path.join(dir, "twinline") },
  });
  const captured = new Map<string, Received>();
  return {
    ...runtime,
    async deploy(flow, type) {
      captured.clear();
      await runtime.deploy(flow, type);
      for (const { id } of flow.filter((node) => CAPTURED.has(node.type))) capture(id);
    },
    received: (id) => captured.get(id) ?? { samples: [], rejects: [] },
    send: (id, message) => runtime.node<{ receive(message: object): void }>(id).receive(message),
    async stop() {
      await runtime.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };

  /** Listens at what the node sends, so that the template itself is deployed as it is. */
  function capture(id: string): void {
    const seen: Received = { samples: [], rejects: [] };
    captured.set(id, seen);
    const node = runtime.node<{ send(messages: unknown): void }>(id);
    const send = node.send.bind(node);
    node.send = (messages) => {
      const [samples, rejects] = [messages].flat(1) as ({ payload?: unknown } | null | undefined)[];
      if (samples?.payload !== undefined) seen.samples.push(...([samples.payload].flat() as Sample[]));
      if (rejects?.payload !== undefined) seen.rejects.push(...([rejects.payload].flat() as Reject[]));
      send(messages);
    };
  }
}

export function template(name: string, changes: Readonly<Record<string, object>>): FlowNode[] {
  const flow = JSON.parse(readFileSync(path.join("flows", `${name}.json`), "utf8")) as FlowNode[];
  for (const id of Object.keys(changes)) if (!flow.some((node) => node.id === id)) throw new Error(`${name} has no node ${id}.`);
  return flow.map((node) => ({ ...node, ...changes[node.id] }));
}
