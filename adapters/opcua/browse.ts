/** Finding variables by browse path instead of writing down node ids. */
import type { BrowseResult, ClientSession, ReferenceDescription } from "node-opcua-client";
import type { OpcUaLibrary } from "./library.ts";
import { addressOf, isNodeId, nodeIdOf } from "./address.ts";
import { inBatches } from "./batches.ts";

export interface BrowseEntry {
  readonly address: string;
  readonly name: string;
  readonly kind: "folder" | "variable";
}

export interface BrowseRequest {
  /** Path of browse names below Objects (`Line01/Filler01`) or a node id; empty for Objects. */
  readonly start: string;
  /** Which paths below the start are taken: `*` within a segment, `**` across segments. Everything by default. */
  readonly include?: string;
}

const OBJECTS = "i=85";
const MAX_NODES = 20_000;
const MAX_DEPTH = 12;
const NODES_PER_BROWSE = 32;
/** Organizes, HasComponent, HasEventSource. */
const HIERARCHY = ["i=35", "i=47", "i=36"] as const;
const [OBJECT_CLASS, VARIABLE_CLASS] = [1, 2];

/** Children of one node: what the editor shows when a folder is opened. */
export async function childrenOf(
  library: OpcUaLibrary,
  session: ClientSession,
  namespaces: readonly string[],
  address: string,
): Promise<BrowseEntry[]> {
  const nodeId = nodeIdOf(address || OBJECTS, namespaces);
  if (nodeId === null) return [];
  const references = await hierarchy(library, session, nodeId);
  return references.map((r) => ({
    address: addressOf(r.nodeId.toString(), namespaces),
    name: r.browseName.name ?? "",
    kind: classOf(r) === VARIABLE_CLASS ? "variable" : "folder",
  }));
}

/** Addresses of all variables below the start, in the server's order. Throws a sentence when the start does not exist. */
export async function variablesBelow(
  library: OpcUaLibrary,
  session: ClientSession,
  namespaces: readonly string[],
  request: BrowseRequest,
): Promise<string[]> {
  const found: string[] = [];
  for await (const { nodeId } of walk(library, session, namespaces, request)) found.push(addressOf(nodeId, namespaces));
  return found;
}

/** A variable met on the walk. */
export interface FoundVariable {
  /** As this session numbers namespaces. */
  readonly nodeId: string;
  /** Browse names below the start, joined by "/". */
  readonly path: string;
  readonly name: string;
  readonly displayName: string;
}

export interface WalkOptions {
  /** Leaves out the nodes of namespace 0 below Objects: they describe the server, not the plant. */
  readonly plantOnly?: boolean;
  readonly signal?: AbortSignal;
}

/** Every variable below the start, level by level. Throws a sentence when the start does not exist or too much lies below it. */
export async function* walk(
  library: OpcUaLibrary,
  session: ClientSession,
  namespaces: readonly string[],
  request: BrowseRequest,
  { plantOnly = false, signal }: WalkOptions = {},
): AsyncGenerator<FoundVariable> {
  const include = globOf(request.include ?? "**");
  const start = await startOf(library, session, namespaces, request.start);
  const own = plantOnly && start === OBJECTS ? /^(ns=0;|[isgb]=)/ : /^$/;
  const seen = new Set([start]);
  let level = [{ nodeId: start, path: "" }];
  for (let depth = 0; level.length > 0 && depth < MAX_DEPTH; depth++) {
    const next: typeof level = [];
    for (let at = 0; at < level.length; at += NODES_PER_BROWSE) {
      const parents = level.slice(at, at + NODES_PER_BROWSE);
      const children = await hierarchies(
        library,
        session,
        parents.map(({ nodeId }) => nodeId),
        signal,
      );
      for (const [index, { path }] of parents.entries()) {
        for (const reference of children[index] ?? []) {
          const id = reference.nodeId.toString();
          if (seen.has(id) || own.test(id)) continue;
          if (seen.add(id).size > MAX_NODES)
            throw new Error(`browse: more than ${MAX_NODES} nodes below "${request.start}"; name a deeper start`);
          const name = reference.browseName.name ?? "";
          const below = path === "" ? name : `${path}/${name}`;
          if (classOf(reference) === VARIABLE_CLASS && include.test(below))
            yield { nodeId: id, path: below, name, displayName: reference.displayName.text ?? "" };
          next.push({ nodeId: id, path: below });
        }
      }
    }
    level = next;
  }
}

async function startOf(library: OpcUaLibrary, session: ClientSession, namespaces: readonly string[], start: string): Promise<string> {
  if (isNodeId(start)) {
    const nodeId = nodeIdOf(start, namespaces);
    if (nodeId === null) throw new Error(`browse: the server has no namespace "${start.slice(4, start.indexOf(";"))}"`);
    return nodeId;
  }
  let nodeId = OBJECTS;
  for (const name of start.split("/").filter((part) => part !== "" && part !== "Objects")) {
    const child = (await hierarchy(library, session, nodeId)).find((r) => r.browseName.name === name);
    if (!child) throw new Error(`browse: there is no "${name}" on the path "${start}" below Objects`);
    nodeId = child.nodeId.toString();
  }
  return nodeId;
}

async function hierarchy(library: OpcUaLibrary, session: ClientSession, nodeId: string): Promise<ReferenceDescription[]> {
  return (await hierarchies(library, session, [nodeId]))[0] ?? [];
}

/** Objects and variables one level below each node; properties (units, limits) are not process values and stay out. */
async function hierarchies(
  { client }: OpcUaLibrary,
  session: ClientSession,
  nodeIds: readonly string[],
  signal?: AbortSignal,
): Promise<ReferenceDescription[][]> {
  const common = { includeSubtypes: true, browseDirection: client.BrowseDirection.Forward, resultMask: 63, nodeClassMask: 3 };
  const questions = nodeIds.flatMap((nodeId) => HIERARCHY.map((referenceTypeId) => ({ ...common, nodeId, referenceTypeId })));
  const results = await inBatches(questions, questions.length, async (batch) => session.browse(batch), signal);
  const found: ReferenceDescription[][] = [];
  for (const [index] of nodeIds.entries()) {
    const unique = new Map<string, ReferenceDescription>();
    for (const result of results.slice(index * HIERARCHY.length, (index + 1) * HIERARCHY.length)) {
      for (const reference of await allOf(session, result)) unique.set(reference.nodeId.toString(), reference);
    }
    found.push([...unique.values()].filter((r) => classOf(r) === OBJECT_CLASS || classOf(r) === VARIABLE_CLASS));
  }
  return found;
}

/** The references of a result and of its continuation. */
export async function allOf(session: ClientSession, result: BrowseResult): Promise<ReferenceDescription[]> {
  const references = [...(result.references ?? [])];
  for (let page = result; page.continuationPoint && page.continuationPoint.length > 0; ) {
    page = await session.browseNext(page.continuationPoint, false);
    references.push(...(page.references ?? []));
    if (references.length > MAX_NODES) break;
  }
  return references;
}

function classOf(reference: ReferenceDescription): number {
  return reference.nodeClass;
}

function globOf(pattern: string): RegExp {
  const source = pattern
    .split("**")
    .map((part) =>
      part
        .split("*")
        .map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
        .join("[^/]*"),
    )
    .join(".*");
  return new RegExp(`^${source}$`);
}
