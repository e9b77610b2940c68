/** Finding variables by browse path instead of writing down node ids. */
import type { ClientSession, ReferenceDescription } from "node-opcua-client";
import type { OpcUaLibrary } from "./library.ts";
import { addressOf, isNodeId, nodeIdOf } from "./address.ts";

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
  const include = globOf(request.include ?? "**");
  const start = await startOf(library, session, namespaces, request.start);
  const found: string[] = [];
  const seen = new Set([start]);
  let level = [{ nodeId: start, path: "" }];
  for (let depth = 0; level.length > 0 && depth < MAX_DEPTH; depth++) {
    const next: typeof level = [];
    for (const { nodeId, path } of level) {
      for (const reference of await hierarchy(library, session, nodeId)) {
        const id = reference.nodeId.toString();
        if (seen.has(id)) continue;
        if (seen.add(id).size > MAX_NODES)
          throw new Error(`browse: more than ${MAX_NODES} nodes below "${request.start}"; name a deeper start`);
        const name = reference.browseName.name ?? "";
        const below = path === "" ? name : `${path}/${name}`;
        if (classOf(reference) === VARIABLE_CLASS && include.test(below)) found.push(addressOf(id, namespaces));
        next.push({ nodeId: id, path: below });
      }
    }
    level = next;
  }
  return found;
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

/** Objects and variables one level down; properties (units, limits) are not process values and stay out. */
async function hierarchy({ client }: OpcUaLibrary, session: ClientSession, nodeId: string): Promise<ReferenceDescription[]> {
  const { Organizes, HasComponent, HasEventSource } = { Organizes: "i=35", HasComponent: "i=47", HasEventSource: "i=36" };
  const common = { nodeId, includeSubtypes: true, browseDirection: client.BrowseDirection.Forward, resultMask: 63, nodeClassMask: 3 };
  const results = await session.browse(
    [Organizes, HasComponent, HasEventSource].map((referenceTypeId) => ({ ...common, referenceTypeId })),
  );
  const references: ReferenceDescription[] = [];
  for (let result of results) {
    references.push(...(result.references ?? []));
    while (result.continuationPoint && result.continuationPoint.length > 0) {
      result = await session.browseNext(result.continuationPoint, false);
      references.push(...(result.references ?? []));
      if (references.length > MAX_NODES) break;
    }
  }
  const unique = new Map(references.map((r) => [r.nodeId.toString(), r]));
  return [...unique.values()].filter((r) => classOf(r) === OBJECT_CLASS || classOf(r) === VARIABLE_CLASS);
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
