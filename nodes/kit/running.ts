/** Which behaviour runs behind which Node-RED node: how nodes and endpoints reach the service of a configuration node. */
import type { Node } from "node-red";

export type Outcome =
  | { readonly ok: true; readonly api: unknown }
  /** A sentence: why the node does not run and what to do. */
  | { readonly ok: false; readonly fault: string };

export interface Running {
  /** Settles when the node has started or failed to; never rejects. */
  readonly started: Promise<Outcome>;
  outcome: Outcome | undefined;
}

const running = new WeakMap<Node, Running>();

export function remember(node: Node, started: Promise<Outcome>): void {
  const entry: Running = { started, outcome: undefined };
  running.set(node, entry);
  void keepOutcome(entry);
}

async function keepOutcome(entry: Running): Promise<void> {
  entry.outcome = await entry.started;
}

export function behind(node: Node | null | undefined): Running | undefined {
  return node === null || node === undefined ? undefined : running.get(node);
}

export function forget(node: Node): void {
  running.delete(node);
}

/** Names a node in a sentence. */
export function called(node: Pick<Node, "name" | "type" | "id">): string {
  return node.name === undefined || node.name === "" ? `${node.type} ${node.id}` : `"${node.name}"`;
}
