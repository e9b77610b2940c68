/** What the behaviour of a node is written against. `define-node.ts` provides it on Node-RED. */
import type { NodeMessage } from "node-red";
import type { HealthOptions } from "../../core/connect/health/index.ts";
import type { Identity, Person, Role } from "../../core/govern/identity/index.ts";
import type { Clock } from "../../core/connect/replay/index.ts";
import type { Reject } from "../../core/connect/sample/index.ts";
import type { ConfigOf, NodeDeclaration } from "./declaration.ts";
import type { Values } from "./texts.ts";

/** The shared status vocabulary: what people see under a node. Shape and colour follow from the word. */
export type StatusWord =
  | "ok" // green dot: working
  | "idle" // grey ring: nothing to do yet
  | "busy" // blue dot: connecting, loading, catching up
  | "degraded" // yellow ring: working, but something needs attention
  | "fault"; // red ring: not working; the text says what to do

export interface TwinMessage extends NodeMessage {
  payload?: unknown;
  [property: string]: unknown;
}

export type MessageByPort = Readonly<Record<string, TwinMessage | readonly TwinMessage[]>>;
export type Send = (messages: MessageByPort) => void;

export interface AdminRequest {
  readonly person: Person;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Aborted when whoever asked waits no more. */
  readonly gone?: AbortSignal;
}
/** Thrown by an endpoint to answer a 4xx: what is wrong and what to do. */
export class AdminRefusal extends Error {
  readonly status: number;
  readonly code: string;
  /** The sentence as a key among the texts of the node with its words: for a form that speaks another language. */
  readonly said: { readonly text: string; readonly values: Values } | undefined;

  constructor(status: number, code: string, sentence: string, said?: { readonly text: string; readonly values: Values }) {
    super(sentence);
    this.status = status;
    this.code = code;
    this.said = said;
  }
}

/** `settings.twinline` of the Node-RED settings file. */
export interface TwinlineSettings {
  /** Where twin nodes keep their files; by default `<userDir>/twinline`. */
  readonly dataDir?: string;
  /** Who may do what; without it, Node-RED's own permissions decide. */
  readonly identity?: Identity;
  /** Set by `twinline replay`, in a Node-RED of its own: twin nodes live by `clock`. */
  readonly replay?: true;
  readonly clock?: Clock;
  /** When the page Tags calls a tag unwell; what is left out stays as it is. */
  readonly health?: Partial<HealthOptions>;
}

/** Answered as JSON; throw `AdminRefusal` for a 4xx with a sentence. */
export type AdminHandler = (request: AdminRequest) => Promise<unknown> | unknown;

export interface TwinNode<D extends NodeDeclaration = NodeDeclaration> {
  readonly id: string;
  readonly name: string;
  /** Validated and migrated; without the secret fields. */
  readonly config: ConfigOf<D>;
  /** The fields declared with `secret: true`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** A directory of this installation for persistent files (created); shared by all twin nodes. */
  readonly dataDir: string;
  /** Aborted when the node closes, so that a behaviour can give up connecting. */
  readonly closing: AbortSignal;
  now(): number;
  /** Rate-limited (at most 2 a second), last one wins. */
  status(word: StatusWord, text?: string): void;
  /** A sentence of the declaration's `texts` in the language of the runtime. */
  text(key: string, values?: Readonly<Record<string, string | number>>): string;
  /** Sends outside an input handler, e.g. from a subscription; ports by name. */
  send: Send;
  /** Sends on the `rejects` port (if any), counts by code, and shows the count in the status. */
  reject(rejects: readonly Reject[], from?: TwinMessage): void;
  readonly rejected: Readonly<Record<string, number>>;
  /**
   * The behaviour object that a configuration node returned as `api`; throws a deploy-time error when it is missing or
   * faulty. Every configuration node named by a field with `refers` has finished starting before the behaviour is called.
   */
  api<T>(configNodeId: string | undefined, type: `twin-${string}`): T;
  /** Whether a node of this id is in the flows that run, working or faulty; a disabled one is not. */
  isDeployed(id: string): boolean;
  /** Guarded timers: a throw or rejection is logged and shown, never kills the process. Cleared on close. */
  every(ms: number, job: () => unknown): void;
  after(ms: number, job: () => unknown): void;
  /** Wraps any callback (emitters, sockets) in the same guard. */
  guard<A extends readonly unknown[]>(job: (...args: A) => unknown): (...args: A) => void;
  readonly log: Readonly<Record<"info" | "warn" | "error", (text: string) => void>>;
  /** State that survives restart, redeploy and kill -9: written atomically, versioned, keyed by node id. */
  readonly snapshot: { read<T>(): Promise<T | undefined>; write<T>(state: T): Promise<void> };
}

export interface Behaviour {
  /**
   * Awaited before `done`; a throw or rejection goes to Catch nodes. Messages that arrive while the behaviour starts are
   * kept and delivered in order. Calls may overlap when this is asynchronous, as everywhere in Node-RED.
   */
  onInput?(message: TwinMessage, send: Send): Promise<void> | void;
  /** Called on redeploy and stop; finish within 10 s. */
  onClose?(removed: boolean): Promise<void> | void;
  /** What other nodes get from `node.api(...)`: configuration nodes put their service here. */
  readonly api?: unknown;
}

export type NodeBehaviour<D extends NodeDeclaration> = (node: TwinNode<D>) => Behaviour | Promise<Behaviour>;

/** An HTTP endpoint under the admin root, served once per type; fails closed when no sign-in is configured. */
export interface AdminEndpoint {
  readonly method: "get" | "post";
  /** Below `/twinline/`, e.g. `plant/:id/tags`. */
  readonly path: string;
  /** Any of these roles. */
  readonly roles: readonly Role[];
  /** Of the request, in bytes; 256 KiB without it. Node-RED's own limit (`apiMaxLength`) comes first. */
  readonly largestBody?: number;
  /** `api` looks up a deployed configuration node's service. */
  handle(request: AdminRequest, find: <T>(id: string) => T): Promise<unknown> | unknown;
}
