/** A Node-RED of its own for one replay: no editor, no pages, no network of its own. Runs in the process of the bench. */
import { createRequire } from "node:module";
import path from "node:path";
import type { Clock } from "../../core/connect/replay/index.ts";
import type { Job } from "./job.ts";

const require = createRequire(import.meta.url);

export interface FlowMessage {
  readonly [property: string]: unknown;
}
export interface RunningNode {
  readonly id: string;
  readonly type: string;
  /** In an instance of a subflow: the id of the node in its definition. */
  readonly _alias?: string;
  /** How many handlers of the node promise to say when they are done with a message. */
  readonly _expectedDoneCount?: number;
  send(message: FlowMessage): void;
}
interface HookEvent {
  readonly msg: FlowMessage;
  readonly destination: { readonly id: string; readonly node: RunningNode };
  readonly node: { readonly id: string };
}

/** The part of Node-RED's embedding API that the bench uses. */
export interface EmbeddedRed {
  init(server: null, settings: Record<string, unknown>): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly nodes: { getNode(id: string): RunningNode | null };
  readonly events: {
    on(event: "flows:started", listener: () => void): void;
    on(event: "runtime-event", listener: (event: RuntimeEvent) => void): void;
  };
  readonly hooks: { add(name: string, handler: (event: HookEvent) => void): void };
}

interface RuntimeEvent {
  readonly id: string;
  readonly payload?: { readonly error?: string; readonly types?: readonly string[]; readonly modules?: readonly { module: string }[] };
}

interface LogEntry {
  readonly level: number;
  readonly id?: string;
  readonly msg?: unknown;
}

const [ERROR, WARNING] = [20, 30];

/** Resolves when the nodes of the flow are there (not: have started); rejects with a sentence when the flow cannot run. */
export async function startNodeRed(job: Job, clock: Clock, warn: (text: string, node?: string) => void): Promise<EmbeddedRed> {
  const RED = require(job.nodeRed) as EmbeddedRed;
  RED.init(null, {
    userDir: job.userDir,
    // Absolute: a relative one is first looked for in the working directory, where the user's own live flow may be.
    flowFile: path.join(job.userDir, "flows.json"),
    credentialSecret: false,
    nodesDir: job.nodesDir,
    httpAdminRoot: false,
    httpNodeRoot: false,
    disableEditor: true,
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { projects: { enabled: false } },
    diagnostics: { enabled: false, ui: false },
    externalModules: { autoInstall: false, palette: { allowInstall: false }, modules: { allowInstall: false } },
    logging: {
      console: { level: "off" },
      bench: {
        level: "warn",
        handler:
          () =>
          ({ level, id, msg }: LogEntry) => {
            // What Node-RED itself has to say about settings and credentials means nothing here.
            if (level <= (id === undefined ? ERROR : WARNING)) warn(textOf(msg), id);
          },
      },
    },
    twinline: { dataDir: path.join(job.userDir, "twinline"), replay: true, clock },
  });
  const running = new Promise<void>((resolve, reject) => {
    RED.events.on("flows:started", resolve);
    RED.events.on("runtime-event", ({ id, payload }) => {
      if (id !== "runtime-state" || payload?.error === undefined) return;
      const missing = payload.types ?? payload.modules?.map(({ module }) => module) ?? [];
      const palettes = "Install what brings them where Node-RED is installed, or name the user directory that has it (--user-dir)";
      reject(new Error(`Node-RED lacks what this flow needs: ${missing.join(", ") || payload.error}. ${palettes}.`));
    });
  });
  await Promise.all([RED.start(), running]);
  return RED;
}

function textOf(message: unknown): string {
  if (typeof message === "string") return message;
  const { message: text } = (message ?? {}) as { message?: unknown };
  return typeof text === "string" ? text : String(message);
}
