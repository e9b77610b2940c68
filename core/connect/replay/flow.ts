/** Makes of an exported flow one that can be run on recorded messages: nothing else comes in, and nothing goes out. */
import { canonicalJson } from "../event/index.ts";
import { fingerprint } from "../fingerprint/index.ts";
import type { RecordedTap } from "../recording/index.ts";
import { FORBIDDEN_KEYS } from "../sample/index.ts";
import { FlowGraph, targetsOf, wiresOf } from "./graph.ts";
import { staysInside } from "./outside.ts";

export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  /** Tab or subflow; absent for tabs and shared configuration nodes. */
  readonly z?: string;
  readonly [property: string]: unknown;
}

/** The nodes of an export (a list) or of a flow file (`{flows: […]}`), or a sentence. */
export function readFlow(text: string): readonly FlowNode[] | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: "The flow is not valid JSON. Export it from the editor and try again." };
  }
  const list: unknown = !Array.isArray(value) && typeof value === "object" && value !== null ? (value as { flows?: unknown }).flows : value;
  if (!Array.isArray(list) || list.length === 0)
    return { problem: "The flow is not a list of nodes. Export it from the editor and try again." };
  for (const [index, node] of list.entries()) {
    if (typeof node !== "object" || node === null) return { problem: `Node ${index + 1} of the flow is no object.` };
    const { id, type, name } = node as Record<string, unknown>;
    if (typeof id !== "string" || id === "" || typeof type !== "string" || (name !== undefined && typeof name !== "string"))
      return { problem: `Node ${index + 1} of the flow has no id or type.` };
    if (Object.keys(node).some((key) => FORBIDDEN_KEYS.has(key))) return { problem: `Node ${id} carries a key that is never accepted.` };
  }
  return list as FlowNode[];
}

/** Tells one state of a tab from another; where its nodes stand on the canvas does not count. */
export function flowFingerprint(nodes: readonly FlowNode[], tab: string | undefined): string | undefined {
  const own = nodes.filter(({ id, z }) => z === tab || id === tab).map(({ x: _x, y: _y, ...rest }) => rest);
  own.sort((a, b) => (a.id < b.id ? -1 : 1));
  const text = canonicalJson(own, "flow", { maxChars: 16 * 1024 * 1024, maxDepth: 64 });
  return "text" in text ? fingerprint(text.text) : undefined;
}

/** By id, or, when the ids are others (an imported copy), by a name that only one node has. */
export function findNode(nodes: readonly FlowNode[], wanted: RecordedTap): FlowNode | undefined {
  const byId = nodes.find(({ id }) => id === wanted.id);
  if (byId !== undefined || wanted.name === "") return byId;
  const byName = nodes.filter(({ name }) => name === wanted.name);
  const taps = byName.filter(({ type }) => type === "twin-record");
  if (byName.length === 1) return byName[0];
  return taps.length === 1 ? taps[0] : undefined;
}

export interface ReplayWishes {
  /** Nodes of the flow that have messages in the recording, in the order of their first ones. */
  readonly recorded: readonly string[];
  /** Inject only here; empty: at each recorded tap that no other recorded tap leads to. */
  readonly inject: readonly string[];
  /** Also capture what enters these. */
  readonly capture: readonly string[];
  /** Leave these as they are, although they reach outside. */
  readonly keep: readonly string[];
}

export interface ReplayFlow {
  readonly nodes: readonly FlowNode[];
  /** Where recorded messages enter. */
  readonly injected: readonly string[];
  /** What enters these is compared. */
  readonly captured: readonly string[];
  /** What nobody sends to: sources, and configuration nodes with connections. They are switched off. */
  readonly off: readonly FlowNode[];
  /** Ways out that are closed: what enters them is counted and goes nowhere. */
  readonly closed: readonly FlowNode[];
}

