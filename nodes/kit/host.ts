/** Runs one behaviour behind one Node-RED node: start, input, timers, sending, rejects, snapshot, close. Nothing that fails in here may end the process. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Node, NodeAPI, NodeMessage, NodeMessageInFlow } from "node-red";
import type { TProperties } from "typebox";
import { SnapshotStore } from "../../adapters/files/snapshot-store.ts";
import { REJECT_CODES, reject, type Reject } from "../../core/connect/sample/index.ts";
import { clockOf, REAL_CLOCK } from "./clock.ts";
import { plainFields, readConfiguration } from "./configuration.ts";
import type { ConfigOf, NodeDeclaration } from "./declaration.ts";
import { Guard, isThenable, sentence } from "./guard.ts";
import type { Behaviour, MessageByPort, NodeBehaviour, Send, TwinlineSettings, TwinMessage, TwinNode } from "./node.ts";
import { behind, called, forget, type Outcome, remember } from "./running.ts";
import { StatusLine } from "./status.ts";
import { translator } from "./texts.ts";

type Done = (error?: Error) => void;
interface Arrival {
  readonly message: TwinMessage;
  readonly done: Done;
}

/** Messages kept while a behaviour starts (connecting, reading its snapshot). More than that is refused, not forgotten. */
const KEPT_WHILE_STARTING = 1_000;
/** Node-RED gives a node 15 s to close. */
const CLOSE_MS = 10_000;
const STATUS_LENGTH = 80;

