/** A line for line OEE from the plant model: its stations as machines, their graph, and which of them is the constraint. */
import { idealCycleSeconds, type PlantModel, roleTag } from "../../connect/model/index.ts";
import { oeeMachine, type OeeSettings } from "../oee/index.ts";
import type { Detection } from "./culprit.ts";
import { type StationGraph, type StationGroup, stationGraph } from "./graph.ts";
import type { OeeLine } from "./line.ts";
import type { LineStation } from "./stations.ts";

export interface LineSettings extends OeeSettings {
  readonly detection: Detection;
  /** How long a stop at one end of a buffer can take to be felt at the other, where the line does not say, ms. */
  readonly bufferDelayMs: number;
}

export const LINE_DEFAULTS = { detection: "constraint", bufferDelayMs: 120_000 } as const;

/** A sentence instead of a line where the model says too little about it. */
export function oeeLine(model: PlantModel, asset: string, settings: LineSettings): OeeLine | { readonly fault: string } {
  const own = model.equipment.get(asset);
  if (own === undefined) return { fault: `The plant model has no equipment ${asset}.` };
  if (own.roles.state !== undefined) return { fault: `${asset} has a state of its own, so its OEE is that of a machine, not of a line.` };
  const graph = stationGraph(model, asset, settings.bufferDelayMs);
  if ("fault" in graph) return graph;
  const stations = new Map<string, LineStation>();
  for (const path of graph.nodes.keys()) {
    // Without a state it is passed through, like a conveyor.
    if (model.equipment.get(path)?.roles.state === undefined) continue;
    const machine = oeeMachine(model, path, settings);
    if ("fault" in machine) return machine;
    const [blocked, starved] = [roleTag(model, path, "blocked"), roleTag(model, path, "starved")];
    stations.set(path, { machine, ...(blocked === undefined ? {} : { blocked }), ...(starved === undefined ? {} : { starved }) });
  }
  const mute = [...graph.end.stations, ...(own.line?.constraint === undefined ? [] : [own.line.constraint])].find(
    (path) => !stations.has(path),
  );
  if (mute !== undefined)
    return { fault: `Line OEE of ${asset} needs the roles state and processed at ${mute}, which is its constraint or its end.` };
  const constraintOf = constraints(model, graph, stations, own.line?.constraint);
  const lead = longestOf(model, graph, stations, own.line?.constraint);
  if (lead === undefined || constraintOf === undefined)
    return { fault: `No station of ${asset} has an ideal cycle time; give them one, or name the line's constraint.` };
  const { detection, unknown } = settings;
  const priority = own.line?.priority ?? [];
  return { asset, graph, stations, constraintOf, lead, detection, priority, unknown, modelRevision: model.revision };
}

/** The constraint by product: the declared one, or the slowest for it, or the slowest of all where no station has a time for it. */
function constraints(
  model: PlantModel,
  graph: StationGraph,
  stations: ReadonlyMap<string, LineStation>,
  declared: string | undefined,
): ((product: string) => StationGroup) | undefined {
  const fallback = longestOf(model, graph, stations, declared);
  if (fallback === undefined) return undefined;
  const known = new Map<string, StationGroup>();
  return (product) => {
    let group = known.get(product);
    if (group === undefined) {
      const slowest = declared ?? slowestFor(model, graph, stations, [product]) ?? fallback;
      group = graph.groups.get(slowest) as StationGroup;
      known.set(product, group);
    }
    return group;
  };
}

function longestOf(
  model: PlantModel,
  graph: StationGraph,
  stations: ReadonlyMap<string, LineStation>,
  declared: string | undefined,
): string | undefined {
  return declared ?? slowestFor(model, graph, stations, [...model.products.keys(), undefined]);
}

/** The station of the group that is slowest for any of the products; the first of equals, upstream first. */
function slowestFor(
  model: PlantModel,
  { groups }: StationGraph,
  stations: ReadonlyMap<string, LineStation>,
  products: readonly (string | undefined)[],
): string | undefined {
  let slowest: string | undefined;
  let longest = 0;
  for (const station of stations.keys()) {
    const cells = groups.get(station)?.stations.filter((cell) => stations.has(cell)) ?? [];
    for (const product of products) {
      const cycle = idealCycleSeconds(model, station, product);
      if (cycle === undefined || cycle / cells.length <= longest) continue;
      [slowest, longest] = [station, cycle / cells.length];
    }
  }
  return slowest;
}