/** `wishes` name nodes that the flow has. */
export function replayFlow(flow: readonly FlowNode[], wishes: ReplayWishes): ReplayFlow | { readonly problem: string } {
  const tabsOff = new Set(flow.filter((node) => node.type === "tab" && node["disabled"] === true).map(({ id }) => id));
  const live = flow.filter((node) => node["d"] !== true && !tabsOff.has(node.z ?? ""));
  const kept = withServices(live, wishes.keep);
  const outside = live.filter((node) => !staysInside(node.type) && !kept.has(node.id));
  const fed = targetsOf(live);
  const closed = outside.filter(({ id }) => fed.has(id));
  const off = outside.filter(({ id }) => !fed.has(id));
  const without = new Set(off.map(({ id }) => id));
  const cut = live.filter(({ id }) => !without.has(id)).map((node) => (closed.includes(node) ? neutral(node, []) : forget(node, without)));

  const injected = wishes.inject.length > 0 ? wishes.inject : entrances(cut, wishes.recorded);
  const captured = new Set([
    ...wishes.recorded,
    ...wishes.capture,
    ...cut.filter(({ type }) => type === "twin-record").map(({ id }) => id),
  ]);
  for (const id of injected) captured.delete(id);
  for (const id of [...injected, ...captured]) {
    const node = live.find((each) => each.id === id);
    if (node === undefined || without.has(id))
      return { problem: `${nameOf(flow, id)} is disabled in this flow, or a source that a replay switches off.` };
    if (live.some((each) => each.type === "subflow" && each.id === node.z))
      return { problem: `${nameOf(flow, id)} is inside a subflow; put the twin-record node around the subflow.` };
  }
  const nodes = cut.map((node) => {
    const open = {
      ...node,
      ...("wires" in node ? { wires: wiresOf(node).map((port) => port.filter((id) => !injected.includes(id))) } : {}),
    };
    return injected.includes(node.id) || node.type === "twin-record" ? neutral(open, wiresOf(open).slice(0, 1)) : open;
  });
  return { nodes, injected, captured: [...captured], off, closed };
}

/** The nodes that are left as they are, with the configuration nodes that they use. */
function withServices(nodes: readonly FlowNode[], keep: readonly string[]): ReadonlySet<string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const kept = new Set<string>();
  const waiting = [...keep];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const node = byId.get(id);
    if (node === undefined || kept.has(id)) continue;
    kept.add(id);
    const used = Object.values(node).filter((value) => typeof value === "string" && value !== id && isService(byId.get(value)));
    waiting.push(...(used as string[]));
  }
  return kept;
}

function isService(node: FlowNode | undefined): boolean {
  return node !== undefined && !("wires" in node) && !["tab", "subflow", "group"].includes(node.type);
}

/** Recorded nodes that no other one leads to; of a loop, the one that spoke first. */
function entrances(nodes: readonly FlowNode[], recorded: readonly string[]): readonly string[] {
  const graph = new FlowGraph(nodes);
  const reached = new Map(recorded.map((id) => [id, graph.reachable(id)]));
  const leads = (from: string, to: string): boolean => reached.get(from)?.has(to) === true;
  return recorded.filter((id, index) =>
    recorded.every((other, place) => other === id || !leads(other, id) || (leads(id, other) && index < place)),
  );
}

/** A node of Node-RED's own in the same place that passes messages on unchanged. */
function neutral({ id, z, name, x, y }: FlowNode, wires: readonly (readonly string[])[]): FlowNode {
  const place = { x: typeof x === "number" ? x : 0, y: typeof y === "number" ? y : 0 };
  return {
    id,
    type: "change",
    ...(z === undefined ? {} : { z }),
    name: name ?? "",
    rules: [],
    ...place,
    wires: wires.length > 0 ? wires : [[]],
  };
}

/** The node without its references to what is switched off: a node that can do without its historian does. */
function forget(node: FlowNode, without: ReadonlySet<string>): FlowNode {
  if (!node.type.startsWith("twin-")) return node;
  const kept = Object.entries(node).filter(([, value]) => typeof value !== "string" || !without.has(value));
  return { ...Object.fromEntries(kept), id: node.id, type: node.type };
}

/** What a person calls a node: its name, else type and id. */
export function nameOf(flow: readonly FlowNode[], id: string): string {
  const node = flow.find((each) => each.id === id);
  if (node === undefined) return `node ${id}`;
  return node.name === undefined || node.name === "" ? `${node.type} ${id}` : `"${node.name}"`;
}