export function host<P extends TProperties>(
  RED: NodeAPI,
  node: Node,
  saved: Readonly<Record<string, unknown>>,
  declaration: NodeDeclaration<P>,
  behaviour: NodeBehaviour<NodeDeclaration<P>>,
): void {
  const texts = translator(RED, declaration);
  const status = new StatusLine((shown) => node.status(shown));
  const rejected: Record<string, number> = Object.create(null) as Record<string, number>;
  const kept: Arrival[] = [];
  const closing = new AbortController();
  let failures = 0;
  let state: "starting" | "running" | "faulty" | "closing" | "closed" = "starting";
  let current: Behaviour = {};
  let invoked = false;
  let waited = false;
  let spoken = false;
  let fault = "";

  const clock = clockOf(RED);
  const guard = new Guard((error) => {
    failures += 1;
    showCounts();
    node.error(sentence(error), {});
  }, clock);

  function counts(): string {
    const count = Object.values(rejected).reduce((sum, n) => sum + n, 0);
    const parts = [count > 0 ? texts.kit("rejected", { count }) : "", failures > 0 ? texts.kit("failed", { count: failures }) : ""];
    return parts.filter((part) => part !== "").join(", ");
  }

  function showCounts(): void {
    status.note(counts);
  }

  const ports = (declaration.outputs ?? []).map((port) => port.name);
  const send: Send = (messages) => {
    if (state === "closed")
      node.warn(`A message for ${Object.keys(messages).join(", ")} came after this node was closed and was not sent.`);
    else node.send(outputsOf(ports, messages));
  };

  function refuse(rejects: readonly Reject[], from?: TwinMessage): void {
    if (rejects.length === 0) return;
    for (const { code } of rejects) rejected[code] = (rejected[code] ?? 0) + 1;
    showCounts();
    if (ports.includes("rejects")) send({ rejects: { ...from, payload: rejects } });
  }

  /** Runs for every message: a handler that is done when it returns costs neither a closure nor a promise. */
  function handle(message: TwinMessage, done: Done): void {
    try {
      const result: unknown = current.onInput?.(message, send);
      if (isThenable(result)) return void settleAfter(result, done);
    } catch (error) {
      return settle(done, error ?? new Error("The behaviour threw nothing."));
    }
    settle(done);
  }

  async function settleAfter(result: PromiseLike<unknown>, done: Done): Promise<void> {
    try {
      await result;
    } catch (error) {
      return settle(done, error ?? new Error("The behaviour rejected without a reason."));
    }
    settle(done);
  }

  /** Never throws. */
  function settle(done: Done, error?: unknown): void {
    try {
      if (error === undefined) return done();
      failures += 1;
      showCounts();
      done(plainError(error));
    } catch (failure) {
      guard.report(failure);
    }
  }

  function overflow(message: TwinMessage, done: Done): void {
    if (!ports.includes("rejects")) return done(plainError(new Error(REJECT_CODES.QUEUE_FULL)));
    const text = `More than ${KEPT_WHILE_STARTING} messages arrived while this node was starting.`;
    refuse([reject("QUEUE_FULL", message.payload, { message: text })], message);
    done();
  }

  function fail(sentence: string): Outcome {
    fault = sentence;
    if (state === "starting") state = "faulty";
    status.set("fault", short(sentence));
    node.error(sentence, {});
    for (const arrival of kept.splice(0)) arrival.done(plainError(new Error(sentence)));
    return { ok: false, fault: sentence };
  }

  node.on("input", (message: NodeMessageInFlow, _send: unknown, done: Done) => {
    if (state === "running") handle(message, done);
    else if (state !== "starting") done(plainError(new Error(fault === "" ? "This node is closing." : fault)));
    else if (kept.length < KEPT_WHILE_STARTING) kept.push({ message, done });
    else overflow(message, done);
  });

  async function start(): Promise<Outcome> {
    await Promise.resolve(); // the other nodes of the flow, Catch nodes among them, exist only after this turn
    const read = readConfiguration(declaration, saved, node.credentials);
    if (!read.ok) return fail(read.faults.join(" "));
    for (const change of read.migrated) node.log(`Saved configuration brought up to date: ${change}`);
    await dependencies(RED, declaration, read.config, (name) => {
      waited = true;
      status.set("busy", texts.kit("waiting", { name }));
    });
    if (state !== "starting") return { ok: false, fault: "Closed while starting." };
    const twin: TwinNode<NodeDeclaration<P>> = {
      id: node.id,
      name: node.name ?? "",
      config: read.config as ConfigOf<NodeDeclaration<P>>,
      secrets: read.secrets,
      get dataDir() {
        const dir = dataDir(RED);
        mkdirSync(dir, { recursive: true });
        return dir;
      },
      closing: closing.signal,
      now: () => clock.now(),
      status: (word, text = "") => {
        spoken = true;
        status.set(word, text);
      },
      text: texts.own,
      send,
      reject: refuse,
      rejected,
      api: <T>(id: string | undefined, type: string): T => serviceOf(RED, id, type) as T,
      isDeployed: (id) => Boolean(RED.nodes.getNode(id) as Node | null | undefined),
      every: (ms, job) => guard.every(ms, job),
      after: (ms, job) => guard.after(ms, job),
      guard: (job) => guard.wrap(job),
      log: { info: (text) => node.log(text), warn: (text) => node.warn(text), error: (text) => node.error(text) },
      snapshot: {
        read: async <T>() => (await snapshots(RED).read(node.id, (text) => node.warn(text))) as T | undefined,
        // A replay is never continued, and hours of it would write thousands.
        write: async (value) => (clock === REAL_CLOCK ? snapshots(RED).write(node.id, value) : undefined),
      },
    };
    invoked = true;
    current = await behaviour(twin);
    if (state === "starting") {
      state = "running";
      if (waited && !spoken) status.set("idle");
      for (const { message, done } of kept.splice(0)) handle(message, done);
    }
    return { ok: true, api: current.api };
  }

  const started = start().catch((error: unknown) => fail(sentence(error)));
  remember(node, started);
  clock.during?.(started);

  async function close(removed: boolean): Promise<void> {
    state = "closing";
    closing.abort();
    guard.clearTimers();
    for (const arrival of kept.splice(0)) arrival.done(plainError(new Error("This node was closed before it had started.")));
    if (invoked) await started;
    await current.onClose?.(removed);
    if (removed) await snapshots(RED).retire(node.id);
  }

  node.on("close", (removed: boolean, done: () => void) => {
    void within(CLOSE_MS, close(removed))
      .catch((error: unknown) => node.error(`Closing failed: ${sentence(error)}`))
      .finally(() => {
        state = "closed";
        guard.end();
        status.close();
        forget(node);
        done();
      });
  });
}

