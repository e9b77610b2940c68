/** One line as line OEE sees it. */
import type { TimeOptions } from "../oee/index.ts";
import { INITIAL_WITHIN_MS, type Detection } from "./culprit.ts";
import { SIDE_REACH_MS } from "./conditions.ts";
import type { StationGraph, StationGroup } from "./graph.ts";
import type { LineStation } from "./stations.ts";

export interface OeeLine {
  /** Full dotted equipment path. */
  readonly asset: string;
  readonly graph: StationGraph;
  /** Stations that say what they do, by path, upstream first. */
  readonly stations: ReadonlyMap<string, LineStation>;
  /** The station that sets the pace for a product, with those parallel to it. */
  readonly constraintOf: (product: string) => StationGroup;
  /** The station whose product is the line's product. */
  readonly lead: string;
  readonly detection: Detection;
  readonly priority: readonly string[];
  readonly options: TimeOptions;
  /** Names the revision of the plant model the rules come from. */
  readonly modelRevision: string;
}

/** How long after a change at a station the line can still be another for it, ms. */
export function reachOf({ graph, detection }: OeeLine): number {
  return graph.reachMs + SIDE_REACH_MS + (detection === "initial" ? INITIAL_WITHIN_MS : 0);
}
