/** The station graph of a line: who hands on to whom, with which buffer between, and who stands side by side. */
import type { Equipment, PlantModel } from "../../connect/model/index.ts";

export interface Edge {
  readonly station: string;
  /** How long a stop at one end can take to be felt at the other, ms. */
  readonly delayMs: number;
}

export interface StationNode {
  /** Full equipment path. */
  readonly path: string;
  readonly upstream: readonly Edge[];
  readonly downstream: readonly Edge[];
}

/** Stations between the same neighbours; it stands still when fewer than `minimumRunning` of them run. */
export interface StationGroup {
  readonly stations: readonly string[];
  readonly minimumRunning: number;
}

export interface StationGraph {
  /** Upstream first. */
  readonly nodes: ReadonlyMap<string, StationNode>;
  /** The group of each station; mostly of one. */
  readonly groups: ReadonlyMap<string, StationGroup>;
  /** Where good units are counted. */
  readonly end: StationGroup;
  /** How far back a walk through the line can look, ms. */
  readonly reachMs: number;
}

export type Way = "upstream" | "downstream";

/** The graph of a line from the plant model, or a sentence that says what the model must say first. */
export function stationGraph(model: PlantModel, line: string, defaultDelayMs: number): StationGraph | { readonly fault: string } {
  const own = model.equipment.get(line);
  const below = [...model.equipment.values()].filter(({ parent }) => parent === line);
  const feeds = new Map(below.map(({ path, feeds }) => [path, feeds.filter((next) => below.some((one) => one.path === next))]));
  const connected = below.filter(({ path }) => feeds.get(path)?.length !== 0 || below.some((one) => feeds.get(one.path)?.includes(path)));
  if (own === undefined || connected.length === 0) return { fault: `No station of ${line} feeds another; give its stations "feeds".` };
  const ordered = inOrder(connected, feeds);
  if (ordered === undefined)
    return { fault: `The stations of ${line} feed each other in a circle; leave the way back out of their "feeds".` };

  const edge = (from: string, to: string): Omit<Edge, "station"> => ({
    delayMs: own.line?.buffers.find((buffer) => buffer.from === from && buffer.to === to)?.delayMs ?? defaultDelayMs,
  });
  const nodes = new Map(
    ordered.map((path): [string, StationNode] => {
      const before = ordered.filter((other) => feeds.get(other)?.includes(path));
      const upstream = before.map((station) => ({ station, ...edge(station, path) }));
      const downstream = (feeds.get(path) ?? []).map((station) => ({ station, ...edge(path, station) }));
      return [path, { path, upstream, downstream }];
    }),
  );
  const groups = groupsOf(nodes, own);
  const last = own.line?.end ?? ordered.findLast((path) => nodes.get(path)?.downstream.length === 0);
  const end = last === undefined ? undefined : groups.get(last);
  const open = ordered.filter((path) => nodes.get(path)?.downstream.length === 0);
  if (end === undefined || (own.line?.end === undefined && open.some((path) => groups.get(path) !== end)))
    return { fault: `Several stations of ${line} feed no other; name the one where good units are counted as line: { end: … }.` };
  return { nodes, groups, end, reachMs: Math.max(longest(nodes, ordered, "downstream"), longest(nodes, ordered, "upstream")) };
}

/** Upstream first, in the model's order where nothing else decides; undefined for a circle. */
function inOrder(stations: readonly Equipment[], feeds: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const result: string[] = [];
  const left = new Set(stations.map(({ path }) => path));
  while (left.size > 0) {
    const next = [...left].find((path) => ![...left].some((other) => feeds.get(other)?.includes(path)));
    if (next === undefined) return undefined;
    left.delete(next);
    result.push(next);
  }
  return result;
}

/** Declared groups; other stations between the same neighbours do as long as one of them runs. */
function groupsOf(nodes: ReadonlyMap<string, StationNode>, { line }: Equipment): ReadonlyMap<string, StationGroup> {
  const result = new Map<string, StationGroup>();
  for (const group of line?.parallel ?? []) for (const station of group.stations) result.set(station, group);
  const rest = Map.groupBy(
    [...nodes.values()].filter(({ path }) => !result.has(path)),
    ({ upstream, downstream }) => JSON.stringify([upstream, downstream].map((edges) => edges.map(({ station }) => station).toSorted())),
  );
  for (const same of rest.values()) {
    const group = { stations: same.map(({ path }) => path), minimumRunning: 1 };
    for (const station of group.stations) result.set(station, group);
  }
  return result;
}

/** Sum of the delays along the slowest path. */
function longest(nodes: ReadonlyMap<string, StationNode>, ordered: readonly string[], way: Way): number {
  const reach = new Map<string, number>();
  for (const path of way === "upstream" ? ordered : ordered.toReversed()) {
    const edges = nodes.get(path)?.[way] ?? [];
    reach.set(path, Math.max(0, ...edges.map(({ station, delayMs }) => delayMs + (reach.get(station) ?? 0))));
  }
  return Math.max(0, ...reach.values());
}

/** How many steps each station is away from the nearest of some, whichever way. */
export function distances(graph: StationGraph, from: readonly string[]): ReadonlyMap<string, number> {
  const result = new Map(from.map((station) => [station, 0]));
  for (const [station, distance] of result) {
    const node = graph.nodes.get(station);
    for (const { station: next } of [...(node?.downstream ?? []), ...(node?.upstream ?? [])])
      if (!result.has(next)) result.set(next, distance + 1);
  }
  return result;
}
