/** Which nodes of a flow a message can reach. */
import type { FlowNode } from "./flow.ts";

/** Nodes that speak without being spoken to: about errors, states and ends of others. */
const LISTENERS = new Set(["catch", "status", "complete"]);

export class FlowGraph {
  readonly #next: ReadonlyMap<string, readonly string[]>;
  readonly #listeners: readonly string[];

  constructor(nodes: readonly FlowNode[]) {
    this.#next = new Map(nodes.map((node) => [node.id, [...wiresOf(node).flat(), ...linksOf(node)]]));
    this.#listeners = nodes.filter(({ type }) => LISTENERS.has(type)).map(({ id }) => id);
  }

  /** Without `from` itself, unless a loop leads back to it. Whatever runs may also wake catch, status and complete nodes. */
  reachable(from: string): ReadonlySet<string> {
    const reached = new Set<string>();
    const waiting = [...(this.#next.get(from) ?? []), ...this.#listeners];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (reached.has(id)) continue;
      reached.add(id);
      waiting.push(...(this.#next.get(id) ?? []));
    }
    return reached;
  }
}

/** Every node that some other one, or the input of a subflow, sends to. */
export function targetsOf(nodes: readonly FlowNode[]): ReadonlySet<string> {
  return new Set(nodes.flatMap((node) => [...wiresOf(node).flat(), ...linksOf(node), ...inputsOf(node)]));
}

/** Where messages go that enter a subflow. */
function inputsOf(node: FlowNode): readonly string[] {
  const inputs: unknown = node.type === "subflow" ? node["in"] : undefined;
  if (!Array.isArray(inputs)) return [];
  return inputs.flatMap((input: { wires?: unknown } | null) =>
    Array.isArray(input?.wires)
      ? input.wires.flatMap((wire: { id?: unknown } | null) => (typeof wire?.id === "string" ? [wire.id] : []))
      : [],
  );
}

export function wiresOf(node: FlowNode): readonly (readonly string[])[] {
  const wires = node["wires"];
  if (!Array.isArray(wires)) return [];
  return wires.map((port) => (Array.isArray(port) ? port.filter((id) => typeof id === "string") : []));
}

function linksOf(node: FlowNode): readonly string[] {
  const links = node["links"];
  return node.type !== "link in" && Array.isArray(links) ? links.filter((id) => typeof id === "string") : [];
}
