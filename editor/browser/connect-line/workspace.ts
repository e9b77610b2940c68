/** The editor's own nodes: which servers and plants exist, and the nodes of a line as one change that can be undone. */
import type { EditorRED } from "node-red";
import type { ServerChoice } from "./shapes.ts";
import { say } from "./words.ts";

interface EditorNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly [field: string]: unknown;
}

/** What is used here of the editor beyond its published types. */
type Editor = EditorRED & {
  readonly nodes: {
    import(nodes: readonly object[], options: object): { nodes: EditorNode[]; links: object[]; workspaces: object[] } | undefined;
    id(): string;
    dirty(dirty?: boolean): boolean;
    eachConfig(visit: (node: unknown) => boolean): void;
    eachNode(visit: (node: unknown) => boolean): void;
    getType(type: string): { readonly defaults: Readonly<Record<string, { readonly value: unknown }>> } | undefined;
  };
  readonly history: { push(event: object): void };
  readonly workspaces: { show(id: string): void };
  readonly view: { redraw(all?: boolean): void };
  readonly settings: { readonly httpNodeRoot?: string };
};

declare const RED: Editor;

function configs(type: string): EditorNode[] {
  const found: EditorNode[] = [];
  RED.nodes.eachConfig((node) => {
    if ((node as EditorNode).type === type) found.push(node as EditorNode);
    return true;
  });
  return found;
}

export interface Known {
  readonly id: string;
  readonly label: string;
  readonly url: string;
}

export function knownServers(): readonly Known[] {
  return configs("twin-opcua").map(({ id, name, endpoint }) => ({ id, label: name || id, url: String(endpoint) }));
}

export function knownPlants(): readonly Known[] {
  return configs("twin-plant").map(({ id, name, directory }) => ({ id, label: name || String(directory), url: String(directory) }));
}

/** The server that a line is read from in some flow; undefined when none reads it. */
export function serverOf(asset: string): ServerChoice | undefined {
  let found: string | undefined;
  RED.nodes.eachNode((node) => {
    const { type, asset: own, server } = node as EditorNode;
    if (type === "twin-opcua-in" && own === asset && typeof server === "string") found = server;
    return true;
  });
  return found === undefined ? undefined : { node: found, name: "", url: "", securityMode: "", securityPolicy: "", user: "", password: "" };
}

export interface LineNodes {
  readonly plant: string;
  readonly server: ServerChoice;
  /** Full path of the line. */
  readonly asset: string;
  readonly label: string;
}

export interface AddedNodes {
  /** Ids of the plant's and the server's nodes, whether they were there before or not. */
  readonly plant: string;
  readonly server: string;
  /** Address of the boards. */
  readonly boards: string;
}

/** Adds a tab with the line's nodes and whatever configuration is missing. Undo takes all of it away at once. */
export function addLine({ plant, server, asset, label }: LineNodes): AddedNodes {
  const nodes: { readonly id: string; readonly type: string }[] = [];
  const add = (type: string, fields: object, id = RED.nodes.id()): string => {
    nodes.push({ ...defaultsOf(type), ...fields, id, type });
    return id;
  };
  const tab = add("tab", { label, disabled: false, info: say("tabInfo", { asset }) });
  const plantId = plant || knownPlants()[0]?.id || add("twin-plant", { name: say("plantName") });
  const historian = configs("twin-historian")[0]?.id ?? add("twin-historian", { name: say("historianName"), plant: plantId });
  const { node, name, url: endpoint, securityMode, securityPolicy, user, password } = server;
  // The password is a credential of the node: the deploy carries it into the runtime's encrypted store, no export has it.
  const credentials = password === "" ? {} : { credentials: { password } };
  const serverId = node || add("twin-opcua", { name: name || endpoint, endpoint, securityMode, securityPolicy, user, ...credentials });
  const [map, store, oee, rejects] = [RED.nodes.id(), RED.nodes.id(), RED.nodes.id(), RED.nodes.id()];
  const at = (x: number, y: number): object => ({ z: tab, x, y });
  const source = { name: label, server: serverId, source: "plant", plant: plantId, asset };
  add("twin-opcua-in", { ...at(150, 100), ...source, wires: [[map], [rejects]] });
  add("twin-tag-map", { ...at(370, 100), name: say("mapName"), plant: plantId, wires: [[store, oee], [rejects]] }, map);
  add("twin-store", { ...at(770, 100), name: say("storeName"), historian, wires: [[rejects]] }, store);
  const bound = { plant: plantId, bind: "pattern", target: `${asset}.*`, historian };
  add("twin-oee", { ...at(570, 200), name: "OEE", ...bound, wires: [[store], [store], [rejects]] }, oee);
  add("debug", { ...at(770, 320), name: say("rejectsName"), active: true, tosidebar: true, complete: "payload", wires: [] }, rejects);
  const boards = boardsOf(plantId);
  if (boards === undefined) add("twin-boards", { ...at(150, 320), name: say("boardsName"), plant: plantId, historian, wires: [] });
  const wasDirty = RED.nodes.dirty();
  const imported = RED.nodes.import(nodes, { generateIds: false, markChanged: true });
  if (imported === undefined) throw new Error(say("notAdded"));
  RED.history.push({
    t: "add",
    nodes: nodes.filter(({ type }) => type !== "tab").map(({ id }) => id),
    links: imported.links,
    workspaces: imported.workspaces,
    dirty: wasDirty,
  });
  RED.nodes.dirty(true);
  RED.workspaces.show(tab);
  RED.view.redraw(true);
  const root = (RED.settings.httpNodeRoot ?? "/").replace(/\/$/, "");
  const path = boards?.["path"];
  return { plant: plantId, server: serverId, boards: `${root}${typeof path === "string" ? path : "/boards"}` };
}

/** A node as it comes from the palette. */
function defaultsOf(type: string): object {
  const defaults = Object.entries(RED.nodes.getType(type)?.defaults ?? {});
  return Object.fromEntries(defaults.map(([key, { value }]) => [key, structuredClone(value)]));
}

function boardsOf(plant: string): EditorNode | undefined {
  let found: EditorNode | undefined;
  RED.nodes.eachNode((node) => {
    const { type, plant: own } = node as EditorNode;
    if (type === "twin-boards" && own === plant) found = node as EditorNode;
    return true;
  });
  return found;
}

/** Whether all that was added has been deployed. */
export function isDeployed(): boolean {
  return !RED.nodes.dirty();
}

export function onDeploy(listener: () => void): () => void {
  RED.events.on("deploy", listener);
  return () => RED.events.off("deploy", listener);
}
