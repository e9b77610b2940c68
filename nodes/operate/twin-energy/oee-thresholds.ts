/** The thresholds of the twin-oee that stands for the same machine, so that OEE and energy divide its time alike. */
import type { NodeAPI } from "node-red";
import type { PlantModel } from "../../../core/connect/model/index.ts";
import { readConfiguration } from "../../kit/configuration.ts";
import type { ConfigOf } from "../../kit/declaration.ts";
import { boundPaths } from "../twin-oee/bound-machines.ts";
import oeeDeclaration from "../twin-oee/twin-oee.node.ts";

interface OeeThresholds {
  readonly microStopMs: number;
  readonly silenceMs: number;
}

/** A node or tab as the flow file holds it; `d` and `disabled`: it does not run. */
type SavedNode = Readonly<Record<string, unknown>>;

/** By equipment path, from the configurations that are deployed; of two nodes for one machine the first. */
export function oeeThresholds(RED: NodeAPI, plant: string, model: PlantModel): ReadonlyMap<string, OeeThresholds> {
  const saved: SavedNode[] = [];
  RED.nodes.eachNode((node) => saved.push(node as unknown as SavedNode));
  const resting = new Set(saved.filter((one) => one["disabled"] === true).map(({ id }) => id));
  const result = new Map<string, OeeThresholds>();
  for (const one of saved) {
    if (one["type"] !== oeeDeclaration.type || one["plant"] !== plant || one["d"] === true || resting.has(one["z"])) continue;
    const read = readConfiguration(oeeDeclaration, one);
    if (!read.ok) continue;
    const { bind, target, microStopSeconds, silenceSeconds } = read.config as ConfigOf<typeof oeeDeclaration>;
    const thresholds = { microStopMs: Math.round(microStopSeconds * 1000), silenceMs: Math.round(silenceSeconds * 1000) };
    for (const path of boundPaths(model, { bind, target })) if (!result.has(path)) result.set(path, thresholds);
  }
  return result;
}
