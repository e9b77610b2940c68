/** Which nodes a feed watches, and the items of a subscription that watch them. */
import type { ClientSession, ClientSubscription, DataValue } from "node-opcua-client";
import { nodeIdOf } from "./address.ts";
import { type BrowseRequest, variablesBelow } from "./browse.ts";
import type { OpcUaLibrary } from "./library.ts";

export interface WatchedNodes {
  readonly addresses?: readonly string[];
  readonly browse?: BrowseRequest;
}

export interface Sampling {
  /** Milliseconds; 0 asks the server to report every change. */
  readonly samplingInterval: number;
  /** Changes that the server keeps per node between two publishes. When it overflows the oldest go, counted and read again from history. */
  readonly queueSize: number;
}

export interface Connection {
  readonly library: OpcUaLibrary;
  readonly session: ClientSession;
  readonly namespaces: readonly string[];
}

/** A node that the server does not have or does not give. */
export interface RefusedNode {
  readonly address: string;
  readonly status: number;
  readonly message: string;
}

const ITEMS_PER_CALL = 500;
const BAD_NODE_ID_UNKNOWN = 0x80340000;

/** Node ids by address, of what is named and of what is found by browsing. */
export async function nodesOf(
  { library, session, namespaces }: Connection,
  { addresses = [], browse }: WatchedNodes,
): Promise<{ readonly nodes: ReadonlyMap<string, string>; readonly refused: readonly RefusedNode[] }> {
  const found = browse ? await variablesBelow(library, session, namespaces, browse) : [];
  const nodes = new Map<string, string>();
  const refused: RefusedNode[] = [];
  for (const address of new Set([...addresses, ...found])) {
    const nodeId = nodeIdOf(address, namespaces);
    if (nodeId !== null) nodes.set(address, nodeId);
    else refused.push({ address, status: BAD_NODE_ID_UNKNOWN, message: `The server has no namespace for "${address}"` });
  }
  return { nodes, refused };
}

/** Has the subscription watch the nodes; `taken` are those that the server gives. */
export async function monitored(
  { client }: OpcUaLibrary,
  subscription: ClientSubscription,
  nodes: ReadonlyMap<string, string>,
  { samplingInterval, queueSize }: Sampling,
  receive: (address: string, value: DataValue) => void,
): Promise<{ readonly taken: ReadonlyMap<string, string>; readonly refused: readonly RefusedNode[] }> {
  const taken = new Map<string, string>();
  const refused: RefusedNode[] = [];
  const all = [...nodes];
  for (let start = 0; start < all.length; start += ITEMS_PER_CALL) {
    const some = all.slice(start, start + ITEMS_PER_CALL);
    const group = client.ClientMonitoredItemGroup.create(
      subscription,
      some.map(([, nodeId]) => ({ nodeId, attributeId: client.AttributeIds.Value })),
      { samplingInterval, queueSize, discardOldest: true },
      client.TimestampsToReturn.Both,
    );
    group.on("changed", (_item, value, index) => {
      const [address] = some[index] ?? [];
      if (address !== undefined) receive(address, value);
    });
    await new Promise<void>((resolve, reject) => {
      group.on("initialized", () => resolve());
      group.on("err", (message) => reject(new Error(message)));
    });
    group.monitoredItems.forEach((item, index) => {
      const [address, nodeId] = some[index] ?? [];
      if (address === undefined || nodeId === undefined) return;
      if (item.statusCode.isGood()) taken.set(address, nodeId);
      else refused.push({ address, status: item.statusCode.value, message: `The server refuses "${address}": ${item.statusCode.name}` });
    });
  }
  return { taken, refused };
}