/** What Node-RED's `send` takes: the message itself when the first port alone gets one, else a list by port. */
function outputsOf(ports: readonly string[], messages: MessageByPort): NodeMessage | (NodeMessage | NodeMessage[] | null)[] {
  const names = Object.keys(messages);
  const [first = ""] = names;
  if (names.length === 1 && first === ports[0] && !Array.isArray(messages[first])) return messages[first] as NodeMessage;
  const outputs: (NodeMessage | NodeMessage[] | null)[] = ports.map(() => null);
  for (const port of names) {
    const index = ports.indexOf(port);
    if (index === -1) throw new Error(`There is no output port "${port}"; the declaration names ${ports.join(", ") || "none"}.`);
    const message = messages[port];
    outputs[index] = Array.isArray(message) ? [...(message as NodeMessage[])] : (message as NodeMessage);
  }
  return outputs;
}

/** Waits until every configuration node that a `refers` field names has started or failed. */
async function dependencies(
  RED: NodeAPI,
  declaration: NodeDeclaration,
  config: Readonly<Record<string, unknown>>,
  waiting: (name: string) => void,
): Promise<void> {
  for (const [key, field] of plainFields(declaration)) {
    const id = config[key];
    if (field.refers === undefined || typeof id !== "string" || id === "") continue;
    const target = RED.nodes.getNode(id) as Node | null;
    const running = behind(target);
    if (target === null || running === undefined || running.outcome !== undefined) continue;
    waiting(called(target));
    await running.started;
  }
}

/** The `api` of a started configuration node; throws a sentence for people otherwise. */
export function serviceOf(RED: NodeAPI, id: string | undefined, type: string): unknown {
  if (id === undefined || id === "") throw new Error(`No ${type} is chosen. Open this node and choose one.`);
  const target = RED.nodes.getNode(id) as Node | null;
  if (target === null)
    throw new Error(`The ${type} that this node uses does not exist or is disabled. Open this node and choose another one.`);
  if (target.type !== type) throw new Error(`This node needs a ${type}, but ${called(target)} is a ${target.type}. Choose another one.`);
  const outcome = behind(target)?.outcome;
  if (outcome === undefined)
    throw new Error(`${called(target)} is still starting. Declare the field that names it with refers: "${type}".`);
  if (!outcome.ok) throw new Error(`${called(target)} does not run: ${outcome.fault}`);
  return outcome.api;
}

const stores = new Map<string, SnapshotStore>();
function snapshots(RED: NodeAPI): SnapshotStore {
  const dir = path.join(dataDir(RED), "snapshots");
  const known = stores.get(dir) ?? new SnapshotStore(dir);
  stores.set(dir, known);
  return known;
}

function dataDir(RED: NodeAPI): string {
  const settings = RED.settings as { twinline?: TwinlineSettings; userDir?: string };
  if (settings.twinline?.dataDir !== undefined) return path.resolve(settings.twinline.dataDir);
  if (settings.userDir === undefined) throw new Error("Node-RED names no user directory; set twinline.dataDir in its settings file.");
  return path.join(settings.userDir, "twinline");
}

/** What Catch nodes and the log get: the sentence and the code, no stack trace. */
function plainError(error: unknown): Error {
  const plain = new Error(sentence(error));
  delete plain.stack;
  plain.name = ""; // Node-RED writes the name before the sentence
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? Object.assign(plain, { code }) : plain;
}

function short(text: string): string {
  return text.length > STATUS_LENGTH ? `${text.slice(0, STATUS_LENGTH - 1)}…` : text;
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, refuse) => {
    timer = setTimeout(() => refuse(new Error(`not finished after ${ms / 1_000} s`)), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
